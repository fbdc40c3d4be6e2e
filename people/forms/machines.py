"""The form of a token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.models import Organisation
from people.queries import institutions
from people.scopes import Scope

TERMS = (30, 90, 180, 365)


def _terms() -> list[tuple[int, str]]:
    """In the language of the reader: counted words are no lazy ones."""
    return [(days, ngettext("%d day", "%d days", days) % days) for days in TERMS]


class TokenForm(forms.Form):
    """For which institution, what for, what it may do, and for how long."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("The program sees this institution and those below it, and nothing else."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("A name that you will still understand in a year, such as «Payroll»."),
        max_length=80,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("As little as it needs."),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=int,
        choices=_terms,
        initial=90,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        place, name = cleaned.get("organisation"), cleaned.get("name")
        if place and name and place.api_tokens.filter(name=name, ended_at=None).exists():
            self.add_error(
                "name",
                _(
                    "This institution has a token of that name. End it first, or choose another name."
                ),
            )
        return cleaned
