"""Several people at once on real PostgreSQL. Each test has a twin that shows the race when the lock is off."""

import random
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from people.models import AuditEvent, Person, User
from tests import jobs
from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make
from tests.races import at_once
from training.actions import attendance, enrolments, marks
from training.actions.attendance import RollMark, take_roll
from training.actions.errors import Refused
from training.models import Attendance, Edition, Enrolment, RollEntry, Session, SessionTrainer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PLACES, PEOPLE, AT_ONCE = 4, 16, 6
Status = Enrolment.Status


@pytest.fixture
def lock_is_off(
    monkeypatch: pytest.MonkeyPatch, no_row_is_locked: None, slow_counting: Callable[..., None]
) -> None:
    """No row is locked, and there is time between counting and deciding."""
    slow_counting(enrolments)
    monkeypatch.setattr(attendance, "LOCKED", "WHERE id = %s")


def rush(cast: Cast) -> tuple[Edition, list[Person], list[BaseException]]:
    """People for few places, each post sent twice."""
    edition = make.coming(cast.timis, capacity=PLACES)
    people = [make_people.person(cast.timis) for _ in range(PEOPLE)]
    posts = [lambda p=p: enrolments.enrol(person=p, edition=edition, by=None) for p in people * 2]
    random.Random(7).shuffle(posts)
    return edition, people, at_once(posts, AT_ONCE)


def test_a_rush_gives_exactly_the_places_there_are(cast_here):
    edition, people, errors = rush(cast_here)
    assert errors == []
    found = Enrolment.objects.filter(edition=edition)
    assert found.filter(status=Status.CONFIRMED).count() == PLACES
    assert found.filter(status=Status.WAITLISTED).count() == PEOPLE - PLACES
    assert found.values("person").distinct().count() == PEOPLE
    assert jobs.messages().filter(person__in=people).count() == PEOPLE
    # The order of the list is the order in which the rows came to be.
    waiting = list(found.waiting().values_list("pk", flat=True))
    assert waiting == sorted(waiting)
    assert [e.rank for e in found.with_rank()] == list(range(1, PEOPLE - PLACES + 1))


def test_twin_without_the_lock_the_rush_oversells(cast_here, lock_is_off):
    """If this fails, the test above proves nothing."""
    edition, _people, _errors = rush(cast_here)
    assert Enrolment.objects.filter(edition=edition, status=Status.CONFIRMED).count() > PLACES


def test_cancellations_in_the_rush_move_up_as_many_each_told_once(cast_here):
    edition, people, _errors = rush(cast_here)
    confirmed = list(edition.enrolments.filter(status=Status.CONFIRMED).order_by("pk"))
    first_waiting = list(edition.enrolments.waiting()[: PLACES - 1].values_list("pk", flat=True))
    late = [make_people.person(cast_here.timis) for _ in range(4)]
    tasks = [lambda e=e: enrolments.cancel(enrolment=e, by=None) for e in confirmed[1:] * 2]
    tasks += [lambda p=p: enrolments.enrol(person=p, edition=edition, by=None) for p in late * 2]
    random.Random(7).shuffle(tasks)
    assert at_once(tasks, AT_ONCE) == []
    now = edition.enrolments
    assert now.filter(status=Status.CANCELLED).count() == PLACES - 1
    confirmed_now = set(now.filter(status=Status.CONFIRMED).values_list("pk", flat=True))
    assert confirmed_now == {confirmed[0].pk, *first_waiting}
    assert jobs.messages().filter(name="place_freed").count() == PLACES - 1
    assert jobs.messages().filter(name="enrolment_cancelled").count() == PLACES - 1
    assert AuditEvent.objects.filter(verb="enrolment.moved_up").count() == PLACES - 1
    assert now.filter(person__in=late).count() == len(late)


def book_at_once(cast: Cast, *, same_room: bool) -> list[BaseException]:
    """Coordinators plan sessions in one room, or with one trainer, at the same time."""
    room, petar = make.room(cast.timis), cast.petar.person
    editions = [make.edition(cast.timis) for _ in range(AT_ONCE)]
    where = {"room": room} if same_room else {"trainers": [petar, cast.mara.person]}
    return at_once([lambda e=e: make.session(e, 7, **where) for e in editions])


@pytest.mark.parametrize("same_room", [True, False])
def test_two_coordinators_cannot_book_the_same(cast_here, same_room):
    errors = book_at_once(cast_here, same_room=same_room)
    assert len(errors) == AT_ONCE - 1
    assert all(isinstance(error, Refused) for error in errors), errors
    assert Session.objects.count() == 1
    assert SessionTrainer.objects.count() == (0 if same_room else 2)


def test_twin_without_the_lock_the_database_still_refuses(cast_here, lock_is_off):
    """The lock makes the refusal a sentence; the constraint makes the clash impossible."""
    book_at_once(cast_here, same_room=True)
    assert Session.objects.count() <= 1


def two_phones(cast: Cast) -> list[BaseException]:
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    place = make.place(cast.ana.person, edition)
    make.move_to(session, 0)
    tasks = [
        lambda m=mark: take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, m)])
        for mark in ("present", "absent") * 3
    ]
    return at_once(tasks, AT_ONCE)


def test_two_phones_mark_one_person_one_after_the_other(cast_here):
    assert two_phones(cast_here) == []
    row = Attendance.objects.get()
    trail = list(AuditEvent.objects.filter(verb="attendance.corrected").order_by("id"))
    assert trail[-1].data["new"] == [row.mark, row.minutes] if trail else True
    # Each correction begins where the one before it ended: no mark was overwritten unseen.
    for before, after in zip(trail, trail[1:], strict=False):
        assert before.data["new"] == after.data["old"]


def test_twin_without_the_lock_a_mark_is_lost(cast_here, lock_is_off, monkeypatch):
    reading = attendance.Roll

    def slowly(*arguments: object) -> marks.Roll:
        roll = reading(*arguments)
        time.sleep(0.03)
        return roll

    monkeypatch.setattr(attendance, "Roll", slowly)
    assert two_phones(cast_here) != []


def two_phones_without_internet(cast: Cast) -> tuple[list[BaseException], list[str]]:
    """Both saw that the person was absent, and both send another mark at the same moment."""
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    place = make.place(cast.ana.person, edition)
    make.move_to(session, 0)
    take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, "absent")])
    seen, outcomes = Attendance.objects.get().key, []

    def send(mark: RollMark, by: User) -> None:
        [sent] = attendance.send_marks(session=session, by=by, marks=[mark])
        outcomes.append(str(sent.entry and sent.entry.outcome))

    late = RollMark(place.pk, "late", 30, key=uuid4(), seen=seen)
    present = RollMark(place.pk, "present", key=uuid4(), seen=seen)
    tasks = [lambda: send(late, cast.petar), lambda: send(present, cast.mara)] * 2
    return at_once(tasks, workers=4), outcomes


def test_of_two_phones_one_mark_stands_and_the_other_is_put_to_the_trainers(cast_here):
    errors, outcomes = two_phones_without_internet(cast_here)
    assert errors == []
    # Each was sent twice: the second time it is the same mark.
    assert sorted(outcomes) == ["disputed"] * 2 + ["written"] * 2
    assert RollEntry.objects.count() == 3
    assert RollEntry.objects.disputed().count() == 1
    assert Attendance.objects.get().key != RollEntry.objects.disputed().get().key


def test_twin_without_the_lock_the_last_writer_wins_unseen(cast_here, lock_is_off, monkeypatch):
    reading = attendance.Roll

    def slowly(*arguments: object) -> marks.Roll:
        roll = reading(*arguments)
        time.sleep(0.05)
        return roll

    monkeypatch.setattr(attendance, "Roll", slowly)
    _errors, outcomes = two_phones_without_internet(cast_here)
    assert "disputed" not in outcomes[:2]
    assert RollEntry.objects.filter(outcome="written").count() == 3
