"""The form of a trainer's result."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import TrainerResult


class ResultForm(forms.Form):
    """What the trainer says of a person."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=TrainerResult.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a result.")},
    )
    text = forms.CharField(
        label=_("Your words to the person"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "The person reads them. What went well, and what is still missing? Please write nothing about children."
        ),
    )
