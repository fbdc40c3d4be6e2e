"""Checking in with the code on the screen in the room: the screen itself, and the learner's side of it."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people.codes import spaced
from people.permissions import Permission
from training import codes
from training.actions import check_in as actions
from training.actions.errors import Refused
from training.actions.room_errors import CodeIsOld, CodeIsWrong
from training.models import Attendance, Edition, Enrolment, Session
from training.models.check_in import STEP, step_of
from training.queries import presence

TICKET = "check_in"
# What the short address found, carried to the page that says it.
REFUSALS: dict[str, type[CodeIsOld] | type[CodeIsWrong]] = {
    CodeIsOld.code: CodeIsOld,
    CodeIsWrong.code: CodeIsWrong,
}


@never_cache
@login_required
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """For the screen in the room, in the language of the edition: the QR code, the digits, how many have come."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL).taking_place()
    session = get_object_or_404(mine.select_related("edition"), pk=pk)
    check = actions.open_screen(session=session, by=request.user)
    now = timezone.now()
    step = step_of(now)
    address = reverse("check-in-short", args=[session.pk, check.link_code(step)])
    language = session.edition.language
    with translation.override(language):
        context = {
            "session": session,
            "title": Edition.objects.with_name()
            .values_list("name", flat=True)
            .get(pk=session.edition_id),
            "qr": codes.picture(address, title=_("Code to check in")),
            "digits": spaced(check.typed_code(step)),
            "shown_until": STEP - int(now.timestamp()) % STEP,
            "typed_at": settings.SITE_URL.split("://", 1)[-1] + "/in/",
            "counts": presence(session),
        }
        part = "now" in request.GET
        return render(request, f"training/check_in_{'now' if part else 'screen'}.html", context)


@never_cache
def short(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The address in the QR code. That its code was seen in time is noted in the visitor's session."""
    here = reverse("training:check-in", args=[pk])
    session = get_object_or_404(Session.objects.taking_place(), pk=pk)
    try:
        actions.require_code(session=session, code=code, by_link=True)
    except (CodeIsOld, CodeIsWrong) as refused:
        return redirect(f"{here}?refused={refused.code}")
    _note_seen(request, session)
    return redirect(here)


def typed_short(request: HttpRequest) -> HttpResponse:
    """The address under the digits, short enough to be typed."""
    return redirect("training:check-in-code")


@never_cache
@login_required
def typed(request: HttpRequest) -> HttpResponse:
    """For a phone without a camera: type the digits that the screen shows."""
    refusal = None
    code = request.POST.get("code", "")
    if request.method == "POST":
        try:
            session = actions.session_of_code(code=code, by=request.user)
            actions.check_in(session=session, by=request.user, seen_at=timezone.now())
            return redirect("training:check-in", session.pk)
        except Refused as refused:
            refusal = refused
    return render(request, "training/check_in_code.html", {"refusal": refusal, "code": code})


@never_cache
@login_required
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own side: the button, or that one is checked in, or what stands in the way. The address stays the same."""
    session = get_object_or_404(Session.objects.select_related("room__venue"), pk=pk)
    seen_at = _seen_at(request, session)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            if seen_at is None:
                raise CodeIsOld
            actions.check_in(session=session, by=request.user, seen_at=seen_at)
            return redirect("training:check-in", session.pk)
        except Refused as refused:
            refusal = refused
    mine = Enrolment.objects.active().filter(
        person=request.user.person_id or 0, edition=session.edition_id
    )
    place = mine.first()
    found = Attendance.objects.filter(session=session, enrolment=place).first() if place else None
    if not (found or refusal):
        refusal = _in_the_way(request, session, place, seen_at)
    names = Edition.objects.with_name().filter(pk=session.edition_id)
    context = {
        "session": session,
        "title": names.values_list("name", flat=True).get() if place else "",
        "place": place,
        "found": found,
        "refusal": None if found else refusal,
    }
    return render(request, "training/check_in.html", context)


def _in_the_way(
    request: HttpRequest, session: Session, place: Enrolment | None, seen_at: datetime | None
) -> Refused | None:
    """Why there is no button."""
    if place is None or place.status != Enrolment.Status.CONFIRMED:
        return actions.NoPlaceHere()
    try:
        actions.require_open(session, seen_at or timezone.now())
    except Refused as refused:
        return refused
    if seen_at:
        return None
    return REFUSALS.get(request.GET.get("refused", ""), CodeIsOld)()


def _note_seen(request: HttpRequest, session: Session) -> None:
    request.session[TICKET] = [session.pk, int(timezone.now().timestamp())]


def _seen_at(request: HttpRequest, session: Session) -> datetime | None:
    """When this browser saw a valid code of that session, if that is not too long ago."""
    ticket = request.session.get(TICKET)
    if not ticket or ticket[0] != session.pk:
        return None
    seen = datetime.fromtimestamp(ticket[1], UTC)
    return seen if timezone.now() - seen <= actions.SEEN_FOR else None
