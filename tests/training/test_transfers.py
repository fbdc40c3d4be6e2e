"""A place moves: the new one is sure before the old one is free; refused, everything is as it was."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people.models import AuditEvent
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions
from training.actions.approvals import refuse
from training.actions.enrolments import Status, cancel, enrol
from training.actions.errors import EnrolmentClosed
from training.actions.outcomes import complete
from training.actions.refusals import (
    MoveNeedsApproval,
    NoPlaceThere,
    NothingToMove,
    OtherCourse,
    Overlaps,
    TooLateToCancel,
)
from training.actions.transfers import transfer
from training.models import Edition, Enrolment


@pytest.fixture
def here(cast) -> Edition:
    return make.coming(cast.timis, capacity=1)


@pytest.fixture
def there(cast, here) -> Edition:
    return make.coming(cast.timis, course=here.course, day=21, capacity=1)


@pytest.fixture
def mine(cast, here) -> Enrolment:
    return make.place(cast.ana.person, here)


def unchanged(place: Enrolment) -> bool:
    place.refresh_from_db()
    return (place.status, place.moved_to) == (Status.CONFIRMED, None)


def test_the_place_moves_and_the_old_one_is_free(cast, here, there, mine):
    waiting = make.place(cast.vasile, here)
    new = transfer(enrolment=mine, to=there, by=cast.ana, reason="Lucrez în acea zi.")
    mine.refresh_from_db()
    waiting.refresh_from_db()
    assert (new.status, new.edition, new.person) == (Status.CONFIRMED, there, cast.ana.person)
    assert (mine.status, mine.moved_to, mine.cancel_reason) == (
        Status.CANCELLED, new, "Lucrez în acea zi.",
    )  # fmt: skip
    assert waiting.status == Status.CONFIRMED
    names = jobs.messages().filter(person=cast.ana.person).values_list("name", flat=True)
    assert sorted(names) == ["enrolment_confirmed", "place_moved"]
    verbs = AuditEvent.objects.about(mine).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["enrolment.cancelled", "enrolment.moved"]
    assert transfer(enrolment=mine, to=there, by=cast.ana) == new
    assert jobs.messages().filter(name="place_moved").count() == 1


def test_a_nomination_moves_with_its_institution(cast, here, there):
    place = make.place(cast.vasile, here, by=cast.doru, nominated_by=cast.lugoj)
    new = transfer(enrolment=place, to=there, by=cast.doru)
    assert (new.nominated_by, new.institution) == (cast.lugoj, cast.lugoj)


def test_there_is_no_place_there(cast, here, there, mine):
    make.place(cast.vasile, there)
    with pytest.raises(NoPlaceThere):
        transfer(enrolment=mine, to=there, by=cast.ana)
    assert unchanged(mine)
    assert there.enrolments.count() == 1


@pytest.mark.parametrize("state", ["cancelled", "waiting", "completed", "same"])
def test_only_a_confirmed_place_moves(cast, here, there, mine, state):
    place, to = mine, there
    if state == "cancelled":
        cancel(enrolment=mine, by=None)
    elif state == "waiting":
        place = make.place(cast.vasile, here)
    elif state == "completed":
        complete(enrolment=mine, by=None, on=timezone.localdate())
    else:
        to = here
    with pytest.raises(NothingToMove):
        transfer(enrolment=place, to=to, by=None)
    assert not there.enrolments.exists()


def test_it_moves_within_its_course(cast, mine):
    with pytest.raises(OtherCourse):
        transfer(enrolment=mine, to=make.coming(cast.timis, day=21), by=cast.ana)
    assert unchanged(mine)


def test_the_conditions_there_hold(cast, here, there, mine):
    editions.change_status(by=None, edition=there, status="closed")
    with pytest.raises(EnrolmentClosed):
        transfer(enrolment=mine, to=there, by=cast.ana)
    editions.change_status(by=None, edition=there, status="open")
    other = make.place(cast.ana.person, make.coming(cast.cluj, day=21))
    with pytest.raises(Overlaps):
        transfer(enrolment=mine, to=there, by=cast.ana)
    cancel(enrolment=other, by=None)
    assert unchanged(mine)
    assert transfer(enrolment=mine, to=there, by=cast.ana)


def test_the_old_sessions_do_not_stand_in_the_way(cast, here, mine):
    """The other edition may be at the very same time."""
    same_time = make.coming(cast.timis, course=here.course)
    assert transfer(enrolment=mine, to=same_time, by=cast.ana).status == Status.CONFIRMED


def test_by_oneself_only_until_the_deadline(cast, here, there, mine):
    Edition.objects.filter(pk=here.pk).update(cancel_hours=24 * 30)
    with pytest.raises(TooLateToCancel):
        transfer(enrolment=mine, to=there, by=cast.ana)
    assert unchanged(mine)
    assert transfer(enrolment=mine, to=there, by=cast.mara).person == cast.ana.person


def test_where_somebody_decides_they_move(cast, here, there, mine):
    editions.update(by=None, edition=there, approval="organiser")
    with pytest.raises(MoveNeedsApproval):
        transfer(enrolment=mine, to=there, by=cast.ana)
    assert unchanged(mine)
    assert transfer(enrolment=mine, to=there, by=cast.mara).status == Status.CONFIRMED


def test_who_waits_there_already_leaves_the_list(cast, here, there):
    make.place(make_people.person(cast.timis), there)
    waits = make.place(cast.ana.person, there)
    mine = make.place(cast.ana.person, here)
    assert (waits.status, mine.status) == (Status.WAITLISTED, Status.CONFIRMED)
    Edition.objects.filter(pk=there.pk).update(capacity=3)
    cast_out = make.place(make_people.person(cast.timis), there)  # moves the list up first
    assert cast_out.has_place
    waits.refresh_from_db()
    Enrolment.objects.filter(pk=waits.pk).update(status=Status.APPLIED)
    new = transfer(enrolment=mine, to=there, by=cast.ana)
    waits.refresh_from_db()
    assert (new.status, waits.status) == (Status.CONFIRMED, Status.CANCELLED)


def test_a_refusal_there_stands(cast, here, there, mine):
    editions.update(by=None, edition=there, approval="organiser")
    asked = Enrolment.objects.create(
        edition=there, person=cast.ana.person, status="applied", code="ASKED"
    )
    refuse(enrolment=asked, by=cast.mara, reason="x")
    editions.update(by=None, edition=there, approval="none")
    with pytest.raises(MoveNeedsApproval):
        transfer(enrolment=mine, to=there, by=cast.ana)
    assert unchanged(mine)


@pytest.mark.parametrize("who", ["clara", "ion", "olga", "petar", "quin", "vera", "doru"])
def test_who_may_not_move_it(cast, there, mine, who):
    with pytest.raises(PermissionDenied):
        transfer(enrolment=mine, to=there, by=getattr(cast, who))
    assert unchanged(mine)


def test_a_coordinator_does_not_move_into_another_county(cast, here, mine):
    abroad = make.coming(cast.cluj, course=here.course, day=21)
    with pytest.raises(PermissionDenied):
        transfer(enrolment=mine, to=abroad, by=cast.mara)
    assert transfer(enrolment=mine, to=abroad, by=cast.ana).edition == abroad


# The deadline


@pytest.mark.parametrize(
    ("hours", "starts_in", "who", "late"),
    [
        (None, 1, "ana", False),
        (0, 1, "ana", False),
        (24, 25, "ana", False),
        (24, 23, "ana", True),
        (24, 23, "mara", False),
        (24, None, "ana", False),
        (0, -1, "ana", True),
    ],
)
def test_until_when_one_cancels_by_oneself(cast, here, mine, hours, starts_in, who, late):
    starts = timezone.now() + timedelta(hours=starts_in) if starts_in is not None else None
    Edition.objects.filter(pk=here.pk).update(cancel_hours=hours, starts=starts)
    mine = Enrolment.objects.get(pk=mine.pk)
    if not late:
        assert cancel(enrolment=mine, by=getattr(cast, who)).is_cancelled
        return
    with pytest.raises(TooLateToCancel) as refused:
        cancel(enrolment=mine, by=getattr(cast, who))
    assert "Places could be cancelled until" in refused.value.message
    assert unchanged(mine)


def test_who_waits_leaves_after_the_deadline_too(cast, here, mine):
    account = make_people.user(cast.vasile, "vasile@example.org")
    waits = enrol(person=cast.vasile, edition=here, by=account)
    Edition.objects.filter(pk=here.pk).update(cancel_hours=24 * 30)
    assert cancel(enrolment=waits, by=account).is_cancelled


def test_the_deadline_is_told_with_the_place(cast, here):
    editions.update(by=None, edition=here, cancel_hours=48)
    make.place(cast.ana.person, here)
    make.place(cast.vasile, here)
    told = jobs.messages().get(person=cast.ana.person).text
    until = Edition.objects.get(pk=here.pk).cancel_until
    assert f"{until.day} " in told
    waits = jobs.messages().get(person=cast.vasile).text
    assert told.count("\n") > waits.count("cancel")
