"""Scheduling an edition in few fields, and changing it."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from people.models import User
from training import cards, clock
from training.models import Edition
from training.models.edition import MOST_LINK_MINUTES, MOST_TRAINERS
from training.queries.editions import organisers_for

MOST_PLACES = 500
OFFERS = (
    (0, _("The next person has it at once")),
    (24, _("The next person is asked and has 1 day to answer")),
    (48, _("The next person is asked and has 2 days to answer")),
    (72, _("The next person is asked and has 3 days to answer")),
    (168, _("The next person is asked and has 7 days to answer")),
)
# Numbers that stay as they are where the box is emptied.
KEPT = ("trainers_needed", "link_minutes")
# A typing error in the year would be planned for ever.
IN_THIS_CENTURY = (
    MinValueValidator(date(2000, 1, 1), _("The year must be between 2000 and 2099.")),
    MaxValueValidator(date(2099, 12, 31), _("The year must be between 2000 and 2099.")),
)


def day_input() -> forms.DateInput:
    """The browser's own calendar; the value is ISO in every language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class EditionFields(forms.Form):
    """What an edition says of itself."""

    FORMS = (("place", _("In a place")), ("online", _("Online")))

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST_PLACES)
    form_of = forms.ChoiceField(
        label=_("Where does it take place?"),
        choices=FORMS,
        widget=forms.RadioSelect,
        initial="place",
    )
    opens = forms.DateField(
        label=_("First day to enrol"),
        required=False,
        widget=day_input(),
        help_text=_("Empty: people can enrol as soon as the edition is open."),
    )
    closes = forms.DateField(
        label=_("Last day to enrol"),
        required=False,
        widget=day_input(),
        help_text=_("Empty: people can enrol until you close it or it is over."),
    )

    queue_rule = forms.ChoiceField(
        label=_("Who moves up first from the waiting list?"),
        choices=Edition.QueueRule.choices,
        initial=Edition.QueueRule.ARRIVAL,
        help_text=_("Everybody who waits reads this rule and their number."),
    )
    offer_hours = forms.TypedChoiceField(
        label=_("When a place becomes free"),
        choices=OFFERS,
        coerce=int,
        initial=0,
        help_text=_("A place that nobody takes in time goes to the next person by itself."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:  # a page opened before there were rules leaves them as they are
            kept = self.data.copy()
            for name in ("queue_rule", "offer_hours"):
                kept.setdefault(name, str(self.get_initial_for_field(self.fields[name], name)))
            self.data = kept

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("opens") and data.get("closes") and data["closes"] < data["opens"]:
            self.add_error("closes", _("The last day to enrol is before the first one."))
        return data

    def window(self, organiser: Any) -> dict[str, Any]:
        """The enrolment window as moments of the organiser's clock."""
        zone = cards.zone_of(organiser)
        return {
            "enrolment_opens": clock.day_begins(self.cleaned_data["opens"], zone),
            "enrolment_closes": clock.day_ends(self.cleaned_data["closes"], zone),
        }


class ScheduleForm(EditionFields):
    """A new edition: which course, who organises, and the fields above."""

    course = forms.ModelChoiceField(Course.objects.none(), label=_("Course"), empty_label=None)
    organiser = forms.ModelChoiceField(None, label=_("Who organises it?"), empty_label=None)
    field_order = (
        *("course", "organiser", "language", "capacity", "form_of", "opens", "closes"),
        *("queue_rule", "offer_hours"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisers = organisers_for(user)
        self.fields["organiser"].queryset = organisers
        self.fields["course"].queryset = Course.objects.in_language_or_source().order_by("title")
        first = organisers.first()
        if first:
            self.initial.setdefault("language", first.language)

    def facts(self) -> dict[str, Any]:
        """Arguments of editions.schedule()."""
        data = self.cleaned_data
        return {
            "organiser": data["organiser"],
            "language": data["language"],
            "capacity": data["capacity"],
            "is_online": data["form_of"] == "online",
            "queue_rule": data["queue_rule"],
            "offer_hours": data["offer_hours"],
            **self.window(data["organiser"]),
        }


class ChangeForm(EditionFields):
    """What may be changed later; with a name of its own and what participants should know."""

    trainers_needed = forms.IntegerField(
        label=_("How many trainers does each session need?"),
        min_value=0,
        max_value=MOST_TRAINERS,
        required=False,
    )
    link_minutes = forms.IntegerField(
        label=_("How many minutes before the start does the link of an online session appear?"),
        min_value=0,
        max_value=MOST_LINK_MINUTES,
        required=False,
        help_text=_("Participants and trainers see on their page when it will appear."),
    )

    title = forms.CharField(
        label=_("Name of the edition"),
        max_length=120,
        required=False,
        help_text=_("Empty: it is called like the course."),
    )
    notes = forms.CharField(
        label=_("What participants should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("What to bring, meals, child care, parking."),
    )
    field_order = (
        *("title", "language", "capacity", "form_of", "trainers_needed", "link_minutes"),
        *("opens", "closes", "queue_rule", "offer_hours", "notes"),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        zone = cards.zone_of(edition.organiser)
        kwargs["initial"] = {
            "title": edition.title,
            "language": edition.language,
            "capacity": edition.capacity,
            "form_of": "online" if edition.is_online else "place",
            "opens": clock.first_day(edition.enrolment_opens, zone),
            "closes": clock.last_day(edition.enrolment_closes, zone),
            "notes": edition.notes,
            "queue_rule": edition.queue_rule,
            "offer_hours": edition.offer_hours,
            "trainers_needed": edition.trainers_needed,
            "link_minutes": edition.link_minutes,
        }
        super().__init__(*args, **kwargs)
        self.edition = edition

    def facts(self) -> dict[str, Any]:
        """Arguments of editions.update()."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "language": data["language"],
            "capacity": data["capacity"],
            "is_online": data["form_of"] == "online",
            "queue_rule": data["queue_rule"],
            "offer_hours": data["offer_hours"],
            "notes": data["notes"],
            **{name: data[name] for name in KEPT if data[name] is not None},
            **self.window(self.edition.organiser),
        }


class StatusForm(forms.Form):
    """Why an edition changes its status: asked where people must be told, welcome where they may be."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why. The people concerned will read it.")},
    )

    def __init__(self, *args: Any, is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_needed
        self.fields["reason"].help_text = (
            _("The people concerned read it in the message that they get.")
            if is_needed
            else _("It stands on the page of the edition for your colleagues.")
        )


class ListFilter(forms.Form):
    """Looking for an edition in the branch."""

    q = forms.CharField(label=_("Name, place or organiser"), required=False, max_length=120)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *Edition.Status.choices]
    )
