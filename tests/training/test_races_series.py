"""Two coordinators at one room, one session or whole series at a time; the twin shows what the constraint is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tests.factories import training as make
from tests.races import at_once
from tests.training.test_races import AT_ONCE, book_at_once
from training.actions import series
from training.actions.errors import Refused
from training.models import Session
from training.planning import Meeting

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@contextmanager
def constraint_dropped() -> Iterator[None]:
    """The table without the rule that a room is booked once; afterwards the clashing rows go and the rule is back."""
    rule = next(one for one in Session._meta.constraints if one.name == "session_room_no_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, rule)
    try:
        yield
    finally:
        Session.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Session, rule)


def test_twin_without_the_constraint_the_room_is_booked_twice(cast_here):
    """The lock alone does not look for clashes: if this fails, the tests above prove nothing about the database."""
    with constraint_dropped():
        assert book_at_once(cast_here, same_room=True) == []
        assert Session.objects.count() == AT_ONCE
    errors = book_at_once(cast_here, same_room=True)
    assert len(errors) == AT_ONCE - 1


def series_at_once(cast: Cast, *, turned: bool) -> list[BaseException]:
    """Coordinators plan four meetings each, in the same two rooms and with the same two trainers, some backwards."""
    rooms = [make.room(cast.timis) for _ in range(2)]
    people = (cast.petar.person, cast.mara.person)
    tasks = []
    for number in range(AT_ONCE):
        edition = make.edition(cast.timis)
        starts = [make.at(7 * week) for week in range(1, 5)]
        plan = [
            Meeting(
                edition, start, start + timedelta(hours=2), make.ZONE, rooms[i % 2], trainers=people
            )
            for i, start in enumerate(starts)
        ]
        if turned and number % 2:
            plan = [replace(one, trainers=people[::-1]) for one in reversed(plan)]
        tasks.append(lambda e=edition, p=plan: series.add_all(by=None, edition=e, meetings=p))
    return at_once(tasks)


@pytest.mark.parametrize("turned", [False, True])
def test_of_series_at_once_one_gets_all_its_days_and_the_others_none(cast_here, turned):
    errors = series_at_once(cast_here, turned=turned)
    assert len(errors) == AT_ONCE - 1
    assert all(isinstance(error, Refused) for error in errors), errors
    assert Session.objects.count() == 4
    assert Session.objects.values("edition").distinct().count() == 1
