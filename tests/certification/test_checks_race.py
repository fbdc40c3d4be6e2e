"""A list of names that is sent or read twice at once is one list, each row answered once, each look written once."""

import threading
import time
from collections import Counter
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
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
from training import once

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
    """One form, sent by four clicks at once."""
    browsers = [cast.browser(cast.ion, language="en") for _click in range(4)]

    def click(browser):
        file = SimpleUploadedFile("lista.csv", write_csv(["Nume de familie"], [["Albu"]]))
        sent = {"file": file, "programme": programme.pk, "once": f"{'0' * 32}.0"}
        return browser.post("/en/standing/check/", sent).headers["Location"]

    return outcomes([lambda b=browser: click(b) for browser in browsers])


def test_one_form_sent_four_times_at_once_is_one_list(cast, programme):
    (made,) = set(send(cast, programme))
    assert str(CheckList.objects.get().pk) in made
    assert AuditEvent.objects.filter(verb="check.asked").count() == 1


def test_twin_without_the_key_there_are_several(cast, programme, monkeypatch):
    monkeypatch.setattr(once, "_claimed", lambda *_arguments: True)
    assert len(set(send(cast, programme))) == 4
    assert CheckList.objects.count() == 4
