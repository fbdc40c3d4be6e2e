"""Forms about roles."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person
from people.roles import ROLES


class PersonChoice(forms.ModelChoiceField):
    """People who may share a name are told apart by where they belong."""

    def label_from_instance(self, obj: Person) -> str:
        place = getattr(obj, "place", "")
        return f"{obj.list_name} ({place})" if place else obj.list_name


class GrantForm(forms.Form):
    """Who gets which role, from when to when."""

    person = PersonChoice(
        label=_("Person"), queryset=Person.objects.none(), empty_label=_("Choose")
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, choices=())
    since = forms.DateField(
        label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty if there is no end."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]
        self.fields["role"].choices = [(code, r.name) for code, r in ROLES.items()]  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return cleaned


class EndForm(forms.Form):
    """When a role ends."""

    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty to end the role at once."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return until
