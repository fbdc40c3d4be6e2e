"""The result of a test: one's own, in the language of the screen, with as much as may be told."""

import pytest

from courses.models import TestAttempt
from tests.courses.screens import hand_in, page
from tests.factories import lessons as make
from tests.factories import people


def result(client, number=1, language="ro", status=200):
    attempt = TestAttempt.objects.get(number=number)
    return page(client, f"/{language}/learn/results/{attempt.pk}/", status)


def test_the_result_of_somebody_else_is_not_found(ana, taught, cast):
    hand_in(ana, taught.test, 8)
    for other in (cast.clara, cast.ion, cast.adm, cast.nour):
        result(cast.browser(other), status=404)
    nobody = people.signed_in(None).get(f"/ro/learn/results/{TestAttempt.objects.get().pk}/")
    assert nobody["Location"].startswith("/ro/account/login/")


def test_the_result_hides_the_right_answers_while_there_are_attempts(ana, taught):
    hand_in(ana, taught.test, 3)
    text = result(ana)
    assert "q4 b" in text and "q4 a" not in text
    assert "De aceea q4." in text
    assert f'href="{taught.test.url}"' in text


def test_a_passed_test_shows_the_right_answers(ana, taught):
    hand_in(ana, taught.test, 7)
    text = result(ana)
    assert "q8 b" in text and "q8 a" in text
    assert f'href="{taught.course.url}"' in text


def test_an_old_result_knows_what_came_after(ana, taught):
    hand_in(ana, taught.test, 3)
    hand_in(ana, taught.test, 9, number=2)
    text = result(ana, number=1)
    assert f'href="{taught.test.url}"' not in text
    assert "q4 a" in text


def test_the_last_attempt_shows_the_right_answers_and_no_way_back(ana):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, max_attempts=1)
    hand_in(ana, test, 3)
    text = result(ana)
    assert "q4 a" in text and f'href="{test.url}"' not in text


def test_the_result_is_read_in_the_language_of_the_screen(ana, taught):
    uk = make.translated(taught, "uk")
    hand_in(ana, taught.test, 10)
    text = result(ana, language="uk")
    assert "uk Întrebarea q1?" in text and uk.course.title in text
    text = result(ana, language="ar")
    assert '<h3 lang="ro" dir="ltr">Întrebarea q1?</h3>' in text
    assert "lang=" not in result(ana).split("<main")[1].split("</main")[0]


def test_a_result_outlives_its_test_and_course(ana, taught):
    hand_in(ana, taught.test, 9)
    taught.course.delete()
    assert "9" in result(ana)


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_every_page_of_a_learner_opens_in_every_language(taught, language, learner):
    version = taught if language == "ro" else make.translated(taught, language)
    browser = people.signed_in(learner, language=language)
    for one in (version.course, version.module, version.lessons[0], version.test):
        text = page(browser, one.url)
        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}"' in text
        assert one.title in text
    hand_in(browser, version.test, 4, language=language)
    assert f'lang="{language}"' in result(browser, language=language)
