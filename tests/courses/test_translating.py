"""An editor translates a course with wagtail-localize: what learners' answers and progress hang on must survive."""

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object

from courses import queries, scoring
from courses.actions import progress
from courses.models import Course, Lesson, Module, Test
from tests.factories import courses, people
from tests.factories import lessons as make


@pytest.fixture
def taught(db):
    for language in ("ro", "uk"):
        courses.catalogue(language)
    body = [
        {"type": "heading", "value": "Primele zile", "id": "b1"},
        {
            "type": "case",
            "value": {
                "title": "Un caz",
                "text": "<p>Text.</p>",
                "question": "De ce?",
                "hint": "<p>Pentru că.</p>",
            },
            "id": "b2",
        },
        {
            "type": "callout",
            "value": {"tone": "tip", "title": "Sfat", "text": "<p>Răbdare.</p>"},
            "id": "b3",
        },
    ]
    category, topic = people.category("ro-carer"), courses.topic("attachment")
    course = courses.course("Primul curs", categories=[category], topics=[topic])
    course.hours.create(kind="theory", minutes=120, topic=topic)
    part = make.module(course)
    lesson = make.lesson(part, body=body)
    test = make.test(
        course,
        [make.question("q1", "ac"), make.question("q2", "b")],
        pass_percent=60,
        max_attempts=3,
    )
    return make.Taught(course, part, [lesson], test)


@pytest.fixture
def finish(django_capture_on_commit_callbacks):
    """Translates every string of a page and publishes it."""

    def translated(page, locale, mark="укр"):
        translation = Translation.objects.get(
            source__object_id=page.translation_key, target_locale=locale
        )
        for segment in translation.source.stringsegment_set.all():
            words = segment.string.data
            StringTranslation.objects.update_or_create(
                translation_of=segment.string, locale=locale, context=segment.context,
                defaults={"data": words if segment.context.path == "slug" else f"{mark} {words}"},
            )  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True):
            translation.save_target(publish=True)

    return translated


@pytest.fixture
def uk(taught, finish):
    """The course with all that is below it, submitted, translated and published."""
    uk = courses.locale("uk")
    for page in (taught.course, taught.module, *taught.lessons, taught.test):
        translate_object(page, [uk])
        finish(page, uk)
    return uk


def update(page):
    """What the button «Sync translated pages» does."""
    page.save_revision().publish()
    TranslationSource.objects.get_for_instance(page).update_from_db()


def in_uk(page, uk):
    return type(page).objects.get(translation_key=page.translation_key, locale=uk)


def test_ids_of_blocks_questions_and_answers_survive(taught, uk):
    lesson, test = in_uk(taught.lessons[0], uk), in_uk(taught.test, uk)
    assert [block.id for block in lesson.body] == ["b1", "b2", "b3"]
    assert lesson.body[0].value == "укр Primele zile"
    assert lesson.body[2].value["tone"] == "tip"
    assert "укр" in str(lesson.body[1].value["question"])
    source, target = scoring.questions_of(taught.test), scoring.questions_of(test)
    assert [q.id for q in target] == [q.id for q in source] == ["q1", "q2"]
    assert [[o.id for o in q.options] for q in target] == [
        [o.id for o in q.options] for q in source
    ]
    assert [q.correct for q in target] == [q.correct for q in source]
    assert [q.kind for q in target] == ["multiple", "single"]
    assert all("укр" in q.text and "укр" in q.explanation for q in target)
    assert all("укр" in option.text for q in target for option in q.options)


def test_a_test_is_as_hard_in_every_language(taught, uk):
    test = in_uk(taught.test, uk)
    assert (test.pass_percent, test.max_attempts) == (60, 3)


def test_the_whole_tree_stands_in_the_other_language_and_counts_for_both(taught, uk):
    course = in_uk(taught.course, uk)
    assert course.live and course.title == "укр Primul curs"
    assert course.get_parent().locale == uk
    assert [line.minutes for line in course.hours.all()] == [120]
    [part] = queries.outline(course)
    assert part.module.title.startswith("укр")
    assert part.lessons[0].lesson.locale == uk
    assert queries.source_of(course) == taught.course
    reader = people.person(people.organisation("ANPDCA"))
    progress.finish_lesson(person=reader, lesson=in_uk(taught.lessons[0], uk), by=None)
    answers = {"q1": ["q1a", "q1c"], "q2": ["q2b"]}
    progress.hand_in(person=reader, test=in_uk(taught.test, uk), number=1, answers=answers, by=None)
    for page in (course, taught.course):
        assert queries.course_progress(reader, page).percent == 100


def test_a_question_changed_in_the_source_keeps_its_id_in_the_translation(taught, uk, finish):
    taught.test.questions[1].value["text"] = "Altfel întrebat?"
    update(taught.test)
    finish(taught.test, uk, mark="нове")
    first, second = scoring.questions_of(in_uk(taught.test, uk))
    assert (first.id, second.id) == ("q1", "q2")
    assert second.text == "нове Altfel întrebat?"
    assert second.correct == {"q2b"}


def test_answers_marked_right_in_the_source_are_right_in_the_translation_after_an_update(
    taught, uk, finish
):
    options = taught.test.questions[1].value["options"]
    options[0]["correct"], options[1]["correct"] = True, False
    update(taught.test)
    finish(taught.test, uk)
    assert scoring.questions_of(in_uk(taught.test, uk))[1].correct == {"q2a"}


def test_a_half_translated_course_is_read_half_in_each(taught, finish):
    uk = courses.locale("uk")
    translate_object(taught.course, [uk])
    finish(taught.course, uk)
    course = in_uk(taught.course, uk)
    text = people.signed_in(None, language="uk").get(course.url).content.decode()
    assert "укр Primul curs" in text
    assert taught.lessons[0].title in text


def test_what_is_submitted_is_not_published_before_it_is_translated(
    taught, django_capture_on_commit_callbacks
):
    """Else Romanian words would stand in the Ukrainian catalogue."""
    uk = courses.locale("uk")
    with django_capture_on_commit_callbacks(execute=True):
        translate_object(taught.course, [uk])
    assert not in_uk(taught.course, uk).live
    assert list(Course.objects.in_language_or_source("uk")) == [taught.course]


# The editor's screens


@pytest.fixture
def editor(cast):
    return cast.browser(cast.nour, language="en")


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_an_editor_with_a_second_factor_opens_every_part_of_a_course(editor, taught):
    for page in (taught.course, taught.module, *taught.lessons, taught.test):
        answer = editor.get(edit(page))
        assert answer.status_code == 200, (page, answer.get("Location"))
        assert page.title in answer.content.decode()


def test_an_editor_opens_pages_of_the_site_too(editor, taught):
    home = courses.home_page()
    for page in (home, courses.catalogue()):
        assert editor.get(edit(page)).status_code == 200


@pytest.mark.parametrize("parent", ["course", "module"])
def test_an_editor_finds_what_may_be_added_below(editor, taught, parent):
    page = getattr(taught, parent)
    names = {"course": ["module"], "module": ["lesson"]}[parent]
    for name in names:
        answer = editor.get(reverse("wagtailadmin_pages:add", args=["courses", name, page.pk]))
        assert answer.status_code == 200


def test_a_course_has_one_test(taught):
    assert not Test.can_create_at(taught.course)
    assert Test.can_create_at(make.taught(0, with_test=False).course)
    assert Module.can_create_at(taught.course) and Lesson.can_create_at(taught.module)
    assert not Lesson.can_create_at(taught.course)


def test_an_editor_submits_a_course_for_translation(editor, taught):
    uk = courses.locale("uk")
    address = reverse("wagtail_localize:submit_page_translation", args=[taught.course.pk])
    assert editor.get(address).status_code == 200
    answer = editor.post(address, {"locales": [uk.pk], "include_subtree": "on"})
    assert answer.status_code == 302, answer.content.decode()
    pages = Page.objects.filter(
        locale=uk, translation_key__in=[taught.course.key, taught.test.translation_key]
    )
    assert pages.count() == 2
    course = Course.objects.get(locale=uk)
    answer = editor.get(edit(course))
    assert answer.status_code == 200
    assert "Primul curs" in answer.content.decode()


def test_others_do_not_enter_the_editor(cast, taught):
    for user in (cast.ana, cast.ion, cast.petar):
        assert cast.browser(user).get(edit(taught.course)).status_code in {302, 403, 404}
    assert cast.browser(None).get(edit(taught.course)).status_code == 302
