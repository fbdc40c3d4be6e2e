"""The form of a file that comes regularly."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certification.exports import NEEDED
from certification.models import ExportPlan
from people.access import grants_of
from people.models import User

What, Kind = ExportPlan.What, ExportPlan.Kind


class ExportForm(forms.Form):
    """What, as which file, how often."""

    what = forms.ChoiceField(label=_("What"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("File"), choices=Kind.choices, widget=forms.RadioSelect)
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=ExportPlan.Rhythm.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants = grants_of(user)
        self.fields["what"].choices = [
            (code, text) for code, text in What.choices if grants.anywhere(NEEDED[code])
        ]
        for field in self.fields.values():
            field.error_messages["required"] = _("Choose one.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") == Kind.PDF and found.get("what") == What.STANDING:
            raise ValidationError(
                {"kind": _("The list comes as an Excel or CSV file. The report is of the board.")}
            )
        return found
