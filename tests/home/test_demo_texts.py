"""The demo's home, help, accessibility and privacy pages: one shape, five languages, each in its own letters."""

import json
import re
from functools import cache

import pytest
from babel.messages import pofile

from home.models import HomePage, InfoPage
from tests.courses.demo_texts import (
    BLOCK_KEYS,
    CEDILLA,
    ENGLISH,
    FIVE,
    FOREIGN,
    ROOT,
    SCRIPTS,
    SLUG,
    Markup,
    plain,
    shape,
    strings,
)

TEXTS = ROOT / "config" / "demo" / "texts"
IDS = ["help", "accessibility", "privacy"]
# Names of laws, standards and offices stay as they are everywhere.
INTERNATIONAL = {"EN", "WCAG", "AA", "ADR", "JavaScript", "cookie", "c", "e"}
QUOTES = {"ro": "„”", "en": "“”", "uk": "«»", "bg": "„“", "ar": "«»"}
BUTTONS = ["Sign in", "Courses", "Enrol"]
MINUTES = {
    "ro": "zece minute",
    "en": "ten minutes",
    "uk": "десять хвилин",
    "bg": "десет минути",
    "ar": "لعشر دقائق",
}
DIGITS = {
    "ro": "opt cifre",
    "en": "eight digits",
    "uk": "восьми цифр",
    "bg": "осем цифри",
    "ar": "ثمانية أرقام",
}

every_language = pytest.mark.parametrize("language", FIVE)


@cache
def read(language: str) -> dict:
    return json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))


def pages(language: str) -> list[dict]:
    return [read(language)["home"], *read(language)["pages"]]


def text_of(language: str) -> str:
    """All words of a file without markup and without addresses."""
    words = "\n".join(plain(text) for _, text in strings(read(language)))
    return re.sub(r"\S+@\S+\.example", "", words)


def page(language: str, ident: str) -> str:
    found = next(p for p in read(language)["pages"] if p["id"] == ident)
    return "\n".join(plain(text) for _, text in strings(found))


def test_there_is_one_file_for_each_language():
    assert {path.stem for path in TEXTS.glob("*.json")} == set(FIVE)


@every_language
def test_ids_kinds_and_tags_are_the_same_in_all_languages(language):
    assert shape(read(language)) == shape(read("ro"))
    assert [p["id"] for p in read(language)["pages"]] == IDS
    for one in pages(language):
        ids = [block["id"] for block in one["body"]]
        assert len(ids) == len(set(ids)) > 3


@every_language
def test_no_small_heading_stands_before_the_first_large_one(language):
    """A callout brings a heading of the third level; readers by ear would miss the second."""
    for one in pages(language):
        kinds = [
            block["type"]
            for block in one["body"]
            if block["type"] in {"heading", "callout", "case"}
        ]
        assert kinds[0] == "heading"


@every_language
def test_links_and_numbers_are_the_same_in_all_languages(language):
    def facts(code: str) -> list[str]:
        text = json.dumps(read(code), ensure_ascii=False).replace(f"/{code}/", "/")
        return re.findall(r'href=\\"[^"]+"|\d[\d/.]*\d', text)

    assert sorted(facts(language)) == sorted(facts("ro"))


@every_language
def test_blocks_have_their_fields_and_fit_the_forms(language):
    for one in pages(language):
        for block in one["body"]:
            assert set(block) == BLOCK_KEYS[block["type"]]
            assert Markup(block.get("html", "<p>.</p>")).faults == []
            assert len(block.get("title", "")) <= 120
    assert {field for field, text in strings(read(language)) if "<" in text} == {"html"}
    for field, text in strings(read(language)):
        assert text.strip() == text != "", (field, text)


@every_language
def test_fields_fit_the_models(language):
    home = read(language)["home"]
    assert len(home["heading"]) <= HomePage._meta.get_field("heading").max_length
    assert len(home["introduction"]) <= HomePage._meta.get_field("introduction").max_length
    for info in read(language)["pages"]:
        assert len(info["introduction"]) <= InfoPage._meta.get_field("introduction").max_length
    slugs = [p["slug"] for p in [read(language)["catalogue"], *read(language)["pages"]]]
    assert len(slugs) == len(set(slugs))
    assert all(SLUG.fullmatch(slug) for slug in slugs)


@every_language
def test_letters_are_those_of_the_language(language):
    text = text_of(language)
    assert not CEDILLA.search(text)
    assert not re.search(FOREIGN.get(language, "[\u0400-\u04ff\u0600-\u06ff]"), text, re.IGNORECASE)
    if language in SCRIPTS:
        assert set(re.findall("[A-Za-z]+", text)) <= INTERNATIONAL
        own = len(re.findall(SCRIPTS[language], text, re.IGNORECASE))
        assert own / sum(char.isalpha() for char in text) > 0.97
    if language != "en":
        assert not ENGLISH.search(text)


@every_language
def test_punctuation_is_that_of_the_language(language):
    text = text_of(language)
    assert set(re.findall('[„”“«»"]', text)) <= set(QUOTES[language])
    assert text.count(QUOTES[language][0]) == text.count(QUOTES[language][1])
    assert [raw for _, raw in strings(read(language)) if re.search(r"'|\.\.\.|  ", raw)] == []
    if language == "ar":
        assert not re.search(r"[;?]|,(?!\d)", text)


def test_romanian_is_spelled_by_todays_rules():
    text = text_of("ro")
    assert not re.search(r"\b(sînt|sunteti|si|sa|daca|fara|in)\b", text)
    inner = [
        w for w in re.findall(r"\w+î\w+", text) if not re.match("(re|ne|bine|pre)î", w.lower())
    ]
    assert inner == []


@pytest.mark.parametrize("language", FIVE[1:])
def test_no_text_was_left_as_in_the_source(language):
    both = zip(strings(read("ro")), strings(read(language)), strict=True)
    assert [text for (_, text), (_, twin) in both if text == twin] == []


@every_language
def test_the_introduction_is_short_and_plain(language):
    words = read(language)["home"]["introduction"].split()
    assert len(words) <= 45
    body = " ".join(plain(text) for _, text in strings(read(language)["home"]["body"]))
    assert len(body.split()) <= 140


@every_language
def test_help_says_what_the_site_does(language):
    """Eight digits, ten minutes and 112 are facts of the settings and of the law."""
    assert "112" in page(language, "help")
    assert MINUTES[language] in page(language, "help")
    assert DIGITS[language] in page(language, "help")
    assert MINUTES[language] in page(language, "privacy")


@every_language
def test_help_calls_the_buttons_by_the_names_that_they_bear(language):
    """The words in quotation marks are those of the menu and of the buttons, letter by letter."""
    first, last = QUOTES[language]
    quoted = re.findall(f"{first}([^{last}]+){last}", page(language, "help"))
    assert len(quoted) == len(BUTTONS)
    if language == "en":
        assert quoted == BUTTONS
        return
    with (ROOT / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale=language)
    for words, msgid in zip(quoted, BUTTONS, strict=True):
        # That no word is missing in the catalogue is tested there.
        assert catalogue[msgid].string in {words, ""}, msgid


@every_language
def test_the_accessibility_statement_names_what_the_law_asks_for(language):
    text = page(language, "accessibility")
    for fact in [
        "112/2018",
        "90/2019",
        "EN\u00a0301\u00a0549",  # never broken between lines
        "WCAG",
        "2.2",
        "AA",
        "ADR",
        "2026",
        "@",
        "30",
    ]:
        assert fact in text, fact


@every_language
def test_the_privacy_notice_names_ground_and_contact(language):
    text = page(language, "privacy")
    assert "2016/679" in text
    assert "protectia.datelor@tutela.example" in text
    assert "30" in text and "14" in text, "the days of people.privacy"
    assert f'href="/{language}/me/data/"' in "".join(
        one.get("html", "") for one in pages(language)[3]["body"]
    )


@every_language
def test_contacts_are_invented(language):
    addresses = re.findall(r"[\w.-]+@[\w.-]+", json.dumps(read(language)))
    assert addresses
    assert all(address.endswith(".example") for address in addresses)
