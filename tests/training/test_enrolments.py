"""Places: who gets one, who waits, who moves up, and what each refusal says."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from notifications.models import Message
from people.models import AuditEvent, User
from tests import jobs
from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make
from training import queries
from training.actions import editions, placing
from training.actions.conditions import waiting_may_move_up, why_not
from training.actions.enrolments import Status, cancel, enrol, enrol_oneself
from training.actions.errors import (
    EditionCancelled,
    EditionOver,
    EnrolmentClosed,
    EnrolmentNotOpenYet,
    NotAParticipant,
    PlaceIsUsed,
    Refused,
)
from training.actions.outcomes import complete, fail
from training.models import Edition, Enrolment
from training.models.enrolment import CODE_LENGTH, CODE_LETTERS


def sent(person, name: str) -> int:
    return jobs.messages().filter(person=person, name=name).count()


def trail(enrolment: Enrolment) -> list[str]:
    return list(AuditEvent.objects.about(enrolment).order_by("id").values_list("verb", flat=True))


def others(cast: Cast, number: int) -> list:
    return [make_people.person(cast.timis) for _ in range(number)]


def test_a_place_is_confirmed_with_code_notice_and_trail(cast, edition):
    enrolment = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert enrolment.status == Status.CONFIRMED
    assert enrolment.rank is None
    assert len(enrolment.code) == CODE_LENGTH
    assert set(enrolment.code) <= set(CODE_LETTERS)
    assert sent(cast.ana.person, "enrolment_confirmed") == 1
    event = AuditEvent.objects.about(enrolment).get()
    assert (event.verb, event.actor_id, event.person_id) == (
        "enrolment.confirmed", cast.ana.pk, cast.ana.person.pk,
    )  # fmt: skip
    assert event.organisation_path == cast.timis.path
    assert "Ana" not in str(event.data)


def test_a_full_edition_gives_ranks_in_order_of_arrival(cast, edition):
    people = others(cast, 5)
    found = [enrol(person=p, edition=edition, by=None) for p in people]
    assert [e.status for e in found] == [Status.CONFIRMED] * 2 + [Status.WAITLISTED] * 3
    assert [e.rank for e in found] == [None, None, 1, 2, 3]
    assert [queries.rank(e) for e in found] == [None, None, 1, 2, 3]
    assert sent(people[2], "enrolment_waitlisted") == 1
    assert sent(people[2], "enrolment_confirmed") == 0


def test_a_second_call_returns_the_same_enrolment(cast, edition):
    first = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    again = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert again == first
    assert sent(cast.ana.person, "enrolment_confirmed") == 1
    assert trail(first) == ["enrolment.confirmed"]


def test_a_second_call_while_waiting_tells_the_same_rank(cast, edition):
    for person in others(cast, 3):
        make.place(person, edition)
    waiting = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert enrol(person=cast.ana.person, edition=edition, by=cast.ana).rank == waiting.rank == 2


def test_the_same_enrolment_is_found_even_after_enrolment_closed(cast, edition):
    first = make.place(cast.ana.person, edition)
    editions.change_status(by=None, edition=edition, status="closed")
    assert make.place(cast.ana.person, edition) == first


def test_whoever_waits_is_not_passed_by_a_later_arrival(cast, edition):
    """A place is free, but somebody waits: possible while a running edition takes nobody."""
    first, second, third, late = others(cast, 4)
    for person in (first, second, third):
        make.place(person, edition)
    Enrolment.objects.filter(person=first).update(
        status=Status.CANCELLED, cancelled_at=timezone.now()
    )
    assert make.place(late, edition).status == Status.WAITLISTED


def test_a_clock_that_steps_back_passes_nobody(cast, edition):
    for person in others(cast, 2):
        make.place(person, edition)
    ahead = timezone.now() + timedelta(minutes=5)
    Enrolment.objects.filter(edition=edition).update(queued_at=ahead)
    assert make.place(cast.ana.person, edition).queued_at == ahead


def test_a_code_that_is_taken_is_drawn_again(cast, edition, monkeypatch):
    draws = iter(["A" * 8, "A" * 8, "A" * 8, "C" * 8])
    monkeypatch.setattr(placing, "enrolment_code", lambda: next(draws))
    first = make.place(cast.ana.person, edition)
    second = make.place(cast.vasile, edition)
    assert (first.code, second.code) == ("A" * 8, "C" * 8)


def test_a_draft_is_nothing_to_enrol_in_oneself(cast, edition):
    draft = make.coming(cast.timis, status=Edition.Status.DRAFT)
    assert enrol_oneself(edition=draft.pk, by=cast.ana) is None
    assert enrol_oneself(edition=10**30, by=cast.ana) is None
    assert not Enrolment.objects.exists()
    assert enrol_oneself(edition=edition.pk, by=cast.ana) == Enrolment.objects.get()


def test_an_account_without_a_person_enrols_nobody(edition):
    with pytest.raises(PermissionDenied):
        enrol_oneself(edition=edition.pk, by=User.objects.create(email="no@example.org"))
    assert not Enrolment.objects.exists()


def test_after_cancelling_one_may_enrol_anew_at_the_end_of_the_queue(cast, edition):
    gone = make.place(cast.ana.person, edition)
    rest = [make.place(p, edition) for p in others(cast, 2)]
    cancel(enrolment=gone, by=cast.ana)
    again = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert again != gone
    assert (again.status, again.rank) == (Status.WAITLISTED, 1)
    assert queries.rank(rest[1]) is None


# Conditions


DAY = timedelta(days=1)
CASES = [
    # status, opens in, closes in, last session ends in, refusal
    ("open", None, None, 7, None),
    ("open", -1, None, 7, None),
    ("open", None, 1, 7, None),
    ("open", 1, None, 7, EnrolmentNotOpenYet),
    ("open", None, -1, 7, EnrolmentClosed),
    ("open", -2, -1, 7, EnrolmentClosed),
    ("open", None, None, -1, EditionOver),
    ("open", None, None, None, None),
    ("draft", None, None, 7, EnrolmentNotOpenYet),
    ("announced", None, None, 7, EnrolmentNotOpenYet),
    ("announced", 1, None, 7, EnrolmentNotOpenYet),
    ("announced", -1, None, 7, EnrolmentNotOpenYet),
    ("closed", None, None, 7, EnrolmentClosed),
    ("running", None, None, 7, EnrolmentClosed),
    ("done", None, None, 7, EditionOver),
    ("done", None, None, -7, EditionOver),
    ("cancelled", None, None, 7, EditionCancelled),
    ("cancelled", None, None, -7, EditionCancelled),
]


@pytest.mark.parametrize(("status", "opens", "closes", "ends", "refusal"), CASES)
def test_conditions(status, opens, closes, ends, refusal):
    now = timezone.now()
    edition = Edition(
        status=status,
        status_reason="r",
        enrolment_opens=now + opens * DAY if opens else None,
        enrolment_closes=now + closes * DAY if closes else None,
        ends=now + ends * DAY if ends else None,
    )
    found = why_not(edition, at=now)
    assert type(found) is (refusal or type(None))
    if found:
        assert found.message
        assert found.next_step
        assert str(found) == found.message


def test_a_refusal_says_when_enrolment_opens():
    opens = timezone.now() + 3 * DAY
    edition = Edition(status="announced", enrolment_opens=opens)
    assert str(opens.year) in why_not(edition).message
    edition.enrolment_opens = timezone.now() - DAY
    assert str(opens.year) not in why_not(edition).message


@pytest.mark.parametrize("status", ["draft", "announced", "closed", "running", "done", "cancelled"])
def test_the_action_refuses_by_the_same_conditions(cast, edition, status):
    make.put_status(edition, status, "pană de curent")
    with pytest.raises(Refused):
        enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert not Enrolment.objects.exists()
    assert not jobs.messages().exists()


MOVES = [
    # status, starts in, closes in, may the waiting list move?
    ("open", None, None, True),
    ("open", 1, None, True),
    ("open", 1, -1, True),
    ("open", -1, None, True),
    ("open", -1, -1, False),
    ("announced", 1, None, True),
    ("closed", 1, None, True),
    ("closed", -1, None, False),
    ("running", -1, None, False),
    ("draft", 1, None, False),
    ("done", -1, None, False),
    ("cancelled", 1, None, False),
]


@pytest.mark.parametrize(("status", "starts", "closes", "moves"), MOVES)
def test_when_the_waiting_list_moves(status, starts, closes, moves):
    now = timezone.now()
    edition = Edition(
        status=status,
        starts=now + starts * DAY if starts else None,
        enrolment_closes=now + closes * DAY if closes else None,
    )
    assert waiting_may_move_up(edition, at=now) is moves


# Cancelling


def test_cancelling_gives_the_place_to_the_first_who_waits(cast, edition):
    people = others(cast, 4)
    found = [make.place(p, edition) for p in people]
    cancelled = cancel(enrolment=found[0], by=None, reason="Am o urgență.")
    assert cancelled.status == Status.CANCELLED
    assert cancelled.cancelled_at
    assert cancelled.cancel_reason == "Am o urgență."
    states = list(Enrolment.objects.order_by("pk").values_list("status", flat=True))
    assert states == [Status.CANCELLED, Status.CONFIRMED, Status.CONFIRMED, Status.WAITLISTED]
    assert sent(people[2], "place_freed") == 1
    assert sent(people[0], "enrolment_cancelled") == 1
    assert queries.rank(found[3]) == 1
    assert trail(found[2]) == ["enrolment.waitlisted", "enrolment.moved_up"]


def test_leaving_the_waiting_list_moves_nobody_up(cast, edition):
    found = [make.place(p, edition) for p in others(cast, 4)]
    cancel(enrolment=found[2], by=None)
    assert queries.rank(found[3]) == 1
    assert not jobs.messages().filter(name="place_freed").exists()


def test_cancelling_twice_has_one_effect(cast, edition):
    people = others(cast, 4)
    found = [make.place(p, edition) for p in people]
    cancel(enrolment=found[0], by=None)
    assert cancel(enrolment=found[0], by=None).status == Status.CANCELLED
    assert jobs.messages().filter(name="place_freed").count() == 1
    assert trail(found[0]).count("enrolment.cancelled") == 1


def test_a_place_with_an_outcome_cannot_be_cancelled(cast, edition):
    done, not_done = make.place(cast.ana.person, edition), make.place(cast.vasile, edition)
    complete(enrolment=done, by=None, on=make.at(0).date())
    fail(enrolment=not_done, by=None, reason="A lipsit.")
    for enrolment in (done, not_done):
        with pytest.raises(PlaceIsUsed):
            cancel(enrolment=enrolment, by=None)


def test_nobody_moves_up_once_the_edition_runs(cast, edition):
    found = [make.place(p, edition) for p in others(cast, 3)]
    Edition.objects.filter(pk=edition.pk).update(status="running", starts=timezone.now() - DAY)
    cancel(enrolment=found[0], by=None)
    found[2].refresh_from_db()
    assert found[2].status == Status.WAITLISTED


# Outcomes


def test_completing_is_repeatable_and_overrides_a_failure(cast, edition):
    enrolment = make.place(cast.ana.person, edition)
    day = make.at(0).date()
    fail(enrolment=enrolment, by=None, reason="A lipsit la o sesiune.")
    fail(enrolment=enrolment, by=None, reason="A lipsit la o sesiune.")
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.completed_on) == (Status.NOT_COMPLETED, None)
    assert enrolment.cancel_reason == "A lipsit la o sesiune."
    complete(enrolment=enrolment, by=None, on=day)
    complete(enrolment=enrolment, by=None, on=day + DAY)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.completed_on) == (Status.COMPLETED, day)
    fail(enrolment=enrolment, by=None, reason="prea târziu")
    enrolment.refresh_from_db()
    assert enrolment.status == Status.COMPLETED
    assert trail(enrolment) == [
        "enrolment.confirmed",
        "enrolment.not_completed",
        "enrolment.completed",
    ]


@pytest.mark.parametrize("state", [Status.WAITLISTED, Status.CANCELLED])
def test_only_somebody_with_a_place_has_an_outcome(cast, edition, state):
    enrolment = make.place(cast.ana.person, edition)
    time = timezone.now() if state == Status.CANCELLED else None
    Enrolment.objects.filter(pk=enrolment.pk).update(status=state, cancelled_at=time)
    with pytest.raises(NotAParticipant):
        complete(enrolment=enrolment, by=None, on=make.at(0).date())
    with pytest.raises(NotAParticipant):
        fail(enrolment=enrolment, by=None, reason="x")


# Who may


def test_who_may_enrol_whom(cast, edition):
    """Oneself, people of the branch by its coordinator, people of the town hall by its nominator; nobody else."""
    enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    enrol(person=cast.vasile, edition=edition, by=cast.mara)
    enrol(person=cast.vasile, edition=edition, by=cast.doru, nominated_by=cast.lugoj)
    places = edition.enrolments.values_list("person", "status")
    assert set(places) == {(cast.ana.person_id, "confirmed"), (cast.vasile.pk, "confirmed")}


@pytest.mark.parametrize(
    ("who", "whom", "where"),
    [
        ("ana", "vasile", None),  # a carer enrols somebody else
        ("ana", "ana", "timis"),  # a carer nominates herself
        ("ion", "ana", None),  # an officer may nominate, not enrol
        ("quin", "ana", None),
        ("vera", "ana", "timis"),
        ("petar", "ana", None),
        ("olga", "ana", "cluj"),  # another county's officer: the person is not hers
        ("olga", "ana", "timis"),  # nor is the institution
        (
            "doru",
            "ana",
            "lugoj",
        ),  # the nominator of Lugoj does not know the people of the directorate
        ("doru", "vasile", "timis"),
        ("mara", "clara", None),  # a person of another county
    ],
)
def test_who_may_not(cast, edition, who, whom, where):
    person = getattr(cast, whom)
    person = getattr(person, "person", person)
    nominated_by = getattr(cast, where) if where else None
    with pytest.raises(PermissionDenied):
        enrol(person=person, edition=edition, by=getattr(cast, who), nominated_by=nominated_by)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("who", ["ana", "mara", "adm"])
def test_who_may_cancel(cast, edition, who):
    enrolment = make.place(cast.ana.person, edition)
    assert cancel(enrolment=enrolment, by=getattr(cast, who)).is_cancelled


def test_the_nominator_may_cancel_a_nomination(cast, edition):
    enrolment = make.place(cast.vasile, edition, by=cast.doru, nominated_by=cast.lugoj)
    assert cancel(enrolment=enrolment, by=cast.doru).is_cancelled


@pytest.mark.parametrize("who", ["clara", "ion", "olga", "petar", "quin", "vera", "doru"])
def test_who_may_not_cancel(cast, edition, who):
    enrolment = make.place(cast.ana.person, edition)
    with pytest.raises(PermissionDenied):
        cancel(enrolment=enrolment, by=getattr(cast, who))
    enrolment.refresh_from_db()
    assert enrolment.status == Status.CONFIRMED


@pytest.mark.parametrize("who", ["ana", "mara", "petar", "olga", "vera"])
def test_who_may_not_record_an_outcome(cast, edition, who):
    enrolment = make.place(cast.ana.person, edition)
    with pytest.raises(PermissionDenied):
        complete(enrolment=enrolment, by=getattr(cast, who), on=make.at(0).date())
    with pytest.raises(PermissionDenied):
        fail(enrolment=enrolment, by=getattr(cast, who), reason="x")


def test_an_officer_may_record_an_outcome(cast, edition):
    enrolment = make.place(cast.ana.person, edition)
    assert (
        complete(enrolment=enrolment, by=cast.ion, on=make.at(0).date()).status == Status.COMPLETED
    )


def test_a_nominated_person_is_told_by_whom(cast, edition):
    enrolment = enrol(person=cast.vasile, edition=edition, by=cast.doru, nominated_by=cast.lugoj)
    message = jobs.messages().get(person=cast.vasile)
    assert (message.name, message.channel) == ("nominated", Message.Channel.LETTER)
    assert enrolment.code in message.text
    assert "Primăria Lugoj" in message.text


def test_cancel_promotes_as_many_as_places_are_free(cast, edition):
    """Places that were freed while nobody could move up are given on the next occasion."""
    found = [make.place(p, edition) for p in others(cast, 5)]
    Enrolment.objects.filter(pk=found[0].pk).update(
        status=Status.CANCELLED, cancelled_at=timezone.now()
    )
    cancel(enrolment=found[1], by=None)
    states = list(Enrolment.objects.order_by("pk").values_list("status", flat=True))
    assert states == [Status.CANCELLED] * 2 + [Status.CONFIRMED] * 2 + [Status.WAITLISTED]
