"""Official Latin forms of names: Ukraine (Cabinet resolution 55/2010), Bulgaria (Transliteration Act, 2009).

Arabic has no single official form: what is given here is a suggestion in the usual Egyptian spelling, to be corrected
by the person. Plain Latin text passes unchanged in every language.
"""

import re
import unicodedata

_MARK = r"\u0300-\u036f\u0640\u064b-\u065f\u0670"
_WORD = re.compile(rf"[^\W\d_][^\W\d_{_MARK}]*(?:['’ʼ`{_MARK}]+[^\W\d_]+)*[{_MARK}]*")

_COMMON = {
    "а": "a", "б": "b", "в": "v", "г": "h", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "y", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "ю": "iu",
}  # fmt: skip
# Letters of neighbouring alphabets that turn up in Ukrainian and Moldovan papers follow the travel-document rule.
_UKRAINIAN = _COMMON | {
    "ґ": "g", "є": "ie", "і": "i", "ї": "i", "й": "i", "щ": "shch", "ь": "", "я": "ia",
    "ё": "e", "ъ": "", "ы": "y", "э": "e", "ў": "u",
}  # fmt: skip
_UKRAINIAN_INITIAL = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_BULGARIAN = _COMMON | {
    "г": "g", "и": "i", "й": "y", "х": "h", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya",
    "ѝ": "i", "ы": "y", "э": "e", "ё": "yo",
}  # fmt: skip
_RUSSIAN = _UKRAINIAN | {"г": "g", "и": "i", "ъ": "ie", "щ": "shch"}

_ARABIC_LETTERS = {
    "ا": "a", "أ": "a", "إ": "e", "آ": "a", "ٱ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "g", "ح": "h",
    "خ": "kh", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t",
    "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h",
    "و": "o", "ؤ": "o", "ي": "i", "ئ": "e", "ى": "a", "ة": "a", "ء": "", "پ": "p", "چ": "ch", "ڤ": "v", "گ": "g",
}  # fmt: skip
_ARABIC_NAMES = {
    "محمد": "Mohamed", "أحمد": "Ahmed", "احمد": "Ahmed", "محمود": "Mahmoud", "مصطفى": "Mostafa",
    "علي": "Ali", "على": "Ali", "حسن": "Hassan", "حسين": "Hussein", "إبراهيم": "Ibrahim", "ابراهيم": "Ibrahim",
    "خالد": "Khaled", "عمر": "Omar", "عمرو": "Amr", "يوسف": "Youssef", "كريم": "Karim", "طارق": "Tarek",
    "سعيد": "Said", "عبد": "Abdel", "الله": "Allah", "الرحمن": "Rahman", "سيد": "Sayed", "السيد": "El Sayed",
    "فاطمة": "Fatma", "مريم": "Mariam", "منى": "Mona", "هدى": "Hoda", "سارة": "Sara", "نادية": "Nadia",
    "أمينة": "Amina", "زينب": "Zeinab", "عائشة": "Aisha", "سلمى": "Salma", "نور": "Nour", "هبة": "Heba",
    "إسماعيل": "Ismail", "سليمان": "Soliman", "شريف": "Sherif", "ياسر": "Yasser", "جمال": "Gamal",
}  # fmt: skip
_ARABIC_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670]")


def latin(text: str, language: str) -> str:
    """The name in Latin letters by the official rule of the language; anything already Latin stays as it is."""
    text = unicodedata.normalize("NFC", text)
    return _WORD.sub(lambda match: _word(match[0], language), text)


def _word(word: str, language: str) -> str:
    if any("\u0600" <= c <= "\u06ff" for c in word):
        return _arabic(_ARABIC_MARKS.sub("", word))
    if not any("\u0400" <= c <= "\u052f" for c in word):
        return word
    if language == "bg":
        return _cased(word, _bulgarian(word.lower()))
    return _cased(
        word, _ukrainian(word.lower()) if language == "uk" else _spelled(word.lower(), _RUSSIAN)
    )


def _spelled(word: str, table: dict[str, str]) -> list[str]:
    """One piece of Latin text per letter, so that capitals can be given back letter by letter."""
    return ["" if c in "'’ʼ`" else table.get(c, c) for c in word]


def _ukrainian(word: str) -> list[str]:
    pieces = _spelled(word, _UKRAINIAN)
    pieces[0] = _UKRAINIAN_INITIAL.get(word[0], pieces[0])
    for at in range(1, len(word)):
        if word[at - 1 : at + 1] == "зг":  # zgh, for zh is ж
            pieces[at] = "gh"
    return pieces


def _bulgarian(word: str) -> list[str]:
    pieces = _spelled(word, _BULGARIAN)
    if word.endswith("ия"):
        pieces[-1] = "a"
    return pieces


def _cased(word: str, pieces: list[str]) -> str:
    shouted = len(word) > 1 and word.isupper()
    return "".join(
        piece.upper() if shouted else piece.capitalize() if letter.isupper() else piece
        for letter, piece in zip(word, pieces, strict=True)
    )


def _arabic(word: str) -> str:
    if word in _ARABIC_NAMES:
        return _ARABIC_NAMES[word]
    if word.startswith("ال") and len(word) > 3:
        return "El " + _arabic(word[2:])
    return "".join(_ARABIC_LETTERS.get(c, c) for c in word).capitalize()
