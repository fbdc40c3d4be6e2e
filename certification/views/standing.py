"""The directorate's list: who is trained, who is not and why; of any day; on the page and as a file."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification import exports, queries
from certification.days import today
from certification.finding_words import shown
from certification.forms import DayField
from certification.forms_standing import StandingFilter
from certification.models import Certificate
from certification.standing import MEANINGS, TONES, State
from certification.views.files import attachment
from certification.views.trail import opened, where
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

PER_PAGE = 50


class Counted:
    """Rows for the paginator: their number is known already, so only one page is read, by `read(offset=, limit=)`."""

    def __init__(self, number: int, read: Callable[..., list[Any]]) -> None:
        self.number, self.read = number, read

    def count(self) -> int:
        """How many there are in all."""
        return self.number

    def __getitem__(self, part: slice) -> list[Any]:
        return self.read(offset=part.start, limit=part.stop - part.start)


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Filter, counts of each state that lead to exactly those rows, fifty rows a page."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    form = StandingFilter(request.GET, user=request.user)
    filters, sort = form.filters(today()), _sort(request)
    counts = queries.standing_counts(request.user, filters)
    number = counts[filters.state] if filters.state else sum(counts.values())
    read = partial(queries.standing_rows, request.user, filters, sort=sort)
    page = Paginator(Counted(number, read), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    programmes = form.known["programme"]
    known = Person.objects.visible_to(request.user, Permission.VIEW_STANDING).filter(
        pk__in={row.person_id for row in rows}
    )
    context = {
        "form": form,
        "clear_href": reverse("certification:standing"),
        "active": form.active(),
        "filters": filters,
        "is_today": filters.at == today(),
        "is_future": filters.at > today(),
        "page": page,
        "rows": [(row, programmes[str(row.programme_id)]) for row in rows],
        "known": set(known.values_list("pk", flat=True)),
        "stats": (stats := _stats(request, counts, filters.state)),
        "chosen": next((stat for stat in stats if stat["current"]), None),
        "columns": _columns(request, sort),
        "files": _files(request),
    }
    return render(request, "certification/standing.html", context)


@login_required
@require_GET
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows of the list as a spreadsheet, as far as the user may take people's data out. Written into the trail."""
    require_anywhere(request.user, Permission.EXPORT_PEOPLE)
    made = exports.standing_file(request.user, request.GET, kind, sort=_sort(request))
    return attachment(made.data, made.name, made.content_type)


@login_required
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person on a day: standing under each programme, certificates, hours. Opening it is written into the trail."""
    who = get_object_or_404(
        Person.objects.visible_to(request.user, Permission.VIEW_STANDING), pk=pk
    )
    opened(request.user, who, who, "standing.opened")
    day = _day(request)
    certificates = Certificate.objects.visible_to(request.user).held_by(who)
    hours, until = who.hours.select_related("topic").order_by("-on", "-pk"), None
    if day != today():
        until = day
        certificates, hours = certificates.filter(valid_from__lte=day), hours.filter(on__lte=day)
    standings = queries.standings(who, day)
    context = {
        "person": who,
        "at": until,
        "standings": standings,
        "asked": [
            (programme, shown(standing.findings, who, programme))
            for programme, standing in standings
            if standing.findings
        ],
        "certificates": queries.with_state(certificates.order_by("-valid_from", "-pk"), day),
        "hours": hours[:PER_PAGE],
        "totals": queries.hours_by_year(who, until),
        "place": where(request.user, who),
        "may_list": grants_of(request.user).anywhere(Permission.VIEW_STANDING),
    }
    return render(request, "certification/person.html", context)


def _day(request: HttpRequest) -> date:
    """The day of the list from which somebody came; today where it says none that exists."""
    try:
        return DayField(required=False).clean(request.GET.get("at", "")) or today()
    except ValidationError:
        return today()


def require_anywhere(user: Any, permission: Permission) -> None:
    """A page that is not for somebody does not exist for them."""
    if not grants_of(user).anywhere(permission):
        raise Http404


def _sort(request: HttpRequest) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked in queries.SORTS else "state"


def _link(request: HttpRequest, **changes: str | None) -> str:
    """The same list with something changed, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _stats(
    request: HttpRequest, counts: dict[str, int], chosen: str | None
) -> list[dict[str, Any]]:
    return [
        {
            "value": counts[state], "label": state.label, "tone": TONES[state], "note": MEANINGS[state],
            "href": _link(request, state=state.value), "current": state.value == chosen,
        }
        for state in State
    ]  # fmt: skip


def _columns(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    """Headings; those that sort turn the order when they are chosen again."""
    found = []
    for key, text in (
        ("name", _("Name")),
        ("", _("Programme")),
        ("state", _("Standing")),
        ("until", _("Valid until")),
    ):
        ordered = {key: "ascending", f"-{key}": "descending"}.get(sort) if key else None
        href = _link(request, sort=f"-{key}" if sort == key else key) if key else ""
        found.append({"text": text, "href": href, "sort": ordered})
    return found


def _files(request: HttpRequest) -> list[dict[str, str]]:
    if not grants_of(request.user).anywhere(Permission.EXPORT_PEOPLE):
        return []
    return [
        {"text": text, "href": reverse("certification:standing-file", args=[kind]) + _link(request)}
        for kind, text in (("xlsx", _("Excel file")), ("csv", _("CSV file")))
    ]
