"""The filters of the catalogue."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from training.forms.editions import day_input
from training.queries import CatalogueFilter
from training.queries.catalogue import filter_choices


class CatalogueForm(forms.Form):
    """Every field may stay empty; a value that is not in the list is ignored."""

    words = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    category = forms.ChoiceField(label=_("For whom"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    region = forms.ChoiceField(label=_("County"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    starts_from = forms.DateField(
        label=pgettext_lazy("first day", "From"), required=False, widget=day_input()
    )
    starts_to = forms.DateField(
        label=pgettext_lazy("last day", "To"), required=False, widget=day_input()
    )
    places_left = forms.BooleanField(label=_("Only with free places"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = filter_choices(get_language() or settings.LANGUAGE_CODE)
        for name in ("category", "topic", "region"):
            self.fields[name].choices = [("", _("All")), *choices[name]]
        self.fields["language"].choices = [("", _("All")), *settings.LANGUAGES]

    def wanted(self) -> CatalogueFilter:
        """What could be read of the address; the rest is left out."""
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value}
        return CatalogueFilter(**known)
