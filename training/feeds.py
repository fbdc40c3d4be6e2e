"""Calendar feeds: one's own behind a secret address, and the public one. Unchanged since last time answers 304."""

from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from formats import ical
from people.models import Person
from training.events import PRODID, event_of
from training.models import CalendarFeed, Enrolment, Session
from training.queries import calendars

LANGUAGES = dict(settings.LANGUAGES)


@require_safe
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that one has a place in or leads. A revoked address answers like one that never was."""
    feed = (
        CalendarFeed.objects.filter(token=token, revoked_at=None).select_related("person").first()
    )
    if feed is None:
        raise Http404
    person = feed.person
    with translation.override(person.language):
        sessions = calendars.sessions_of_person(person)
        name = _("My sessions – %(site)s") % {"site": settings.SITE_NAME}
        response = _answer(request, name, sessions, owner=person, private=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What anybody may attend: ?county=RO-TM&topic=…&audience=…&lang=ro, each optional."""
    language = request.GET.get("lang", "")
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    with translation.override(language):
        sessions = calendars.public_sessions(
            language=language,
            region=request.GET.get("county", ""),
            topic=request.GET.get("topic", ""),
            audience=request.GET.get("audience", ""),
        )
        name = _("Courses – %(site)s") % {"site": settings.SITE_NAME}
        return _answer(request, name, sessions)


def calendar_of(place: Enrolment) -> bytes:
    """The sessions of one place as a file, in its owner's language."""
    with translation.override(place.person.language):
        sessions = calendars.sessions_of_place(place)
        events = [_event(session, place.person, private=True) for session in sessions]
        name = sessions[0].edition_name if sessions else settings.SITE_NAME  # type: ignore[attr-defined]
        return ical.feed(name, events, prodid=PRODID)


def _answer(
    request: HttpRequest,
    name: str,
    sessions: Sequence[Session],
    *,
    owner: Person | None = None,
    private: bool = False,
) -> HttpResponse:
    events = [_event(session, owner, private=private) for session in sessions]
    etag = f'"{sha256(repr((name, events)).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        body = ical.feed(name, events, prodid=PRODID, url=request.build_absolute_uri())
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if private else "public, max-age=300"
    return response


def _event(session: Session, owner: Person | None, *, private: bool) -> ical.CalendarEvent:
    """The link is for people with a place and trainers only."""
    return event_of(
        session,
        edition=session.edition,
        name=session.edition_name,  # type: ignore[attr-defined]
        owner=owner,
        link=session.link if private else "",
    )
