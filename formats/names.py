"""Personal names: one clean form, the order and sorting of each language, and a key that search folds to."""

import re
import unicodedata
from collections.abc import Iterable

from formats import letters
from formats.latin import latin

__all__ = [
    "clean",
    "display",
    "fold",
    "formal",
    "isolated",
    "latin",
    "listing",
    "sort_key",
    "sort_text",
]

_NEVER = re.compile(letters.NEVER + r"|[\x00\ud800-\udfff]")
_MARKS = re.compile(letters.MARKS)
_SPACES = re.compile(letters.SPACES)
_COMMA = re.compile(letters.COMMA)
_AROUND_SEPARATOR = re.compile(f" ?{letters.SEPARATOR} ?")
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ue000-\uf8ff\ud800-\udfff]"
)
_HIDE = str.maketrans(letters.KEPT, letters.HIDDEN)
_PLAIN = str.maketrans(letters.PLAIN_FROM + letters.HIDDEN, letters.PLAIN_TO + letters.KEPT)
_SORT_HIDE = str.maketrans(letters.SORT_KEPT, letters.SORT_HIDDEN)
_SORT_HIDE_ROMANIAN = str.maketrans(letters.ROMANIAN, letters.ROMANIAN_HIDDEN)
_SORT_PLAIN = str.maketrans(letters.SORT_FROM, letters.SORT_TO)

# In Ukrainian papers the family name stands first and the patronymic last; elsewhere the family name stands last.
_FAMILY_FIRST = frozenset({"uk"})
_PATRONYMIC_ALWAYS = frozenset({"bg", "ar"})
_LISTED_WITHOUT_COMMA = frozenset({"uk"})


def isolated(text: str) -> str:
    """Somebody's words inside a sentence of ours: in another direction they draw no sign or number after them along.

    Templates have <bdi> for it; this is for sentences that are put together before.
    """
    return f"\u2068{text}\u2069"


def clean(text: str) -> str:
    """The text as people may store it: composed (NFC), no controls or bidi overrides, single spaces."""
    return " ".join(unicodedata.normalize("NFC", _UNWANTED.sub("", text)).split())


def fold(text: str) -> str:
    """The key under which a name is found: without case, marks, apostrophes and punctuation.

    й, ї, ґ and ё stay apart from и, і, г and е; ș = ş = s; the Arabic alefs are one, as are ة and ه, ى and ي.
    `names_sql.FOLD_SQL` is the same function in PostgreSQL; a test compares them over every letter there is.
    """
    text = unicodedata.normalize("NFKC", _NEVER.sub("", text)).lower().translate(_HIDE)
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_PLAIN)
    for pair in letters.DOUBLED:
        text = text.replace(*pair)
    return _SPACES.sub(" ", text).strip(" ")


def sort_key(text: str, language: str) -> str:
    """A key whose plain byte order (UTF-8, collation "C") is the language's dictionary order.

    Give it `sort_text(...)`: a comma ends the family name and sorts before a space, so that Ion, Zoe stands
    before Ion Barbu, Ana. `names_sql.SORT_SQL` is the same function in PostgreSQL.
    """
    text = unicodedata.normalize("NFKC", _NEVER.sub("", text)).lower()
    text = _COMMA.sub(letters.SEPARATOR, text).translate(_SORT_HIDE)
    if language == "ro":
        text = text.translate(_SORT_HIDE_ROMANIAN)
    text = _SPACES.sub(" ", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    text = _AROUND_SEPARATOR.sub(letters.SEPARATOR, text.strip(" ")).translate(_SORT_PLAIN)
    for pair in letters.SORT_DOUBLED:
        text = text.replace(*pair)
    return text


def display(
    family: str, given: str, patronymic: str = "", language: str = "en", *, in_latin: bool = False
) -> str:
    """The name as people say it: given then family; Bulgarian and Arabic names keep the middle names.

    `language` is the language of the paper or the name, not of the reader. With `in_latin` the official Latin form.
    """
    middle = patronymic if language in _PATRONYMIC_ALWAYS else ""
    return _joined((given, middle, family), language, in_latin)


def formal(
    family: str, given: str, patronymic: str = "", language: str = "en", *, in_latin: bool = False
) -> str:
    """The full name as it stands on an official paper of that language: uk "family given patronymic"."""
    if language in _FAMILY_FIRST:
        return _joined((family, given, patronymic), language, in_latin)
    return _joined((given, patronymic, family), language, in_latin)


def listing(family: str, given: str, patronymic: str = "", language: str = "en") -> str:
    """The name as an alphabetical list shows it: "Popescu, Ana"; no comma in Ukrainian, ، in Arabic."""
    rest = " ".join(filter(None, (clean(given), clean(patronymic))))
    family = clean(family)
    if not (family and rest):
        return family or rest
    if language in _LISTED_WITHOUT_COMMA:
        return f"{family} {rest}"
    return f"{family}{'،' if language == 'ar' else ','} {rest}"


def sort_text(family: str, given: str, patronymic: str = "") -> str:
    """What to give to `sort_key` (and to `sort_name` in SQL) for a person, in every language."""
    return f"{family}, {given} {patronymic}"


def _joined(parts: Iterable[str], language: str, in_latin: bool) -> str:
    text = " ".join(filter(None, map(clean, parts)))
    return latin(text, language) if in_latin else text
