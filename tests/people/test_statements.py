"""Statements that are planned once a connection."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from people import statements
from people.models import AuditEvent, Membership
from people.statements import prepared_cursor
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ASKED = "SELECT %s::int + 1"


def plans() -> int:
    """How often the statement was run as prepared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements"
            " WHERE statement = 'SELECT $1::int + 1'"
        )
        return int(cursor.fetchone()[0])


def ask(number: int) -> int:
    with prepared_cursor() as cursor:
        cursor.execute(ASKED, [number])
        return cursor.fetchone()[0]


def test_after_a_few_uses_it_is_prepared() -> None:
    before = plans()
    assert [ask(number) for number in range(12)] == list(range(1, 13))
    assert plans() - before >= 5


def test_twin_an_ordinary_cursor_never_prepares() -> None:
    before = plans()
    for number in range(12):
        with connection.cursor() as cursor:
            cursor.execute(ASKED, [number])
    assert plans() == before


def test_it_is_counted_and_fails_as_any_other() -> None:
    with CaptureQueriesContext(connection) as captured:
        for _time in range(12):
            ask(1)
    # Its words, even when the driver sends its name alone.
    assert [query["sql"] for query in captured] == [ASKED] * 12
    with pytest.raises(DatabaseError), transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute("SELECT %s::int / 0", [1])


# Whole rows


def said(row: Model) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_those_of_the_manager(cast: Cast) -> None:
    wanted = Membership.objects.filter(person=cast.petar.person).order_by("-pk")
    found = statements.rows(
        Membership, "WHERE person_id = %s ORDER BY id DESC", [cast.petar.person_id]
    )
    assert found == list(wanted) and found
    assert [said(row) for row in found] == [said(row) for row in wanted]
    assert statements.rows(Membership, "WHERE id = ANY(%s)", [[]]) == []
    one = found[0]
    one.until = one.since
    one.save()  # a row of its own, not a new one
    assert Membership.objects.get(pk=one.pk).until == one.since


def test_values_that_would_stay_unread_are_refused() -> None:
    with pytest.raises(TypeError, match="data"):
        statements.rows(AuditEvent, "WHERE id = %s", [1])


EVENTS = [
    {"verb": "a.b", "target_type": "x.y", "target_id": "1"},
    {"verb": "c.d", "target_type": "x.y", "target_id": "2", "person_id": 3, "actor_id": 2**40,
     "organisation_path": "0001", "data": {"old": ["present", 360], "мова": None}},
]  # fmt: skip


@pytest.mark.parametrize("fields", EVENTS, ids=["few", "all"])
def test_a_row_is_written_as_save_writes_it(fields: dict) -> None:
    ours, saved = AuditEvent(**fields), AuditEvent(**fields)
    saved.at = ours.at
    statements.insert(ours)
    saved.save()
    assert not ours._state.adding and ours.pk == saved.pk - 1
    both = [said(AuditEvent.objects.get(pk=row.pk)) for row in (ours, saved)]
    assert [event.pop("id") for event in both] == [ours.pk, saved.pk]
    assert both[0] == both[1]


def test_a_change_writes_what_it_names_and_no_more(cast: Cast) -> None:
    held = Membership.objects.get(person=cast.petar.person)
    day, since = held.since + timedelta(days=3), held.since
    held.until, held.since = day, day
    statements.update(held, "until")
    again = Membership.objects.get(pk=held.pk)
    assert (again.until, again.since) == (day, since)


def test_a_change_of_a_row_that_has_gone_says_so(cast: Cast) -> None:
    held = Membership.objects.get(person=cast.petar.person)
    Membership.objects.filter(pk=held.pk).delete()
    with pytest.raises(DatabaseError, match="has gone"):
        statements.update(held, "until")


def test_what_the_database_forbids_stays_forbidden(cast: Cast) -> None:
    held = Membership.objects.get(person=cast.petar.person)
    held.until = held.since - timedelta(days=1)
    with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
        statements.update(held, "until")
    twin = Membership(person=held.person, organisation=held.organisation, role=held.role)
    twin.since = held.since
    with pytest.raises(IntegrityError, match="open_once"), transaction.atomic():
        statements.insert(twin)
    assert Membership.objects.filter(person=held.person).count() == 1
