"""Checking a list of names and numbers: uploaded by an officer, read and answered by the worker, a part at a time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certification import queries, queue
from certification.check_words import COLUMNS
from certification.models import CheckList, CheckRow, Programme
from certification.name_check import PERMISSION, Answer, Finder, columns_of, people_to_export
from certification.queries import Filters
from certification.standing import Standing, State
from formats.names import clean
from formats.sheets import Limits, Row, Sheet, SheetError, read
from formats.sheets_model import text_of
from people import audit
from people.access import grants_of
from people.models import AuditEvent, Person, User

LIMITS = Limits(rows=5_000)
# So many rows at a time: what was answered stays, wherever the worker is cut off.
PART = 250
DATES = ("since", "until", "valid_until", "review_due")
FACTS = ("number", "issuer", "said", "certificate_id", "earlier_id")
RowState, Status = CheckRow.State, CheckList.Status


class Branch(NamedTuple):
    """What is read once for all parts: the names of the owner's branch, and where its people stand that day."""

    finder: Finder
    known: Mapping[int, Standing]


@transaction.atomic
def start(*, by: User, programme: Programme, at: date, file_name: str, data: bytes) -> CheckList:
    """Take the file and have the worker read it. Raises SheetError for one that is too big to be kept."""
    if not grants_of(by).anywhere(PERMISSION):
        raise PermissionDenied
    if len(data) > LIMITS.file_bytes:
        raise SheetError("too_big", megabytes=LIMITS.file_bytes // 2**20)
    made = CheckList.objects.create(
        owner=by, programme=programme, at=at, data=data, file_name=clean(file_name)[-200:]
    )
    audit.record(by=by, verb="check.asked", target=made, programme=programme.pk, at=at.isoformat())
    queue.ask_for_check(made.pk)
    return made


def work(*, list_id: int) -> None:
    """Read the file, then answer what is left, a part at a time. Killed anywhere, the next call goes on."""
    if not _read(list_id):
        return
    branch: Branch | None = None
    while True:
        with transaction.atomic():
            found = _locked(list_id)
            if found is None or found.status != Status.RUNNING:
                return
            branch = branch or Branch(Finder(found.owner), _standings(found))
            if not _part(found, branch):
                _finish(found)
                return


def _locked(list_id: int) -> CheckList | None:
    rows = CheckList.objects.select_for_update(of=("self",)).select_related("programme", "owner")
    return rows.filter(pk=list_id).first()


@transaction.atomic
def _read(list_id: int) -> bool:
    """The rows of the file; the file itself goes. A refusal is kept for its owner."""
    found = _locked(list_id)
    if found is None or found.status != Status.WAITING:
        return found is not None
    try:
        sheet = read(found.file_name, bytes(found.data or b""), limits=LIMITS)
        columns_of(sheet)
    except SheetError as error:
        found.status, found.problem, found.params = Status.REFUSED, error.code, error.params
        found.data = None
        found.save()
        return False
    rows = [CheckRow(check_list=found, **_raw(row)) for row in sheet.rows]
    CheckRow.objects.bulk_create(rows, batch_size=500)
    found.status, found.headers, found.data = Status.RUNNING, list(sheet.headers), None
    found.worked_at = timezone.now()
    found.save()
    return True


def _raw(row: Row) -> dict[str, Any]:
    """A row as it is kept; one that cannot be read is refused at once."""
    fields: dict[str, Any] = {"line": row.line, "cells": [packed(cell) for cell in row.cells]}
    if row.problem:
        fields |= {"state": RowState.REFUSED, "code": row.problem}
    return fields


def packed(cell: Any) -> Any:
    """A cell for JSON: days and moments stay what they are."""
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return cell if cell is None or isinstance(cell, str | int | float | bool) else text_of(cell)


def unpacked(cell: Any) -> Any:
    """The cell again."""
    if isinstance(cell, dict):
        if "day" in cell:
            return date.fromisoformat(cell["day"])
        return datetime.fromisoformat(cell["moment"])
    return cell


def _part(found: CheckList, branch: Branch) -> bool:
    """Answer the next rows; whether there were any."""
    rows = list(found.rows.filter(state=RowState.WAITING).order_by("line")[:PART])
    if not rows:
        return False
    places = columns_of(Sheet(tuple(found.headers), ()))
    asked = [{name: _text(row, places.get(name)) for name in COLUMNS} for row in rows]
    for row, answer in zip(rows, branch.finder.answers(asked), strict=True):
        _write(row, answer, found, places)
    people = Person.objects.in_bulk([row.person_id for row in rows if row.person_id])
    facts = _facts(found, people, branch.known)
    for row in rows:
        row.standing = facts.get(row.person_id or 0, {})
    fields = ["state", "person", "candidates", "code", "column", "params", "standing"]
    CheckRow.objects.bulk_update(rows, fields)
    _note(found, [row.person_id for row in rows if row.person_id])
    found.worked_at = timezone.now()
    found.save(update_fields=["worked_at"])
    return True


def _text(row: CheckRow, place: int | None) -> str:
    return clean(text_of(unpacked(row.cells[place]))) if place is not None else ""


def _write(row: CheckRow, answer: Answer, found: CheckList, places: Mapping[str, int]) -> None:
    place = places.get(answer.column, places.get("name") if answer.column in COLUMNS else None)
    row.state, row.person_id, row.candidates = answer.state, answer.person, answer.candidates
    row.code, row.params = answer.code, answer.params
    row.column = found.headers[place][:200] if place is not None else ""


def _standings(found: CheckList) -> dict[int, Standing]:
    """Where everybody in reach stands under the programme that day, in one statement."""
    filters = Filters(at=found.at, programme=found.programme_id)
    rows = queries.standing_rows(found.owner, filters, permission=PERMISSION)
    return {row.person_id: row.standing for row in rows}


def _facts(
    found: CheckList, people: Mapping[int, Person], known: Mapping[int, Standing]
) -> dict[int, dict[str, Any]]:
    """For JSON, of each. Of whom the programme is not asked may hold a certificate of it all the same."""
    others = [person for pk, person in people.items() if pk not in known]
    unasked = queries.states_under(found.programme, others, found.at) if others else {}
    held = {pk: standing for pk, standing in unasked.items() if standing.state != State.NEVER}
    asked = {pk: known[pk] for pk in people if pk in known}
    return {pk: _kept(standing) for pk, standing in {**asked, **held}.items()}


def _kept(standing: Standing) -> dict[str, Any]:
    days = {name: getattr(standing, name) for name in DATES}
    return {
        "state": str(standing.state),
        "missed": list(standing.missed),
        **{name: day.isoformat() if day else None for name, day in days.items()},
        **{name: getattr(standing, name) for name in FACTS},
    }


def standing_in(row: CheckRow) -> Standing | None:
    """The standing again; none where the programme is not asked."""
    kept = row.standing
    if not kept:
        return None
    days: dict[str, Any] = {
        name: date.fromisoformat(kept[name]) if kept[name] else None for name in DATES
    }
    facts: dict[str, Any] = {name: kept[name] for name in FACTS}
    return Standing(State(kept["state"]), missed=tuple(kept["missed"]), **days, **facts)


def _note(found: CheckList, people: list[int]) -> None:
    """Each look at another's standing is in the trail."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor_id=found.owner_id, verb="standing.checked", target_type="certification.checklist",
            target_id=str(found.pk), person_id=person,
        )
        for person in people
    )  # fmt: skip


def _finish(found: CheckList) -> None:
    found.status, found.worked_at = Status.DONE, timezone.now()
    found.save(update_fields=["status", "worked_at"])


@transaction.atomic
def choose(*, by: User, row: CheckRow, person: int | None) -> CheckRow:
    """Say whom a row means, or that it is none of them. Whoever was not asked about cannot be chosen."""
    row = (
        CheckRow.objects.select_for_update(of=("self",))
        .select_related("check_list__programme", "check_list__owner")
        .get(pk=row.pk)
    )
    if row.check_list.owner_id != by.pk:
        raise PermissionDenied
    if row.state != RowState.UNSURE:
        return row
    if person is None:
        row.state, row.code, row.candidates = RowState.MISSING, "left_out", []
    else:
        who = people_to_export(by).filter(pk=person).first() if person in row.candidates else None
        if who is None:
            return row
        row.state, row.person, row.code, row.candidates = RowState.FOUND, who, "", []
        known = _standings_of_one(row.check_list, who)
        row.standing = _facts(row.check_list, {who.pk: who}, known).get(who.pk, {})
        _note(row.check_list, [who.pk])
    row.save()
    return row


def _standings_of_one(found: CheckList, who: Person) -> dict[int, Standing]:
    """The same as for all, of one person: whether the programme is asked of them."""
    standings = {programme.pk: one for programme, one in queries.standings(who, found.at)}
    own = standings.get(found.programme_id)
    return {who.pk: own} if own else {}


def forget_expired() -> int:
    """Delete lists whose day is over, with their rows."""
    count, _by_model = CheckList.objects.expired().delete()
    return count
