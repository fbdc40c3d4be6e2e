"""The papers of a room, in the language of the edition: what the queries found, in the words of formats/."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from formats import dates, room_papers
from formats.fonts import typst_fonts
from people.models import Person
from training import cards
from training.models import Edition, Enrolment, Session
from training.queries import roll
from training.queries.editions import for_cards

SPARE_ROWS = 3
Paper = Callable[..., bytes]


def edition_of(session: Session) -> Edition:
    """The edition of a session, with its name in its own language."""
    return for_cards(Edition.objects.all(), session.edition.language).get(pk=session.edition_id)


def sign_sheet(session: Session, edition: Edition) -> bytes:
    """The sheet to sign, with a code that opens the grid in which it is entered."""
    language = edition.language
    with translation.override(language):
        spare = [["", "", "", "", ""]] * SPARE_ROWS
        names = [[str(n), row.name, "", "", ""] for n, row in enumerate(roll(session), 1)]
        content = room_papers.PeopleSheet(
            language,
            str(edition.organiser.name),
            edition.name,
            _("Sheet to sign"),
            facts=_facts(session, edition),
            columns=[
                (pgettext("row number", "No."), 0),
                (_("Name"), 5),
                (_("Came at"), 2),
                (_("Left at"), 2),
                (_("Signature"), 4),
            ],
            rows=names + spare,
            tall=True,
            closing=_("Signature of the trainer"),
            qr_url=settings.SITE_URL + reverse("entry-short", args=[session.pk]),
            qr_hint=_("Scan to enter this sheet"),
            qr_alt=_("QR code that opens the page in which this sheet is entered"),
        )
        return _made(room_papers.people_sheet, content)


def participant_list(edition: Edition) -> bytes:
    """Who has a place: names and who nominated them, nothing more."""
    language = edition.language
    with translation.override(language):
        places = people_of(edition)
        nominated = any_nominated(places)  # a column of dashes says nothing
        content = room_papers.PeopleSheet(
            language,
            str(edition.organiser.name),
            edition.name,
            _("Participants"),
            facts=[
                (_("When"), cards.when(edition)),
                (_("Organiser"), str(edition.organiser.name)),
            ],
            columns=[
                (pgettext("row number", "No."), 0),
                (_("Name"), 5),
                *([(_("Nominated by"), 5)] if nominated else []),
            ],
            rows=[
                [
                    str(n),
                    place.person.full_name,
                    *([str(place.nominated_by or "–")] if nominated else []),
                ]
                for n, place in enumerate(places, 1)
            ],
        )
        return _made(room_papers.people_sheet, content)


def name_badges(edition: Edition) -> bytes:
    """Everybody who has a place, then the trainers."""
    with translation.override(edition.language):
        content = room_papers.Badges(
            edition.language,
            str(edition.organiser.name),
            edition.name,
            _("Name badges"),
            people=badge_people(edition),
        )
        return _made(room_papers.badges, content)


def door_sign(session: Session, edition: Edition) -> bytes:
    """What hangs at the door."""
    language = edition.language
    with translation.override(language):
        content = room_papers.DoorSign(
            language,
            str(edition.organiser.name),
            edition.name,
            when=dates.session_time(session.starts, session.ends, session.time_zone, language),
            room=str(session.room) if session.room else "",
            topic=session.title,
            trainers=", ".join(person.full_name for person in trainers_of(session)),
            trainers_label=_("Trainers"),
        )
        return _made(room_papers.door_sign, content)


def people_of(edition: Edition) -> list[Enrolment]:
    """Those with a place, by name."""
    places = Enrolment.objects.filter(edition=edition).taking_a_place()
    return list(places.select_related("person", "nominated_by").order_by("person__sort_key", "pk"))


def any_nominated(places: Iterable[Enrolment]) -> bool:
    """Was somebody of them put forward by an institution?"""
    return any(place.nominated_by_id for place in places)


def badge_people(edition: Edition) -> list[tuple[str, str]]:
    """Name and what the person is here."""
    leads = Person.objects.filter(
        sessions_led__session__edition=edition, sessions_led__session__is_cancelled=False
    )
    participant, trainer = pgettext("badge", "Participant"), pgettext("badge", "Trainer")
    people = [(place.person.full_name, participant) for place in people_of(edition)]
    return people + [(person.full_name, trainer) for person in leads.distinct().by_name()]


def trainers_of(session: Session) -> list[Person]:
    """Who leads the session."""
    return [row.trainer for row in session.trainers.select_related("trainer").order_by("pk")]


def _facts(session: Session, edition: Edition) -> list[tuple[str, str]]:
    when = dates.session_time(session.starts, session.ends, session.time_zone, edition.language)
    return [
        (_("Session"), f"{when} · {session.title}" if session.title else when),
        (_("Place"), session.room.where if session.room else _("Online")),
        (_("Organiser"), str(edition.organiser.name)),
        (_("Trainers"), ", ".join(person.full_name for person in trainers_of(session))),
    ]


def _made(paper: Paper, content: object) -> bytes:
    fonts: Path = typst_fonts(settings.FONT_DIR)
    return paper(content, fonts=fonts, timestamp=timezone.now().replace(microsecond=0))
