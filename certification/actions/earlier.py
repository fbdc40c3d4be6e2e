"""Paper certificates of others from a spreadsheet: a dry run that is kept for a day, then one transaction."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certification import queue
from certification.days import today
from certification.earlier_words import COLUMNS, NEEDED
from certification.errors import DayOutOfRange, NotNow, ReasonNeeded
from certification.models import Certificate, EarlierCertificate, EarlierList, Programme
from certification.verification import spellings
from formats.names import clean, fold
from people import audit
from people.access import require
from people.actions.lists import Extra, RowError, read_day, sift
from people.models import AuditEvent, Organisation, Person, User
from people.permissions import Permission

Row = dict[str, Any]
FACTS = ("line", "name", "number", "programme", "issued_on", "valid_until", "issuer")
LATEST = date(2100, 12, 31)


@transaction.atomic
def draft(*, by: User, organisation: Organisation, file_name: str, data: bytes) -> EarlierList:
    """Check a file and keep the outcome for its owner. Raises SheetError for a file that cannot be read."""
    found = sift(
        by=by,
        organisation=organisation,
        file_name=file_name,
        data=data,
        permission=Permission.REVIEW_EVIDENCE,
        extra=Extra(columns=COLUMNS, read=_Reader().read, needed=NEEDED),
    )
    rejected = [*found.rejected, *(_refused(row, "nobody") for row in found.new)]
    known, twice = _without_known([_plain(row, "person") for row in found.known])
    unsure, more = _without_known([_plain(row, "people") for row in found.unsure])
    made = EarlierList.objects.create(
        owner=by, organisation=organisation, file_name=clean(file_name)[-200:], known=known, unsure=unsure,
        rejected=sorted([*rejected, *twice, *more], key=lambda row: row["line"]),
    )  # fmt: skip
    audit.record(
        by=by, verb="earlier.checked", target=made, organisation=organisation,
        known=len(known), unsure=len(unsure), rejected=len(made.rejected),
    )  # fmt: skip
    return made


@transaction.atomic
def apply(*, by: User, draft: EarlierList, chosen: Mapping[int, int] | None = None) -> EarlierList:
    """Record the rows whose holder is known or was chosen (`chosen`: line to person). A second call finds it done."""
    draft = EarlierList.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.applied_at:
        return draft
    require(by, Permission.REVIEW_EVIDENCE, organisation=draft.organisation)
    rows, left = _settled(draft, chosen or {})
    # Two lists with the same certificates wait for each other.
    numbers = sorted({row["programme"] for row in rows})
    list(Programme.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk"))
    rows, twice = _without_known(rows)
    rows, gone = _of_people_in_reach(by, rows)
    made = _record(by, draft.organisation, rows)
    draft.known, draft.unsure, draft.recorded = rows, [], len(made)
    rejected = [*draft.rejected, *left, *twice, *gone]
    draft.rejected = sorted(rejected, key=lambda row: row["line"])
    draft.applied_at = timezone.now()
    draft.save()
    return draft


@transaction.atomic
def strike(*, by: User | None, earlier: EarlierCertificate, reason: str) -> EarlierCertificate:
    """Say that a paper certificate was recorded by mistake: from today on it does not count. It stays on record."""
    earlier = (
        EarlierCertificate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "person")
        .get(pk=earlier.pk)
    )
    allowed = EarlierCertificate.objects.visible_to(by, Permission.REVIEW_EVIDENCE) if by else None
    if allowed is not None and not allowed.filter(pk=earlier.pk).exists():
        raise PermissionDenied(f"strike {earlier.pk}")
    said = clean(reason)
    if not said:
        raise ReasonNeeded
    if earlier.struck_on:
        if earlier.struck_reason == said:
            return earlier
        raise NotNow
    if earlier.recorded_on > today():
        raise DayOutOfRange
    earlier.struck_on, earlier.struck_reason = today(), said
    earlier.struck_by = by.pk if by else None
    earlier.save(update_fields=["struck_on", "struck_reason", "struck_by"])
    audit.record(
        by=by, verb="earlier.struck", target=earlier, person=earlier.person_id, organisation=earlier.organisation
    )  # fmt: skip
    return earlier


def forget_expired() -> int:
    """Delete lists whose day is over; what they recorded stays."""
    count, _by_model = EarlierList.objects.expired().delete()
    return count


class _Reader:
    """Reads what a row says of a certificate."""

    def __init__(self) -> None:
        rows = Programme.objects.filter(jurisdiction__code=settings.JURISDICTION)
        self.programmes: dict[str, int] = {}
        for row in rows:
            for word in (row.code, *row.name.values()):
                self.programmes.setdefault(fold(word), row.pk)

    def read(self, texts: dict[str, str]) -> Row:
        for name, code in (("number", "no_number"), ("issuer", "no_issuer"), ("issued_on", "no_day")):  # fmt: skip
            if not texts[name]:
                raise RowError(name, code)
        if len(texts["number"]) > 60:
            raise RowError("number", "too_long", limit=60)
        programme = self.programmes.get(fold(texts["programme"]))
        if programme is None:
            raise RowError("programme", "unknown_programme", value=texts["programme"][:60])
        begins = read_day(texts["issued_on"], "issued_on", today())
        until = texts["valid_until"]
        ends = read_day(until, "valid_until", LATEST) if until else ""
        if ends and ends < begins:
            raise RowError("valid_until", "ends_before")
        return {
            "number": clean(texts["number"]),
            "holder": clean(texts["holder"]),
            "programme": programme,
            "issued_on": begins,
            "valid_until": ends,
            "issuer": clean(texts["issuer"]),
        }


def _plain(row: Row, who: str) -> Row:
    """What has to be kept of a row: no number, no address of the person."""
    return {name: row[name] for name in (*FACTS, who)}


def _refused(row: Row, code: str, **params: Any) -> Row:
    name = row.get("name") or f"{row['family_name']} {row['given_name']}".strip()
    return {"line": row["line"], "name": name, "column": "", "code": code, "params": params}


def _key(row: Row) -> tuple[str, str, int]:
    return fold(row["number"]), fold(row["issuer"]), row["programme"]


def _without_known(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that are new, and those refused: twice in the list, on record, or issued here."""
    on_record = EarlierCertificate.objects.filter(
        struck_on=None, number_key__in={fold(row["number"]) for row in rows}
    ).values_list("number_key", "issuer_key", "programme", "recorded_on")
    recorded = {(number, issuer, programme): day for number, issuer, programme, day in on_record}
    numbers = {text for row in rows for text in spellings(row["number"])}
    ours = set(Certificate.objects.filter(number__in=numbers).values_list("number", flat=True))
    new, refused = [], []
    lines: dict[Any, int] = {}
    for row in sorted(rows, key=lambda one: one["line"]):
        first = lines.setdefault(_key(row), row["line"])
        if first != row["line"]:
            refused.append(_refused(row, "twice", line=first))
        elif _key(row) in recorded:
            refused.append(_refused(row, "recorded", day=recorded[_key(row)].isoformat()))
        elif ours.intersection(spellings(row["number"])):
            refused.append(_refused(row, "ours"))
        else:
            new.append(row)
    return new, refused


def _settled(draft: EarlierList, chosen: Mapping[int, int]) -> tuple[list[Row], list[Row]]:
    """Rows whose holder is certain, and rows for which nobody (or somebody else) was chosen."""
    rows, left = list(draft.known), []
    for row in draft.unsure:
        person = chosen.get(row["line"])
        if person in row["people"]:
            rows.append({**{name: row[name] for name in FACTS}, "person": person})
        else:
            left.append(_refused(row, "not_chosen"))
    return sorted(rows, key=lambda row: row["line"]), left


def _of_people_in_reach(by: User, rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The person may have moved or been erased since the dry run; and nobody records their own."""
    seen = Person.objects.visible_to(by, Permission.REVIEW_EVIDENCE).filter(erased_at=None)
    seen = seen.exclude(pk=by.person_id or 0)
    reach = set(seen.filter(pk__in={row["person"] for row in rows}).values_list("pk", flat=True))
    inside = [row for row in rows if row["person"] in reach]
    return inside, [_refused(row, "nobody") for row in rows if row["person"] not in reach]


def _record(by: User, organisation: Organisation, rows: Iterable[Row]) -> list[EarlierCertificate]:
    day = today()
    made = EarlierCertificate.objects.bulk_create(
        EarlierCertificate(
            person_id=row["person"],
            programme_id=row["programme"],
            number=row["number"],
            issuer=row["issuer"],
            valid_from=date.fromisoformat(row["issued_on"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            organisation=organisation,
            recorded_on=day,
            recorded_by=by.pk,
        )
        for row in rows
    )
    queue.ask_about(*(one.person_id for one in made))
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor_id=by.pk, verb="earlier.recorded", target_type="certification.earliercertificate",
            target_id=str(one.pk), person_id=one.person_id, organisation_path=organisation.path,
        )
        for one in made
    )  # fmt: skip
    return made
