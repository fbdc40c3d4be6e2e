"""Buildings and rooms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from training.queries.editions import organisers_for


class RoomForm(forms.Form):
    """A room of a building."""

    name = forms.CharField(label=_("Name of the room"), max_length=80)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)


class VenueForm(forms.Form):
    """A building with its first room."""

    organisation = forms.ModelChoiceField(None, label=_("Institution"), empty_label=None)
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
    room = forms.CharField(label=_("Name of the first room"), max_length=80)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisers_for(user)
