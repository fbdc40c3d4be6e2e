"""Whose roll it is: a mark asks it in one statement, the lists by `visible_to`; both say the same."""

import pytest

from people.permissions import Permission
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.rolls import session_of_today
from training.models import Session
from training.queries.rolls import session_for_marks

pytestmark = pytest.mark.django_db


def everybody_and_the_root(cast) -> list:
    return [*cast.everybody.values(), make_people.superuser()]


def test_a_mark_is_taken_from_whom_the_list_of_rolls_shows_it(cast):
    """One question for the session and for who may: nobody gets more or less than by the way of the lists."""
    led = session_of_today(cast)
    foreign = make.session(make.edition(cast.cluj), 9)
    taken = 0
    for user in map(make_people.fresh, everybody_and_the_root(cast)):
        mine = Session.objects.visible_to(user, Permission.TAKE_ROLL)
        for session in (led, foreign):
            found = session_for_marks(user, session.pk)
            assert (found is not None) == mine.filter(pk=session.pk).exists(), (user, session)
            taken += found is not None
    assert taken >= 4
    assert session_for_marks(cast.mara, 2**70) is None


def test_whoever_led_it_once_is_nobody_to_it_now(cast):
    led = session_of_today(cast)
    assert session_for_marks(make_people.fresh(cast.petar), led.pk) == led
    make_people.end_roles(cast.petar.person)
    assert session_for_marks(make_people.fresh(cast.petar), led.pk) is None


def test_what_a_mark_knows_of_its_session_is_what_is_written(cast):
    led = session_of_today(cast)
    found = session_for_marks(make_people.fresh(cast.petar), led.pk)
    assert found.get_deferred_fields() and found.edition.get_deferred_fields()
    for name in (field.attname for field in Session._meta.concrete_fields):
        assert getattr(found, name) == getattr(led, name), name
    assert found.edition.organiser.path == led.edition.organiser.path
    assert found.edition.status == led.edition.status
