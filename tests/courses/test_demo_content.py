"""The demo courses are data, but people read them first: ids, blocks, markup and questions must hold."""

import pytest

from tests.courses.demo_texts import (
    BLOCK_KEYS,
    COURSES,
    DEMO,
    FIVE,
    SLUG,
    Markup,
    blocks,
    every_course,
    every_edition,
    lessons,
    read,
    shape,
    strings,
)


def test_the_three_courses_are_there_and_one_speaks_five_languages():
    assert sorted(path.name for path in DEMO.iterdir() if path.is_dir()) == COURSES
    assert read("foster-initial", "meta")["languages"] == FIVE


@every_course
def test_every_file_is_announced_in_meta(slug):
    names = {path.stem for path in (DEMO / slug).glob("*.json")}
    assert names == {"meta", *read(slug, "meta")["languages"]}


@every_edition
def test_ids_and_right_answers_are_the_same_in_all_languages(slug, language):
    assert shape(read(slug, language)) == shape(read(slug, read(slug, "meta")["source_language"]))


@every_edition
def test_ids_are_unique_where_they_are_looked_up(slug, language):
    course = read(slug, language)
    scopes = [course["body"], course["modules"], lessons(course), course["test"]["questions"]]
    scopes += [lesson["blocks"] for lesson in lessons(course)]
    scopes += [question["options"] for question in course["test"]["questions"]]
    for scope in scopes:
        ids = [item["id"] for item in scope]
        assert len(ids) == len(set(ids))


@every_edition
def test_slugs_are_plain_and_differ_between_sisters(slug, language):
    course = read(slug, language)
    for sisters in [
        [course],
        course["modules"],
        *(module["lessons"] for module in course["modules"]),
    ]:
        slugs = [page["slug"] for page in sisters]
        assert len(slugs) == len(set(slugs))
        assert all(SLUG.fullmatch(one) and len(one) <= 60 for one in slugs)


@every_edition
def test_blocks_have_their_fields_and_fit_the_forms(slug, language):
    course = read(slug, language)
    limits = {"summary": 200, "title": 120, "question": 300, "text": 300}
    for block in blocks(course):
        assert set(block) == BLOCK_KEYS[block["type"]]
        assert block.get("tone", "tip") in {"tip", "note", "warning"}
    for field, text in strings(course):
        assert text.strip() == text != "", (field, text)
        assert len(text) <= limits.get(field, 2000), (field, text)


@every_edition
def test_markup_is_what_an_editor_could_write(slug, language):
    for block in blocks(read(slug, language)):
        assert Markup(block.get("html", "<p>.</p>")).faults == []
    fields = {field for field, text in strings(read(slug, language)) if "<" in text}
    assert fields <= {"html"}


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p>open",
        "bare text",
        "<p style='color:red'>x</p>",
        "<p><a href='https://elsewhere.example'>x</a></p>",
        "<p><a href='//elsewhere.example'>x</a></p>",
        "<ul><p>x</p></ul>",
        "<p>x</p></p>",
        "<p><li>x</li></p>",
    ],
)
def test_the_markup_check_sees_faults(html):
    assert Markup(html).faults


def test_the_markup_check_accepts_good_texts():
    assert (
        Markup(
            "<p>A <strong>b</strong> <a href='tel:112'>112</a></p><ul><li><em>c</em></li></ul>"
        ).faults
        == []
    )


@every_edition
def test_questions_have_the_right_number_of_right_answers(slug, language):
    test = read(slug, language)["test"]
    assert (test["pass_percent"], test["max_attempts"]) == (70, 5)
    assert len(test["questions"]) == (8 if slug == "sina-guide" else 10)
    assert {question["kind"] for question in test["questions"]} == {
        "single",
        "multiple",
        "truefalse",
    }
    for question in test["questions"]:
        right = sum(option["correct"] for option in question["options"])
        wrong = len(question["options"]) - right
        if question["kind"] == "multiple":
            assert right >= 2 and wrong >= 1, question["id"]
        else:
            assert right == 1, question["id"]
            assert wrong == 1 if question["kind"] == "truefalse" else wrong >= 3, question["id"]
        texts = [option["text"] for option in question["options"]]
        assert len(texts) == len(set(texts))
        assert len(question["explanation"]) > 30


@every_course
def test_the_right_answer_has_no_fixed_place(slug):
    singles = [q for q in read(slug, "ro")["test"]["questions"] if q["kind"] == "single"]
    places = {
        [option["correct"] for option in question["options"]].index(True) for question in singles
    }
    assert len(places) >= 2
    statements = [q for q in read(slug, "ro")["test"]["questions"] if q["kind"] == "truefalse"]
    assert {question["options"][0]["correct"] for question in statements} == {True, False}
