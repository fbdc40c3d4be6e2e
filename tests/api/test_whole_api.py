"""schemathesis asks the whole API what its own description promises, with programs of two counties."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings

from people.models import Authorisation, Membership, Organisation, Person
from tests import cast as cast_of_all
from tests.access import world
from tests.factories import certification as proof
from tests.factories import people as make
from tests.factories import training as make_training

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
TURNS = cycle([True, False])
# Our token takes the place of what would be made up; what wrong ones open is asked in test_asking.py.
for operations in SCHEMA.raw_schema["paths"].values():
    for operation in operations.values():
        del operation["security"]
# What a parameter of an address is a number of, in the world of the matrix.
IDS = {
    "person_id": "person", "edition_id": "edition", "enrolment_id": "place", "session_id": "session",
    "certificate_id": "certificate",
}  # fmt: skip
# A number that is nobody's, a list of another county: what is right by the description may be refused by the rules.
RULES_DECIDE = [schemathesis.checks.positive_data_acceptance]


@dataclass
class Side:
    """A county's program, the numbers of its rows, and words that stand in its rows only."""

    key: str
    ids: dict[str, int]
    words: list[str] = field(default_factory=list)


def plant(side: world.County, branch: Organisation, word: str) -> list[str]:
    """Words that nobody could mistake, into every kind of row that belongs to the county."""
    members = Membership.objects.filter(organisation__path__startswith=branch.path)
    people = Person.objects.filter(pk__in=members.values("person"))
    assert people.count() > 3
    people.update(
        family_name=Concat("family_name", Value(f" {word}")),
        locality=word,
        email=f"{word}@example.org",
    )
    draft = make_training.edition(branch, status="draft", title=word)
    held = proof.certificate(side.carer, proof.programme(cast_category(side)), issuer=branch)
    proof.event(held, "suspended", held.valid_from, word)
    Authorisation.objects.create(
        person=side.carer, kind="x", number=f"AT-{word}", since=held.valid_from, body=word
    )
    side.ids["draft"] = draft.pk
    numbers = side.carer.certificates.values_list("number", "token")
    return [word, *(text for pair in numbers for text in pair)]


def cast_category(side: world.County) -> Any:
    return side.carer.categories.first().category


@pytest.fixture(scope="module")
def both(django_db_setup, django_db_blocker) -> Iterator[tuple[Side, Side]]:
    """Two counties with one of everything, built once and rolled back."""
    limits = override_settings(API_REQUESTS_A_MINUTE=10**6)
    with django_db_blocker.unblock(), transaction.atomic(), limits:
        everybody = cast_of_all.build()
        built = world.build(everybody)
        sides = [
            Side(make.token(branch)[1], side.ids, plant(side, branch, word))
            for side, branch, word in (
                (built.timis, everybody.timis, "Zzxtimisxzz"), (built.cluj, everybody.cluj, "Zzxclujxzz"),
            )
        ]  # fmt: skip
        yield sides[0], sides[1]
        transaction.set_rollback(True)


@pytest.fixture
def database(django_db_blocker) -> Iterator[None]:
    """For the questions themselves; each is undone. The handler would close a connection that is in a transaction."""
    both_ends = (signals.request_started, signals.request_finished)
    for signal in both_ends:
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock():
        yield
    for signal in both_ends:
        signal.connect(close_old_connections)


def answer_of(case: schemathesis.Case, side: Side, *, is_valid_number: bool) -> str:
    """One question of one program: an answer as described; what it says."""
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Bearer {side.key}"})
        transaction.set_rollback(True)
    assert answer.status_code < 500, answer.text
    left_out = (
        RULES_DECIDE
        if not is_valid_number
        else [*RULES_DECIDE, schemathesis.checks.negative_data_rejection]
    )
    case.validate_response(answer, excluded_checks=left_out)
    return answer.text


@SCHEMA.parametrize()
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_no_error_of_ours_and_no_row_of_others(case, both, database):
    """The two programs take turns: with what was made up, then with the other's numbers, then with their own."""
    side, other = both if next(TURNS) else both[::-1]
    texts = {"made up": answer_of(case, side, is_valid_number=False)}
    for name in set(case.path_parameters or {}) & set(IDS):
        for ids in (other.ids, side.ids):
            case.path_parameters = {**case.path_parameters, name: ids[IDS[name]]}
            texts[f"{name} {ids[IDS[name]]}"] = answer_of(case, side, is_valid_number=True)
    assert {of: word for of, text in texts.items() for word in other.words if word in text} == {}


READS = [
    "/people?limit=200", "/people?q=Zzx", "/institutions", "/editions?limit=200", "/enrolments?limit=200",
    "/standing?limit=200", "/standing?limit=200&at=2024-06-01", "/standing?q=Zzx", "/certificates?limit=200",
    "/people/{person}", "/people/{person}/standing", "/people/{person}/standing?at=2024-06-01", "/editions/{draft}",
    "/enrolments/{place}", "/certificates/{certificate}", "/enrolments?person={person}",
    "/enrolments?edition={edition}",
    "/certificates?person={person}", "/standing?institution={organisation}", "/people?institution={organisation}",
    "/standing/counts?institution={organisation}",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_each_read_with_the_numbers_of_both(both, database, path: str):
    """By hand what chance may miss: one's own words are there (the search itself is tried), the other's never."""
    for side, other in (both, both[::-1]):
        browser = make.machine(side.key)
        mine = browser.get(f"/api/v1{path.format(**side.ids)}")
        assert mine.status_code == 200, mine.content
        if path in READS[:2] or path in (
            "/standing?limit=200",
            "/people/{person}",
            "/editions/{draft}",
        ):
            assert side.words[0] in mine.content.decode()
        theirs = browser.get(f"/api/v1{path.format(**other.ids)}")
        text = mine.content.decode() + theirs.content.decode()
        assert [word for word in other.words if word in text] == []
        if "{" in path and "?" not in path or "organisation" in path:
            assert theirs.status_code == 404
        elif "{" in path and "standing" not in path:
            assert theirs.json()["items"] == [] or "edition=" in path


def test_what_is_asked_about_the_other_county_is_answered_as_if_it_were_not_there(both, database):
    for side, other in (both, both[::-1]):
        browser = make.machine(side.key)
        papers = list(other.words[1:])
        people = [{"person": other.ids["person"]}, {"authorisation": f"AT-{other.words[0]}"}]
        people += [{"certificate": number} for number in papers]
        found = browser.post(
            "/api/v1/standing/check", {"people": people}, content_type="application/json"
        )
        assert {str(one) for one in found.json()["people"]} == {"{'person': None, 'standings': []}"}
