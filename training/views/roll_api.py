"""What the roll on a phone asks of the server: how the roll stands, here are marks, this one is right."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.permissions import Permission
from training.actions.attendance import RollMark, Sent, send_marks
from training.actions.attendance import settle as settle_marks
from training.actions.errors import Refused
from training.models import Attendance, Session
from training.queries.rolls import session_for_marks
from training.roll_state import marked, roll_state, version_of

LONGEST_BODY = 64_000  # bytes; a mark with a long reason takes less than one thousand
MOST_MARKS = 100
LONGEST_TEXT = 250
LONGEST_HELD = 10 * 365 * 24 * 3600  # a clock that says more is broken


class Unreadable(Exception):
    """Not what our own page sends."""


def rolls_of(request: HttpRequest) -> Any:
    """The sessions whose roll this reader may take."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL)
    return mine.select_related("edition__organiser", "room__venue")


@login_required
@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How the roll stands; 304 for whoever has seen just that."""
    session = get_object_or_404(rolls_of(request), pk=pk)
    return _state(request, session)


@login_required
@require_POST
def marks(request: HttpRequest, pk: int) -> HttpResponse:
    """Take marks, each once; what became of each, and how those people stand now.

    Where more changed than that, how the roll stands: the page asks for it every few seconds anyway.
    """
    session = session_for_marks(request.user, pk)
    if session is None:
        raise Http404
    try:
        sent = send_marks(session=session, by=request.user, marks=_read(request))
    except Unreadable as why:
        status = 413 if "too long" in str(why) else 422
        return JsonResponse({"message": _("This is not a list of marks.")}, status=status)
    except Refused as refused:
        return _refusal(refused)
    results = [_result(one) for one in sent]
    if not all(one.is_all for one in sent):
        return _state(request, rolls_of(request).get(pk=pk), results=results)
    people = marked([one.entry for one in sent if one.entry], session, request.user)
    said = {"me": request.user.pk, "people": people, "csrf": get_token(request), "results": results}
    response = JsonResponse(said)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose between two different marks: `choice` is the person and the key of the mark that is right."""
    session = get_object_or_404(rolls_of(request), pk=pk)
    person, _colon, key = request.POST.get("choice", "").partition(":")
    try:
        enrolment_id, choice = _number(person), UUID(key)
    except (Unreadable, ValueError):
        return JsonResponse({"message": _("Choose one of the marks.")}, status=422)
    try:
        settle_marks(session=session, by=request.user, enrolment_id=enrolment_id, choice=choice)
    except Refused as refused:
        return _refusal(refused)
    if "application/json" in request.headers.get("Accept", ""):
        return _state(request, session)
    return redirect("training:roll", pk=session.pk)


def _state(request: HttpRequest, session: Session, **more: Any) -> HttpResponse:
    found = roll_state(session, request.user)
    version = version_of(found)
    response: HttpResponse
    if not more and request.headers.get("If-None-Match") == version:
        response = HttpResponseNotModified()
    else:
        response = JsonResponse(
            {"state": found, "version": version, "csrf": get_token(request), **more}
        )
    response["ETag"] = version
    # Names of people: the page keeps them itself, and forgets them itself.
    response["Cache-Control"] = "no-store"
    return response


def _refusal(refused: Refused) -> JsonResponse:
    return JsonResponse({"message": refused.message, "next_step": refused.next_step}, status=409)


def _result(sent: Sent) -> dict[str, str]:
    refused = sent.refused
    return {
        "key": str(sent.key),
        "outcome": sent.entry.outcome if sent.entry else "refused",
        "message": refused.message if refused else "",
    }


def _read(request: HttpRequest) -> list[RollMark]:
    if _length(request) > LONGEST_BODY:
        raise Unreadable("too long")
    try:
        found = json.loads(request.body)
    except (ValueError, RawPostDataException) as error:  # the latter: a form, and read as one
        raise Unreadable("not JSON") from error
    listed = found.get("marks") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_MARKS:
        raise Unreadable("no marks, or too many")
    if found.get("me") != request.user.pk:
        raise Unreadable("marks of somebody else")  # another tab has signed in as another person
    return [_mark(one) for one in listed]


def _length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError as error:
        raise Unreadable("no length") from error


def _mark(given: Any) -> RollMark:
    if not isinstance(given, dict):
        raise Unreadable("not a mark")
    mark = _text(given, "mark")
    if mark and mark not in Attendance.Mark.values:
        raise Unreadable("no such mark")
    minutes, seen = given.get("minutes"), _text(given, "seen")
    return RollMark(
        enrolment_id=_number(given.get("person")),
        mark=mark,
        minutes=None if minutes is None else _number(minutes, most=24 * 60),
        reason=_text(given, "reason"),
        correction=_text(given, "correction"),
        key=_key(_text(given, "key")),
        seen=_key(seen) if seen else None,
        held=min(_number(given.get("held", 0), most=2**53), LONGEST_HELD),
    )


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise Unreadable(name)
    return value


def _number(value: Any, most: int = 2**63 - 1) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Unreadable("not a number")
    return value


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Unreadable("not a key") from error
