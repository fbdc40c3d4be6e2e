"""What narrows the list of standing and the board."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certification.board import LABELS, NOT_RECORDED, Known, last_day
from certification.board_sql import DAYS
from certification.forms import DayField
from certification.models import Programme
from certification.queries import Filters
from certification.scope import bases
from certification.standing import State
from formats.dates import long_date
from people.access import not_there
from people.models import Category, Organisation, Region, User
from people.permissions import Permission

EVERY = pgettext_lazy("filter", "All")
MOST_ASKED = _("The one asked of most people")


def ends_in(days: int) -> str:
    """The words for a certificate that ends so soon."""
    text = ngettext("ends within %(count)s day", "ends within %(count)s days", days)
    return text % {"count": days}


class BranchFilter(forms.Form):
    """What the list and the board share. Everything is optional; what is wrong is left out and said at its field."""

    programme = forms.ChoiceField(label=_("Programme"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    organisation = forms.ChoiceField(label=_("Institution and those below it"), required=False)
    at = DayField(label=_("As of"), required=False, help_text=_("Empty: today."))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        # Read once: for the choices, to understand the answer, and for the names on the page.
        self.known: dict[str, dict[str, Any]] = {
            name: {str(one.pk): one for one in rows}
            for name, rows in (
                (
                    "programme",
                    Programme.objects.filter(is_active=True, categories__isnull=False).distinct(),
                ),
                # One that is no longer given too: on a past day it was somebody's.
                ("category", Category.objects.filter(programmes__isnull=False).distinct()),
                ("organisation", Organisation.objects.visible_to(user, Permission.VIEW_STANDING)),
            )
        }
        # Another county's is no filter that is left out: its address is not there.
        not_there(self.data.get("organisation", ""), self.known["organisation"])
        for name, rows in self.known.items():
            self.fields[name].choices = [("", EVERY), *((pk, str(one)) for pk, one in rows.items())]

    def filters(self, today: date) -> Filters:
        """What of it is right."""
        self.is_valid()
        found = self.cleaned_data
        keys = {name: int(found[name]) for name in ("programme", "category") if found.get(name)}
        institution = self.institution()
        return Filters(
            at=found.get("at") or today, branch=institution.path if institution else "", **keys
        )

    def institution(self) -> Organisation | None:
        """The chosen one, if it is one of the reader's."""
        return self.known["organisation"].get(self.cleaned_data.get("organisation", ""))

    def active(self) -> int:
        """How many are set."""
        return sum(1 for name in self.fields if self.data.get(name))


class StandingFilter(BranchFilter):
    """What narrows the list of standing."""

    q = forms.CharField(
        label=_("Name"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "dir": "auto"}),
    )
    state = forms.ChoiceField(label=_("Standing"), required=False)
    within = forms.TypedChoiceField(label=_("Certificate"), required=False, coerce=int)
    alone = forms.BooleanField(
        label=_("Only the institution itself, without those below it"), required=False
    )
    region = forms.ChoiceField(label=_("County"), required=False)
    locality = forms.CharField(
        label=_("Town or village"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"dir": "auto"}),
    )
    field_order = ("q", "state", "within", "programme", "category", "organisation", "alone")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["state"].choices = [("", EVERY), *State.choices]
        self.fields["within"].choices = [
            ("", EVERY), *((days, ends_in(days)) for days in DAYS)
        ]  # fmt: skip
        counties = Region.objects.filter(depth=1, jurisdiction__code=settings.JURISDICTION)
        language = get_language() or settings.LANGUAGE_CODE
        self.counties = {one.code: one for one in counties}
        named = [(code, one.name.in_language(language)) for code, one in self.counties.items()]
        self.fields["region"].choices = [
            ("", EVERY),
            *sorted(named, key=lambda pair: pair[1]),
            (NOT_RECORDED, _("Not recorded")),
        ]

    def filters(self, today: date) -> Filters:
        """What of it is right."""
        shared = super().filters(today)
        found = self.cleaned_data
        region = self.counties.get(found.get("region", ""))
        places = {
            "region": region.path if region else "" if found.get("region") else None,
            "locality": {NOT_RECORDED: "", "": None}.get(
                found.get("locality", ""), found.get("locality")
            ),
        }
        return Filters(
            at=shared.at, programme=shared.programme, category=shared.category, branch=shared.branch,
            is_alone=bool(found.get("alone") and shared.branch), state=found.get("state") or None,
            within=found.get("within") or None, search=found.get("q") or "", **places,
        )  # fmt: skip


class TrendFilter(BranchFilter):
    """Of whom the months are shown, and up to which day."""

    field_order = ("at", "programme", "category", "organisation")

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, user=user)
        self.today = today
        self.fields["at"].label = _("Months up to")
        _every, *programmes = self.fields["programme"].choices
        self.fields["programme"].choices = [("", MOST_ASKED), *programmes]

    def clean_at(self) -> date | None:
        day: date | None = self.cleaned_data["at"]
        if day and day > self.today:
            raise ValidationError(
                _("Choose today or a day before: months to come have no end yet.")
            )
        return day


class BoardFilter(BranchFilter):
    """What the board shows: of whom, on which day, compared with which, broken down by what."""

    by = forms.ChoiceField(
        label=_("Broken down by"),
        required=False,
        choices=[
            ("institution", _("Institution")),
            ("category", _("Category")),
            ("county", _("County")),
            ("locality", _("Town or village")),
        ],
    )
    versus = DayField(
        label=_("Compared with"), required=False, help_text=_("Empty: no comparison.")
    )
    field_order = ("at", "versus", "by", "programme", "category", "organisation")

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, user=user)
        self.today = today
        _every, *programmes = self.fields["programme"].choices
        self.fields["programme"].choices = [("", MOST_ASKED), *programmes]
        if not self.data.get("by"):
            self.data = {**self.data.dict(), "by": self.usual()}

    def usual(self) -> str:
        """A whole country by its counties, everything else by its institutions."""
        tops = bases(self.user, Filters(at=self.today), Permission.VIEW_STANDING)
        wide = any(len(path) <= Organisation.steplen for path in tops)
        return "county" if wide and not self.data.get("organisation") else "institution"

    def clean_at(self) -> date | None:
        return self._not_too_late("at")

    def clean_versus(self) -> date | None:
        return self._not_too_late("versus")

    def _not_too_late(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and day > self.today and day > (last := last_day(self.today)):
            text = _(
                "Choose a day up to %(day)s: after it every certificate of today will have ended."
            )
            raise ValidationError(text, params={"day": long_date(last, get_language() or "en")})
        return day

    def read(self) -> Known:
        """What was read for the choices and need not be read again."""
        return Known(self.known["programme"].values(), self.known["organisation"].values())

    def chosen(self) -> tuple[Filters, str, date | None]:
        """The filters, what to break down by and the day to compare with, as far as they are right."""
        filters = self.filters(self.today)
        by = self.cleaned_data.get("by") or self.usual()
        return filters, by if by in LABELS else self.usual(), self.cleaned_data.get("versus")

    def active(self) -> int:
        """How many are set. How it is broken down narrows nothing."""
        return sum(1 for name in self.fields if name != "by" and self.data.get(name))
