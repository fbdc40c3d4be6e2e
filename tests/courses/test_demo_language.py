"""The demo courses in their five languages: length, letters, punctuation, and the facts that they lean on."""

import json
import re

import pytest

from tests.courses.demo_texts import (
    CEDILLA,
    ENGLISH,
    FIVE,
    FOREIGN,
    NATIVE_LATIN,
    ROOT,
    SCRIPTS,
    SLUG,
    blocks,
    every_course,
    every_edition,
    lessons,
    read,
    strings,
    text_of,
)


@every_edition
def test_lessons_can_be_read_in_one_sitting(slug, language):
    source = {lesson["id"]: len(text_of(lesson).split()) for lesson in lessons(read(slug, "ro"))}
    for lesson in lessons(read(slug, language)):
        words = len(text_of(lesson).split())
        assert 200 <= words <= 420, (lesson["id"], words)
        assert 0.7 <= words / source[lesson["id"]] <= 1.35, (lesson["id"], words)
        assert 15 <= lesson["minutes"] <= 25


@every_edition
def test_each_lesson_has_headings_a_callout_and_a_case(slug, language):
    for lesson in lessons(read(slug, language)):
        kinds = [block["type"] for block in lesson["blocks"]]
        assert kinds[0] == "heading" and kinds.count("heading") >= 2, lesson["id"]
        assert "callout" in kinds and kinds.count("case") == 1, lesson["id"]
        case = next(block for block in lesson["blocks"] if block["type"] == "case")
        assert re.search("[?؟]", case["question"])
        assert "<ul>" in str(lesson) or "<ol>" in str(lesson)


@every_edition
def test_letters_are_those_of_the_language(slug, language):
    text = text_of(read(slug, language))
    assert not CEDILLA.search(text)
    assert not re.search(FOREIGN.get(language, "[\u0400-\u04ff\u0600-\u06ff]"), text, re.IGNORECASE)
    if language in SCRIPTS:
        assert set(re.findall("[A-Za-z]+", text)) <= NATIVE_LATIN
        own = len(re.findall(SCRIPTS[language], text, re.IGNORECASE))
        assert own / sum(char.isalpha() for char in text) > 0.99
    if language != "en":
        assert not ENGLISH.search(text)


@pytest.mark.parametrize("language", FIVE[1:])
def test_no_text_was_left_as_in_the_source(language):
    source, other = (list(strings(read("foster-initial", name))) for name in ("ro", language))
    same = [text for (_, text), (_, twin) in zip(source, other, strict=True) if text == twin]
    assert same == []


@every_edition
def test_punctuation_is_that_of_the_language(slug, language):
    text = text_of(read(slug, language))
    quotes = {"ro": "„”", "en": "“”", "uk": "«»", "bg": "„“", "ar": "«»"}[language]
    assert set(re.findall('[„“”«»"]', text)) <= set(quotes)
    assert text.count(quotes[0]) == text.count(quotes[1])
    faults = [raw for _, raw in strings(read(slug, language)) if "  " in raw or "..." in raw]
    assert faults == []
    if language == "ar":
        assert not re.search("[,;?]", text)
    assert "'" not in text


@every_course
def test_romanian_is_spelled_by_todays_rules(slug):
    text = text_of(read(slug, "ro"))
    assert not re.search(r"\b(sînt|sîntem|sunteti|si|sa|daca|fara|in)\b", text)
    inner = [
        word
        for word in re.findall(r"\w+î\w+", text)
        if not re.match("(re|ne|bine|pre)î", word.lower())
    ]
    assert inner == []


@every_edition
def test_no_addresses_and_no_numbers_but_the_emergency_call(slug, language):
    text = text_of(read(slug, language))
    assert not re.search(r"@|https?:|www\.|\.(ro|com|org|gov)\b", text)
    assert set(re.findall(r"(?<!\d)\d{3,}(?!\d)", text)) <= {"112", "2024"}


@every_course
def test_hours_name_known_topics_and_add_up(slug):
    meta = read(slug, "meta")
    known = {
        topic["code"] for topic in json.loads((ROOT / "presets/topics.json").read_text())["topics"]
    }
    assert set(meta["topics"]) <= known
    assert {line["topic"] for line in meta["hours"]} <= set(meta["topics"])
    assert {line["kind"] for line in meta["hours"]} == {"theory", "practice", "online"}
    online = sum(line["minutes"] for line in meta["hours"] if line["kind"] == "online")
    assert online == sum(lesson["minutes"] for lesson in lessons(read(slug, "ro")))
    assert all(line["minutes"] > 0 for line in meta["hours"])


def test_the_initial_training_has_the_reported_hours():
    minutes = {"theory": 0, "practice": 0, "online": 0}
    for line in read("foster-initial", "meta")["hours"]:
        minutes[line["kind"]] += line["minutes"]
    assert minutes["theory"] + minutes["online"] == 50 * 60
    assert minutes["practice"] == 30 * 60
    assert minutes["online"] < minutes["theory"] / 10


@every_course
def test_categories_and_helplines_exist_in_the_preset(slug):
    preset = json.loads((ROOT / "presets/ro/core.json").read_text(encoding="utf-8"))
    assert set(read(slug, "meta")["categories"]) <= {
        category["code"] for category in preset["categories"]
    }
    used = {block["code"] for block in blocks(read(slug, "ro")) if block["type"] == "helpline"}
    assert used <= {line["code"] for line in preset["helplines"]}
    assert bool(used) == (slug == "violence-early-signs")


def test_the_violence_course_is_announced_in_five_languages():
    names = read("violence-early-signs", "meta")["translations"]
    assert set(names) == set(FIVE)
    for language, page in names.items():
        assert SLUG.fullmatch(page["slug"])
        assert 40 <= len(page["summary"]) <= 200
        if language in SCRIPTS:
            assert not re.search("[A-Za-z]", page["title"] + page["summary"])
            assert not re.search(FOREIGN[language], page["title"] + page["summary"], re.IGNORECASE)
    source = read("violence-early-signs", "ro")
    assert names["ro"] == {key: source[key] for key in ("slug", "title", "summary")}
