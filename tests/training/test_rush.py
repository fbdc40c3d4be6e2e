"""The enrolment rush over HTTP on real PostgreSQL: every form sent twice, one in ten gives up, offers run out.

The same with 3,000 people is `bench/cases/rush.py`. Each test has a twin that shows the race when the lock is off.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from people.models import AuditEvent, Person, User
from tests import jobs
from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make
from tests.races import at_once
from tests.training.test_learner_views import url
from training import once, queries
from training.actions import enrolments, promotion, waiting
from training.actions.errors import Refused
from training.models import Edition, Enrolment, Submission, Venue

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PEOPLE, PLACES, AT_ONCE = 120, 20, 8
Status = Enrolment.Status
BACKEND = "people.backends.CodeAndPassword"
ONCE = f"{'0' * 32}.0"


@pytest.fixture
def lock_is_off(no_row_is_locked: None, slow_counting: Callable[..., None]) -> None:
    """No row is locked, and there is time between counting and deciding."""
    slow_counting(enrolments)


@pytest.fixture
def key_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key counts as new."""
    monkeypatch.setattr(once, "_claimed", lambda *_arguments: True)


def crowd(cast: Cast, number: int) -> list[tuple[User, Client]]:
    """People with log-ins, each in a browser; in a few statements."""
    people = Person.objects.bulk_create(
        Person(family_name=f"Rând{n}", given_name="Ana", email=f"r{n}@example.org", language="ro")
        for n in range(number)
    )
    users = User.objects.bulk_create(
        User(email=p.email, person=p, language="ro", password="!") for p in people
    )
    found = []
    for user in users:
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(user, backend=BACKEND)
        found.append((user, browser))
    return found


class Rush:
    """People who press the button, some of whom press another one afterwards."""

    def __init__(self, cast: Cast, people: int, places: int) -> None:
        self.edition = make.coming(cast.timis, capacity=places)
        self.crowd = crowd(cast, people)
        self.answers: list[tuple[int, str, str]] = []
        with translation.override("en"):
            self.enrol_url = url("enrol", self.edition.pk)

    def post(self, number: int, address: str, **fields: str) -> None:
        answer = self.crowd[number][1].post(address, {"once": ONCE, **fields})
        self.answers.append((number, address, answer.headers.get("Location", "")))
        assert answer.status_code == 302, answer.status_code

    def enrol(self, number: int) -> None:
        self.post(number, self.enrol_url)

    def cancel(self, number: int) -> None:
        """Wait for the own place, then give it up."""
        mine = Enrolment.objects.filter(person=self.crowd[number][0].person_id)
        until = time.monotonic() + 30
        while not (place := mine.first()) and time.monotonic() < until:
            time.sleep(0.01)
        assert place
        with translation.override("en"):
            self.post(number, url("enrolment-cancel", place.pk), reason="")

    def run(self, giving_up: int = 0) -> list[BaseException]:
        """Every form twice, in a mixed order; those who give up come in between."""
        dice = random.Random(11)
        tasks = [lambda n=n: self.enrol(n) for n in range(len(self.crowd))] * 2
        dice.shuffle(tasks)
        for n in range(giving_up):
            tasks += [lambda n=n: self.cancel(n)] * 2
        return at_once(tasks, AT_ONCE)


def test_the_rush(cast_here):
    rush = Rush(cast_here, PEOPLE, PLACES)
    assert rush.run(giving_up=PEOPLE // 10) == []
    rows = rush.edition.enrolments
    count = Counter(rows.values_list("status", flat=True))
    assert count == {
        Status.CONFIRMED: PLACES,
        Status.CANCELLED: PEOPLE // 10,
        Status.WAITLISTED: PEOPLE - PLACES - PEOPLE // 10,
    }
    assert rows.values("person").distinct().count() == PEOPLE
    # Nobody passed anybody: the list is in the order in which the rows came to be, and so are those who moved up.
    ranked = list(rows.with_rank())
    assert [e.pk for e in ranked] == sorted(e.pk for e in ranked)
    assert [e.rank for e in ranked] == list(range(1, len(ranked) + 1))
    last_with_a_place = max(rows.filter(status=Status.CONFIRMED).values_list("pk", flat=True))
    assert last_with_a_place < ranked[0].pk
    # As many moved up as gave up a place; each was told once.
    verbs = Counter(AuditEvent.objects.values_list("verb", flat=True))
    gave_up_a_place = _with_a_place_when_cancelled()
    assert verbs["enrolment.moved_up"] == gave_up_a_place
    names = Counter(jobs.messages().values_list("name", flat=True))
    assert names["place_freed"] == gave_up_a_place
    assert names["enrolment_cancelled"] == PEOPLE // 10
    assert names["enrolment_confirmed"] + names["enrolment_waitlisted"] == PEOPLE
    # Both posts of a form were sent on to the same page.
    pages: dict[tuple[int, str], set[str]] = {}
    for number, address, location in rush.answers:
        pages.setdefault((number, address), set()).add(location)
    assert all(len(found) == 1 for found in pages.values())
    assert Submission.objects.count() == PEOPLE + PEOPLE // 10


def _with_a_place_when_cancelled() -> int:
    """Of those who gave up, the ones who were confirmed at that time, by the trail."""
    cancelled = AuditEvent.objects.filter(verb="enrolment.cancelled").values_list("target_id", "id")
    found = 0
    for target, moment in cancelled:
        before = AuditEvent.objects.filter(target_id=target, id__lt=moment)
        verbs = set(before.values_list("verb", flat=True))
        found += bool(verbs & {"enrolment.confirmed", "enrolment.moved_up"})
    return found


def test_twin_without_the_lock_the_rush_oversells(cast_here, lock_is_off):
    """If this fails, the test above proves nothing."""
    rush = Rush(cast_here, 24, 4)
    rush.run()
    assert rush.edition.enrolments.filter(status=Status.CONFIRMED).count() > 4


def add_a_venue_at_once(cast: Cast) -> None:
    browsers = [cast.browser(cast.mara, language="en") for _ in range(AT_ONCE)]
    fields = {"organisation": cast.timis.pk, "name": "Casa Nouă", "address": "Strada 1"}
    fields |= {"room": "Sala 1", "capacity": 20, "once": ONCE}
    with translation.override("en"):
        address = url("venue-add")
    assert at_once([lambda b=b: b.post(address, fields) for b in browsers]) == []


def test_one_form_sent_at_once_has_one_effect(cast_here):
    add_a_venue_at_once(cast_here)
    assert Venue.objects.filter(name="Casa Nouă").count() == 1


def test_twin_without_the_key_one_form_has_several(cast_here, key_is_off):
    add_a_venue_at_once(cast_here)
    assert Venue.objects.filter(name="Casa Nouă").count() == AT_ONCE


def offers_run_out_at_once(cast: Cast) -> tuple[Edition, list[Enrolment], list[BaseException]]:
    """Two offers ran out; the worker, the coordinator and those who wait look at the same moment."""
    edition = make.coming(cast.timis, capacity=2, offer_hours=24)
    held = [make.place(make_people.person(cast.timis), edition) for _ in range(2)]
    rest = [make.place(make_people.person(cast.timis), edition) for _ in range(6)]
    for place in held:
        enrolments.cancel(enrolment=place, by=None)
    jobs.run()
    past = timezone.now() - timedelta(seconds=1)
    edition.enrolments.filter(status=Status.OFFERED).update(offer_until=past)
    edition = Edition.objects.get(pk=edition.pk)
    return edition, rest, at_once([lambda: waiting.pass_on(edition=edition)] * 12, 6)


def test_offers_that_ran_out_pass_on_once(cast_here):
    edition, rest, errors = offers_run_out_at_once(cast_here)
    assert errors == []
    states = [Enrolment.objects.get(pk=place.pk).status for place in rest]
    assert states == ["cancelled"] * 2 + ["offered"] * 2 + ["waitlisted"] * 2
    assert jobs.messages().filter(name="offer_ran_out").count() == 2
    assert jobs.messages().filter(name="place_offered").count() == 4
    assert queries.rank(rest[4]) == 1


def test_twin_without_the_lock_offers_pass_on_twice(cast_here, lock_is_off, monkeypatch):
    free = promotion.seats_of

    def slowly(edition: Edition) -> object:
        found = free(edition)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(promotion, "seats_of", slowly)
    edition, _rest, _errors = offers_run_out_at_once(cast_here)
    passed_on = AuditEvent.objects.filter(verb="enrolment.offered").count()
    ran_out = AuditEvent.objects.filter(verb="enrolment.offer_ran_out").count()
    assert (passed_on, ran_out) != (4, 2)


def yes_and_no_at_once(cast: Cast) -> tuple[Enrolment, Enrolment, list[BaseException]]:
    """The answer by link, on the telephone, and the clock: all at the same moment."""
    edition = make.coming(cast.timis, capacity=1, offer_hours=24)
    first, offered, third = (make.place(make_people.person(cast.timis), edition) for _ in range(3))
    enrolments.cancel(enrolment=first, by=None)
    offered = Enrolment.objects.select_related("edition").get(pk=offered.pk)
    answers = [True, False] * 5
    tasks = [lambda a=a: waiting.answer(enrolment=offered, yes=a, by=None) for a in answers]
    errors = at_once(tasks, 6)
    return Enrolment.objects.get(pk=offered.pk), Enrolment.objects.get(pk=third.pk), errors


def test_of_yes_and_no_at_once_one_counts(cast_here):
    offered, third, errors = yes_and_no_at_once(cast_here)
    assert all(isinstance(error, Refused) for error in errors), errors
    if offered.status == Status.CONFIRMED:
        assert third.status == Status.WAITLISTED
    else:
        assert (offered.status, third.status) == (Status.CANCELLED, Status.OFFERED)
    assert jobs.messages().filter(name__in=["enrolment_confirmed"], person=offered.person).count() + (
        jobs.messages().filter(name="enrolment_cancelled", person=offered.person).count()
    ) == 1  # fmt: skip


def test_twin_without_the_lock_yes_and_no_both_count(cast_here, lock_is_off, monkeypatch):
    locked_enrolment = waiting.locked_enrolment

    def slowly(enrolment: Enrolment, edition: Edition) -> Enrolment:
        found = locked_enrolment(enrolment, edition)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(waiting, "locked_enrolment", slowly)
    offered, _third, errors = yes_and_no_at_once(cast_here)
    verbs = list(AuditEvent.objects.about(offered).values_list("verb", flat=True))
    answers = verbs.count("enrolment.offer_accepted") + verbs.count("enrolment.offer_declined")
    # Either more than one counted, or the database refused what makes no sense.
    assert answers > 1 or any(not isinstance(error, Refused) for error in errors)
