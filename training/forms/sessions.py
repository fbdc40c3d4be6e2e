"""One meeting: day, times, room or link, trainers."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from training import clock
from training.forms.editions import IN_THIS_CENTURY, day_input
from training.models import Edition, Room, Session
from training.planning import Meeting
from training.queries import trainers_for

LONGEST_TITLE = 120


def time_input() -> forms.TimeInput:
    """Hours and minutes."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class RoomChoice(forms.ModelChoiceField):
    """Rooms by venue, with their seats."""

    def label_from_instance(self, obj: Room) -> str:
        return f"{obj.venue.name} – {obj.name} ({obj.capacity})"


class TrainerChoice(forms.ModelMultipleChoiceField):
    """People by name."""

    def label_from_instance(self, obj: Person) -> str:
        return obj.full_name


class SessionForm(forms.Form):
    """When, where, by whom."""

    day = forms.DateField(label=_("Day"), widget=day_input(), validators=IN_THIS_CENTURY)
    starts = forms.TimeField(label=_("Starts"), widget=time_input())
    ends = forms.TimeField(label=_("Ends"), widget=time_input())
    room = RoomChoice(
        Room.objects.none(), label=_("Room"), required=False, empty_label=_("No room")
    )
    link = forms.URLField(
        label=_("Link for online participants"),
        required=False,
        assume_scheme="https",
        help_text=_("Only people with a place and trainers see it, shortly before the start."),
    )
    trainers = TrainerChoice(
        Person.objects.none(),
        label=_("Trainers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label=_("What it is about"), max_length=LONGEST_TITLE, required=False)

    def __init__(
        self,
        *args: Any,
        user: User,
        edition: Edition,
        session: Session | None = None,
        **kwargs: Any,
    ) -> None:
        self.zone = ZoneInfo(
            session.time_zone if session else edition.organiser.jurisdiction.time_zone
        )
        self.edition = edition
        if session:
            kwargs["initial"] = self._of(session)
        super().__init__(*args, **kwargs)
        rooms = Room.objects.visible_to(user)
        led = Person.objects.none()
        if session:
            # What is there already stays possible, even from another branch or with a role that has ended.
            rooms |= Room.objects.filter(pk=session.room_id or 0)
            led = Person.objects.filter(sessions_led__session=session)
        self.fields["room"].queryset = rooms.select_related("venue").order_by("venue__name", "name")
        people = (
            trainers_for(edition.organiser)
            if not session
            else trainers_for(edition.organiser) | led
        )
        self.fields["trainers"].queryset = people.distinct()

    def _of(self, session: Session) -> dict[str, Any]:
        starts, ends = session.starts.astimezone(self.zone), session.ends.astimezone(self.zone)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "room": session.room_id,
            "link": session.link,
            "trainers": list(session.trainers.values_list("trainer_id", flat=True)),
            "title": session.title,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the start."))
        somewhere = data.get("room") or data.get("link") or self.edition.is_online
        if not somewhere and not self.errors:
            self.add_error("room", _("Choose a room, or give a link."))
        return data

    def meeting(self, session: Session | None = None) -> Meeting:
        """What it would be, to look for clashes before it is written."""
        facts = self.facts()
        facts["trainers"] = tuple(facts["trainers"])
        return Meeting(edition=self.edition, session=session, **facts)

    def facts(self) -> dict[str, Any]:
        """Arguments of sessions.add() and sessions.move()."""
        data = self.cleaned_data
        return {
            "starts": clock.moment(data["day"], data["starts"], self.zone),
            "ends": clock.moment(data["day"], data["ends"], self.zone),
            "time_zone": self.zone.key,
            "room": data["room"],
            "link": data["link"],
            "title": data["title"],
            "trainers": list(data["trainers"]),
        }


class MoveForm(SessionForm):
    """A change of a meeting, with its reason."""

    reason = forms.CharField(
        label=_("Why does it change?"),
        max_length=250,
        required=False,
        help_text=_("Participants and trainers read it in the message that they get."),
    )
