"""A list of names that is sent or read twice at once is one list, each row answered once, each look written once."""

import threading
import time
from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from certification.actions import checks as actions
from certification.models import CheckList, CheckRow
from formats.sheets import write_csv
from people.models import AuditEvent
from tests.certification.due_world import carer
from tests.factories import certification as proofs
from tests.factories import people as make
from tests.races import at_once, outcomes

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 3, 12)
NAMES = ("Albu", "Barbu", "Cozma", "Dinu")


@pytest.fixture
def programme(cast):
    return proofs.programme(cast.carer)


@pytest.fixture
def lists(cast, programme) -> list[CheckList]:
    """Two officers ask about the same four people and one who is nowhere."""
    second = make.staff(cast.timis, "officer", "Iancu", "Iris")
    for name in NAMES:
        carer(cast, programme, name, date(2027, 4, 1))
    data = write_csv(["Nume de familie", "Prenume"], [*([n, "Om"] for n in NAMES), ["Nimeni", "X"]])
    return [
        actions.start(by=by, programme=programme, at=DAY, file_name="lista.csv", data=data)
        for by in (cast.ion, second)
    ]


def looks() -> Counter:
    """How often each look is in the trail, by list and person."""
    told = AuditEvent.objects.filter(verb="standing.checked")
    return Counter(told.values_list("target_id", "person_id"))


def work_twice(lists: list[CheckList]) -> list[BaseException]:
    return at_once([lambda pk=one.pk: actions.work(list_id=pk) for one in lists] * 2)


def test_two_lists_each_worked_on_twice_at_once(lists):
    assert work_twice(lists) == []
    for one in CheckList.objects.all():
        assert one.status == CheckList.Status.DONE
        assert Counter(one.rows.values_list("state", flat=True)) == {"found": 4, "missing": 1}
    assert len(looks()) == len(NAMES) * 2
    assert set(looks().values()) == {1}


def test_twin_without_the_lock_each_look_is_written_twice(lists, monkeypatch):
    """If this fails, the test above proves nothing."""
    actions._read(lists[0].pk)
    both_found = threading.Barrier(2)
    part = actions._part

    def together(found, known) -> bool:
        if found.rows.filter(state=CheckRow.State.WAITING).exists():
            both_found.wait(10)
        return part(found, known)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(actions, "_part", together)
    write = actions._note

    def slowly(found, people) -> None:
        time.sleep(0.05)
        write(found, people)

    monkeypatch.setattr(actions, "_note", slowly)
    at_once([lambda: actions.work(list_id=lists[0].pk)] * 2)
    assert set(looks().values()) == {2}


def test_twin_without_the_lock_the_file_is_read_twice_and_the_database_refuses(lists, monkeypatch):
    both_found = threading.Barrier(2)
    read = actions.read

    def together(*arguments, **options):
        both_found.wait(10)
        return read(*arguments, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(actions, "read", together)
    raised = at_once([lambda: actions._read(lists[0].pk)] * 2)
    assert [type(error) for error in raised] == [IntegrityError]
    assert lists[0].rows.count() == 5


def send(cast, programme) -> list[object]:
    data = write_csv(["Nume de familie"], [["Albu"]])
    asked = {"by": cast.ion, "programme": programme, "at": DAY, "file_name": "a.csv", "data": data}
    return outcomes([lambda: actions.start(**asked)] * 4)


def test_one_form_sent_four_times_at_once_is_one_list(cast, programme):
    found = send(cast, programme)
    assert len({one.pk for one in found}) == 1
    assert CheckList.objects.count() == 1
    assert AuditEvent.objects.filter(verb="check.asked").count() == 1


def test_twin_without_the_lock_there_are_several(cast, programme, monkeypatch):
    none_yet = threading.Barrier(4)
    first = QuerySet.first

    def together(rows: QuerySet):
        found = first(rows)
        if rows.model is CheckList:
            none_yet.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(QuerySet, "first", together)
    send(cast, programme)
    assert CheckList.objects.count() == 4


def test_another_list_is_another(cast, programme, lists):
    """The same file under another day, and once more after it was read, is asked anew."""
    data = bytes(lists[0].data)
    again = {"by": cast.ion, "programme": programme, "file_name": "lista.csv", "data": data}
    assert actions.start(**again, at=DAY) == lists[0]
    assert actions.start(**again, at=date(2025, 3, 12)) not in lists
    actions.work(list_id=lists[0].pk)
    assert actions.start(**again, at=DAY) not in lists
    assert CheckList.objects.count() == 4
