"""Why something on a waiting list, or with a list of people, cannot be done."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.actions.errors import Refused

if TYPE_CHECKING:
    from training.models import Enrolment


class OfferIsOver(Refused):
    """The place that was offered is no longer theirs to take."""

    code = "offer_is_over"

    def __init__(self, enrolment: "Enrolment") -> None:
        if enrolment.offer_ran_out:
            message = _("The time to answer is over. The place went to the next person.")
        elif enrolment.has_place:
            message = _("You have already said yes. The place is yours.")
        else:
            message = _("You have already said no. The place went to the next person.")
        super().__init__(message, _("You can look at the edition and ask for a place again."))


class GroupTooBig(Refused):
    code = "group_too_big"

    def __init__(self, size: int, capacity: int) -> None:
        text = ngettext(
            "%(size)s people can never come together: the edition has %(count)s place.",
            "%(size)s people can never come together: the edition has %(count)s places.",
            capacity,
        )
        super().__init__(
            text % {"size": size, "count": capacity},
            _("Choose fewer people, or let each get a place alone."),
        )


class TooMany(Refused):
    """A list with more people than are nominated at once."""

    code = "too_many"

    def __init__(self, most: int) -> None:
        text = ngettext(
            "More than %(count)s person in one list.",
            "More than %(count)s people in one list.",
            most,
        )
        super().__init__(text % {"count": most}, _("Split the list and upload the parts."))


class RuleInUse(Refused):
    """People joined the list by its rule: it stays until nobody waits."""

    code = "rule_in_use"

    def __init__(self) -> None:
        super().__init__(
            _("People wait by this rule already. It can be changed when nobody waits."),
            _("Keep the rule."),
        )
