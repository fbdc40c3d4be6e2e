"""Forms of this room."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from certification.models import CertificateEvent

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
ISO = "%Y-%m-%d"


class DayField(forms.DateField):
    """A day; the browser's own calendar where it has one."""

    def __init__(self, **kwargs: Any) -> None:
        given = {
            "widget": forms.DateInput({"type": "date"}, format=ISO),
            "input_formats": [ISO, "%d.%m.%Y", "%d/%m/%Y"],
            "validators": [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        }
        errors = {
            "invalid": _("Enter a day that exists, with day, month and year."),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(**{**given, "error_messages": errors, **kwargs})


class VerifyForm(forms.Form):
    """Number and family name, as they stand on the paper."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        help_text=_("As it stands on the paper, for example TM/2026/00042."),
        max_length=80,
        error_messages={"required": _("Enter the number of the certificate.")},
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "dir": "ltr",
                "autocapitalize": "characters",
            }
        ),
    )
    family_name = forms.CharField(
        label=_("Family name of the holder"),
        help_text=_("With or without accents."),
        max_length=160,
        error_messages={"required": _("Enter the family name of the holder.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )


class FileForm(forms.Form):
    """A certificate as a file."""

    file = forms.FileField(
        label=_("File of the certificate"),
        help_text=_("The PDF or the digital certificate (JSON). It is looked at and not kept."),
        max_length=255,
        allow_empty_file=True,  # the answer has plainer words
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput({"accept": ".pdf,.json,application/pdf,application/json"}),
    )


class ReasonForm(forms.Form):
    """Why a certificate is revoked, suspended or reinstated, and from which day."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "The holder and everybody who checks the certificate can read it."
            " Write no names and no details of health or family."
        ),
        max_length=300,
        error_messages={"required": _("Enter a reason.")},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    on = DayField(
        label=_("From which day"),
        error_messages={"required": _("Enter the day from which this holds.")},
    )


class ReviewForm(ReasonForm):
    """That a review took place."""

    next_review = DayField(label=_("Day of the next review"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Outcome of the review")
        self.fields["on"].label = _("Day of the review")


FORMS: dict[str, type[ReasonForm]] = dict.fromkeys(CertificateEvent.Kind.values, ReasonForm)
FORMS[CertificateEvent.Kind.REVIEWED] = ReviewForm
