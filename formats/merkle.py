"""Merkle trees as RFC 9162 section 2.1 defines them: roots, proofs of inclusion and of consistency, and their checks.

A tree of any size is put together from its complete subtrees, which never change. They are named by a pair: `level`
(the subtree has 2 ** level leaves) and `index` (how many of that size lie before it). Level 0 holds the leaf hashes.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

Key = tuple[int, int]
Span = tuple[int, int]  # leaves from the first number up to, not including, the second

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one record. The byte before it keeps a record from passing for a node (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def parts(span: Span) -> list[Key]:
    """The complete subtrees that a span consists of, from left to right, each smaller than the one before.

    The span begins where the algorithm of the RFC begins one: at a multiple of the largest power of two in it.
    """
    first, last = span
    found = []
    while first < last:
        level = (last - first).bit_length() - 1
        found.append((level, first >> level))
        first += 1 << level
    return found


def fold(hashes: list[bytes]) -> bytes:
    """The hash of the tree whose complete subtrees have these hashes, from left to right."""
    if not hashes:
        return EMPTY
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def grow(size: int, leaves: Iterable[bytes], edge: Mapping[Key, bytes]) -> dict[Key, bytes]:
    """The complete subtrees that come into being when leaf hashes are added to a tree of that size.

    `edge` holds the hashes of `parts((0, size))`.
    """
    made: dict[Key, bytes] = {}
    for index, leaf in enumerate(leaves, size):
        level, whole = 0, leaf
        made[0, index] = leaf
        while index & 1:
            beside = (level, index - 1)
            whole = node_hash(made[beside] if beside in made else edge[beside], whole)
            level, index = level + 1, index >> 1
            made[level, index] = whole
    return made


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What has to be hashed for the proof that a leaf is in a tree: PATH of RFC 9162, 2.1.3.1.

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    first, last = 0, size
    beside: list[Span] = []
    while last - first > 1:
        middle = first + _largest_below(last - first)
        if index < middle:
            beside.append((middle, last))
            last = middle
        else:
            beside.append((first, middle))
            first = middle
    return beside[::-1]


def consistency_spans(size: int, later: int) -> list[Span]:
    """What has to be hashed for the proof that a tree only grew: PROOF of RFC 9162, 2.1.4.1.

    Raises ValueError unless 0 < size <= later.
    """
    if not 0 < size <= later:
        raise ValueError(f"from {size} to {later}")
    first, last, whole = 0, later, True
    beside: list[Span] = []
    while size != last:
        middle = first + _largest_below(last - first)
        if size <= middle:
            beside.append((middle, last))
            last = middle
        else:
            beside.append((first, middle))
            first, whole = middle, False
    return ([] if whole else [(first, last)]) + beside[::-1]


def proof(spans: Iterable[Span], node: Callable[[Key], bytes]) -> list[bytes]:
    """The hashes of those spans."""
    return [fold([node(key) for key in parts(span)]) for span in spans]


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether a proof shows that the leaf hash is in the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, whole = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            whole = node_hash(beside, whole)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            whole = node_hash(whole, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and whole == root


def is_consistent(size: int, later: int, path: list[bytes], root: bytes, after: bytes) -> bool:
    """Whether a proof shows that the later tree holds the earlier one unchanged (RFC 9162, 2.1.4.2)."""
    if not 0 < size <= later:
        return False
    if size == later:
        return not path and root == after
    path = [root, *path] if size & (size - 1) == 0 else path
    if not path:
        return False
    place, last = size - 1, later - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = now = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, now = node_hash(beside, before), node_hash(beside, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == root and now == after


def _largest_below(number: int) -> int:
    """The largest power of two smaller than a number above one."""
    return 1 << ((number - 1).bit_length() - 1)
