"""Paper certificates of others from a spreadsheet: upload, look at every row, confirm. And one of them on its own."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from certification.actions import earlier as actions
from certification.earlier_words import reason, titles
from certification.errors import CertificationError
from certification.exports import CSV, XLSX
from certification.forms_earlier import StrikeForm, UploadForm
from certification.models import EarlierCertificate, EarlierList, Programme
from certification.programme_queries import programmes_with_rules
from certification.views.files import attachment
from certification.views.trail import opened
from formats.dates import long_date
from formats.sheets import Limits, SheetError, write_csv, write_xlsx
from people.access import grants_of
from people.models import Membership, Organisation, Person, User
from people.permissions import Permission
from people.queries import jurisdiction

PER_PAGE = 100


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the institution and the file; nothing is recorded yet."""
    allowed = _allowed(request)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        allowed=allowed,
        initial={"organisation": allowed.first()},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.draft(
                by=request.user,
                organisation=form.cleaned_data["organisation"],
                file_name=file.name,
                data=file.read(Limits().file_bytes + 1),
            )
            return redirect("certification:earlier-review", made.pk)
        except SheetError as error:
            form.add_error("file", reason(error.code, error.params))
    country = jurisdiction()
    context = {
        "form": form,
        "titles": titles(get_language() or ""),
        "programmes": programmes_with_rules(country.code) if country else [],
    }
    return render(request, "certification/earlier_upload.html", context)


@login_required
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with our column names, in the reader's language."""
    _allowed(request)
    heads = titles(get_language() or "")
    name = f"certificates-template.{kind}"
    if kind == "csv":
        return attachment(write_csv(heads, []), name, CSV)
    sheet = write_xlsx(heads, [], title=_("Certificates"), rtl=get_language_bidi())
    return attachment(sheet, name, XLSX)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row and what would become of it; where several people may be meant, it is asked who."""
    draft = _draft(request, pk)
    if request.method == "POST":
        actions.apply(by=request.user, draft=draft, chosen=_chosen(request, draft))
        return redirect("certification:earlier-review", draft.pk)
    rows = list(_rows(draft))
    context = {
        "draft": draft,
        "unsure": _questions(draft, request.user),
        "known": len(draft.known),
        "rejected": len(draft.rejected),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "certification/earlier_review.html", context)


@login_required
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The same rows as a file, to correct the list by it."""
    draft = _draft(request, pk)
    words = {
        "known": _("recorded") if draft.applied_at else _("can be recorded"),
        "unsure": _("needs your choice"),
        "rejected": _("refused"),
    }
    heads = [_("Line"), _("Name"), _("Number"), _("Result"), _("Column"), _("Reason")]
    rows = (
        [row["line"], row["name"], row["number"], words[row["state"]], row["column"], row["reason"]]
        for row in _rows(draft)
    )
    return attachment(write_csv(heads, rows), f"certificates-{draft.pk}.csv", CSV)


@login_required
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper certificate: what it is, who recorded it; whoever may, says that it was a mistake."""
    rows = EarlierCertificate.objects.visible_to(request.user)
    earlier = get_object_or_404(rows.select_related("person", "programme", "organisation"), pk=pk)
    opened(request.user, earlier, earlier.person, "earlier.opened")
    reach = EarlierCertificate.objects.visible_to(request.user, Permission.REVIEW_EVIDENCE)
    may_strike = not earlier.struck_on and reach.filter(pk=pk).exists()
    form = StrikeForm(request.POST or None)
    if request.method == "POST":
        if not reach.filter(pk=pk).exists():
            raise Http404
        if form.is_valid():
            try:
                actions.strike(by=request.user, earlier=earlier, **form.cleaned_data)
                messages.success(request, _("This certificate does not count any more."))
                return redirect("certification:earlier", pk)
            except CertificationError as error:
                form.add_error(None, str(error.message))
    context = {
        "earlier": earlier,
        "form": form if may_strike or form.errors else None,
        "is_own": earlier.person_id == request.user.person_id,
    }
    return render(request, "certification/earlier.html", context)


def _allowed(request: HttpRequest) -> Any:
    if not grants_of(request.user).anywhere(Permission.REVIEW_EVIDENCE):
        raise Http404
    return Organisation.objects.visible_to(request.user, Permission.REVIEW_EVIDENCE)


def _draft(request: HttpRequest, pk: int) -> EarlierList:
    mine = EarlierList.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(mine, pk=pk)


def _chosen(request: HttpRequest, draft: EarlierList) -> dict[int, int]:
    """Which person was chosen for which line; anything else is nothing chosen."""
    found = {}
    for row in draft.unsure:
        value = request.POST.get(f"holder_{row['line']}", "")
        if value.isascii() and value.isdigit() and len(value) < 19:
            found[row["line"]] = int(value)
    return found


def _questions(draft: EarlierList, user: User) -> list[dict[str, Any]]:
    """The rows that may mean several people, each with those people and where in the user's branches they belong."""
    numbers = {pk for row in draft.unsure for pk in row["people"]}
    seen = Person.objects.visible_to(user, Permission.REVIEW_EVIDENCE).filter(erased_at=None)
    held = Membership.objects.visible_to(user, Permission.REVIEW_EVIDENCE).current()
    places_of = Prefetch("memberships", held.select_related("organisation"), to_attr="held")
    people = {p.pk: p for p in seen.filter(pk__in=numbers).prefetch_related(places_of)}

    def told(person: Any) -> dict[str, Any]:
        places = sorted({str(m.organisation) for m in person.held})
        parts = [person.full_name, *([person.locality] if person.locality else []), *places]
        return {"value": person.pk, "text": ", ".join(parts)}

    return [
        {**row, "options": [told(people[pk]) for pk in row["people"] if pk in people]}
        for row in draft.unsure
    ]


def _rows(draft: EarlierList) -> Iterator[dict[str, Any]]:
    """All rows in the order of the file."""
    names = {p.pk: str(p.name) for p in Programme.objects.all()}

    def certain(row: dict[str, Any], state: str) -> dict[str, Any]:
        shown = {**row, "programme": names.get(row["programme"], "")}
        return {**shown, "state": state, "column": "", "reason": ""}

    rows = [
        *(certain(row, "known") for row in draft.known),
        *(certain(row, "unsure") for row in draft.unsure),
        *(
            {"number": "", **row, "state": "rejected", "reason": _why(row)}
            for row in draft.rejected
        ),
    ]
    yield from sorted(rows, key=lambda row: row["line"])


def _why(row: dict[str, Any]) -> str:
    params = dict(row["params"])
    if row["code"] == "recorded":
        day = EarlierCertificate._meta.get_field("recorded_on").to_python(params["day"])
        params["day"] = long_date(day, get_language() or "en")
    return reason(row["code"], params)
