"""Forms of households: who lives with whom, since when, until when."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person
from training.forms.editions import day_input
from training.forms.enrolments import FindPersonForm
from training.models import HouseholdMember

FOUND_AT_MOST = 30


class JoinForm(FindPersonForm):
    """One of the people found by name, and the first day of living together."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        error_messages={
            "required": _("Choose who lives there."),
            "invalid_choice": _("Choose who lives there."),
        },
    )
    since = forms.DateField(
        label=_("Since which day?"),
        widget=day_input(),
        error_messages={"required": _("Enter the first day.")},
    )

    def __init__(self, *args: Any, others: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = others  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate()

    def found(self, words: str) -> list[Person]:
        """People of that name, none before a name was typed."""
        people: QuerySet[Person] = self.fields["person"].queryset  # type: ignore[attr-defined]
        return list(people.matching(words).by_name()[:FOUND_AT_MOST]) if words.strip() else []  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Who, and since when."""
        return {name: self.cleaned_data[name] for name in ("person", "since")}


class HouseholdDaysForm(forms.Form):
    """The first and the last day of somebody in a household."""

    since = forms.DateField(
        label=_("First day there"),
        widget=day_input(),
        error_messages={"required": _("Enter the first day.")},
    )
    until = forms.DateField(
        label=_("Last day there"),
        required=False,
        help_text=_("Leave empty while they live there."),
        widget=day_input(),
    )

    def __init__(self, *args: Any, member: HouseholdMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial, self.fields["until"].initial = member.since, member.until
