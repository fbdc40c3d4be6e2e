"""Several meetings by a rhythm, and an edition like another one."""

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from people.queries import public_holidays
from training import planning
from training.forms.editions import IN_THIS_CENTURY, day_input
from training.forms.sessions import SessionForm
from training.planning import MOST_MEETINGS, Day, Meeting, Rhythm


class Plan(NamedTuple):
    """The meetings of a series, and the holidays that it passed over."""

    meetings: list[Meeting]
    skipped: list[date]


class SeriesForm(SessionForm):
    """First day, times, place and trainers as for one meeting; how often, and how many."""

    rhythm = forms.ChoiceField(
        label=_("How often?"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        initial=Rhythm.WEEKLY,
    )
    by = forms.ChoiceField(
        label=_("In which way, if by months?"),
        choices=Day.choices,
        widget=forms.RadioSelect,
        initial=Day.WEEKDAY,
    )
    count = forms.IntegerField(
        label=_("How many sessions?"), min_value=2, max_value=MOST_MEETINGS, initial=4
    )
    skip_holidays = forms.BooleanField(
        label=_("Leave out public holidays: the series gets longer instead."),
        required=False,
        initial=True,
    )
    field_order = (
        *("day", "starts", "ends", "rhythm", "by", "count", "skip_holidays"),
        *("room", "link", "trainers", "title"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = _("First day")

    def plan(self) -> Plan:
        """All meetings, in order."""
        data, first = self.cleaned_data, self.meeting()
        country = self.edition.organiser.jurisdiction.code

        def is_free(day: date) -> bool:
            found = public_holidays(country, day, day).get(day)
            return bool(found and found.is_day_off)

        kept, skipped = planning.days(
            data["day"],
            data["rhythm"],
            data["count"],
            by=data["by"],
            is_skipped=is_free if data["skip_holidays"] else lambda _day: False,
        )
        return Plan([first.on(day) for day in kept], skipped)


class CopyForm(forms.Form):
    """Where the pattern of an edition's sessions begins anew."""

    first_day = forms.DateField(
        label=_("First day of the new edition"), widget=day_input(), validators=IN_THIS_CENTURY
    )
    title = forms.CharField(
        label=_("Name of the edition"),
        max_length=120,
        required=False,
        help_text=_("Empty: it is called like the course."),
    )
    with_rooms = forms.BooleanField(label=_("The same rooms"), required=False, initial=True)
    with_trainers = forms.BooleanField(label=_("The same trainers"), required=False, initial=True)
