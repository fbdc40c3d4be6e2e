"""What is told of a place is written by the worker: nothing of it keeps others from their places, nothing is lost."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications.models import Message
from people.actions.erasure import erase
from people.statements import answers
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import approvals, enrolments, waiting
from training.models import Edition, Enrolment
from training.notices import told_later
from training.place_notices import WRITERS, Notice, write

FETCH = "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)"
MOST_UNDER_THE_LOCK = 5


def statements_after_the_lock(deed) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        deed()
    said = [query["sql"].lstrip() for query in found.captured_queries]
    locks = [n for n, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql and "edition" in sql]
    return said[locks[0] :]


@pytest.mark.parametrize("waits", [False, True], ids=["a place", "the waiting list"])
def test_little_is_done_while_others_wait_for_the_lock(cast, waits):
    """Lock, count, the row, the trail, the job; and no mail."""
    edition = make.coming(cast.timis, capacity=1)
    if waits:
        make.place(cast.ana.person, edition)
    jobs.run()
    before = Message.objects.count()
    person = make_people.person(cast.timis)
    edition = Edition.objects.for_places().get(pk=edition.pk)  # as whoever decides reads it
    under = statements_after_the_lock(lambda: make.place(person, edition))
    assert len(under) <= MOST_UNDER_THE_LOCK, under
    assert Message.objects.count() == before
    assert jobs.run() == 1


def test_what_is_rolled_back_is_not_told(cast, edition):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make.place(cast.ana.person, edition)
        raise ZeroDivisionError
    assert not jobs.waiting().exists()


def test_a_job_that_runs_again_writes_nothing_more(cast, edition):
    place = make.place(cast.ana.person, edition)
    for _ in range(3):
        write(place.pk, Notice.CONFIRMED)
    assert Message.objects.filter(person=cast.ana.person).count() == 1


def test_what_one_person_is_told_keeps_its_order(cast, edition):
    """The queue gives out the mail of the cancellation only when that of the place is done; another's, meanwhile."""
    place = make.place(cast.ana.person, edition)
    enrolments.cancel(enrolment=place, by=None)
    make.place(cast.vasile, edition)
    first, second, other = jobs.waiting().values_list("id", flat=True)
    with connection.cursor() as cursor:
        given = []
        for _ in range(3):
            cursor.execute(FETCH)
            given.append(cursor.fetchone()[0])
        assert given == [first, other, None]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [first])
        cursor.execute(FETCH)
        assert cursor.fetchone()[0] == second


def test_it_goes_before_the_work_of_the_clock_and_after_sign_in_codes(cast, edition):
    make.place(cast.ana.person, edition)
    jobs.run()
    make.place(cast.vasile, edition)
    mail = ProcrastinateJob.objects.get(task_name="notifications.deliver")
    assert 0 < jobs.waiting().get().priority < mail.priority


@pytest.mark.parametrize("mine", [False, True], ids=["to them", "the other way round"])
def test_the_language_is_the_one_they_have_by_then(cast, edition, mine):
    person = make_people.person(cast.timis, language="uk" if mine else "ro")
    make.place(person, edition)
    person.language = "ro" if mine else "uk"
    person.save()
    assert jobs.messages().get(person=person).language == person.language


def test_times_are_those_of_then(cast, edition):
    make.place(cast.ana.person, edition)
    make.move_to(edition.sessions.get(), 9, 17)
    assert "17:30–19:30" in jobs.messages().get(person=cast.ana.person).text


def test_the_rank_is_the_one_that_was_given(cast):
    edition = make.coming(cast.timis, capacity=1)
    first = make.place(make_people.person(cast.timis), edition)
    make.place(make_people.person(cast.timis), edition)
    third = make.place(make_people.person(cast.timis, language="en"), edition)
    enrolments.cancel(enrolment=first, by=None)
    text = jobs.messages().get(person=third.person_id, name="enrolment_waitlisted").text
    assert "number 2 on the waiting list" in text


def test_an_offer_that_was_answered_meanwhile_is_not_made_again(cast):
    edition = make.coming(cast.timis, capacity=1, offer_hours=24)
    first, second = (make.place(make_people.person(cast.timis), edition) for _ in range(2))
    enrolments.cancel(enrolment=first, by=None)
    waiting.answer(enrolment=Enrolment.objects.get(pk=second.pk), yes=True, by=None)
    names = set(jobs.messages().filter(person=second.person_id).values_list("name", flat=True))
    assert names == {"enrolment_waitlisted", "enrolment_confirmed"}


def test_an_offer_that_is_over_is_not_made(cast):
    edition = make.coming(cast.timis, capacity=1, offer_hours=24)
    first, second = (make.place(make_people.person(cast.timis), edition) for _ in range(2))
    enrolments.cancel(enrolment=first, by=None)
    past = timezone.now() - timedelta(seconds=1)
    Enrolment.objects.filter(pk=second.pk).update(offer_until=past)
    assert not jobs.messages().filter(name="place_offered").exists()


def test_a_refusal_that_was_taken_back_is_not_told(cast):
    edition = make.coming(cast.timis, approval="organiser")
    place = make.place(cast.ana.person, edition, by=cast.ana)
    approvals.refuse(enrolment=place, by=cast.mara, reason="Prea devreme")
    approvals.approve(enrolment=place, by=cast.mara)
    names = set(jobs.messages().filter(person=cast.ana.person).values_list("name", flat=True))
    assert names == {"place_asked", "enrolment_confirmed"}


def test_who_was_erased_meanwhile_is_told_nothing(cast, edition):
    person = make_people.person(cast.timis, email="pleaca@example.org")
    make.place(person, edition)
    erase(person=person, by=None, reason="request")
    assert not jobs.messages().filter(name="enrolment_confirmed").exists()


def test_every_notice_has_a_writer_and_a_number_of_its_own():
    """Jobs that wait know the numbers: a new notice takes a new one."""
    assert set(WRITERS) == set(Notice)
    assert [notice.value for notice in Notice] == list(range(1, 12))
    assert Notice.CONFIRMED == 1 and Notice.CANCELLED == 11


def test_a_job_is_the_one_that_procrastinate_defers(cast, edition):
    """Its own function is called without its Python; every column of the job is the same."""
    place = make.place(cast.ana.person, edition)
    jobs.run()
    answers(*told_later(place, Notice.WAITLISTED, 3))
    task = app.configure_task("training.tell_of_place", lock=f"told:{place.person_id}")
    task.defer(enrolment_id=place.pk, notice_id=int(Notice.WAITLISTED), number=3)
    ours, theirs = ProcrastinateJob.objects.order_by("-pk").values()[:2]
    assert ours.pop("id") != theirs.pop("id")
    assert ours == theirs
