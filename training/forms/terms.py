"""Who can enrol in an edition, and until when one can cancel; seats kept for institutions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from people.models import Organisation
from training import cards, clock
from training.forms.editions import MOST_PLACES, day_input
from training.models import Edition

HOURS_A_DAY = 24
MOST_DAYS = 90


class TermsForm(forms.Form):
    """Each answer is a condition that the page of the edition says beforehand."""

    UNITS = (("days", _("days before the start")), ("hours", _("hours before the start")))

    approval = forms.ChoiceField(
        label=_("Who decides on requests?"),
        choices=Edition.Approval.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Where somebody decides, people ask first. A request does not hold a place; an approved person gets one "
            "while places are free, else waits."
        ),
    )
    audience_only = forms.BooleanField(
        label=_("Only for those whom the course is for"),
        required=False,
        help_text=_(
            "People whose category is not on record are refused, with a word how to mend it."
        ),
    )
    region_only = forms.BooleanField(label=_("Only for people of the county"), required=False)
    prerequisite = forms.ModelChoiceField(
        Course.objects.none(),
        label=_("Which course must be completed before?"),
        required=False,
        empty_label=_("None"),
    )
    institution_quota = forms.IntegerField(
        label=_("Most people of one institution"),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        help_text=_("Empty: as many as there are places."),
    )
    cancel_before = forms.IntegerField(
        label=_("Until when can people cancel by themselves?"),
        min_value=0,
        max_value=MOST_DAYS * HOURS_A_DAY,
        required=False,
        help_text=_("Empty: at any time. Later you can still cancel for them."),
    )
    cancel_unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS, initial="days")

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        hours = edition.cancel_hours
        in_days = hours is None or hours % HOURS_A_DAY == 0
        kwargs["initial"] = {
            "approval": edition.approval,
            "audience_only": edition.audience_only,
            "region_only": edition.region_only,
            "prerequisite": edition.prerequisite_id,
            "institution_quota": edition.institution_quota,
            "cancel_before": hours // HOURS_A_DAY if hours is not None and in_days else hours,
            "cancel_unit": "days" if in_days else "hours",
        }
        super().__init__(*args, **kwargs)
        others = Course.objects.in_language_or_source().order_by("title")
        key = edition.course.translation_key
        self.fields["prerequisite"].queryset = others.exclude(translation_key=key)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number = data.get("cancel_before")
        if number and data.get("cancel_unit") == "days" and number > MOST_DAYS:
            self.add_error("cancel_before", _("At most 90 days."))
        return data

    def facts(self) -> dict[str, Any]:
        """Arguments of editions.update()."""
        data = dict(self.cleaned_data)
        number, unit = data.pop("cancel_before"), data.pop("cancel_unit")
        factor = HOURS_A_DAY if unit == "days" else 1
        return {**data, "cancel_hours": None if number is None else number * factor}


class ReserveForm(forms.Form):
    """So many seats for an institution until a day."""

    institution = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which institution?"), empty_label=None
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_PLACES)
    until = forms.DateField(
        label=_("Last day on which they are reserved"),
        widget=day_input(),
        help_text=_("On the day after, the seats that are left are for everybody."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        branch = Organisation.objects.filter(path__startswith=edition.organiser.path)
        self.fields["institution"].queryset = branch.filter(is_active=True).order_by("path")  # type: ignore[attr-defined]

    def release_at(self) -> datetime | None:
        """The end of that day on the organiser's clock."""
        return clock.day_ends(self.cleaned_data["until"], cards.zone_of(self.edition.organiser))


class JoinForm(forms.Form):
    """The code from a poster, typed."""

    code = forms.CharField(
        label=_("Code on the poster"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
