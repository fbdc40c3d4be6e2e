"""The ways of an edition from status to status: the action says so in words, the database makes sure."""

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from people.models import AuditEvent
from tests.factories import training as make
from training.actions import editions
from training.actions.errors import ReasonNeeded, StatusNotPossible
from training.models import Edition
from training.models.edition_status import NEXT, STATUS_WAYS, EditionStatus

EVERY = [(old.value, new.value) for old in EditionStatus for new in EditionStatus if old != new]


def in_the_tables(edition: Edition, status: str) -> None:
    """What a forgotten script, an import or another program would do: no action in between."""
    Edition.objects.filter(pk=edition.pk).update(status=status, status_reason="r")


@pytest.mark.parametrize(("before", "after"), EVERY)
def test_the_database_knows_the_same_ways_as_the_action(cast, before, after):
    edition = make.edition(cast.timis)
    make.put_status(edition, before)
    if (before, after) in STATUS_WAYS:
        in_the_tables(edition, after)
    else:
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            in_the_tables(edition, after)
    edition.refresh_from_db()
    assert edition.status == (after if (before, after) in STATUS_WAYS else before)


def test_twin_without_the_trigger_any_way_would_be_open(cast):
    edition = make.edition(cast.timis)
    make.put_status(edition, "cancelled")
    make.put_status(edition, "open", "")
    assert edition.status == "open"


def test_the_same_status_again_is_no_change(cast):
    edition = make.edition(cast.timis)
    make.put_status(edition, "done")
    in_the_tables(edition, "done")
    edition.refresh_from_db()
    assert (edition.status, edition.status_reason) == ("done", "r")


def test_nothing_leads_out_of_cancelled_and_nothing_back_to_a_draft():
    assert NEXT[EditionStatus.CANCELLED] == ()
    assert not [way for way in STATUS_WAYS if way[1] == "draft"]
    assert set(NEXT) == set(EditionStatus)


@pytest.mark.parametrize(
    ("before", "after", "is_needed"),
    [
        ("open", "cancelled", True),
        ("draft", "cancelled", True),
        ("done", "running", True),
        ("open", "closed", False),
        ("running", "done", False),
    ],
)
def test_a_reason_where_people_must_be_told(cast, before, after, is_needed):
    assert editions.needs_reason(before, after) is is_needed
    edition = make.edition(cast.timis)
    make.put_status(edition, before)
    if is_needed:
        with pytest.raises(ReasonNeeded):
            editions.change_status(by=None, edition=edition, status=after, reason="  ")
    assert (
        editions.change_status(by=None, edition=edition, status=after, reason=" Ploi ").status
        == after
    )
    edition.refresh_from_db()
    assert edition.status_reason == "Ploi"
    assert AuditEvent.objects.about(edition).first().data["after"] == after


def address(edition: Edition, status: str) -> str:
    return reverse("training:status", args=[edition.pk, status])


def test_the_page_asks_for_the_reason_and_keeps_it(cast, mara):
    edition = make.coming(cast.timis)
    make.put_status(edition, "done")
    refused = mara.post(address(edition, "running"), {})
    assert "Say why." in refused.content.decode()
    edition.refresh_from_db()
    assert edition.status == "done"
    mara.post(address(edition, "running"), {"reason": "Lipsește o prezență."})
    edition.refresh_from_db()
    assert (edition.status, edition.status_reason) == ("running", "Lipsește o prezență.")
    page = mara.get(reverse("training:manage", args=[edition.pk])).content.decode()
    assert "Lipsește o prezență." in page


def test_closing_may_say_why_or_not(cast, mara):
    for reason in ("", "S-au ocupat toate locurile."):
        edition = make.coming(cast.timis)
        assert mara.post(address(edition, "closed"), {"reason": reason}).status_code == 302
        edition.refresh_from_db()
        assert (edition.status, edition.status_reason) == ("closed", reason)


def test_a_way_that_is_not_open_is_explained(cast, mara):
    edition = make.coming(cast.timis)
    make.put_status(edition, "cancelled")
    page = mara.post(address(edition, "open"), {"reason": ""}).content.decode()
    assert "cannot change to this status" in page
    with pytest.raises(StatusNotPossible):
        editions.change_status(by=None, edition=edition, status="open")
