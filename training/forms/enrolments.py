"""Forms about places."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """Giving up one's own place: the reason is welcome, not demanded."""

    reason = forms.CharField(
        label=_("Why can you not come?"),
        max_length=250,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The organiser reads it. Please write nothing about children."),
    )


class ReasonForm(forms.Form):
    """A change that other people will be told of, with its reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The people concerned read it in the message that they get."),
        error_messages={"required": _("Say why. The people concerned will read it.")},
    )


class FindPersonForm(forms.Form):
    """Looking for a person by name."""

    q = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("The first letters are enough. You need not type ă, ș or other marks."),
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
