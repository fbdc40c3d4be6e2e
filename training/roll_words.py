"""The words that the roll needs on a phone without the internet, numbers in the plural forms of the language."""

from collections.abc import Callable
from typing import Any

from babel import Locale
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from training.models import Attendance

Mark = Attendance.Mark
# The two most used first, as the component wants them.
OPTIONS = (
    (Mark.PRESENT, pgettext_lazy("roll call", "Present"), "positive"),
    (Mark.ABSENT, pgettext_lazy("roll call", "Absent"), "negative"),
    (Mark.LATE, pgettext_lazy("roll call", "Late"), "warning"),
    (Mark.LEFT_EARLY, pgettext_lazy("roll call", "Left early"), "warning"),
    (Mark.EXCUSED, pgettext_lazy("roll call", "Excused"), "neutral"),
)

# Enough for every plural form of the five languages to come up.
NUMBERS = range(200)


def words() -> dict[str, Any]:
    """All of them, in the language of the page."""
    return {
        "lang": get_language(),
        "waiting": by_number(
            lambda n: ngettext("%(count)s waiting to send", "%(count)s waiting to send", n)
        ),
        "others": by_number(
            lambda n: ngettext(
                "%(count)s mark of another person waits on this phone. It is sent when that person signs in here.",
                "%(count)s marks of another person wait on this phone. They are sent when that person signs in here.",
                n,
            )
        ),
        "sent": _("Everything is saved."),
        "offline": _("No internet now. Go on: this phone keeps the marks and sends them later."),
        "signed_out": _("You are signed out. This phone keeps the marks. Sign in to send them."),
        "gone": _("You can no longer open this roll. Ask the organiser."),
        "trouble": _("The marks could not be sent. This phone keeps them and tries again."),
        "mark_waits": pgettext("a mark", "Waiting to send"),
        "unsaved": _("Not saved yet."),
        "minutes": _("Enter how many minutes the person was there."),
        "reason": _("Enter why the person is excused."),
        "correction": _("The roll is finished. Say why you correct it."),
        "undone": _("Taken back at once"),
        "undo": _("Undo: %(name)s"),
        "finish": _("Some marks still wait to be sent. Finish the roll when they are sent."),
        "choose": _("No internet now. Choose when you have it again."),
    }


def roll_options(marked: str | None = None) -> list[dict[str, Any]]:
    """The answers of one row of the roll."""
    return [
        {"value": value.value, "text": text, "tone": tone, "checked": marked == value}
        for value, text, tone in OPTIONS
    ]


def by_number(say: Callable[[int], str]) -> dict[str, str]:
    """One sentence for each plural form, by its name in CLDR: the phone knows the number, not the rule's words."""
    form_of = Locale.parse(get_language() or "en").plural_form
    return {form_of(n): say(n) for n in reversed(NUMBERS)}
