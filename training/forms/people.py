"""A person whom a town hall puts forward and who is not on record yet."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.models import Category
from people.queries import categories

NAME = {"autocomplete": "off", "spellcheck": "false"}


class NewPersonForm(forms.Form):
    """Name, and how to reach the person: by e-mail or by letter."""

    family_name = forms.CharField(
        label=_("Family name"), max_length=120, widget=forms.TextInput(attrs=NAME)
    )
    given_name = forms.CharField(
        label=_("Given name"), max_length=120, widget=forms.TextInput(attrs=NAME)
    )
    patronymic = forms.CharField(
        label=_("Patronymic or father's name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=NAME),
    )
    category = forms.ModelChoiceField(
        label=_("What the person is in law"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("The directorate sees by it which training is asked of the person."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Empty: you can print a letter for this person."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    locality = forms.CharField(label=_("Town or village"), max_length=120, required=False)
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the letter. Please write nothing about children."),
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories()  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """Arguments of people.actions.people.record_person()."""
        facts = dict(self.cleaned_data)
        category = facts.pop("category")
        return {**facts, "categories": [category] if category else []}
