"""Of two records of one person: whose value stays, fact by fact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.actions.merges import ACCOUNT, FACTS
from people.models import Person, User
from people.templatetags.words import language_name

LABELS = {
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic or father’s name"),
    "latin_name": _("Name in Latin letters"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "region_id": _("County"),
    "locality": _("Town or village"),
    "postal_address": _("Postal address"),
    "national_id_hash": _("National number"),
    ACCOUNT: _("Account"),
}
KEPT, MERGED = "kept", "merged"


class MergeForm(forms.Form):
    """One question for each fact in which the two differ and both have a value; of the others nothing is asked."""

    def __init__(self, *args: Any, kept: Person, merged: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = shown(kept), shown(merged)
        for name, label in LABELS.items():
            if first[name] and second[name] and first[name] != second[name]:
                self.fields[name] = forms.ChoiceField(
                    label=label,
                    choices=[(KEPT, first[name]), (MERGED, second[name])],
                    initial=KEPT,
                    widget=forms.RadioSelect,
                )

    def take(self) -> dict[str, bool]:
        """The facts, and whether the value of the record that goes is wanted."""
        return {name: value == MERGED for name, value in self.cleaned_data.items()}


def shown(person: Person) -> dict[str, str]:
    """A record's facts as an officer reads them."""
    values = {name: str(getattr(person, name) or "") for name in FACTS}
    values["region_id"] = str(person.region or "")
    values["language"] = str(language_name(person.language))
    if person.national_id_hash:
        values["national_id_hash"] = (
            f"#{person.pk}"  # two numbers can only be told apart by whose they are
        )
    login = User.objects.filter(person=person).first()
    return {**values, ACCOUNT: login.email if login else ""}
