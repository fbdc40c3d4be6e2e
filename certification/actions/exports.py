"""Files that come regularly: asked for, stopped, made by the worker, and told of by a mail that asks for sign-in."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, QueryDict
from django.utils import timezone, translation

from certification import exports, queue
from certification.days import add_months, today
from certification.models import ExportFile, ExportPlan
from formats.typesetting import UnprintableText
from notifications.actions import notify
from people import audit
from people.access import grants_of
from people.models import User

Rhythm = ExportPlan.Rhythm
# What is asked of the day, and where in the list one is, belongs to no file of the future.
LEFT_OUT = ("at", "versus", "page", "sort", "q")


@transaction.atomic
def plan(
    *, by: User, what: str, kind: str, rhythm: str, query: QueryDict, language: str
) -> ExportPlan:
    """Have a file regularly. Asked for twice it is one."""
    _require(by, what)
    fields = {"owner": by, "what": what, "kind": kind, "rhythm": rhythm, "query": _kept(query)}
    existing = ExportPlan.objects.running().filter(**fields).first()
    if existing:
        return existing
    try:
        with transaction.atomic():
            made = ExportPlan.objects.create(
                **fields, language=language, next_on=next_day(rhythm, today())
            )
    except IntegrityError:
        return ExportPlan.objects.running().get(**fields)
    audit.record(by=by, verb="export.planned", target=made, what=what, file=kind, rhythm=rhythm)
    return made


@transaction.atomic
def stop(*, by: User | None, plan: ExportPlan) -> ExportPlan:
    """Have it no more; what was made goes at once. `by` is None for whoever has the link of a mail. Repeatable."""
    plan = ExportPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.stopped_at is None:
        plan.stopped_at = timezone.now()
        plan.save(update_fields=["stopped_at"])
        plan.files.all().delete()
        audit.record(by=by, verb="export.stopped", target=plan)
    return plan


def next_day(rhythm: str, after: date) -> date:
    """The Monday, or the first of a month, that comes after that day."""
    if rhythm == Rhythm.WEEKLY:
        return after + timedelta(days=7 - after.weekday())
    return add_months(after.replace(day=1), 1)


def ask_for_due() -> None:
    """Ask for every file whose day has come, each by itself: one that fails holds up no other."""
    due = ExportPlan.objects.running().filter(next_on__lte=today())
    for pk in due.order_by("pk").values_list("pk", flat=True):
        queue.ask_for_export(pk)


@transaction.atomic
def make(*, plan_id: int) -> ExportFile | None:
    """Make the file and tell its owner; once a day. Whoever may have it no more gets nothing, and it is stopped."""
    rows = ExportPlan.objects.select_for_update(of=("self",)).select_related("owner__person")
    found = rows.filter(pk=plan_id, stopped_at=None, next_on__lte=today()).first()
    if found is None:
        return None
    owner = found.owner
    if not owner.is_active or owner.person is None or not _may(owner, found.what):
        stop(by=None, plan=found)
        return None
    try:
        with translation.override(found.language):
            made = _made(found)
    except Http404:  # it is narrowed to an institution that the owner lost
        stop(by=None, plan=found)
        return None
    file = ExportFile.objects.create(plan=found, on=today(), name=made.name, data=made.data)
    found.next_on = next_day(found.rhythm, today())
    found.save(update_fields=["next_on"])
    notify(owner.person, "export_ready", dedupe=f"export:{file.pk}", plan=found, file=file)
    return file


def _made(found: ExportPlan) -> exports.Made:
    """The file; a report with a letter that no paper can print comes as a spreadsheet."""
    query = QueryDict(found.query)
    try:
        return exports.make(found.what, found.owner, query, found.kind)
    except UnprintableText:
        return exports.make(found.what, found.owner, query, ExportPlan.Kind.XLSX)


def forget_expired() -> int:
    """Delete files whose day is over."""
    count, _by_model = ExportFile.objects.expired().delete()
    return count


def _kept(query: QueryDict) -> str:
    kept = query.copy()
    for name in LEFT_OUT:
        kept.pop(name, None)
    filled = QueryDict(mutable=True)
    for name, value in sorted(kept.items()):
        if value:
            filled[name] = str(value)
    return filled.urlencode()[:500]


def _may(user: User, what: str) -> bool:
    return grants_of(user).anywhere(exports.NEEDED[what])


def _require(user: User, what: str) -> None:
    if not _may(user, what):
        raise PermissionDenied
