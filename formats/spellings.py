"""How a name that was heard or typed in one script may stand in a register that keeps another.

Every name on record has a Latin form. A word is therefore spelt in Latin letters in all the usual ways: «Цепеш» is
"tepes" in Romanian (Țepeș) and "tsepesh" by the Ukrainian and Bulgarian rules. Rather too much is
found than too little.
"""

from formats.latin import latin
from formats.names import fold

__all__ = ["MOST", "spellings"]

# More ways than this are not tried: of the letters that follow only the first way.
MOST = 128

# From Cyrillic; the first way is the Romanian one where there is one, then Ukrainian and Bulgarian.
_FROM_CYRILLIC: dict[str, tuple[str, ...]] = {
    "дж": ("g", "dzh", "j"), "кс": ("x", "ks"),
    "а": ("a",), "б": ("b",), "в": ("v",), "г": ("g", "h", "gh"), "ґ": ("g",), "д": ("d",), "е": ("e",),
    "є": ("ie", "ye", "e"), "ё": ("io", "yo", "e"), "ж": ("j", "zh"), "з": ("z",), "и": ("i", "y"), "і": ("i",),
    "ї": ("i", "yi"), "й": ("i", "y"), "к": ("c", "k", "ch"), "л": ("l",), "м": ("m",), "н": ("n",), "о": ("o",),
    "п": ("p",), "р": ("r",), "с": ("s",), "т": ("t",), "у": ("u",), "ф": ("f",), "х": ("h", "kh"), "ц": ("t", "ts"),
    "ч": ("c", "ch", "ci"), "ш": ("s", "sh"), "щ": ("st", "shch", "sht"), "ъ": ("a", ""), "ы": ("a", "i", "y"),
    "ь": ("", "y"), "э": ("a", "e"), "ю": ("iu", "yu"), "я": ("ia", "ea", "ya", "a"), "ў": ("u",), "ђ": ("d",),
}  # fmt: skip
# From Romanian or any other Latin spelling to the Latin forms that the rules make of Cyrillic names.
_FROM_LATIN: dict[str, tuple[str, ...]] = {
    "ci": ("ci", "ch"), "tsch": ("ch",),
    "sch": ("sch", "sh"), "ch": ("ch", "k"), "gh": ("gh", "g", "h"), "sh": ("sh", "s"),
    "ts": ("ts", "t"), "tz": ("tz", "ts", "t"), "kh": ("kh", "h"), "zh": ("zh", "j"), "ea": ("ea", "ia", "ya"),
    "ia": ("ia", "ya"), "iu": ("iu", "yu"), "c": ("c", "k", "ch"), "g": ("g", "h"), "h": ("h", "kh", "g"),
    "i": ("i", "y"), "j": ("j", "zh", "dzh"), "k": ("k", "c"), "s": ("s", "sh"), "t": ("t", "ts"), "w": ("w", "v"),
    "x": ("x", "ks"), "y": ("y", "i"),
}  # fmt: skip


def spellings(text: str) -> list[list[str]]:
    """For each word its spellings as search keys, the word itself first."""
    words = "".join(c if c.isalnum() else " " for c in fold(text)).split()
    return [list(dict.fromkeys([word, *_ways(word)])) for word in words]


def _ways(word: str) -> list[str]:
    if any("\u0400" <= c <= "\u052f" for c in word):
        return _spelt(word, _FROM_CYRILLIC)
    if any("\u0600" <= c <= "\u06ff" for c in word):
        return fold(latin(word, "ar")).split()[-1:]
    return _spelt(word, _FROM_LATIN)


def _spelt(word: str, table: dict[str, tuple[str, ...]]) -> list[str]:
    found, at, longest = [""], 0, max(map(len, table))
    while at < len(word):
        size = next((n for n in range(longest, 1, -1) if word[at : at + n] in table), 1)
        letters = word[at : at + size]
        ways = table.get(letters, (letters,))
        if len(found) * len(ways) > MOST:
            ways = ways[:1]
        found = [begun + way for begun in found for way in ways]
        at += size
    return [way for way in found if way]
