"""How many days before people are reminded."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from training.models import ReminderRule
from training.queries.reminders import USUAL

DAYS = (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)


class RemindersForm(forms.Form):
    """One choice for each kind of reminder."""

    def __init__(self, *args: object, days: dict[str, int | None], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        text = ngettext_lazy("%(count)s day before", "%(count)s days before", "count")
        for kind in ReminderRule.Kind:
            now = days[kind]
            offered = sorted({*DAYS, *filter(None, (now, USUAL[kind]))})
            choices = [("", _("never"))] + [(str(n), text % {"count": n}) for n in offered]
            self.fields[kind.value] = forms.ChoiceField(
                label=capfirst(kind.label), choices=choices, required=False, initial=str(now or "")
            )

    def days(self) -> dict[str, int | None]:
        """What was chosen."""
        return {kind: int(value) if value else None for kind, value in self.cleaned_data.items()}
