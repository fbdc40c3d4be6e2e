"""Who can enrol in an edition: conditions, seats kept for institutions, and the poster with the code to enrol."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.permissions import Permission
from training import cards
from training.actions import editions as actions
from training.actions import joining, reservations
from training.actions.errors import Refused
from training.actions.refusals import long_moment
from training.actions.seats import seats_of
from training.edition_poster import poster_pdf
from training.forms.terms import ReserveForm, TermsForm
from training.models import Edition
from training.queries.editions import for_cards
from training.views.join import short_url


@login_required
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """The conditions of a place, all on one page."""
    edition = _edition(request, pk)
    form = TermsForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        actions.update(by=request.user, edition=edition, **form.facts())
        return redirect("training:manage", edition.pk)
    context = {"edition": edition, "title": edition.name, "form": form}
    return render(request, "training/terms.html", context)


@login_required
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Seats kept for institutions: what there is, and a form for more. The same institution again changes its seats."""
    edition = _edition(request, pk)
    form = ReserveForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            reservations.reserve(
                by=request.user,
                edition=edition,
                institution=form.cleaned_data["institution"],
                seats=form.cleaned_data["seats"],
                release_at=form.release_at(),
            )
            return redirect("training:seats", edition.pk)
        except Refused as refused:
            field = "until" if refused.code == "release_too_late" else "seats"
            form.add_error(field, refused.message)
    now = seats_of(edition)
    left = {kept.path: kept.left for kept in now.kept}
    zone = cards.zone_of(edition.organiser)
    rows = list(edition.seat_reservations.select_related("institution"))
    for row in rows:
        row.left = left.get(row.institution.path)
        row.until = long_moment(row.release_at, zone)
    context = {
        "edition": edition,
        "title": edition.name,
        "form": form,
        "reservations": rows,
        "for_all": now.for_all,
    }
    return render(request, "training/seats.html", context)


@login_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the seats of an institution free before their day. A second click finds the same page."""
    edition = _edition(request, pk)
    key = request.POST.get("institution", "")
    kept = edition.seat_reservations.filter(institution__pk=key) if key.isdecimal() else []
    for reservation in kept:
        reservations.release(by=request.user, reservation=reservation)
    return redirect("training:seats", edition.pk)


@login_required
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The code to enrol and where the poster is; the button makes the code, or another one."""
    edition = _edition(request, pk)
    if request.method == "POST":
        joining.make_join_code(by=request.user, edition=edition, anew="anew" in request.POST)
        return redirect("training:poster", edition.pk)
    context = {
        "edition": edition,
        "title": edition.name,
        "url": short_url(edition.join_code) if edition.join_code else "",
    }
    return render(request, "training/poster.html", context)


@login_required
@require_GET
def poster_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster as PDF, in the language of the edition."""
    edition = _edition(request, pk)
    if not edition.join_code:
        return redirect("training:poster", edition.pk)
    pdf = poster_pdf(edition, url=short_url(edition.join_code))
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="poster-{edition.pk}.pdf"'},
    )


def _edition(request: HttpRequest, pk: int) -> Edition:
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE)
    return get_object_or_404(for_cards(mine).select_related("course", "prerequisite"), pk=pk)
