"""Merkle trees against the published roots of certificate transparency, RFC 9162's own example, and by properties."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import merkle

# The test tree of the Certificate Transparency reference implementations: eight records, and the root after each.
RECORDS = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(record)) for record in RECORDS]


def tree(leaves):
    return merkle.grow(0, leaves, {})


def root(nodes, size):
    return merkle.fold([nodes[key] for key in merkle.parts((0, size))])


def by_the_book(leaves):
    """MTH of RFC 9162, 2.1.1, as it is written there: recursive."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


class TestPublished:
    @pytest.mark.parametrize("size", range(1, 9))
    def test_the_root_after_each_record(self, size):
        assert root(tree(LEAVES), size).hex() == ROOTS[size - 1]

    def test_of_nothing(self):
        assert merkle.fold([]) == sha256(b"").digest()

    # RFC 9162, 2.1.5: seven leaves d0 … d6; a … g their hashes; h = ab, i = cd, j = ef, k = hi, l = j g.
    @pytest.mark.parametrize(
        "index, expected",
        [(0, "b i l"), (3, "c h l"), (4, "f g k"), (6, "j k")],
    )
    def test_the_paths_of_the_rfc(self, index, expected):
        assert self.named(merkle.inclusion_spans(index, 7)) == expected.split()

    @pytest.mark.parametrize("size, expected", [(3, "c d h l"), (4, "l"), (6, "j g k")])
    def test_the_growth_of_the_rfc(self, size, expected):
        assert self.named(merkle.consistency_spans(size, 7)) == expected.split()

    def named(self, spans):
        names = {(n, n + 1): "abcdefg"[n] for n in range(7)}
        names |= {(0, 2): "h", (2, 4): "i", (4, 6): "j", (0, 4): "k", (4, 7): "l"}
        return [names[span] for span in spans]


sizes = st.integers(1, 70)


def records(count):
    return [merkle.leaf_hash(b"%d" % number) for number in range(count)]


class TestAlways:
    @given(sizes)
    def test_the_root_is_that_of_the_book(self, size):
        assert root(tree(records(size)), size) == by_the_book(records(size))

    @given(st.lists(st.integers(0, 20), max_size=8))
    def test_a_tree_may_grow_in_any_steps(self, steps):
        nodes, size, all_of_them = {}, 0, records(sum(steps))
        for step in steps:
            edge = {key: nodes[key] for key in merkle.parts((0, size))}
            nodes |= merkle.grow(size, all_of_them[size : size + step], edge)
            size += step
        assert nodes == tree(all_of_them)

    @given(st.data())
    def test_each_leaf_is_shown_to_be_there_and_nothing_else_is(self, data):
        size = data.draw(sizes)
        index = data.draw(st.integers(0, size - 1))
        nodes, leaves = tree(records(size)), records(size)
        path = merkle.proof(merkle.inclusion_spans(index, size), nodes.__getitem__)
        whole = root(nodes, size)
        assert merkle.is_included(leaves[index], index, size, path, whole)
        assert not merkle.is_included(merkle.leaf_hash(b"forged"), index, size, path, whole)
        assert not merkle.is_included(leaves[index], index, size, path, sha256(whole).digest())
        assert not merkle.is_included(leaves[index], index, size, [*path, whole], whole)
        if path:
            assert not merkle.is_included(leaves[index], index, size, path[:-1], whole)
            other = data.draw(st.integers(0, len(path) - 1))
            changed = [sha256(h).digest() if n == other else h for n, h in enumerate(path)]
            assert not merkle.is_included(leaves[index], index, size, changed, whole)
        other = data.draw(st.integers(-1, size))
        if other != index:
            assert not merkle.is_included(leaves[index], other, size, path, whole)

    @given(st.data())
    def test_growth_is_shown_and_a_changed_past_is_seen(self, data):
        later = data.draw(sizes)
        size = data.draw(st.integers(1, later))
        nodes = tree(records(later))
        path = merkle.proof(merkle.consistency_spans(size, later), nodes.__getitem__)
        before, after = root(nodes, size), root(nodes, later)
        assert merkle.is_consistent(size, later, path, before, after)
        assert not merkle.is_consistent(size, later, path, sha256(before).digest(), after)
        assert not merkle.is_consistent(size, later, path, before, sha256(after).digest())
        forged = records(later)
        forged[data.draw(st.integers(0, size - 1))] = merkle.leaf_hash(b"backdated")
        others = tree(forged)
        path = merkle.proof(merkle.consistency_spans(size, later), others.__getitem__)
        assert not merkle.is_consistent(size, later, path, before, root(others, later))

    @pytest.mark.parametrize("size, later", [(0, 3), (4, 3), (-1, 2)])
    def test_what_cannot_be_is_refused(self, size, later):
        with pytest.raises(ValueError):
            merkle.consistency_spans(size, later)
        assert not merkle.is_consistent(size, later, [], b"", b"")

    @pytest.mark.parametrize("index, size", [(0, 0), (3, 3), (-1, 3)])
    def test_a_leaf_that_is_not_there(self, index, size):
        with pytest.raises(ValueError):
            merkle.inclusion_spans(index, size)
        assert not merkle.is_included(LEAVES[0], index, size, [], LEAVES[0])

    def test_a_proof_of_growth_without_hashes_shows_nothing(self):
        nodes = tree(records(7))
        assert not merkle.is_consistent(3, 7, [], root(nodes, 3), root(nodes, 7))

    def test_the_same_tree_needs_no_proof(self):
        assert merkle.consistency_spans(5, 5) == []
        assert merkle.is_consistent(5, 5, [], LEAVES[0], LEAVES[0])
        assert not merkle.is_consistent(5, 5, [LEAVES[1]], LEAVES[0], LEAVES[0])
