"""Buildings and rooms."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from training.actions.venues import Position
from training.models import Venue
from training.queries.editions import organisers_for

# Two numbers with a comma, a semicolon or a space between them; \d knows every script's digits.
NUMBERS = re.compile(r"(-?\d{1,3}(?:\.\d+)?)[,;،\s]\s*(-?\d{1,3}(?:\.\d+)?)")
STEP = Decimal("0.00001")


class RoomForm(forms.Form):
    """A room of a building."""

    name = forms.CharField(label=_("Name of the room"), max_length=80)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    access = forms.CharField(
        label=_("Access for people with disabilities"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only where it differs from the building: stairs, a narrow door."),
    )


class PositionField(forms.CharField):
    """Latitude and longitude as every map shows them: 45.7489, 21.2087. Also with Arabic digits and in two halves."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "position": _("Write two numbers as a map shows them, such as 45.7489, 21.2087."),
    }

    def clean(self, value: Any) -> Position:
        text = super().clean(value)
        if not text:
            return None
        found = NUMBERS.fullmatch(text.strip())
        if not found:
            raise forms.ValidationError(self.error_messages["position"])
        latitude, longitude = (Decimal(part).quantize(STEP) for part in found.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise forms.ValidationError(self.error_messages["position"])
        return latitude, longitude


class VenueFields(forms.Form):
    """What is known of a building."""

    name = forms.CharField(label=_("Name of the building"), max_length=160)
    address = forms.CharField(label=_("Address"), max_length=250)
    directions = forms.CharField(
        label=_("How to get there"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    access = forms.CharField(
        label=_("Access for people with disabilities"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ramp, lift, toilet, parking, hearing loop."),
    )
    position = PositionField(
        label=_("Position on the map"),
        required=False,
        max_length=60,
        help_text=_(
            "Copy it from any map, such as 45.7489, 21.2087. It tells us how long the way between two buildings takes."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class VenueChangeForm(VenueFields):
    """A building that is on record."""

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        known = {name: getattr(venue, name) for name in ("name", "address", "directions", "access")}
        if venue.latitude is not None:
            known["position"] = f"{venue.latitude}, {venue.longitude}"
        super().__init__(*args, initial=known, **kwargs)


class VenueForm(VenueFields):
    """A building with its first room."""

    organisation = forms.ModelChoiceField(None, label=_("Institution"), empty_label=None)
    room = forms.CharField(label=_("Name of the first room"), max_length=80)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    field_order = ("organisation", "name", "address", "directions", "access", "position")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisers_for(user)
