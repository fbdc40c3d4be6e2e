"""Several workers that tell the same: one mail. Each test has a twin that shows two mails when the guard is off."""

import threading

import pytest
from django.db.models import QuerySet

from notifications.actions import notify
from notifications.models import Message
from tests.factories import training as make
from tests.races import at_once, outcomes
from tests.training.test_telling import move
from training import place_notices
from training.actions import telling

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


WORKERS = 4


@pytest.fixture
def nothing_is_known(monkeypatch):
    """No row is locked, no message has a key by which it is known, and all workers write before one of them is done."""
    together = threading.Barrier(WORKERS)

    def written(*arguments, **context):
        together.wait(timeout=20)
        return notify(*arguments, **{**context, "dedupe": None})

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(telling, "notify", written)
    monkeypatch.setattr(place_notices, "notify", written)


def tell_a_change_at_once(cast) -> tuple[list[int], int]:
    """How many each worker told, and how many mails there are."""
    edition = make.coming(cast.timis)
    make.place(cast.ana.person, edition)
    move(edition.sessions.get())
    tasks = [lambda: telling.tell(edition_id=edition.pk)] * WORKERS
    return outcomes(tasks), Message.objects.filter(name="sessions_changed").count()


def test_workers_at_once_write_one_mail(cast_here):
    told, mails = tell_a_change_at_once(cast_here)
    assert sorted(told) == [0] * (WORKERS - 1) + [1]
    assert mails == 1


def test_twin_without_lock_and_key_each_writes_one(cast_here, nothing_is_known):
    """If this fails, the test above proves nothing."""
    told, mails = tell_a_change_at_once(cast_here)
    assert told == [1] * WORKERS
    assert mails == WORKERS


def tell_of_a_place_at_once(cast) -> int:
    """One job that was given out to several workers, as after one of them was thought to be dead."""
    place = make.place(cast.ana.person, make.coming(cast.timis))
    tasks = [lambda: place_notices.write(place.pk, place_notices.Notice.CONFIRMED)] * WORKERS
    assert at_once(tasks) == []
    return Message.objects.filter(person=cast.ana.person).count()


def test_of_a_place_each_is_told_once(cast_here):
    assert tell_of_a_place_at_once(cast_here) == 1


def test_twin_without_the_key_each_worker_tells_of_the_place(cast_here, nothing_is_known):
    assert tell_of_a_place_at_once(cast_here) == WORKERS
