"""Every page of the room opens for those whom it is for, in every language, and for nobody else."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast
from tests.factories import courses as make_courses
from tests.factories import training as make
from training.actions import editions, sessions
from training.models import CalendarFeed


def url(name: str, *args: object) -> str:
    """The address of a page of the room."""
    return reverse(f"training:{name}", args=args)


class World:
    """One edition of each kind, with people in every state, in Timiș."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.room = make.room(cast.timis, "Sala Mare")
        self.course = make_courses.course("Formare inițială")
        self.edition = make.edition(cast.timis, course=self.course, notes="Aduceți un act.")
        self.session = make.session(self.edition, 7, room=self.room, trainers=[cast.petar.person])
        self.other = make.session(
            self.edition, 8, link="https://meet.example.org/a", title="Atașament"
        )
        self.gone = make.session(self.edition, 9)
        sessions.cancel(by=None, session=self.gone, reason="Zi liberă")
        self.mine = make.place(cast.ana.person, self.edition)
        self.nominated = make.place(
            cast.vasile, self.edition, by=cast.doru, nominated_by=cast.lugoj
        )
        self.waiting = make.place(cast.ion.person, self.edition)
        self.draft = make.edition(cast.timis, course=self.course, status="draft")
        self.cancelled = make.coming(cast.timis, course=self.course, day=20)
        editions.change_status(
            by=None, edition=self.cancelled, status="cancelled", reason="Inundație"
        )
        self.past = make.edition(cast.timis)
        self.past_session = make.session(self.past, 10, trainers=[cast.petar.person])
        for person in (cast.ana.person, cast.vasile):
            make.place(person, self.past)
        make.move_to(self.past_session, 0)
        make.attendance(self.past_session, self.past.enrolments.first(), 90, mark="late")
        self.feed = CalendarFeed.objects.create(person=cast.ana.person)

    def pages(self) -> dict[str, tuple[str, str]]:
        """Address of each page and the role it is for."""
        return self.for_anybody() | self.managed() | self.with_people() | self.by_town_halls()

    def for_anybody(self) -> dict[str, tuple[str, str]]:
        """The public, and participants."""
        e = self.edition.pk
        return {
            "edition": (url("edition", e), "ana"),
            "edition-anonymous": (url("edition", e), ""),
            "edition-cancelled": (url("edition", self.cancelled.pk), ""),
            "enrol": (url("enrol", e), "clara"),
            "enrol-cancelled": (url("enrol", self.cancelled.pk), "clara"),
            "enrolments": (url("enrolments"), "ana"),
            "enrolments-empty": (url("enrolments"), "clara"),
            "enrolment": (url("enrolment", self.mine.pk), "ana"),
            "enrolment-waiting": (url("enrolment", self.waiting.pk), "ion"),
            "enrolment-cancel": (url("enrolment-cancel", self.mine.pk), "ana"),
            "enrolment-leave": (url("enrolment-cancel", self.waiting.pk), "ion"),
            "calendar": (url("calendar"), "ana"),
            "calendar-none": (url("calendar"), "clara"),
            "home": (self.course.get_parent().get_parent().get_url(), ""),
            "catalogue": (self.course.get_parent().get_url(), ""),
            "course": (self.course.get_url(), ""),
            "start": (reverse("people:start"), "ana"),
        }

    def managed(self) -> dict[str, tuple[str, str]]:
        """Coordinators: editions, sessions, rooms."""
        e, s = self.edition.pk, self.session.pk
        return {
            "editions": (url("editions"), "mara"),
            "editions-reader": (url("editions"), "quin"),
            "editions-trainer": (url("editions"), "petar"),
            "editions-empty": (url("editions") + "?q=zzz", "mara"),
            "schedule": (url("schedule"), "mara"),
            "manage": (url("manage", e), "mara"),
            "manage-reader": (url("manage", e), "quin"),
            "manage-draft": (url("manage", self.draft.pk), "mara"),
            "manage-cancelled": (url("manage", self.cancelled.pk), "mara"),
            "change": (url("change", e), "mara"),
            "status-close": (url("status", e, "closed"), "mara"),
            "status-cancel": (url("status", e, "cancelled"), "mara"),
            "session-add": (url("session-add", e), "mara"),
            "session-change": (url("session-change", s), "mara"),
            "series-add": (url("series-add", e), "mara"),
            "copy": (url("copy", e), "mara"),
            "copy-empty": (url("copy", self.draft.pk), "mara"),
            "planner": (url("planner"), "mara"),
            "planner-trainers": (url("planner") + "?by=trainer", "ion"),
            "planner-far": (url("planner") + "?by=room&day=2099-01-01", "vera"),
            "venue-change": (url("venue-change", self.room.venue_id), "mara"),
            "room-change": (url("room-change", self.room.pk), "mara"),
            "session-cancel": (url("session-cancel", s), "mara"),
            "venues": (url("venues"), "mara"),
            "venue-add": (url("venue-add"), "mara"),
            "room-add": (url("room-add", self.room.venue_id), "mara"),
        }

    def with_people(self) -> dict[str, tuple[str, str]]:
        """Who takes part, and the roll."""
        e, s = self.edition.pk, self.session.pk
        return {
            "sheet": (url("sheet", s), "petar"),
            "participants": (url("participants", e), "mara"),
            "participants-waiting": (url("participants", e) + "?group=waiting", "mara"),
            "participants-cancelled": (url("participants", e) + "?group=cancelled", "mara"),
            "participants-none": (url("participants", self.draft.pk), "mara"),
            "participant-add": (url("participant-add", e), "mara"),
            "participant-found": (url("participant-add", e) + "?q=popescu", "mara"),
            "participant-missing": (url("participant-add", e) + "?q=zzz", "mara"),
            "place-cancel": (url("place-cancel", self.mine.pk), "mara"),
            "letter": (url("letter", self.nominated.pk), "doru"),
            "letter-waiting": (url("letter", self.waiting.pk), "mara"),
            "my-sessions": (url("my-sessions"), "petar"),
            "my-sessions-empty": (url("my-sessions"), "mara"),
            "roll": (url("roll", self.past_session.pk), "petar"),
            "roll-early": (url("roll", s), "petar"),
            "roll-cancelled": (url("roll", self.gone.pk), "mara"),
        }

    def by_town_halls(self) -> dict[str, tuple[str, str]]:
        """Town halls."""
        e = self.edition.pk
        return {
            "nominate": (url("nominate"), "doru"),
            "nominate-people": (url("nominate-people", e), "doru"),
            "nominate-none": (url("nominate-people", e) + "?q=zzz", "doru"),
            "nominate-closed": (url("nominate-people", self.cancelled.pk), "doru"),
            "nominate-person": (url("nominate-person", e), "doru"),
            "nominate-check": (url("nominate-check", e) + f"?person={self.cast.vasile.pk}", "doru"),
            "nominate-done": (url("nominate-done", e) + f"?person={self.cast.vasile.pk}", "doru"),
            "nominate-nobody": (url("nominate-done", e), "doru"),
        }


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.mark.parametrize("language", ["ro", "ar"])
def test_every_page_opens_in_every_language(world, language):
    with translation.override(language):
        pages = world.pages()
    cast = world.cast
    browsers = {
        who: cast.browser(getattr(cast, who) if who else None) for _url, who in pages.values()
    }
    for name, (url, who) in pages.items():
        response = browsers[who].get(url)
        assert response.status_code == 200, (
            name,
            response.status_code,
            response.headers.get("Location"),
        )
        text = response.content.decode()
        assert len(re.findall(r"<h1[\s>]", text)) == 1, name
        # What a script puts together itself has places in it.
        seen = re.sub(r"<script[^>]*application/json.*?</script>", "", text, flags=re.S)
        assert "{{" not in text and "{%" not in text and "%(" not in seen, name
        assert "<title> –" not in text, name
        assert " style=" not in text, name
