"""The letters that name keys treat specially, shared by Python (names.py) and SQL (names_sql.py).

Character classes are written with backslash-u escapes because Python's `re` and PostgreSQL's regular expressions
read them alike: one text serves both, so the two cannot drift apart.
"""

# Straight, curly, modifier and grave apostrophes, primes, ayin and hamza of transliterations.
APOSTROPHES = (
    r"\u0027\u0060\u00b4\u02b9-\u02bf\u02c8\u02ca\u02cb\u2018-\u201b\u2032\u2035"
    r"\u05f3\ua78b\ua78c\uff07\uff40\u00a8\u00af\u00b8"
)

# Dropped before anything else: controls that are no white space, bidi and zero-width controls, private use (we
# borrow it below), and letters that Unicode has changed since version 14, on which two engines may disagree.
UNSETTLED = r"\u0897\u088f\u0ece\u1acf-\u1aff\u1c89-\u1c8f\ua7cb-\ua7cf\ua7d2\ua7d4\ua7da-\ua7f1"
CONTROLS = (
    r"\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff"
)
# The whole supplementary plane 1 (emoji, mathematical letters, historic scripts) spells no living person's name here.
NEVER = f"[{CONTROLS}{APOSTROPHES}{UNSETTLED}\\ue000-\\uf8ff\\U00010000-\\U0001ffff]"

# Marks that a search ignores (Latin, Greek, Cyrillic, Hebrew, Arabic), and the Arabic tatweel.
MARKS = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f" + APOSTROPHES + "]"
)

# Everything that separates words: white space, hyphens of all kinds, punctuation.
SPACES = (
    r"[\u0009-\u000d\u001c-\u0020\u0021-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u005f\u007b-\u007e\u0085"
    r"\u00a0-\u00bf\u00d7\u00f7\u055a-\u055f\u0589\u058a\u05be\u05f4\u060c\u061b\u061e\u061f\u066a-\u066d\u06d4"
    r"\u2000-\u200a\u2010-\u2017\u201c-\u2031\u2033\u2034\u2036-\u205f\u3000-\u3003\u3008-\u3011\u3014-\u301f\u30fb]+"
)
COMMA = r"[\u002c\u060c\ufe10\ufe50\uff0c]"

# Precomposed letters that are letters of their own: hidden in private use while marks are stripped.
KEPT = "йїёўќѓ"
HIDDEN = "\ue000\ue001\ue002\ue003\ue004\ue005"

# Letters that no normal form takes apart, in groups "folded letter: its variants".
PLAIN: dict[str, str] = {
    "o": "ø",
    "d": "đð",
    "l": "ł",
    "h": "ħ",
    "t": "ŧ",
    "i": "ıɨ",
    "n": "ŋ",
    "u": "ʉ",
    "b": "ƀ",
    "σ": "ς",
    "\u0627": "\u0671",  # alef: alef wasla
    "\u064a": "\u0649\u06cc\u06d0",  # yeh: alef maqsura, Farsi yeh, e
    "\u0643": "\u06a9",  # kaf: keheh
    "\u0647": "\u0629\u06c1\u06be\u06d5\u06c0",  # heh: teh marbuta, heh goal, heh doachashmee, ae
} | {str(n): chr(0x660 + n) + chr(0x6F0 + n) for n in range(10)}
PLAIN_FROM = "".join(PLAIN.values())
PLAIN_TO = "".join(letter * len(variants) for letter, variants in PLAIN.items())
DOUBLED = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th"))

# Sorting. LAST comes after every letter of every script in byte order, so that "a" + LAST is a letter after "az".
LAST = "\uf8ff"
SEPARATOR = "\uf000"
# Hidden while marks are stripped: й and ї everywhere, the five letters (and their old cedilla forms) in Romanian.
SORT_KEPT = "йї"
SORT_HIDDEN = "\ue000\ue001"
ROMANIAN = "ăâîșşțţ"
ROMANIAN_HIDDEN = "\ue010\ue011\ue012\ue013\ue013\ue014\ue014"
SORT_PLAIN = PLAIN | {
    "\u0647": "\u06c1\u06be\u06d5\u06c0",
    "\u062a": "\u0629",  # teh marbuta sorts with teh, though people search it as heh
    "й": SORT_HIDDEN[0],
    "\t": SEPARATOR,
}
SORT_FROM = "".join(SORT_PLAIN.values())
SORT_TO = "".join(letter * len(variants) for letter, variants in SORT_PLAIN.items())
SORT_DOUBLED = DOUBLED + (
    ("\ue010", "a" + LAST),
    ("\ue011", "a" + LAST + LAST),
    ("\ue012", "i" + LAST),
    ("\ue013", "s" + LAST),
    ("\ue014", "t" + LAST),
    ("ґ", "г" + LAST),
    ("є", "е" + LAST),
    ("і", "и" + LAST),
    ("\ue001", "и" + LAST + LAST),
    ("\u067e", "\u0628" + LAST),
    ("\u0686", "\u062c" + LAST),
    ("\u0698", "\u0632" + LAST),
    ("\u06a4", "\u0641" + LAST),
    ("\u06af", "\u0643" + LAST),
)
