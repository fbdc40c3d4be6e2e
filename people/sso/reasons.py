"""Why somebody was not signed in with their institution's account: each with a sentence that a person understands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """The trail keeps the code; the page shows the sentence."""

    # On the way
    STATE = (
        "state",
        _(
            "This sign-in was begun too long ago, in another window, or more than once. Begin again."
        ),
    )
    CANCELLED = "cancelled", _("You did not let your institution tell us who you are.")
    REMOVED = "removed", _("This institution does not sign in here with its own accounts any more.")
    # Between the two computers
    NO_ANSWER = "no-answer", _("The sign-in of your institution does not answer. Try again later.")
    PRIVATE = (
        "private",
        _("The sign-in of your institution lies in a private network that we may not write to."),
    )
    NOT_OPENID = (
        "not-openid",
        _("What answers at this address is not an OpenID provider, or another one."),
    )
    REFUSED = (
        "refused",
        _("The sign-in of your institution refused us. The client ID or the secret may be wrong."),
    )
    CLOCK = (
        "clock",
        _("The clock of your institution’s sign-in and ours differ, or you waited too long."),
    )
    NOT_GENUINE = (
        "not-genuine",
        _("We could not be sure that the answer came from your institution."),
    )
    # About the person
    NO_EMAIL = "no-email", _("Your institution did not tell us your e-mail address.")
    UNVERIFIED = (
        "unverified",
        _("Your institution did not say that it has checked your e-mail address."),
    )
    FOREIGN = (
        "foreign",
        _("Your e-mail address is not one that this institution may speak for."),
    )
    NO_NAME = "no-name", _("Your institution did not tell us your name.")
    NO_ROLE = "no-role", _("Your institution has given you no role here.")
    BEYOND = (
        "beyond",
        _(
            "Your account here reaches further than this institution. Sign in with your e-mail address."
        ),
    )
    OTHER_IDENTITY = (
        "other-identity",
        _("Another account of your institution is already used with this e-mail address."),
    )
    AMBIGUOUS = "ambiguous", _("More than one record here has your e-mail address.")
    CLOSED = "closed", _("This account is closed.")


# Nobody but those who look after one of the two computers can mend these.
TECHNICAL = frozenset(
    {
        Why.NO_ANSWER,
        Why.PRIVATE,
        Why.NOT_OPENID,
        Why.REFUSED,
        Why.CLOCK,
        Why.NOT_GENUINE,
        Why.NO_EMAIL,
        Why.UNVERIFIED,
        Why.NO_NAME,
    }
)
# Whoever tries once more may get through.
PASSING = frozenset({Why.STATE, Why.CANCELLED, Why.NO_ANSWER, Why.CLOCK})


class Fault(Exception):
    """Nobody is signed in, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
