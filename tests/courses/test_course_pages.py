"""The course page: once in the catalogue, contents in the reader's language, few questions to the database."""

import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from courses import queries
from courses.models import Course, CourseHours
from courses.templatetags import course_tags
from tests.factories import courses, people
from tests.factories import lessons as make


@pytest.fixture
def reader(db):
    return people.user(people.person(people.organisation("ANPDCA")))


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def shown(language):
    return set(Course.objects.in_language_or_source(language).values_list("title", flat=True))


# The catalogue's list


def test_each_course_stands_once_in_the_readers_language_or_as_it_was_written(db):
    both, only_ro = courses.course("Ambele"), courses.course("Doar română")
    courses.course("Обидва", language="uk", translation_of=both)
    only_uk = courses.course("Лише українською", language="uk")
    assert shown("ro") == {"Ambele", "Doar română", "Лише українською"}
    assert shown("uk") == {"Обидва", "Doar română", "Лише українською"}
    assert shown("ar") == {"Ambele", "Doar română", "Лише українською"}
    assert Course.objects.in_language_or_source("uk").count() == 3
    assert {only_ro.key, only_uk.key, both.key} == set(
        Course.objects.in_language_or_source("uk").values_list("translation_key", flat=True)
    )


def test_what_is_not_live_does_not_stand_there(db):
    course = courses.course("Ascuns")
    uk = courses.course("Прихований", language="uk", translation_of=course)
    uk.unpublish()
    assert shown("uk") == {"Ascuns"}
    course.unpublish()
    assert shown("uk") == set()


def test_a_source_that_is_not_live_gives_way_to_its_first_live_translation(db):
    course = courses.course("Sursa")
    courses.course("Переклад", language="uk", translation_of=course)
    course.unpublish()
    assert shown("bg") == {"Переклад"}


def test_the_language_of_the_screen_is_the_default(db):
    course = courses.course("Ambele")
    courses.course("Обидва", language="uk", translation_of=course)
    with translation.override("uk"):
        assert set(Course.objects.in_language_or_source()) == set(
            Course.objects.in_language_or_source("uk")
        )


def test_the_address_of_the_catalogue(db):
    assert queries.catalogue_url("ro") == ""
    courses.catalogue()
    assert queries.catalogue_url("ro") == "", "kept a minute"
    queries.caches["local"].clear()
    assert queries.catalogue_url("ro") == "/ro/courses-ro/"
    with translation.override("ro"):
        assert course_tags.catalogue_url() == "/ro/courses-ro/"


# Contents and languages


def test_the_outline_says_which_language_a_lesson_is_in(db):
    one = make.taught(2)
    ar = make.translated(one, "ar", lessons=1, with_test=False)
    text = page(people.signed_in(None, language="ar"), ar.course.url)
    translated, written = ar.lessons[0], one.lessons[1]
    assert re.search(rf'<a href="{translated.url}">', text)
    assert re.search(rf'<a href="{written.url}" lang="ro" dir="ltr">{written.title}</a>', text)
    assert re.search(rf'<a href="{one.test.url}" lang="ro" dir="ltr">', text)
    assert f"<h3>{ar.module.title}</h3>" in text
    assert "Română" in text.split("<main")[1].split("<footer")[0]


def test_a_course_whose_name_alone_is_translated_shows_the_lessons_as_written(db):
    one = make.taught(2)
    uk = courses.course("Назва", language="uk", translation_of=one.course)
    text = page(people.signed_in(None, language="uk"), uk.url)
    assert f'<h3 lang="ro" dir="ltr">{one.module.title}</h3>' in text
    assert all(f'href="{lesson.url}" lang="ro"' in text for lesson in one.lessons)


def test_a_course_in_the_language_of_the_screen_needs_no_note(db):
    one = make.taught(1)
    text = page(people.signed_in(None), one.course.url).split("<main")[1].split("</main")[0]
    assert ' lang="' not in text and 'class="inset"' not in text


def test_a_course_without_contents_has_no_heading_for_them(db):
    text = page(people.signed_in(None), courses.course().url)
    assert 'id="contents"' not in text


def test_facts_are_those_of_the_source(db):
    """wagtail-localize does not bring later changes of audiences and topics to translations."""
    category, topic = people.category("ro-carer"), courses.topic("attachment")
    one = courses.course(categories=[category], topics=[topic])
    CourseHours.objects.create(course=one, topic=topic, kind="practice", minutes=90)
    CourseHours.objects.create(course=one, topic=topic, kind="theory", minutes=60)
    CourseHours.objects.create(course=one, topic=None, kind="theory", minutes=60)
    uk = courses.course("Курс", language="uk", translation_of=one)
    text = page(people.signed_in(None, language="uk"), uk.url)
    assert "ro-carer" in text and "attachment" in text
    assert [(line["kind"], line["minutes"]) for line in one.hours_by_kind()] == [
        ("theory", 120),
        ("practice", 90),
    ]


def test_a_topic_is_called_by_its_name(db):
    assert str(courses.topic("attachment", name={"ro": "Atașament", "en": "Attachment"})) in {
        "Atașament",
        "Attachment",
    }


# How far the reader is


def test_the_reader_starts_goes_on_and_arrives(reader):
    one = make.taught(2)
    browser = people.signed_in(reader)
    text = page(browser, one.course.url)
    assert "<progress" not in text
    assert f'class="button button-secondary" href="{one.lessons[0].url}"' in text
    browser.post(f"/ro/learn/lessons/{one.lessons[0].pk}/done/")
    text = page(browser, one.course.url)
    assert '<progress value="1" max="2"' in text
    assert f'<a class="button" href="{one.lessons[1].url}">' in text
    browser.post(f"/ro/learn/lessons/{one.lessons[1].pk}/done/")
    assert f'<a class="button" href="{one.test.url}">' in page(browser, one.course.url)
    browser.post(f"/ro/learn/tests/{one.test.pk}/hand-in/", make.form(10))
    text = page(browser, one.course.url)
    assert '<progress value="2" max="2"' in text
    assert text.count("tag-positive") >= 3
    assert f'<a class="button" href="{one.test.url}">' not in text


def test_a_course_of_a_test_alone(reader):
    one = make.taught(0)
    browser = people.signed_in(reader)
    assert f'href="{one.test.url}">' in page(browser, one.course.url)
    browser.post(f"/ro/learn/tests/{one.test.pk}/hand-in/", make.form(1))
    text = page(browser, one.course.url)
    assert "<progress" not in text
    assert f'<a class="button" href="{one.test.url}">' in text


def test_lessons_done_are_enough_where_there_is_no_test(reader):
    one = make.taught(1, with_test=False)
    browser = people.signed_in(reader)
    browser.post(f"/ro/learn/lessons/{one.lessons[0].pk}/done/")
    assert f'<a class="button" href="{one.lessons[0].url}">' not in page(browser, one.course.url)


# Questions to the database


def count_queries(client, address, django_assert_max_num_queries):
    client.get(address)  # fills what is kept for a minute
    with django_assert_max_num_queries(60) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("language", ["ro", "uk"])
def test_more_modules_and_lessons_cost_no_more_queries(
    reader, signed_in, language, django_assert_max_num_queries
):
    def course_of(modules: int):
        one = make.taught(1)
        uk = make.translated(one, "uk", lessons=1)
        for _number in range(modules - 1):
            part = make.module(one.course)
            lessons = [make.lesson(part) for _ in range(3)]
            translated = make.module(uk.course, translation_of=part)
            make.lesson(translated, translation_of=lessons[0])
        return uk.course if language == "uk" else one.course

    browser = people.signed_in(reader if signed_in else None, language=language)
    small = count_queries(browser, course_of(1).url, django_assert_max_num_queries)
    large = count_queries(browser, course_of(3).url, django_assert_max_num_queries)
    assert large == small
    assert large <= 40


def test_a_longer_test_costs_no_more_queries(reader, django_assert_max_num_queries):
    def test_of(questions: int):
        one = make.taught(0, with_test=False)
        return make.test(one.course, [make.question(f"q{n}") for n in range(questions)])

    browser = people.signed_in(reader)
    short = count_queries(browser, test_of(1).url, django_assert_max_num_queries)
    assert count_queries(browser, test_of(12).url, django_assert_max_num_queries) == short


def test_the_source_is_asked_for_once(reader, django_assert_num_queries):
    one = make.taught(1)
    uk = make.translated(one, "uk")
    course = Course.objects.get(pk=uk.course.pk)
    with django_assert_num_queries(1):
        assert queries.source_of(course) == queries.source_of(course) == one.course


# Tags


def test_tags_know_nobody_where_there_is_no_request(db):
    one = make.taught(1)
    context = Context({"page": one.course, "lesson": one.lessons[0], "test": one.test})
    text = "{% load course_tags %}{% study page as s %}{{ s.progress }}|{% is_done lesson %}|{% tries test %}"
    assert Template(text).render(context) == "None|False|None"
    context["request"] = RequestFactory().get("/")
    assert Template(text).render(context) == "None|False|None"
