"""The catalogues of translations: how they are collected, and the one header that they all have."""

from gettext import GNUTranslations
from pathlib import Path

import django

LANGUAGES = {"ro": "Romanian", "uk": "Ukrainian", "bg": "Bulgarian", "ar": "Arabic"}
# Folders whose words nobody reads on the site.
NOT_OURS = (".venv/*", "var/*", "node_modules/*", "tests/*", "bench/*", "tools/*")
# No dates and no names of tools: they would differ after every collecting and say nothing.
HEADER = r"""# The interface of Tutela in {name}. Doubtful words: docs/translations/{language}.md
msgid ""
msgstr ""
"Project-Id-Version: Tutela\n"
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"
"""


def collecting() -> list[str]:
    """The words after `python -m django`, to be run in the folder that has locale/ and no settings."""
    languages = [word for code in LANGUAGES for word in ("--locale", code)]
    ignored = [word for pattern in NOT_OURS for word in ("--ignore", pattern)]
    form = ["--add-location", "file", "--no-wrap", "--no-obsolete"]
    return ["makemessages", *languages, *form, *ignored]


def plural_forms(language: str) -> str:
    """Django's own rule, so that its words and ours count in the same way."""
    folder = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        return GNUTranslations(file).info()["plural-forms"]


def set_headers(locale: Path) -> None:
    """Give every catalogue under locale/ the header above; what gettext or an editor put there goes."""
    for language, name in LANGUAGES.items():
        path = locale / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            continue
        _old, _gap, entries = path.read_text(encoding="utf-8").partition("\n\n")
        header = HEADER.format(name=name, language=language, plurals=plural_forms(language))
        path.write_text(f"{header}\n{entries}", encoding="utf-8")
