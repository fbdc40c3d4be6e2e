"""Forms about people: one's own short profile, and the register that officers keep."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.actions.erasure import Reason
from people.models import Category, Organisation, Person, Region
from people.queries import categories, counties, institutions

NAME = {"spellcheck": "false", "dir": "auto"}
PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"})


DASHES = frozenset("-–—−")
NO_FAMILY_NAME = _("Enter the family name. If there is only one name, write a dash (-) here.")
NO_GIVEN_NAME = _("Enter the given name. If there is only one name, write a dash (-) here.")


def _name(
    label: Any, hint: Any = "", *, required: bool = True, autocomplete: str = "", missing: Any = ""
) -> forms.CharField:
    attrs = {**NAME, **({"autocomplete": autocomplete} if autocomplete else {})}
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=120,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": missing} if missing else None,
    )


class NamesForm(forms.Form):
    """Names as documents write them, in any letters. Who has one name only writes a dash for the other."""

    family_name = _name(
        _("Family name"),
        _("As in the identity document"),
        autocomplete="family-name",
        missing=NO_FAMILY_NAME,
    )
    given_name = _name(
        _("Given name"),
        _("All given names, as in the identity document"),
        autocomplete="given-name",
        missing=NO_GIVEN_NAME,
    )
    patronymic = _name(
        _("Patronymic or father’s name"), required=False, autocomplete="additional-name"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for part in ("family_name", "given_name"):
            if cleaned.get(part, "").strip() in DASHES:
                cleaned[part] = ""
        if cleaned.get("family_name") == "" == cleaned.get("given_name"):
            self.add_error("given_name", _("Enter at least one name."))
        return cleaned


RECORD = ("family_name", "given_name", "patronymic", "latin_name", "email", "phone", "language", "region", "locality",
          "postal_address")  # fmt: skip


def _initial(person: Person, names: Iterable[str]) -> dict[str, Any]:
    """The record as the form shows it: a dash where there is only one name."""
    values = {name: getattr(person, name) for name in names}
    return {
        name: "-" if name in {"family_name", "given_name"} and not value else value
        for name, value in values.items()
    }


class ProfileForm(NamesForm):
    """What a new learner tells about themselves."""

    region = forms.ModelChoiceField(
        label=_("County where you live"), queryset=Region.objects.none(), empty_label=_("Choose")
    )
    category = forms.ModelChoiceField(
        label=_("What you do"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30, widget=PHONE)
    language = forms.ChoiceField(
        label=_("Language of our mails and of your certificate"),
        choices=settings.LANGUAGES,
        widget=forms.Select,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = counties()  # type: ignore[attr-defined]
        self.fields["category"].queryset = categories()  # type: ignore[attr-defined]
        self.fields["language"].initial = get_language()


class OwnForm(NamesForm):
    """What everybody may correct in their own record."""

    latin_name = _name(_("Name in Latin letters"), _("As in your passport, for certificates in other languages"),
                       required=False)  # fmt: skip
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30, widget=PHONE)
    language = forms.ChoiceField(
        label=_("Language of our mails and of your certificate"), choices=settings.LANGUAGES
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(person, self.base_fields), **kwargs)


class PersonForm(NamesForm):
    """What an officer records of a person."""

    latin_name = _name(
        _("Name in Latin letters"),
        _("Leave empty to have it written by the official rules."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"dir": "ltr"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    region = forms.ModelChoiceField(
        label=_("County"), queryset=Region.objects.none(), required=False, empty_label=_("Choose")
    )
    locality = _name(_("Town or village"), required=False)
    postal_address = forms.CharField(
        label=_("Postal address"), help_text=_("For those who get letters instead of mails."), required=False,
        max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    categories = forms.ModelMultipleChoiceField(
        label=_("Categories"),
        queryset=Category.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    national_id = forms.CharField(
        label=_("National number"), required=False, max_length=40,
        help_text=_("Only a fingerprint of it is kept, to tell two people with the same name apart."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = counties()  # type: ignore[attr-defined]
        self.fields["categories"].queryset = categories()  # type: ignore[attr-defined]
        if person:
            for name, value in _initial(person, RECORD).items():
                self.fields[name].initial = value
            open_now = person.categories.filter(until=None)
            self.fields["categories"].initial = list(open_now.values_list("category_id", flat=True))


class NewPersonForm(PersonForm):
    """The same, with the institution where the person belongs."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    field_order = ("organisation",)

    def __init__(self, *args: Any, allowed: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = allowed  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """The filters of the people register."""

    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", **NAME}),
    )
    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, allowed: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """The address with which a person will sign in."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"dir": "ltr"})
    )


class EraseForm(forms.Form):
    """Why somebody is erased, and that it is meant."""

    reason = forms.ChoiceField(
        label=_("Why is this person erased?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the person is erased.")},
    )
    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Confirm that you understand that this cannot be undone.")},
    )
