"""The catalogues: complete in all five languages, every plural form there, nothing lost in translation."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from config.management.commands.build_assets import compile_catalogues
from tools import catalogues

LANGUAGES = list(catalogues.LANGUAGES)
FORMS = {
    "ro": ("one", "few", "other"),
    "uk": ("one", "few", "many", "other"),
    "bg": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
}
NUMBERS = (*range(6), 11, *range(19, 23), *range(100, 104), 111, 120)
SCRIPT = {"uk": "[\u0400-\u04ff]", "bg": "[\u0400-\u04ff]", "ar": "[\u0600-\u06ff]"}
# What has a sign instead of a word.
SIGNS = {"No."}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# Ukrainian and Bulgarian dates end in the abbreviation of "year", with its full stop.
DATE_AND_STOP = re.compile(r"%\((?:day|since|until|valid_until|review_due)\)s\.")


def po(language: str, root: Path = settings.BASE_DIR) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


@cache
def kept(language: str) -> Catalog:
    return read(po(language))


def messages(language: str) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Every entry with its English words and its translations, one or several of each."""
    for entry in kept(language):
        if entry.id:
            plural = isinstance(entry.id, tuple)
            yield (
                entry,
                entry.id if plural else (entry.id,),
                entry.string if plural else (entry.string,),
            )


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """English and translation; the first form stands beside the singular, the others beside the plural."""
    for _entry, english, translated in messages(language):
        for number, text in enumerate(translated):
            yield english[0] if number == 0 else english[-1], text


def first(entry: Message) -> str:
    """The English text under which a catalogue keeps an entry; Babel gives plurals as tuples or as lists."""
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def keys(catalog: Catalog) -> set[tuple[str | None, str]]:
    return {(m.context, first(m)) for m in catalog if m.id}


def unfinished(catalog: Catalog) -> list[str]:
    return [
        str(m.id)
        for m in catalog
        if m.id and (m.fuzzy or not all(m.string if isinstance(m.string, tuple) else [m.string]))
    ]


def bare(text: str) -> str:
    """Only the words that are read."""
    return re.sub(r"https?://\S+", "", TAG.sub("", PLACEHOLDER.sub("", text)))


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """The project's texts, collected anew beside the project."""
    root = tmp_path_factory.mktemp("collected") / "project"
    elsewhere = [pattern.removesuffix("/*") for pattern in catalogues.NOT_OURS]
    away = shutil.ignore_patterns(*elsewhere, ".*", "__pycache__", "docs", "presets", "static")
    shutil.copytree(settings.BASE_DIR, root, ignore=away)
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", *catalogues.collecting()]
    subprocess.run(command, cwd=root, env=env, check=True, capture_output=True)
    catalogues.set_headers(root / "locale")
    return root


@pytest.mark.messages
@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_code_and_templates_is_translated(collected, language):
    fresh = read(po(language, collected))
    assert len(fresh) > 1000
    assert keys(fresh) - keys(kept(language)) == set(), "run ./dev messages and translate"
    assert keys(kept(language)) - keys(fresh) == set(), "run ./dev messages: nobody says this now"
    assert unfinished(fresh) == []


@pytest.mark.messages
@pytest.mark.slow
def test_collecting_again_keeps_the_headers(collected):
    for language in LANGUAGES:
        header, again = (
            path.read_text().partition("\n\n")[0]
            for path in (po(language), po(language, collected))
        )
        assert header == again


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_translate(language):
    assert unfinished(kept(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_is_ours_and_counts_as_django_does(language):
    header = po(language).read_text().partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in header
    assert f'"Plural-Forms: {catalogues.plural_forms(language)}\\n"' in header
    assert '"Project-Id-Version: Tutela\\n"' in header
    assert not re.search(r"YEAR|FULL NAME|SOME DESCRIPTIVE|fuzzy|PACKAGE", header)
    assert f"nplurals={len(FORMS[language])};" in header


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_filled(language):
    counted = [(e, t) for e, english, t in messages(language) if len(english) == 2]
    assert len(counted) > 30
    for entry, forms in counted:
        assert len(forms) == len(FORMS[language]), entry.id
        assert all(form.strip() for form in forms), entry.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_kept(language):
    for entry, english, translated in messages(language):
        for number, text in enumerate(translated):
            want, have = (set(PLACEHOLDER.findall(t)) for t in (english[-1], text))
            # Arabic says none, one and two in words.
            in_words = language == "ar" and len(english) == 2 and number < 3
            assert have <= want and (in_words or have == want), (entry.id, text)
    for english_text, text in pairs(language):
        assert sorted(TAG.findall(text)) == sorted(TAG.findall(english_text)), text
        for edge in (str.startswith, str.endswith):
            assert edge(text, "\n") == edge(english_text, "\n"), text
        assert text.strip(" ") == text or english_text.strip(" ") != english_text, repr(text)
        assert text.rstrip().endswith(":") == english_text.rstrip().endswith(":"), text


@pytest.mark.parametrize("language", SCRIPT)
def test_words_are_in_the_script_of_the_language(language):
    for english, text in pairs(language):
        if re.search("[a-z]", bare(english)) and english not in SIGNS:
            assert re.search(SCRIPT[language], text), (english, text)
        assert not re.search("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]", bare(text)), text


WRONG_SIGNS = {
    "ro": "[şţŞŢ“«»]|\\w'\\w",
    "uk": "[„“”ыэёъЫЭЁЪ]|\\w'\\w",
    "bg": "[«»”ыэёіїєґЫЭЁІЇЄҐ]",
    "ar": "[„“”?;]|[\u0600-\u06ff],",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_and_letters_are_those_of_the_language(language):
    wrong = re.compile(WRONG_SIGNS[language] + '|"')
    assert [text for _e, text in pairs(language) if wrong.search(bare(text))] == []
    opened = {"ro": "„”", "uk": "«»", "bg": "„“", "ar": "«»"}[language]
    for _english, text in pairs(language):
        assert text.count(opened[0]) == text.count(opened[1]), text


@pytest.mark.parametrize("language", ["uk", "bg"])
def test_a_date_at_the_end_brings_its_own_full_stop(language):
    assert [t for _e, t in pairs(language) if DATE_AND_STOP.search(t)] == []


@pytest.fixture
def compiled(tmp_path, settings) -> Path:
    """Catalogues as ./dev makes them, in use."""
    settings.BUILD_DIR = tmp_path
    assert compile_catalogues() == len(LANGUAGES)
    assert compile_catalogues() == 0  # nothing has changed
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_kept(compiled, language):
    with (compiled / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        made = read_mo(file)
    assert len(made) == len(kept(language))
    by_key = {(m.context and m.context.decode(), first(m)): m.string for m in made if m.id}
    for entry in kept(language):
        if entry.id:
            assert list(by_key[entry.context, first(entry)]) == list(entry.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_django_chooses_the_form_that_the_language_asks_for(compiled, language):
    rule = Locale.parse(language).plural_form
    counted = [(e, t) for e, english, t in messages(language) if len(english) == 2]
    with translation.override(language):
        for entry, forms in counted:
            singular, plural = entry.id
            for number in NUMBERS:
                words = (
                    translation.npgettext(entry.context, singular, plural, number)
                    if entry.context
                    else translation.ngettext(singular, plural, number)
                )
                assert words == forms[FORMS[language].index(rule(number))], (number, entry.id)


def test_a_counted_text_in_each_language(compiled):
    found = {}
    for language in ("en", *LANGUAGES):
        with translation.override(language):
            words = translation.ngettext("%(counter)s month", "%(counter)s months", 21)
            found[language] = words % {"counter": 21}
    assert found == {
        "en": "21 months",
        "ro": "21 de luni",
        "uk": "21 місяць",
        "bg": "21 месеца",
        "ar": "21 شهرًا",
    }
