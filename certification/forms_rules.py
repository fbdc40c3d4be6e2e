"""Forms of the rules of a programme: a new version, its figures, one requirement; and the circumstances of a carer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.forms import DayField
from certification.models import Condition, Programme, Requirement, RuleVersion
from certification.models.circumstance import DERIVED
from courses.models import Course, Topic
from people.models import Category

Period = Requirement.Period
NOBODY = pgettext_lazy("condition", "none")


class NewVersionForm(forms.Form):
    """From which day the next version is to hold."""

    effective_from = DayField(
        label=_("In force from"),
        help_text=_("A day later than today. Until then nothing changes for anybody."),
        error_messages={"required": _("Enter the first day of the new version.")},
    )


class FiguresForm(forms.ModelForm):
    """The figures of a draft and its transition."""

    effective_from = DayField(label=_("In force from"))
    transition_before = DayField(
        label=_("Certificate held or course begun before"),
        help_text=_("Empty: before the first day of this version."),
        required=False,
    )
    transition_until = DayField(
        label=_("They keep the former rule until"),
        help_text=_("That day included. Empty: as long as the certificate or the course lasts."),
        required=False,
    )
    unknown = forms.MultipleChoiceField(
        label=_("What is not known in law"),
        help_text=_(
            "The days that you enter then count as your own setting, and the page says so."
        ),
        choices=RuleVersion.Figure.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = RuleVersion
        fields = (
            "effective_from",
            "legal_basis",
            "validity",
            "validity_months",
            "review_interval_months",
            "renewal_window_days",
            "grace_days",
            "unknown",
            "attendance_percent",
            "transition",
            "transition_before",
            "transition_until",
            "note",
        )

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, in words."""
        found = super().clean()
        has_months = bool(found.get("validity_months"))
        if found.get("validity") == RuleVersion.Validity.MONTHS and not has_months:
            self.add_error("validity_months", _("Enter the number of months."))
        if found.get("validity") != RuleVersion.Validity.MONTHS:
            found["validity_months"] = None
        no_review = RuleVersion.Figure.REVIEW in found.get("unknown", [])
        if no_review and found.get("review_interval_months"):
            text = _("Leave this empty, or say that it is known.")
            self.add_error("review_interval_months", text)
        until, since = found.get("transition_until"), found.get("effective_from")
        if until and since and until < since:
            self.add_error("transition_until", _("This day must not be before the first day."))
        return found


class RequirementForm(forms.ModelForm):
    """One requirement of a draft, with what counts in its place."""

    hours = forms.DecimalField(
        label=_("Hours"),
        help_text=_("Hours or times, not both. Leave both empty if nobody knows the figure."),
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        required=False,
    )
    unknown = forms.MultipleChoiceField(
        label=_("What is not known in law"),
        choices=Requirement.Figure.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Requirement
        fields = (
            "code", "kind", "topic", "hours", "count", "period", "months", "path", "category", "condition",
            "is_separate", "unknown",
        )  # fmt: skip

    def __init__(self, *args: Any, version: RuleVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme, row = version.programme, self.instance
        self.fields["code"].help_text = _(
            "A short name in Latin letters. The same code in the next version means the same duty."
        )
        self.fields["months"].help_text = _(
            "How long the period is that rolls; of what is asked once, how old it may be."
        )
        self.fields["category"].queryset = Category.objects.filter(programmes=programme)
        self.fields["category"].empty_label = pgettext_lazy("category", "everybody")
        self.fields["topic"].empty_label = pgettext_lazy("topic", "any")
        self.fields["condition"].choices = [("", NOBODY), *Condition.choices]
        if row.pk:
            self.initial["hours"] = row.minutes / 60 if row.minutes else None

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, in words."""
        found = super().clean()
        if found.get("hours") and found.get("count"):
            self.add_error("count", _("Enter hours or times, not both."))
        if found.get("kind") in (Requirement.Kind.TEST, Requirement.Kind.OUTCOME):
            if found.get("hours"):
                self.add_error("hours", _("A test or a result has no hours. Enter how many times."))
            if found.get("period") in (Period.CALENDAR_YEAR, Period.ROLLING_MONTHS):
                self.add_error("period", _("A test or a result can only be asked once."))
        rolls = found.get("period") == Period.ROLLING_MONTHS
        if rolls and not found.get("months"):
            self.add_error("months", _("Enter the number of months."))
        if not rolls and found.get("period") != Period.ONCE:
            found["months"] = None
        if rolls or found.get("period") == Period.CALENDAR_YEAR:
            # What is regular is asked of everybody who holds a certificate, and shares no hours with the first path.
            found["path"], found["is_separate"] = Requirement.Path.BOTH, False
        return found

    def values(self) -> dict[str, Any]:
        """The requirement's own fields."""
        found = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "hours"}
        hours = self.cleaned_data.get("hours")
        return found | {"minutes": round(hours * 60) if hours else None}


class EqualForm(forms.Form):
    """One thing that counts in place of a requirement."""

    thing = forms.ChoiceField(
        label=_("What counts too"),
        error_messages={"required": _("Choose a topic, a course or a programme.")},
    )
    hours = forms.DecimalField(
        label=_("For how many hours"),
        help_text=_("Of a course or a certificate. Empty: for all that is asked."),
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, of: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = of.version.programme
        others = Programme.objects.filter(jurisdiction=programme.jurisdiction).exclude(
            pk=programme.pk
        )
        self.rows = {
            "topic": {str(row.pk): row for row in Topic.objects.all()},
            "course": {str(row.pk): row for row in Course.objects.in_language_or_source()},
            "programme": {str(row.pk): row for row in others},
        }
        names = (_("Topics"), _("Courses"), _("Certificates of other programmes"))
        self.fields["thing"].choices = [("", "")] + [
            (name, [(f"{kind} {pk}", str(row)) for pk, row in rows.items()])
            for name, (kind, rows) in zip(names, self.rows.items(), strict=True)
        ]

    def values(self) -> dict[str, Any]:
        """As `rules.add_equal` takes them; hours of a topic are its own."""
        kind, _space, pk = self.cleaned_data["thing"].partition(" ")
        hours = self.cleaned_data.get("hours") if kind != "topic" else None
        return {kind: self.rows[kind][pk], "minutes": round(hours * 60) if hours else None}


class CircumstanceForm(forms.Form):
    """That a condition of the law holds for a carer. No word about any child."""

    condition = forms.ChoiceField(
        label=_("What holds"),
        choices=[(c.value, c.label) for c in Condition if c not in DERIVED],
    )
    since = DayField(
        label=_("Since"), error_messages={"required": _("Enter the day from which it holds.")}
    )
    until = DayField(label=_("Until"), help_text=_("Empty: it still holds."), required=False)


class EndCircumstanceForm(forms.Form):
    """The last day of a circumstance."""

    until = DayField(
        label=_("Last day"), error_messages={"required": _("Enter the last day on which it held.")}
    )
