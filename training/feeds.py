"""Calendar feeds: those behind a secret address, and the public one. Unchanged since last time answers 304."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from formats import ical
from home.queries import freshness
from people.models import Person
from training.events import PRODID, event_of
from training.models import CalendarFeed, Enrolment, Session
from training.queries import calendars

LANGUAGES = dict(settings.LANGUAGES)
Kind = CalendarFeed.Kind
# Asked for when they are needed: of a calendar that nobody changed, they are not.
Sessions = Callable[[], QuerySet[Session]]
KEPT_SECONDS = 3600


@require_safe
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody has a place in or leads, only what they lead, or a room. A revoked address is like none."""
    feeds = CalendarFeed.objects.open().select_related("person", "room__venue__organisation")
    feed = feeds.filter(token=token).first()
    if feed is None:
        raise Http404
    language = feed.person.language if feed.person else feed.room.venue.organisation.language
    with translation.override(language):
        name, sessions = _of(feed)
        response = _answer(request, name, sessions, language, owner=feed.person, private=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _of(feed: CalendarFeed) -> tuple[str, Sessions]:
    if feed.kind == Kind.ROOM:
        name = f"{feed.room.venue.name}, {feed.room.name}"
        return name, partial(calendars.in_room, feed.room)
    if feed.kind == Kind.TRAINER:
        name = _("Sessions that I lead – %(site)s") % {"site": settings.SITE_NAME}
        return name, partial(calendars.led_by, feed.person)
    name = _("My sessions – %(site)s") % {"site": settings.SITE_NAME}
    return name, partial(calendars.of_person, feed.person)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What anybody may attend: ?county=RO-TM&topic=…&audience=…&lang=ro, each optional."""
    language = request.GET.get("lang", "")
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    with translation.override(language):
        # PostgreSQL knows no zero character, and no code has one.
        asked = {name: text.replace("\0", "") for name, text in request.GET.items()}
        sessions = partial(
            calendars.public,
            region=asked.get("county", ""),
            topic=asked.get("topic", ""),
            audience=asked.get("audience", ""),
        )
        name = _("Courses – %(site)s") % {"site": settings.SITE_NAME}
        return _answer(request, name, sessions, language)


def calendar_of(place: Enrolment) -> bytes:
    """The sessions of one place as a file, in its owner's language."""
    language = place.person.language
    with translation.override(language):
        sessions = calendars.listed(calendars.of_place(place), language)
        events = [_event(session, place.person, private=True) for session in sessions]
        name = sessions[0].edition_name if sessions else settings.SITE_NAME  # type: ignore[attr-defined]
        return ical.feed(name, events, prodid=PRODID)


def _answer(
    request: HttpRequest,
    name: str,
    sessions: Sessions,
    language: str,
    *,
    owner: Person | None = None,
    private: bool = False,
) -> HttpResponse:
    """The rows are read only when something is different from last time."""
    url, now = request.build_absolute_uri(), timezone.now()
    sessions = cache(sessions)
    etag = _version(url, name, sessions, language, owner=owner, private=private, at=now)
    response = get_conditional_response(request, etag=etag)
    if response is None:

        def write() -> bytes:
            rows = calendars.listed(sessions(), language, at=now)
            events = [_event(session, owner, private=private) for session in rows]
            return ical.feed(name, events, prodid=PRODID, url=url)

        # Its name changes with what is in it and with whose it is.
        kept = settings.PUBLIC_SECONDS and KEPT_SECONDS
        body = caches["local"].get_or_set(f"feed:{etag}", write, kept) if kept else write()
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if private else "public, max-age=300"
    return response


def _version(
    url: str,
    name: str,
    sessions: Sessions,
    language: str,
    *,
    owner: Person | None,
    private: bool,
    at: datetime,
) -> str:
    """Another one whenever the calendar is another; counted anew only when something was done on the site."""
    whose = owner and (owner.full_name, owner.email)
    place = _hash(("feed-version", url, name, language, whose, private))
    known: tuple[str, str] | None = caches["local"].get(place)
    fresh = freshness() if settings.PUBLIC_SECONDS else ""
    if known and fresh and known[0] == fresh:
        return known[1]
    version = calendars.version(sessions(), at=at)
    etag = f'"{_hash((place, version))[:32]}"'
    if fresh:
        caches["local"].set(place, (fresh, etag), settings.PUBLIC_SECONDS)
    return etag


def _hash(facts: object) -> str:
    return sha256(repr(facts).encode()).hexdigest()


def join_address(session: Session) -> str:
    """The page of a session that shows its link to those who may join, when it is time."""
    return settings.SITE_URL + reverse("training:online", args=[session.pk])


def _event(session: Session, owner: Person | None, *, private: bool) -> ical.CalendarEvent:
    """The link is for people with a place and trainers only; who reads a room's calendar is neither."""
    return event_of(
        session,
        edition=session.edition,
        name=session.edition_name,  # type: ignore[attr-defined]
        owner=owner,
        # The page shows the link shortly before the start; a calendar is kept and passed on.
        link=join_address(session) if private and owner and session.link else "",
    )
