"""What is put back from memory is what would have been made: whoever came first, whenever, with whatever settings."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone, translation

from people.models import AuditEvent, Membership, Organisation, Person
from tests import remembered
from tests.cast import build
from tests.factories import people as make

MARCH, MAY = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2027, 5, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_known(db, monkeypatch) -> None:
    """Each test here is the first of its process."""
    monkeypatch.setattr(remembered, "_kept", {})


class Maker:
    """A small maker that counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Person:
        self.times += 1
        place = make.organisation(f"Centrul {translation.get_language()}", code="c")
        return make.person(place, "Pop", since=timezone.localdate())

    def again(self) -> Person:
        """In a transaction of its own, as each test is."""
        with transaction.atomic():
            found = remembered.again("probe", self)
            found.refresh_from_db()
            found.since = Membership.objects.get(person=found).since
            found.place = Organisation.objects.get().short_name
            found.stamp = AuditEvent.objects.get(verb="person.recorded").at
            transaction.set_rollback(True)
        return found


@pytest.fixture
def maker() -> Maker:
    return Maker()


def contents() -> dict[str, list[str]]:
    """Every row of every table."""
    tables = [
        remembered.Table(n, c, tuple(o or ())) for n, c, o in remembered._asked(remembered.TABLES)
    ]
    return {table.name: remembered.in_order(remembered._new(table, [])) for table in tables}


def test_the_cast_put_back_is_the_cast_that_was_made():
    """Row by row in every table of the database, those of the numbers and the trail included."""
    kinds = {}
    for turn in ("first", "second"):
        with transaction.atomic():
            cast = remembered.again("cast", build)
            kinds[turn] = contents()
            assert cast.ana.person.categories.get().category == cast.carer
            assert cast.ion.check_password("o parolă lungă de probă")
            transaction.set_rollback(True)
    assert kinds["first"] == kinds["second"]
    assert len(kinds["first"]["people_person"]) == 12


def test_made_once_then_taken_from_memory(maker):
    people = [maker.again() for _turn in range(3)]
    assert maker.times == 1
    assert len({(person.pk, person.stamp) for person in people}) == 1


@pytest.mark.parametrize("order", [(MARCH, MAY), (MAY, MARCH)], ids=["forth", "back"])
def test_each_moment_has_rows_of_its_own(maker, order):
    """Made in May, a membership would begin after the whole of a test that lives in March."""
    for moment in (*order, *order):
        with time_machine.travel(moment, tick=False):
            person = maker.again()
            assert person.since == moment.date()
            assert person.stamp == moment
    assert maker.times == 2


def test_two_moments_of_one_day_do_not_share_a_stamp(maker):
    later = MARCH.replace(hour=17)
    with time_machine.travel(later, tick=False):
        maker.again()
    with time_machine.travel(MARCH, tick=False):
        assert maker.again().stamp == MARCH, "nothing comes from the evening before it was morning"


def test_after_a_journey_today_is_today(maker):
    with time_machine.travel(MARCH, tick=False):
        maker.again()
    assert maker.again().since == timezone.localdate()


def test_a_travelled_clock_that_runs_is_never_remembered(maker):
    for _turn in range(2):
        with time_machine.travel(MARCH, tick=True):
            assert maker.again().stamp >= MARCH
    assert maker.times == 2
    assert remembered._kept == {}


def test_a_changed_setting_has_rows_of_its_own(settings):
    def number() -> Person:
        return make.person(make.organisation("Centrul", code="c"), "Pop", national_id="1234567890")

    found = []
    for secret in ("one", "two", "one"):
        settings.DATA_KEY = secret
        with transaction.atomic():
            found.append(remembered.again("number", number).national_id_hash)
            transaction.set_rollback(True)
    assert found[0] == found[2] != found[1]


def test_a_setting_that_went_and_came_back_is_the_usual_one_again(maker):
    maker.again()
    with override_settings(JURISDICTION="md"):
        maker.again()
    maker.again()
    assert maker.times == 2


def test_a_deleted_setting_is_a_changed_one(maker, settings):
    before = remembered._changed_settings()
    del settings.LANGUAGE_CODE
    assert remembered._changed_settings() != before


def test_each_language_has_words_of_its_own(maker):
    places = []
    for language in ("ro", "ar", "ro"):
        with translation.override(language):
            places.append(maker.again().place)
    assert places == ["Centrul ro", "Centrul ar", "Centrul ro"]


def test_what_a_test_does_to_its_objects_is_not_seen_by_the_next(maker):
    first = maker.again()
    first.family_name = "Altul"
    first.__dict__["_grants"] = "everything"
    second = maker.again()
    assert second.family_name == "Pop"
    assert "_grants" not in second.__dict__


def test_even_the_first_object_is_not_the_one_in_memory():
    def shared() -> list[str]:
        return ["as made"]

    remembered.again("list", shared).append("by the first test")
    assert remembered.again("list", shared) == ["as made"]


def test_where_somebody_was_before_nothing_is_taken_from_memory(maker):
    maker.again()
    make.organisation("Primăria")
    with transaction.atomic():
        remembered.again("probe", maker)
        transaction.set_rollback(True)
    assert maker.times == 2


def test_where_somebody_was_before_nothing_is_kept():
    """The maker finds the row of another fixture and makes none: alone, a later test would have none at all."""

    def group() -> Organisation:
        return Organisation.objects.filter(code="c").first() or make.organisation("C", code="c")

    with transaction.atomic():
        make.organisation("Centrul", code="c")
        remembered.again("group", group)
        transaction.set_rollback(True)
    assert remembered._kept == {}
    assert remembered.again("group", group).refresh_from_db() is None


@pytest.mark.parametrize("deed", ["changes", "deletes"])
def test_a_maker_that_touches_migrated_rows_is_refused(deed):
    """Put back, the row would be there twice; or be missing in the first test alone."""

    def touch() -> None:
        rows = ContentType.objects.filter(app_label="people", model="columnmapping")
        rows.update(model="other") if deed == "changes" else rows.delete()

    with pytest.raises(AssertionError, match=r"touch changes or deletes \d+ rows of"):
        remembered.again("touch", touch)
    ContentType.objects.clear_cache()
    assert remembered._kept == {}


def test_rows_that_come_out_otherwise_are_refused(monkeypatch, maker):
    """As a trigger on INSERT would make them: seen at once, and not by the second test alone."""
    whole = remembered._insert
    monkeypatch.setattr(
        remembered, "_insert", lambda table, rows: whole(table, rows).replace("Pop", "Popa")
    )
    with pytest.raises(AssertionError, match="rows of people_"):
        maker.again()
    assert remembered._kept == {}


@pytest.fixture
def set_back() -> Iterator[None]:
    """Sequences begin with one again, as after a test with `reset_sequences`."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE people_person_id_seq RESTART")
    yield


def test_new_rows_come_behind_those_put_back(maker, set_back):
    with transaction.atomic():
        person = remembered.again("probe", maker)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE people_person_id_seq RESTART")
    remembered.again("probe", maker)
    others = [make.person(Organisation.objects.get(), f"Alt{n}") for n in range(person.pk + 1)]
    assert min(other.pk for other in others) > person.pk


def test_a_sequence_that_is_far_ahead_is_not_set_back(maker):
    place = None
    with transaction.atomic():
        place = remembered.again("probe", maker)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('people_person_id_seq', 900000)")
    remembered.again("probe", maker)
    assert make.person(Organisation.objects.get(), "Alt").pk > 900000 > place.pk


def test_what_was_kept_in_memory_by_number_is_forgotten(maker):
    remembered.again("probe", maker)
    cache.set("support:1:en", "the service of another test")
    with transaction.atomic():
        Membership.objects.all().delete()
    Person.objects.all().delete()
    Organisation.objects.all().delete()
    remembered.again("probe", maker)
    assert cache.get("support:1:en") is None


def test_the_rows_are_under_the_same_constraints(maker):
    """They are inserted, not copied past the rules: the same twice is refused."""
    remembered.again("probe", maker)
    (kept,) = remembered._kept.values()
    with pytest.raises(IntegrityError), transaction.atomic():
        remembered._write(kept)
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestWithRealTransactions:
    """A test may commit: what it changed is gone with it, what is kept is as it was made."""

    kept: dict = {}  # from one test to the next, as in a real process

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_a_committed_change_does_not_reach_the_next(self, monkeypatch, turn):
        monkeypatch.setattr(remembered, "_kept", self.kept)
        maker = Maker()
        with time_machine.travel(MARCH, tick=False):
            person = remembered.again("probe", maker)
        assert maker.times == (1 if turn == 1 else 0)
        assert (person.family_name, Person.objects.get().family_name) == ("Pop", "Pop")
        Person.objects.update(family_name=f"Schimbat{turn}")
        with transaction.atomic():
            make.person(Organisation.objects.get(), "Rămas")
        assert Person.objects.count() == 2


def test_room_that_others_left_is_no_difference():
    """Rows that are put back may lie in another order than they were made in; another row is another."""
    rows = [{"id": 1, "name": "a"}, {"name": "b", "id": 2}]
    assert remembered.in_order(rows) == remembered.in_order(rows[::-1])
    assert remembered.in_order(rows) != remembered.in_order([rows[0], rows[0]])
