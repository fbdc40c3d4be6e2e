"""Posts of a learner: a lesson is read, a test is handed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import scoring
from courses.actions import progress
from courses.models import Course, Lesson, Test, TestAttempt
from courses.queries import next_step, tries


def _not_yet(request: HttpRequest, page: Lesson | Test) -> HttpResponse | None:
    """Who is not signed in comes back to the page, not to this address, which only takes posts."""
    if not request.user.is_authenticated:
        return redirect_to_login(page.get_url(request))
    return redirect("people:start") if request.user.person is None else None


@require_POST
def lesson_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the lesson as read and go on to the next step."""
    lesson = get_object_or_404(Lesson.objects.live(), pk=pk)
    if elsewhere := _not_yet(request, lesson):
        return elsewhere
    person = request.user.person
    progress.finish_lesson(person=person, lesson=lesson, by=request.user)
    course = Course.objects.ancestor_of(lesson).get()
    return redirect((next_step(course, person, after=lesson) or course).get_url(request))


def _answers(request: HttpRequest, questions: tuple[scoring.Question, ...]) -> dict[str, list[str]]:
    known = {question.id: {option.id for option in question.options} for question in questions}
    return {
        question.id: [
            value
            for value in request.POST.getlist(f"q-{question.id}")
            if value in known[question.id]
        ]
        for question in questions
    }


def _asked_again(
    questions: tuple[scoring.Question, ...], answers: dict[str, list[str]]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The words at each unanswered question, and the same for the list above, with a link to its first answer."""
    waiting = {question.id for question in scoring.unanswered(questions, answers)}
    missing: dict[str, str] = {}
    errors = []
    for number, question in enumerate(questions, 1):
        if question.id in waiting:
            missing[question.id] = _("Question %(number)s: choose an answer.") % {"number": number}
            errors.append({"text": missing[question.id], "href": f"#o-{question.options[0].id}"})
    return missing, errors


@require_POST
def test_hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Score the test; unanswered questions are asked for again with all that was chosen kept."""
    test = get_object_or_404(Test.objects.live(), pk=pk)
    if elsewhere := _not_yet(request, test):
        return elsewhere
    questions = scoring.questions_of(test)
    answers = _answers(request, questions)
    missing, errors = _asked_again(questions, answers)
    if missing:
        context = {
            "page": test,
            "self": test,
            "errors": errors,
            "answers": answers,
            "missing": missing,
        }
        request.wagtail_page = test
        return render(request, "courses/test.html", context, status=422)
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 4:
        return redirect(test.get_url(request))
    try:
        attempt = progress.hand_in(
            person=request.user.person,
            test=test,
            number=int(number),
            answers=answers,
            by=request.user,
        )
    except (progress.AttemptsUsed, progress.AlreadyPassed) as refusal:
        messages.info(request, refusal.message)
        return redirect(test.get_url(request))
    return redirect(reverse("courses:test-result", args=[attempt.pk]))


def _translation(pages: Any, language: str) -> Any:
    """The live page in that language, else any live one, else nothing."""
    live = list(pages.live().select_related("locale").order_by("pk"))
    return next(
        (page for page in live if page.locale.language_code == language), live[0] if live else None
    )


@login_required
@require_safe
def test_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The learner's own result, with explanations; somebody else's is 404."""
    attempt = get_object_or_404(TestAttempt, pk=pk, person=request.user.person_id or 0)
    test = _translation(
        Test.objects.filter(translation_key=attempt.test_key), request.LANGUAGE_CODE
    )
    course = _translation(
        Course.objects.filter(translation_key=attempt.course_key), request.LANGUAGE_CODE
    )
    lines = [
        {"question": question, "chosen": chosen, "right": question.is_right(chosen)}
        for question in (scoring.questions_of(test) if test else ())
        for chosen in [set(attempt.answers.get(question.id, ()))]
    ]
    mine = tries(attempt.person, test) if test else None
    context = {"attempt": attempt, "test": test, "course": course, "lines": lines, "tries": mine}
    return render(request, "courses/test_result.html", context)
