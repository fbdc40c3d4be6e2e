"""What the bench of the roll sends is a mark each time: written, and answered with one person."""

import json

import pytest

from bench import servers
from bench.cases import roll
from people.models import User
from tests.cast import Cast
from tests.factories import people as make_people
from tests.training.rolls import session_of_today
from training.models import Enrolment, RollEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(cast: Cast):
    """Six people: the bench goes round four of them, one for each client."""
    made = session_of_today(cast)
    more = [make_people.person(cast.timis) for _number in range(servers.CLIENTS)]
    Enrolment.objects.bulk_create(
        Enrolment(edition=made.edition, person=person, status="confirmed", code=f"M{number}")
        for number, person in enumerate(more)
    )
    return made


def test_every_mark_is_written_and_answered_with_one_person(session) -> None:
    coordinator = roll._coordinator()
    ask = roll.marking(coordinator, session)
    told = []
    for number in range(3 * servers.CLIENTS):
        request = ask(number)
        answer = coordinator.client.post(request.path, json.loads(request.body), "application/json")
        assert answer.status_code == request.expect
        said = answer.json()
        told.append((said["results"][0]["outcome"], "state" in said, len(said["people"])))
    assert told == [("written", False, 1)] * len(told)
    assert RollEntry.objects.filter(outcome="written").count() == len(told)


def test_its_queries_are_those_of_a_mark_not_of_a_repetition(session) -> None:
    coordinator = roll._coordinator()
    ask = roll.marking(coordinator, session)
    assert roll._queries(coordinator, ask) < coordinator.queries(ask(0))
    assert User.objects.filter(email="benchmara@example.org").count() == 1
