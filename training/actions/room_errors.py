"""Why somebody cannot be checked in, or given a result: each with a sentence for people and a next step."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import dates
from training.actions.errors import Refused

if TYPE_CHECKING:
    from training.models import Session


class CodeIsOld(Refused):
    """A code that was on the screen, but is not any more."""

    code = "code_is_old"

    def __init__(self) -> None:
        super().__init__(
            _("This code is no longer valid."),
            _("The code changes every 30 seconds. Scan or type the one that is on the screen now."),
        )


class CodeIsWrong(Refused):
    code = "code_is_wrong"

    def __init__(self) -> None:
        super().__init__(
            _("This is not the code on the screen."),
            _("Look at the screen in the room and type the six digits that it shows now."),
        )


class TooManyCodes(Refused):
    code = "too_many_codes"

    def __init__(self) -> None:
        super().__init__(
            _("Too many wrong codes."), _("Ask the trainer to mark you, or try again later.")
        )


class NoPlaceHere(Refused):
    code = "no_place_here"

    def __init__(self) -> None:
        super().__init__(
            _("You have no place in this course, so you cannot check in."),
            _("Please tell the trainer that you are here."),
        )


class CheckInNotOpen(Refused):
    code = "check_in_not_open"

    def __init__(self, session: "Session", opens: datetime) -> None:
        when = dates.moment(opens, session.time_zone, get_language() or "en")
        super().__init__(
            _("You can check in from %(time)s.") % {"time": when},
            _("Scan or type the code again at that time."),
        )


class CheckInOver(Refused):
    code = "check_in_over"

    def __init__(self) -> None:
        super().__init__(
            _("The time to check in is over."), _("The trainer can still mark that you were here.")
        )


class NoSessionToday(Refused):
    code = "no_session_today"

    def __init__(self) -> None:
        super().__init__(
            _("This person has no session with you today."),
            _("Look at the name and the day, or ask the coordinator."),
        )


class NoResultYet(Refused):
    code = "no_result_yet"

    def __init__(self) -> None:
        super().__init__(
            _("You can give a result once the first session has begun."),
            _("Come back on the day of the session."),
        )


class ReasonForFailing(Refused):
    code = "reason_for_failing"

    def __init__(self) -> None:
        super().__init__(
            _("Write what is still missing. The person reads it."),
            _("Say it kindly, and what they can do next."),
        )


class ResultStands(Refused):
    code = "result_stands"

    def __init__(self) -> None:
        super().__init__(
            _("This course is completed, so its result cannot become “not passed yet”."),
            _("If the certificate is wrong, ask the directorate to revoke it."),
        )
