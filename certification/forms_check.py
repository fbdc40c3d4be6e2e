"""The form of a list that is to be checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.forms import DayField
from certification.models import Programme


class CheckForm(forms.Form):
    """Which file, which programme, as of which day."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("XLSX or CSV, up to 5 megabytes and 5,000 rows."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), empty_label=None
    )
    at = DayField(label=_("As of"), required=False, help_text=_("Empty: today."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Programme.objects.filter(is_active=True, categories__isnull=False).distinct()
        self.fields["programme"].queryset = rows.order_by("code")
