"""Posts of a learner: a lesson is read, a test is handed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import scoring
from courses.actions import progress
from courses.models import Course, Lesson, Test, TestAttempt
from courses.queries import next_step
from people.models import Person


def _learner(request: HttpRequest) -> Person | None:
    return request.user.person


@login_required
@require_POST
def lesson_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the lesson as read and go on to the next step."""
    lesson = get_object_or_404(Lesson.objects.live(), pk=pk)
    person = _learner(request)
    if person is None:
        return redirect("people:start")
    progress.finish_lesson(person=person, lesson=lesson, by=request.user)
    course = Course.objects.ancestor_of(lesson).get()
    step = next_step(course, person, after=lesson)
    return redirect((step or course).get_url(request))


def _answers(request: HttpRequest, questions: tuple[scoring.Question, ...]) -> dict[str, list[str]]:
    known = {question.id: {option.id for option in question.options} for question in questions}
    return {
        question.id: [value for value in request.POST.getlist(f"q-{question.id}") if value in known[question.id]]
        for question in questions
    }


@login_required
@require_POST
def test_hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Score the test; unanswered questions are asked for again with all that was chosen kept."""
    test = get_object_or_404(Test.objects.live(), pk=pk)
    person = _learner(request)
    if person is None:
        return redirect("people:start")
    questions = scoring.questions_of(test)
    answers = _answers(request, questions)
    number = request.POST.get("number", "")
    missing = scoring.unanswered(questions, answers)
    if missing or not number.isdecimal() or len(number) > 4:
        errors = [{"text": _("Choose an answer: %(question)s") % {"question": q.text}, "href": f"#q-{q.id}"} for q in missing]
        context = {"page": test, "self": test, "errors": errors, "answers": answers, "missing": {q.id for q in missing}}
        request.wagtail_page = test
        return render(request, "courses/test.html", context, status=422)
    try:
        attempt = progress.hand_in(person=person, test=test, number=int(number), answers=answers, by=request.user)
    except (progress.AttemptsUsed, progress.AlreadyPassed) as refusal:
        messages.info(request, refusal.message)
        return redirect(test.get_url(request))
    return redirect(reverse("courses:test-result", args=[attempt.pk]))


@login_required
@require_safe
def test_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The learner's own result, with explanations; somebody else's is 404."""
    attempt = get_object_or_404(TestAttempt, pk=pk, person_id=request.user.person_id or 0)
    family = Test.objects.live().filter(translation_key=attempt.test_key)
    test = family.filter(locale__language_code=request.LANGUAGE_CODE).first() or family.first()
    course = Course.objects.live().filter(translation_key=attempt.course_key)
    course = course.filter(locale__language_code=request.LANGUAGE_CODE).first() or course.first()
    questions = scoring.questions_of(test) if test else ()
    lines = [
        {"question": q, "chosen": set(attempt.answers.get(q.id, ())), "right": q.is_right(attempt.answers.get(q.id, ()))}
        for q in questions
    ]
    left = max(test.max_attempts - attempt.number, 0) if test else 0
    context = {"attempt": attempt, "test": test, "course": course, "lines": lines, "left": left}
    return render(request, "courses/test_result.html", context)
