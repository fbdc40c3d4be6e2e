"""Questions whose words are made once: they give what their QuerySet gives."""

from datetime import date, timedelta

import pytest
from django.db import DataError, connection, transaction
from django.db.models import Value
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import Jurisdiction, Membership, Organisation, Person
from people.questions import Question
from people.statements import insert, together
from tests.cast import Cast, build

pytestmark = pytest.mark.django_db


def roles(person: int, day: date) -> object:
    rows = Membership.objects.current(day).filter(person=person)
    return rows.select_related("organisation__jurisdiction").order_by("pk")


def said(row: object) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_the_objects_are_those_of_the_queryset(cast: Cast) -> None:
    asked, today = Question(roles, "person", "day"), timezone.localdate()
    for user in (cast.petar, cast.mara, cast.ana):
        found = asked.rows(person=user.person_id, day=today)
        wanted = list(roles(user.person_id, today))
        assert found == wanted
        assert [said(row) for row in found] == [said(row) for row in wanted]
    with CaptureQueriesContext(connection) as captured:
        held = asked.rows(person=cast.mara.person_id, day=today)[0]
        assert said(held.organisation.jurisdiction) == said(
            Jurisdiction.objects.get(pk=held.organisation.jurisdiction_id)
        )
    assert (
        len(captured) == 2
    )  # the role with its institution and country; the country once more, to compare


def test_the_day_counts_anew_each_time(cast: Cast) -> None:
    asked = Question(roles, "person", "day")
    held = Membership.objects.filter(person=cast.petar.person_id).order_by("pk")[0]
    before = held.since - timedelta(days=1)
    assert held in asked.rows(person=held.person_id, day=held.since)
    assert held not in asked.rows(person=held.person_id, day=before)


def test_only_some_columns_and_others_beside(cast: Cast) -> None:
    asked = Question(
        lambda pk: Person.objects.filter(pk=pk).only("family_name").annotate(one=Value(1)), "pk"
    )
    with CaptureQueriesContext(connection) as captured:
        [found] = asked.rows(pk=cast.vasile.pk)
        assert (found.family_name, found.one) == (cast.vasile.family_name, 1)
        assert len(captured) == 1
        assert found.given_name == cast.vasile.given_name
    assert len(captured) == 2


def test_values_are_converted(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.timis.pk).update(preset={"a": [1, None]})
    [found] = Question(lambda pk: Organisation.objects.filter(pk=pk), "pk").rows(pk=cast.timis.pk)
    assert found.preset == {"a": [1, None]}


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_a_number_that_no_row_has(number: int) -> None:
    assert Question(lambda pk: Person.objects.filter(pk=pk), "pk").rows(pk=number) == []


def test_a_row_of_its_own_can_be_saved(cast: Cast) -> None:
    [held] = Question(lambda pk: Person.objects.filter(pk=pk), "pk").rows(pk=cast.vasile.pk)
    held.phone = "0700 000 001"
    held.save()
    assert Person.objects.get(pk=held.pk).phone == "0700 000 001"


def test_a_value_that_is_not_asked_for_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="day"):
        Question(lambda pk, day: Person.objects.filter(pk=pk), "pk", "day").rows(pk=1, day=date.max)


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_refused_every_time() -> None:
    person = build().vasile
    asked = Question(lambda pk: Person.objects.select_for_update().filter(pk=pk), "pk")
    with transaction.atomic():
        assert asked.rows(pk=person.pk) == [person]
    with pytest.raises(TransactionManagementError):
        asked.rows(pk=person.pk)


# Several at once


def test_what_is_sent_together_is_done_one_after_the_other(cast: Cast) -> None:
    before = cast.vasile.phone
    answers = together(
        ("SELECT phone FROM people_person WHERE id = %s", [cast.vasile.pk]),
        ("UPDATE people_person SET phone = 'x' WHERE id = %s RETURNING id", [cast.vasile.pk]),
        ("SELECT phone FROM people_person WHERE id = %s", [cast.vasile.pk]),
        ("SELECT 1 WHERE false", []),
    )
    assert answers == [[(before,)], [(cast.vasile.pk,)], [("x",)], []]
    assert together(("SELECT 1", [])) == [[(1,)]]
    assert together() == []


def test_one_that_fails_takes_back_all(cast: Cast) -> None:
    with pytest.raises(DataError), transaction.atomic():
        together(
            ("UPDATE people_person SET phone = 'x' WHERE id = %s RETURNING id", [cast.vasile.pk]),
            ("SELECT 1 / %s::int", [0]),
            ("SELECT 2", []),
        )
    assert Person.objects.get(pk=cast.vasile.pk).phone == cast.vasile.phone
    assert together(("SELECT 1", []), ("SELECT 2", [])) == [[(1,)], [(2,)]]  # works on


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_they_make_one() -> None:
    changed, shown = "SELECT set_config('work_mem', '5MB', true)", "SHOW work_mem"
    before = together((shown, []))
    assert together((changed, []), (shown, [])) == [[("5MB",)], [("5MB",)]]
    assert together((shown, [])) == before != [[("5MB",)]]
    person = build().vasile
    with pytest.raises(DataError):
        together(
            ("UPDATE people_person SET phone = 'x' WHERE id = %s RETURNING id", [person.pk]),
            ("SELECT 1 / %s::int", [0]),
        )
    assert Person.objects.get(pk=person.pk).phone == person.phone


def test_rows_written_together_have_their_numbers(cast: Cast) -> None:
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_membership_id_seq')")
        number = cursor.fetchone()[0]
    two = [
        Membership(pk=pk, person=cast.vasile, organisation=place, role="learner", since=today)
        for pk, place in ((number, cast.cluj), (None, cast.turda))
    ]
    insert(*two)
    assert two[0].pk == number and two[1].pk and two[1].pk != number
    assert list(Membership.objects.filter(pk__in=[row.pk for row in two]).order_by("pk")) == two
