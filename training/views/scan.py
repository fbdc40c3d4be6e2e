"""The trainer scans or types a person's own code. Reading it by camera is an extra: typing does the same."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from people.codes import plain
from people.permissions import Permission
from training.actions.check_in import mark_scanned
from training.actions.errors import NotAParticipant, Refused
from training.actions.room_errors import NoSessionToday
from training.models import Attendance, Edition, Enrolment, Session
from training.queries import presence


@never_cache
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Code after code: each marks a person and the page says whom."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL)
    session = get_object_or_404(mine.taking_place(), pk=pk)
    here = reverse("training:scan", args=[session.pk])
    refusal: Refused | None = None
    code = request.POST.get("code", "")
    if request.method == "POST":
        places = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
        place = places.filter(code=_code_in(code)).first() if code.strip() else None
        try:
            if place is None:
                raise NotAParticipant
            mark_scanned(session=session, enrolment=place, by=request.user)
            return redirect(f"{here}?done={place.pk}")
        except Refused as refused:
            refusal = refused
    done = request.GET.get("done", "")
    marked = Attendance.objects.filter(session=session).select_related("enrolment__person")
    context = {
        "session": session,
        "title": _name(session),
        "refusal": refusal,
        "code": code,
        "done": marked.filter(enrolment=int(done)).first()
        if done.isascii() and done.isdigit() and len(done) < 19 and not refusal
        else None,
        "counts": presence(session),
    }
    return render(request, "training/scan.html", context)


def short(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a person's own code."""
    return redirect("training:scanned", token)


@never_cache
@login_required
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """A phone's own camera opened the address of a person's code: the name, and one button to mark them."""
    editions = Edition.objects.visible_to(request.user, Permission.TAKE_ROLL)
    places = Enrolment.objects.taking_a_place().filter(edition__in=editions)
    place = get_object_or_404(places.select_related("person"), code=_code_in(token))
    session = _of_today(request, place)
    refusal: Refused | None = None if session else NoSessionToday()
    if request.method == "POST" and session:
        try:
            mark_scanned(session=session, enrolment=place, by=request.user)
            return redirect(reverse("training:scan", args=[session.pk]) + f"?done={place.pk}")
        except Refused as refused:
            refusal = refused
    context = {
        "place": place,
        "session": session,
        "title": _name(session) if session else "",
        "refusal": refusal,
    }
    return render(request, "training/scanned.html", context)


def _of_today(request: HttpRequest, place: Enrolment) -> Session | None:
    """The session of the person's edition that the reader takes the roll of now: the first that is not over today."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL).taking_place()
    now = timezone.now()
    coming = mine.filter(edition=place.edition_id, ends__gt=now).order_by("starts", "pk")
    return next((session for session in coming[:5] if session.roll_opens <= now), None)


def _code_in(text: str) -> str:
    """The code itself, from what was typed or an address that was scanned."""
    return plain(text.strip().rstrip("/").rsplit("/", 1)[-1]).upper()


def _name(session: Session) -> str:
    return Edition.objects.with_name().values_list("name", flat=True).get(pk=session.edition_id)
