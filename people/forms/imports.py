"""The upload of a list of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Organisation
from people.queries import institutions


class UploadForm(forms.Form):
    """Which institution, which file."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("Everybody in the list becomes a learner of this institution."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 5 megabytes and 5,000 people."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]
