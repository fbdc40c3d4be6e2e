"""Why a place cannot be had, moved or given up: one class a reason, for whoever is at the screen."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from formats import dates
from training.actions.errors import Refused

if TYPE_CHECKING:
    from courses.models import Course
    from people.models import Person
    from training.models import Edition, Enrolment


class NotForThem(Refused):
    """The edition is for other people than this one."""

    code = "audience"

    def __init__(self, audience: Sequence[str]) -> None:
        super().__init__(
            _("This edition is only for: %(audience)s.") % {"audience": ", ".join(audience)},
            _(
                "If that is wrong, ask the county directorate to note it. Else choose another course."
            ),
        )


class NotFromHere(Refused):
    """The edition is for the people of a county."""

    code = "territory"

    def __init__(self, region: str) -> None:
        super().__init__(
            _("This edition is only for people of this county: %(region)s.") % {"region": region},
            _("Choose an edition of your own county, or one that is online."),
        )


class CourseMissing(Refused):
    """Another course comes first. `course` is that one."""

    code = "prerequisite"

    def __init__(self, course: "Course", title: str) -> None:
        super().__init__(
            _("Another course comes first: “%(title)s”.") % {"title": title},
            _("Complete that course, then come back."),
        )
        self.course = course


class QuotaReached(Refused):
    """The institution has as many people here as it may."""

    code = "quota"

    def __init__(self, institution: str, quota: int) -> None:
        text = ngettext(
            "%(institution)s has %(count)s person here already: more are not possible.",
            "%(institution)s has %(count)s people here already: more are not possible.",
            quota,
        )
        super().__init__(
            text % {"institution": institution, "count": quota},
            _("Choose another edition, or ask your institution."),
        )


class AlreadyInCourse(Refused):
    """A place in another edition of the course. `own_place` is that enrolment."""

    code = "already_in_course"

    def __init__(self, place: "Enrolment", title: str, when: str) -> None:
        dated = _("There is already a place in this course: %(title)s, %(when)s.")
        undated = _("There is already a place in this course: %(title)s.")
        super().__init__(
            (dated if when else undated) % {"title": title, "when": when},
            _("Move that place to this edition, or keep it."),
        )
        self.own_place = place


class Overlaps(Refused):
    """Sessions of another place at the same time. `own_place` is that enrolment."""

    code = "overlap"

    def __init__(self, place: "Enrolment", title: str, when: str) -> None:
        text = _("There is another course at the same time: %(title)s, %(when)s.")
        super().__init__(
            text % {"title": title, "when": when},
            _("Choose an edition on other days, or cancel the other place first."),
        )
        self.own_place = place


class RequestIsDecided(Refused):
    """Somebody has answered the request already."""

    code = "request_is_decided"

    def __init__(self) -> None:
        super().__init__(
            _("This request is answered already."), _("Open the list of requests again.")
        )


class TooLateToCancel(Refused):
    """The last moment to give up the place by oneself is over."""

    code = "too_late_to_cancel"

    def __init__(self, edition: "Edition") -> None:
        text = _("Places could be cancelled until %(day)s.")
        super().__init__(
            text % {"day": long_moment(edition.cancel_until, zone_of(edition))},
            _("Please call the organiser: they can still cancel your place."),
        )


class NothingToMove(Refused):
    """Only a confirmed place can be moved."""

    code = "nothing_to_move"

    def __init__(self) -> None:
        super().__init__(
            _("Only a confirmed place can be moved to another edition."),
            _("Cancel this one, and ask for a place in the other."),
        )


class OtherCourse(Refused):
    """A place moves within its course."""

    code = "other_course"

    def __init__(self) -> None:
        super().__init__(
            _("That edition belongs to another course."),
            _("Choose another edition of the same course."),
        )


class NoPlaceThere(Refused):
    """The other edition is full: the old place stays."""

    code = "no_place_there"

    def __init__(self) -> None:
        super().__init__(
            _("All places there are taken."),
            _("Your place here stays as it is. Choose an edition with free places."),
        )


class MoveNeedsApproval(Refused):
    """Somebody decides on each place of the other edition."""

    code = "move_needs_approval"

    def __init__(self) -> None:
        super().__init__(
            _("Somebody decides on each place of that edition."),
            _("Your place here stays as it is. Ask the organiser of that edition to move you."),
        )


class NotTogether(Refused):
    """One of the household cannot enrol, so nobody does. `person` is that one, `refusal` is why."""

    code = "not_together"

    def __init__(self, person: "Person", refusal: Refused) -> None:
        text = _("%(name)s cannot enrol here. %(why)s")
        super().__init__(
            text % {"name": person.full_name, "why": refusal.message},
            _("Nobody of you is enrolled. Choose another edition, or enrol one by one."),
        )
        self.person = person
        self.refusal = refusal


class OneHousehold(Refused):
    """A person belongs to one household only."""

    code = "one_household"

    def __init__(self, person: "Person") -> None:
        text = _("%(name)s belongs to another household already.")
        super().__init__(text % {"name": person.full_name}, _("End the other one first."))


class HouseholdSize(Refused):
    """Two adults at least, and not a crowd."""

    code = "household_size"

    def __init__(self, most: int) -> None:
        text = _("A household has two adults or more, at most %(count)s.")
        super().__init__(text % {"count": most})


class HouseholdDays(Refused):
    """Days that cannot be."""

    code = "household_days"

    def __init__(self) -> None:
        super().__init__(
            _("These days cannot be."),
            _("Choose days that are not in the future, the last one not before the first."),
        )


class TooManySeats(Refused):
    """More seats than can be kept."""

    code = "too_many_seats"

    def __init__(self, free: int) -> None:
        text = ngettext(
            "Only %(count)s seat can be reserved: the others are taken or reserved.",
            "Only %(count)s seats can be reserved: the others are taken or reserved.",
            free,
        )
        super().__init__(text % {"count": free}, _("Write a smaller number."))


class ReleaseTooLate(Refused):
    """Seats are released in time for others to come."""

    code = "release_too_late"

    def __init__(self) -> None:
        super().__init__(
            _("Choose a day between today and the first session."),
            _("From that day on the seats are for everybody."),
        )


class SeatsAreReserved(Refused):
    """The number of places would be lower than the reserved seats."""

    code = "seats_are_reserved"

    def __init__(self, reserved: int) -> None:
        text = ngettext(
            "%(count)s seat is reserved. The number of places cannot be lower.",
            "%(count)s seats are reserved. The number of places cannot be lower.",
            reserved,
        )
        super().__init__(text % {"count": reserved}, _("Lower the reserved seats first."))


def zone_of(edition: "Edition") -> ZoneInfo:
    """The organiser's wall clock."""
    return ZoneInfo(edition.organiser.jurisdiction.time_zone)


def long_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """Day and time there, in the reader's language; empty where there is none."""
    return dates.moment(moment, zone, get_language() or "en") if moment else ""
