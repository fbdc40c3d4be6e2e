"""A learner at the screen: reads a lesson, hands in a test."""

import re

import pytest

from courses.models import LessonProgress, TestAttempt
from tests.courses.screens import done_url, hand_in, hand_in_url, page
from tests.factories import lessons as make
from tests.factories import people
from tests.rendering import Elements

# Lessons


def test_a_lesson_read_leads_to_the_next_and_at_last_to_the_test(ana, taught):
    first, second = taught.lessons
    assert ana.post(done_url(first))["Location"] == second.url
    assert ana.post(done_url(second))["Location"] == taught.test.url
    hand_in(ana, taught.test, 10)
    assert ana.post(done_url(first))["Location"] == taught.course.url


def test_a_lesson_skipped_is_come_back_to(ana, taught):
    first, second = taught.lessons
    assert ana.post(done_url(second))["Location"] == first.url


def test_a_double_click_is_one_lesson(ana, taught, learner):
    for _ in range(2):
        ana.post(done_url(taught.lessons[0]))
    assert LessonProgress.objects.filter(person=learner.person).count() == 1


def test_the_lesson_says_when_it_is_done(ana, taught):
    lesson = taught.lessons[0]
    assert 'class="inset"' not in page(ana, lesson.url)
    ana.post(done_url(lesson))
    assert 'class="inset"' in page(ana, lesson.url)


def test_marking_only_takes_posts(ana, taught):
    assert ana.get(done_url(taught.lessons[0])).status_code == 405
    assert ana.get(hand_in_url(taught.test)).status_code == 405
    assert not LessonProgress.objects.exists()


def test_what_is_not_published_cannot_be_done(ana, taught):
    taught.lessons[0].unpublish()
    taught.test.unpublish()
    assert ana.post(done_url(taught.lessons[0])).status_code == 404
    assert hand_in(ana, taught.test, 10).status_code == 404
    assert (
        ana.post(
            done_url(taught.lessons[1]).replace(str(taught.lessons[1].pk), "999999")
        ).status_code
        == 404
    )


# Without an account


def test_whoever_is_not_signed_in_reads_everything_and_marks_nothing(taught):
    nobody = people.signed_in(None)
    assert "Un copil are nevoie de timp." in page(nobody, taught.lessons[0].url)
    text = page(nobody, taught.lessons[0].url)
    assert f'href="/ro/account/login/?next={taught.lessons[0].url}"' in text
    assert "/learn/lessons/" not in text
    text = page(nobody, taught.test.url)
    assert f"next={taught.test.url}" in text
    assert 'type="radio"' not in text and "/hand-in/" not in text
    assert taught.lessons[1].title in page(nobody, taught.course.url)


@pytest.mark.parametrize("what", ["lesson", "test"])
def test_a_lost_session_comes_back_to_the_page_and_not_to_an_address_for_posts(taught, what):
    nobody = people.signed_in(None)
    if what == "lesson":
        answer, back = nobody.post(done_url(taught.lessons[0])), taught.lessons[0].url
    else:
        answer, back = hand_in(nobody, taught.test, 10), taught.test.url
    assert answer["Location"] == f"/ro/account/login/?next={back}"
    assert not LessonProgress.objects.exists() and not TestAttempt.objects.exists()


def test_an_account_without_a_person_reads_and_is_asked_for_a_name(taught):
    root = people.signed_in(people.superuser())
    for one in (taught.lessons[0], taught.test):
        text = page(root, one.url)
        assert 'href="/ro/me/"' in text and "/learn/" not in text
    assert root.post(done_url(taught.lessons[0]))["Location"] == "/ro/me/"
    assert hand_in(root, taught.test, 10)["Location"] == "/ro/me/"
    assert root.get("/ro/learn/results/1/").status_code == 404


# The test


def test_a_test_handed_in_leads_to_its_own_result(ana, taught, learner):
    answer = hand_in(ana, taught.test, 7)
    attempt = TestAttempt.objects.get()
    assert answer["Location"] == f"/ro/learn/results/{attempt.pk}/"
    assert (attempt.person, attempt.score, attempt.passed) == (learner.person, 7, True)
    assert hand_in(ana, taught.test, 7)["Location"] == answer["Location"]
    assert TestAttempt.objects.count() == 1


def test_the_form_carries_the_number_of_the_attempt(ana, taught):
    def number():
        inputs = Elements(page(ana, taught.test.url)).all("input")
        return next(i["value"] for i in inputs if i.get("name") == "number")

    assert number() == "1"
    hand_in(ana, taught.test, 2)
    assert number() == "2"


def test_unanswered_questions_are_asked_for_again_with_all_that_was_chosen_kept(ana, taught):
    form = make.form(7)
    del form["q-q3"], form["q-q9"]
    answer = ana.post(hand_in_url(taught.test), form)
    assert answer.status_code == 422
    text = answer.content.decode()
    elements = Elements(text)
    ids = elements.ids()
    assert len(ids) == len(set(ids))
    # The list on top stands first, takes the focus and leads to answers that can be focused.
    assert text.index("error-summary") < text.index("<h1")
    assert any("data-focus" in attrs for attrs in elements.all("section"))
    links = [a["href"] for a in elements.all("a") if a["href"].startswith("#o-")]
    assert links == ["#o-q3a", "#o-q9a"]
    focusable = {i["id"] for i in elements.all("input") if i.get("type") in {"radio", "checkbox"}}
    assert {link[1:] for link in links} <= focusable
    # The same words at the question.
    words = [
        re.sub(r"\s+", " ", found) for found in re.findall(r'<a href="#o-q\da">([^<]+)</a>', text)
    ]
    assert len(set(words)) == 2
    for question, said in zip(("q3", "q9"), words, strict=True):
        at_question = re.search(rf'id="q-{question}_error">.*?<p>(.*?)</p>', text, re.DOTALL)
        assert at_question and at_question[1].endswith(said)
        assert re.search(
            rf'<fieldset id="q-{question}" aria-describedby="[^"]*\bq-{question}_error"', text
        )
    checked = {i["value"] for i in elements.all("input") if "checked" in i}
    assert checked == {f"q{n}{'a' if n <= 7 else 'b'}" for n in range(1, 11) if n not in (3, 9)}
    assert not TestAttempt.objects.exists()


def test_the_title_says_first_that_something_is_missing(taught, learner):
    answer = people.signed_in(learner, language="en").post(
        hand_in_url(taught.test, "en"), {"number": "1"}
    )
    assert re.search(r"<title>\s*Error: ", answer.content.decode())
    assert "Question 10: choose an answer." in answer.content.decode()


def test_several_right_answers_are_ticked_and_kept(ana):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, [make.question("q1", "ac"), make.question("q2", "b")])
    text = page(ana, test.url)
    assert text.count('type="checkbox"') == 3 and text.count('type="radio"') == 3
    answer = ana.post(hand_in_url(test), {"number": "1", "q-q1": ["q1a", "q1c"]})
    assert answer.status_code == 422
    checked = {i["value"] for i in Elements(answer.content.decode()).all("input") if "checked" in i}
    assert checked == {"q1a", "q1c"}
    ana.post(hand_in_url(test), {"number": "1", "q-q1": ["q1a", "q1c"], "q-q2": "q2b"})
    assert TestAttempt.objects.get().score == 2


def test_answers_that_the_test_does_not_have_are_no_answers(ana, taught):
    form = {**make.form(10), "q-q1": "q2a", "q-q77": "q77a"}
    answer = ana.post(hand_in_url(taught.test), form)
    assert answer.status_code == 422
    assert not TestAttempt.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "99999", "¹"])
def test_a_number_that_the_form_did_not_give_starts_again(ana, taught, number):
    answer = ana.post(hand_in_url(taught.test), {**make.form(10), "number": number})
    assert answer["Location"] == taught.test.url
    assert not TestAttempt.objects.exists()


def test_after_the_last_attempt_the_page_says_so(learner):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, max_attempts=1)
    browser = people.signed_in(learner, language="en")
    hand_in(browser, test, 1)
    text = page(browser, test.url)
    assert "/hand-in/" not in text
    answer = browser.post(hand_in_url(test, "en"), make.form(10, number=2), follow=True)
    assert answer.redirect_chain[-1][0] == test.url
    assert TestAttempt.objects.count() == 1


def test_a_passed_test_is_not_offered_again(ana, taught):
    hand_in(ana, taught.test, 8)
    assert "/hand-in/" not in page(ana, taught.test.url)
    assert hand_in(ana, taught.test, 10, number=2)["Location"] == taught.test.url
    assert TestAttempt.objects.count() == 1


def test_what_is_left_of_the_attempts_is_said(ana, taught):
    first = page(ana, taught.test.url)
    hand_in(ana, taught.test, 1)
    second = page(ana, taught.test.url)
    for text, left in ((first, "5"), (second, "4")):
        above_the_questions = text.split("<h1")[1].split("<fieldset")[0]
        assert re.search(rf"\b{left}\b", above_the_questions)
