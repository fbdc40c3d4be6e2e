"""What a trainer enters about themselves, on a phone."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Topic
from people.models import Region
from training.forms.editions import day_input
from training.forms.sessions import time_input
from training.models import TrainerProfile
from training.models.trainer import DAY_MINUTES, WEEK_HOURS, Weekday


def minutes_of(at: time, *, is_end: bool = False) -> int:
    """Minutes of the day; midnight at the end of a stretch is the end of the day."""
    minutes = at.hour * 60 + at.minute
    return DAY_MINUTES if is_end and not minutes else minutes


class ProfileForm(forms.Form):
    """Languages, how much, where."""

    languages = forms.MultipleChoiceField(
        label=_("In which languages do you teach?"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    weekly_hours = forms.IntegerField(
        label=_("How many hours do you want to teach in a week at most?"),
        min_value=1,
        max_value=WEEK_HOURS,
        required=False,
        help_text=_("Empty: there is no limit."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    regions = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label=_("Where do you teach?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Empty: everywhere."),
    )

    def __init__(self, *args: Any, profile: TrainerProfile | None, **kwargs: Any) -> None:
        if profile:
            kwargs["initial"] = {
                "languages": profile.languages,
                "weekly_hours": profile.weekly_hours,
                "regions": list(profile.regions.values_list("pk", flat=True)),
            }
        super().__init__(*args, **kwargs)
        counties = Region.objects.filter(
            jurisdiction__code=settings.JURISDICTION, depth=1, is_hidden=False
        )
        field = self.fields["regions"]
        field.queryset = counties
        language = get_language() or settings.LANGUAGE_CODE
        names = [(region.pk, region.name.in_language(language)) for region in counties]
        field.choices = sorted(names, key=lambda pair: pair[1])


class HoursForm(forms.Form):
    """A stretch of some days of every week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days?"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    starts = forms.TimeField(label=pgettext_lazy("time", "From"), widget=time_input())
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), widget=time_input())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "starts" in data and "ends" in data:
            data["starts"] = minutes_of(data["starts"])
            data["ends"] = minutes_of(data["ends"], is_end=True)
            if data["ends"] <= data["starts"]:
                self.add_error("ends", _("The end must be after the start."))
        return data


class DaysForm(forms.Form):
    """Days that differ from the ordinary week. No reason is asked."""

    KINDS = (("away", _("I have no time")), ("there", _("I have time")))

    kind = forms.ChoiceField(
        label=_("What is different?"), choices=KINDS, widget=forms.RadioSelect, initial="away"
    )
    first = forms.DateField(label=_("First day"), widget=day_input())
    last = forms.DateField(
        label=_("Last day"), required=False, widget=day_input(), help_text=_("Empty: one day only.")
    )
    starts = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        required=False,
        widget=time_input(),
        help_text=_("Empty: all day."),
    )
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), required=False, widget=time_input())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first"):
            data["last"] = data.get("last") or data["first"]
            if data["last"] < data["first"]:
                self.add_error("last", _("The last day is before the first day."))
        starts, ends = data.get("starts"), data.get("ends")
        data["starts"] = minutes_of(starts) if starts else 0
        data["ends"] = minutes_of(ends, is_end=True) if ends else DAY_MINUTES
        if data["ends"] <= data["starts"]:
            self.add_error("ends", _("The end must be after the start."))
        return data

    def facts(self) -> dict[str, Any]:
        """Arguments of trainers.add_days()."""
        facts = dict(self.cleaned_data)
        kind = facts.pop("kind")
        return {**facts, "is_available": kind == "there"}


class QualificationForm(forms.Form):
    """A course or a topic, with the paper that says so."""

    what = forms.ChoiceField(label=_("What may you teach?"))
    since = forms.DateField(label=_("Since which day?"), widget=day_input())
    until = forms.DateField(
        label=_("Until which day?"),
        required=False,
        widget=day_input(),
        help_text=_("Empty: it has no end."),
    )
    document = forms.CharField(
        label=_("Which paper says so?"),
        max_length=160,
        help_text=_("Its number, who gave it and when. For example: Certificate 12/2025, ANPDCA."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or settings.LANGUAGE_CODE
        courses = Course.objects.in_language_or_source(language).order_by("title")
        topics = sorted(
            ((f"topic:{one.pk}", one.name.in_language(language)) for one in Topic.objects.all()),
            key=lambda pair: pair[1],
        )
        self.courses = {f"course:{one.pk}": one for one in courses}
        self.fields["what"].choices = [
            (_("Courses"), [(key, one.title) for key, one in self.courses.items()]),
            (_("Topics, in any course"), topics),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first day."))
        return data

    def facts(self) -> dict[str, Any]:
        """Arguments of trainers.add_qualification()."""
        facts = dict(self.cleaned_data)
        what = facts.pop("what")
        kind, _colon, key = what.partition(":")
        if kind == "course":
            return {**facts, "course": self.courses[what]}
        return {**facts, "topic": Topic.objects.get(pk=key)}


class TrainerFilter(forms.Form):
    """Looking for a trainer."""

    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    region = forms.ChoiceField(label=_("County"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", pgettext_lazy("filter", "All"))
        self.fields["language"].choices = [every, *settings.LANGUAGES]
        language = get_language() or settings.LANGUAGE_CODE
        counties = Region.objects.filter(
            jurisdiction__code=settings.JURISDICTION, depth=1, is_hidden=False
        )
        named = [(one.code, one.name.in_language(language)) for one in counties]
        self.fields["region"].choices = [every, *sorted(named, key=lambda pair: pair[1])]
