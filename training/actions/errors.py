"""Why something cannot be done. Each reason is a class of its own, with a sentence for people and a next step."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from formats import dates

if TYPE_CHECKING:
    from people.models import Person
    from training.models import Edition, Room, Session


class Refused(Exception):
    """The rules of the domain do not allow it; `message` and `next_step` are for the person at the screen."""

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class EditionCancelled(Refused):
    code = "cancelled"

    def __init__(self, edition: "Edition") -> None:
        super().__init__(
            _("This edition is cancelled."), _("Choose another edition of the course.")
        )
        self.reason = edition.status_reason


class EditionOver(Refused):
    code = "over"

    def __init__(self) -> None:
        super().__init__(_("This edition is over."), _("Choose another edition of the course."))


class EnrolmentNotOpenYet(Refused):
    code = "not_open_yet"

    def __init__(self, opens: datetime | None = None) -> None:
        if opens:
            day = dates.long_date(opens, get_language() or "en")
            message = _("Enrolment opens on %(day)s.") % {"day": day}
        else:
            message = _("Enrolment is not open yet.")
        super().__init__(
            message, _("Come back on that day, or choose another edition of the course.")
        )


class EnrolmentClosed(Refused):
    code = "closed"

    def __init__(self) -> None:
        super().__init__(_("Enrolment is closed."), _("Choose another edition of the course."))


class PlaceIsUsed(Refused):
    """A place that already has an outcome cannot be given up."""

    code = "place_is_used"

    def __init__(self) -> None:
        super().__init__(
            _("This place can no longer be cancelled: the course has an outcome."),
            _("Ask the organiser if something is wrong."),
        )


class NotAParticipant(Refused):
    code = "not_a_participant"

    def __init__(self) -> None:
        super().__init__(
            _("This person has no place in this edition."),
            _("Open the list of participants again."),
        )


class CapacityTooLow(Refused):
    code = "capacity_too_low"

    def __init__(self, taken: int) -> None:
        text = ngettext(
            "%(count)s place is already taken. The number of places cannot be lower.",
            "%(count)s places are already taken. The number of places cannot be lower.",
            taken,
        )
        super().__init__(text % {"count": taken}, _("Cancel places first, or keep the number."))


class ReasonNeeded(Refused):
    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__(_("Say why. The people concerned will read it."))


class StatusNotPossible(Refused):
    code = "status_not_possible"

    def __init__(self) -> None:
        super().__init__(
            _("The edition cannot change to this status now."),
            _("Open the edition again and look at its status."),
        )


class RoomTaken(Refused):
    """The room holds another session at that time."""

    code = "room_taken"

    def __init__(self, room: "Room", other: "Session", *, is_named: bool = True) -> None:
        text = _("The room “%(room)s” is taken: %(title)s, %(when)s.")
        super().__init__(
            text % {"room": room.name, **_which(other, is_named)},
            _("Choose another room or another time."),
        )
        self.other = other


class RoomNameTaken(Refused):
    code = "room_name_taken"

    def __init__(self) -> None:
        super().__init__(_("The building has a room of this name."), _("Choose another name."))


class TrainerTaken(Refused):
    """The trainer leads another session at that time."""

    code = "trainer_taken"

    def __init__(self, trainer: "Person", other: "Session", *, is_named: bool = True) -> None:
        text = _("%(trainer)s leads another session then: %(title)s, %(when)s.")
        super().__init__(
            text % {"trainer": trainer.full_name, **_which(other, is_named)},
            _("Choose another trainer or another time."),
        )
        self.trainer = trainer
        self.other = other


def _which(session: "Session", is_named: bool) -> dict[str, str]:
    """A session that the reader may not see has no name: it may be of a draft of another institution."""
    language = get_language() or "en"
    when = dates.session_time(session.starts, session.ends, session.time_zone, language)
    title = str(session) if is_named else _("a session of another institution")
    return {"title": title, "when": when}


class SessionIsCancelled(Refused):
    code = "session_cancelled"

    def __init__(self) -> None:
        super().__init__(_("This session is cancelled."), _("Choose another session."))


class RollTooEarly(Refused):
    code = "roll_too_early"

    def __init__(self) -> None:
        super().__init__(
            _("You can take the roll from the day of the session."),
            _("Come back on the day of the session."),
        )


class MinutesNeeded(Refused):
    """Late and left early say nothing without the minutes that the person was there."""

    code = "minutes_needed"

    def __init__(self, enrolment_id: int) -> None:
        super().__init__(_("Enter how many minutes the person was there."))
        self.enrolment_id = enrolment_id


class MinutesOutOfRange(Refused):
    code = "minutes_out_of_range"

    def __init__(self, enrolment_id: int, planned: int) -> None:
        text = ngettext(
            "The minutes must be between 1 and %(count)s: the session lasts %(count)s minute.",
            "The minutes must be between 1 and %(count)s: the session lasts %(count)s minutes.",
            planned,
        )
        super().__init__(text % {"count": planned})
        self.enrolment_id = enrolment_id


class ExcuseNeedsReason(Refused):
    """An absence without a reason is not excused."""

    code = "excuse_needs_reason"

    def __init__(self, enrolment_id: int) -> None:
        super().__init__(_("Enter why the person is excused."))
        self.enrolment_id = enrolment_id


class CorrectionNeedsReason(Refused):
    """The roll is finished: what it says may already have counted."""

    code = "correction_needs_reason"

    def __init__(self, enrolment_id: int) -> None:
        super().__init__(_("The roll is finished. Say why you correct it."))
        self.enrolment_id = enrolment_id


class RollIsFinished(Refused):
    """Nobody can be without a mark any more."""

    code = "roll_is_finished"

    def __init__(self) -> None:
        super().__init__(
            _("The roll is finished: a mark can be corrected, but not taken away."),
            _("Choose the right mark and say why."),
        )


class MarkIsAnothers(Refused):
    """The key of this mark is that of another mark."""

    code = "mark_is_anothers"

    def __init__(self) -> None:
        super().__init__(_("This mark could not be taken."), _("Mark the person again."))


class MarksAreDisputed(Refused):
    """Two trainers said two different things."""

    code = "marks_are_disputed"

    def __init__(self, count: int) -> None:
        text = ngettext(
            "%(count)s person has two different marks.",
            "%(count)s people have two different marks.",
            count,
        )
        super().__init__(text % {"count": count}, _("Choose the right mark, then go on."))


class RollIncomplete(Refused):
    code = "roll_incomplete"

    def __init__(self, missing: int) -> None:
        text = ngettext(
            "%(count)s person has no mark yet.", "%(count)s people have no mark yet.", missing
        )
        super().__init__(text % {"count": missing}, _("Mark everybody, then finish the roll."))
