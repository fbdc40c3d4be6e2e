"""What narrows the demand planner."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certification.models import Programme
from people.models import Region


class DemandFilter(forms.Form):
    """One programme at a time: without a choice the first one that is asked of somebody."""

    programme = forms.ModelChoiceField(None, label=_("Programme"), required=False, empty_label=None)
    region = forms.ChoiceField(label=_("County"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        programmes = Programme.objects.filter(
            is_active=True, categories__isnull=False, jurisdiction__code=settings.JURISDICTION
        ).distinct()
        self.fields["programme"].queryset = programmes.order_by("code")
        counties = Region.objects.filter(
            jurisdiction__code=settings.JURISDICTION, depth=1, is_hidden=False
        )
        every = ("", pgettext_lazy("filter", "All"))
        language = get_language() or settings.LANGUAGE_CODE
        named = [(one.code, one.name.in_language(language)) for one in counties]
        self.fields["region"].choices = [every, *sorted(named, key=lambda pair: pair[1])]
        self.fields["language"].choices = [every, *settings.LANGUAGES]

    def chosen(self) -> tuple[Programme | None, dict[str, str]]:
        """The programme and what of the rest is right."""
        self.is_valid()
        found = self.cleaned_data
        programme = found.get("programme") or self.fields["programme"].queryset.first()
        return programme, {name: found.get(name) or "" for name in ("region", "language")}

    def active(self) -> int:
        """How many are set."""
        return sum(1 for name in ("region", "language") if self.data.get(name))
