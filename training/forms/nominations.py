"""The upload of a list of people to nominate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Organisation

TOGETHER = (
    ("alone", _("Each gets a place while places are free; the others wait")),
    ("together", _("All together or nobody: until there are places for all, everybody waits")),
)


def together_field() -> forms.ChoiceField:
    """How people of one nomination belong together."""
    return forms.ChoiceField(
        label=_("If there are not enough places"),
        choices=TOGETHER,
        widget=forms.RadioSelect,
        initial="alone",
    )


class ListForm(forms.Form):
    """For which institution, which file, and whether they come together."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("People who are not on record yet become learners of this institution."),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 200 people."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )
    together = together_field()

    def __init__(self, *args: Any, institutions: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [institution.pk for institution in institutions]
        rows = Organisation.objects.filter(pk__in=keys).order_by("path")
        self.fields["organisation"].queryset = rows  # type: ignore[attr-defined]
        if len(keys) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = keys[0]


class TogetherForm(forms.Form):
    """The same question about people who were ticked."""

    together = together_field()
