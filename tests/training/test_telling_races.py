"""Several workers that tell the same change: one mail."""

import pytest

from notifications.models import Message
from tests.factories import training as make
from tests.training.test_races import at_once, cast_here  # noqa: F401  (a fixture)
from tests.training.test_telling import move
from training.actions import telling

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_workers_at_once_write_one_mail(cast_here):  # noqa: F811
    edition = make.coming(cast_here.timis)
    make.place(cast_here.ana.person, edition)
    move(edition.sessions.get())
    counts: list[int] = []
    errors = at_once([lambda: counts.append(telling.tell(edition_id=edition.pk))] * 6)
    assert errors == []
    assert sorted(counts) == [0, 0, 0, 0, 0, 1]
    assert Message.objects.filter(name="sessions_changed").count() == 1
