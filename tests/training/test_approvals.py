"""Requests: who decides, what yes and no do, and that a request holds no place."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from people.models import AuditEvent, Person
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, sessions
from training.actions.approvals import approve, refuse
from training.actions.deciders import deciders_of
from training.actions.enrolments import Status, cancel, enrol
from training.actions.errors import EditionCancelled, PlaceIsUsed, ReasonNeeded
from training.actions.refusals import Overlaps, RequestIsDecided
from training.models import Edition, Enrolment
from training.queries import number_of_requests, waiting_requests


@pytest.fixture
def edition(cast) -> Edition:
    """Two places; the organiser decides."""
    return editions.update(by=None, edition=make.coming(cast.timis), approval="organiser")


def by_institution(edition: Edition) -> Edition:
    return editions.update(by=None, edition=edition, approval="institution")


def asks(person, edition, **fields) -> Enrolment:
    """A request, as the person makes it who has an account, or somebody who may not decide for them."""
    account = make_people.user(person, f"a{person.pk}@example.org")
    return enrol(person=person, edition=edition, by=account, **fields)


def sent(person, name: str) -> int:
    return jobs.messages().filter(person=person, name=name).count()


def trail(enrolment: Enrolment) -> list[str]:
    return list(AuditEvent.objects.about(enrolment).order_by("id").values_list("verb", flat=True))


def test_a_request_is_no_place(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert (place.status, place.has_place, place.rank) == (Status.APPLIED, False, None)
    assert Edition.objects.with_counts().get(pk=edition.pk).taken == 0
    assert sent(cast.ana.person, "place_asked") == 1
    assert sent(cast.mara.person, "request_waits") == 1
    assert trail(place) == ["enrolment.asked"]
    assert enrol(person=cast.ana.person, edition=edition, by=cast.ana) == place
    assert sent(cast.ana.person, "place_asked") == 1


def test_deciders_hear_once_a_day_of_an_edition(cast, edition):
    for _ in range(3):
        asks(make_people.person(cast.timis), edition)
    assert sent(cast.mara.person, "request_waits") == 1


def test_yes_gives_a_place_and_tells(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    for _ in range(2):
        assert approve(enrolment=place, by=cast.mara).status == Status.CONFIRMED
    place.refresh_from_db()
    assert (place.decided_by, bool(place.decided_at)) == (cast.mara, True)
    assert sent(cast.ana.person, "enrolment_confirmed") == 1
    assert trail(place) == ["enrolment.asked", "enrolment.approved"]


def test_yes_when_full_keeps_the_order_of_the_requests(cast, edition):
    first = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    later = [asks(make_people.person(cast.timis), edition) for _ in range(3)]
    found = [approve(enrolment=p, by=cast.mara).status for p in later]
    assert found == [Status.CONFIRMED, Status.CONFIRMED, Status.WAITLISTED]
    approved = approve(enrolment=first, by=cast.mara)
    assert (approved.status, approved.rank) == (Status.WAITLISTED, 1)  # asked before the other
    assert sent(cast.ana.person, "enrolment_waitlisted") == 1
    cancel(enrolment=later[0], by=None)
    first.refresh_from_db()
    assert first.status == Status.CONFIRMED


def test_no_needs_a_reason_and_tells_it(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    with pytest.raises(ReasonNeeded):
        refuse(enrolment=place, by=cast.mara, reason="  ")
    for _ in range(2):
        refused = refuse(enrolment=place, by=cast.mara, reason=" Grupa este pentru începători. ")
        assert refused.status == Status.REFUSED
    message = jobs.messages().get(person=cast.ana.person, name="request_refused")
    assert "Grupa este pentru începători." in message.text
    assert trail(place) == ["enrolment.asked", "enrolment.refused"]
    # Asking again changes nothing; taking the refusal back does.
    assert enrol(person=cast.ana.person, edition=edition, by=cast.ana).status == Status.REFUSED
    with pytest.raises(PlaceIsUsed):
        cancel(enrolment=place, by=cast.ana)
    taken_back = approve(enrolment=place, by=cast.mara)
    assert (taken_back.status, taken_back.cancel_reason) == (Status.CONFIRMED, "")


def test_what_is_approved_is_not_refused_any_more(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    approve(enrolment=place, by=cast.mara)
    with pytest.raises(RequestIsDecided):
        refuse(enrolment=place, by=cast.mara, reason="x")


def test_a_request_can_be_taken_back_at_any_time(cast, edition):
    Edition.objects.filter(pk=edition.pk).update(cancel_hours=24 * 30)
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    assert cancel(enrolment=place, by=cast.ana).status == Status.CANCELLED
    assert approve(enrolment=place, by=cast.mara).status == Status.CANCELLED


def test_a_cancelled_edition_answers_its_requests(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    refused = refuse(enrolment=asks(cast.vasile, edition), by=cast.mara, reason="x")
    editions.change_status(by=None, edition=edition, status="cancelled", reason="Inundație")
    place.refresh_from_db()
    refused.refresh_from_db()
    assert (place.status, refused.status) == (Status.CANCELLED, Status.REFUSED)
    with pytest.raises(EditionCancelled):
        approve(enrolment=refused, by=cast.mara)


def test_what_came_between_the_request_and_the_answer(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    other = make.place(cast.ana.person, make.coming(cast.cluj))
    with pytest.raises(Overlaps):
        approve(enrolment=place, by=cast.mara)
    place.refresh_from_db()
    assert place.status == Status.APPLIED
    cancel(enrolment=other, by=None)
    assert approve(enrolment=place, by=cast.mara).status == Status.CONFIRMED


def test_after_the_last_day_to_enrol_answers_are_still_given(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    editions.change_status(by=None, edition=edition, status="closed")
    assert approve(enrolment=place, by=cast.mara).status == Status.CONFIRMED


# Who decides


@pytest.mark.parametrize(
    ("kind", "who", "may"),
    [
        ("organiser", "mara", True),
        ("organiser", "adm", True),
        ("organiser", "doru", False),
        ("organiser", "ion", False),
        ("organiser", "olga", False),
        ("organiser", "petar", False),
        ("organiser", "ana", False),
        ("institution", "doru", True),
        ("institution", "ion", True),
        ("institution", "mara", True),
        ("institution", "olga", False),
        ("institution", "vera", False),
        ("institution", "petar", False),
    ],
)
def test_who_may_answer(cast, edition, kind, who, may):
    edition = editions.update(by=None, edition=edition, approval=kind)
    place = asks(cast.vasile, edition)
    user = getattr(cast, who)
    assert waiting_requests(user).filter(pk=place.pk).exists() is may
    assert number_of_requests(user) == int(may)
    if may:
        assert approve(enrolment=place, by=user).status == Status.CONFIRMED
        return
    with pytest.raises(PermissionDenied):
        approve(enrolment=place, by=user)
    with pytest.raises(PermissionDenied):
        refuse(enrolment=place, by=user, reason="x")


def test_nobody_answers_their_own_request(cast, edition):
    place = enrol(person=cast.mara.person, edition=edition, by=cast.mara)
    assert place.status == Status.APPLIED
    assert not waiting_requests(cast.mara).exists()
    with pytest.raises(PermissionDenied):
        approve(enrolment=place, by=cast.mara)
    assert approve(enrolment=place, by=cast.adm).status == Status.CONFIRMED


def test_what_a_decider_does_for_others_is_approved(cast, edition):
    assert make.place(cast.ana.person, edition, by=cast.mara).status == Status.CONFIRMED
    nominated = make.place(cast.vasile, edition, by=cast.doru, nominated_by=cast.lugoj)
    assert nominated.status == Status.APPLIED  # the town hall is not the organiser


def test_a_nomination_is_the_institutions_yes(cast, edition):
    edition = by_institution(edition)
    nominated = make.place(cast.vasile, edition, by=cast.doru, nominated_by=cast.lugoj)
    assert nominated.status == Status.CONFIRMED


def test_who_has_no_institution_is_answered_by_the_organiser(cast, edition):
    edition = by_institution(edition)
    person = Person.objects.create(family_name="Singur", language="ro")
    place = asks(person, edition)
    assert (place.institution, place.decider) == (None, cast.timis)
    assert deciders_of(place) == [cast.mara.person]
    assert approve(enrolment=place, by=cast.mara).status == Status.CONFIRMED


def test_the_nearest_who_can_decide_are_told(cast, edition):
    edition = by_institution(edition)
    place = asks(cast.vasile, edition)
    assert deciders_of(place) == [cast.doru.person]
    assert (sent(cast.doru.person, "request_waits"), sent(cast.mara.person, "request_waits")) == (
        1,
        0,
    )
    above = asks(make_people.person(cast.centru), edition)  # nobody there: those above
    assert set(deciders_of(above)) == {cast.mara.person, cast.ion.person}


def test_where_nobody_can_decide_nobody_is_told(cast):
    lonely = make_people.organisation("Singură")
    edition = editions.update(by=None, edition=make.coming(lonely), approval="organiser")
    place = asks(make_people.person(lonely), edition)
    assert deciders_of(place) == []


def test_the_list_is_by_edition_the_oldest_first(cast, edition):
    later = editions.update(by=None, edition=make.coming(cast.timis, day=20), approval="organiser")
    people = [make_people.person(cast.timis) for _ in range(3)]
    there = asks(people[0], later)
    first, second = asks(people[1], edition), asks(people[2], edition)
    assert list(waiting_requests(cast.mara)) == [first, second, there]
    Enrolment.objects.filter(pk=second.pk).update(queued_at=first.queued_at - timedelta(days=1))
    assert list(waiting_requests(cast.mara)) == [second, first, there]


def test_without_approval_there_is_no_list(cast):
    make.place(cast.ana.person, make.coming(cast.timis))
    assert not waiting_requests(cast.mara).exists()


def test_a_cancelled_session_frees_the_request(cast, edition):
    place = enrol(person=cast.ana.person, edition=edition, by=cast.ana)
    other = make.coming(cast.cluj)
    make.place(cast.ana.person, other)
    sessions.cancel(by=None, session=other.sessions.get(), reason="Inundație")
    assert approve(enrolment=place, by=cast.mara).status == Status.CONFIRMED
