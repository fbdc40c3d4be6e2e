"""The forms of an institution's own sign-in."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from formats.addresses import is_private_name
from people.models import Organisation, SignInDomain, SignInProvider
from people.queries import institutions
from people.roles import ROLES
from people.sso import outbound
from people.sso.protocol import WELL_KNOWN

MOST_DOMAINS = 20
LTR = {"dir": "ltr", "spellcheck": "false", "autocomplete": "off"}


class ChangeForm(forms.Form):
    """What may be changed while people sign in by it."""

    secret = forms.CharField(
        label=_("Secret"),
        help_text=_(
            "We keep it encrypted and never show it again. Leave it empty to keep the present one."
        ),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(LTR),
    )
    domains = forms.CharField(
        label=_("E-mail domains"),
        help_text=_(
            "The domains of the institution’s own addresses, with spaces between them, such as example.org. "
            "An account that exists here is only opened for these."
        ),
        max_length=2000,
        widget=forms.TextInput(LTR),
    )
    asks_second_factor = forms.BooleanField(
        label=_("The institution asks for a second step at sign-in"),
        help_text=_(
            "With a tick we do not ask again, if the token says so. Without it we always ask staff ourselves."
        ),
        required=False,
    )
    factor_classes = forms.CharField(
        label=_("Names of sign-in levels with a second step"),
        help_text=_(
            "Only if your provider says it in the claim «acr» and not in «amr». With spaces between them."
        ),
        max_length=1000,
        required=False,
        widget=forms.TextInput(LTR),
    )

    def __init__(self, *args: Any, provider: SignInProvider | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider

    def clean_domains(self) -> list[str]:
        names = [name.lstrip("@") for name in _words(self.cleaned_data["domains"].lower())]
        for name in names:
            try:
                DomainNameValidator(accept_idna=True)(name)
            except ValidationError as error:
                text = gettext("“%(name)s” is not an e-mail domain.") % {"name": name}
                raise forms.ValidationError(text) from error
        if not names or len(names) > MOST_DOMAINS:
            raise forms.ValidationError(gettext("Write between one and twenty e-mail domains."))
        taken = SignInDomain.objects.filter(name__in=names)
        if other := taken.exclude(provider=self.provider).first():
            text = gettext("Another institution signs in with “%(name)s” already.")
            raise forms.ValidationError(text % {"name": other.name})
        return names

    def clean_factor_classes(self) -> list[str]:
        return _words(self.cleaned_data["factor_classes"])


class ConnectForm(ChangeForm):
    """The same with what never changes: whose it is, and where it is."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("It can let its people into its own branch, and nowhere else."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    issuer = forms.CharField(
        label=_("Address of the provider"),
        help_text=_("The issuer, or the address of its discovery document."),
        max_length=500,
        widget=forms.URLInput(LTR),
    )
    client_id = forms.CharField(
        label=_("Client ID"), max_length=191, widget=forms.TextInput(LTR)
    )  # fmt: skip
    field_order = ("organisation", "issuer", "client_id", "secret", "domains")

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]
        self.fields["secret"].required = True
        self.fields["secret"].help_text = _("We keep it encrypted and never show it again.")

    def clean_organisation(self) -> Organisation:
        place = self.cleaned_data["organisation"]
        if place.providers.filter(ended_at=None).exists():
            raise forms.ValidationError(
                gettext("This institution has a sign-in already. Remove it first.")
            )
        return place

    def clean_issuer(self) -> str:
        issuer = self.cleaned_data["issuer"].strip().removesuffix(WELL_KNOWN).rstrip("/")
        try:
            parts, allowed = urlsplit(issuer), outbound.is_allowed(issuer)
            own = outbound.is_ours(issuer)
        except ValueError:
            parts, allowed, own = urlsplit(""), False, False
        if not allowed or parts.query or parts.fragment:
            raise forms.ValidationError(
                gettext("Write an address that begins with https:// and has no password in it.")
            )
        if is_private_name(parts.hostname or "") and not own:
            raise forms.ValidationError(
                gettext(
                    "This address lies in a private network. Write one that the internet can reach."
                )
            )
        return issuer


class RuleForm(forms.Form):
    """Who has this value in this claim holds this role there."""

    claim = forms.CharField(
        label=_("Claim"),
        help_text=_(
            "The name of the field in the token. For a field inside another: realm_access.roles"
        ),
        max_length=100,
        initial="groups",
        widget=forms.TextInput(LTR),
    )
    value = forms.CharField(
        label=_("Value"),
        help_text=_("Exactly as the provider writes it, small and capital letters too."),
        max_length=200,
        widget=forms.TextInput(LTR),
    )
    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("Where the role counts, and below it."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, choices=())

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(code, r.name) for code, r in ROLES.items()]  # type: ignore[attr-defined]


def _words(text: str) -> list[str]:
    """What stands between spaces, commas and new lines; each once."""
    return list(dict.fromkeys(word for word in re.split(r"[\s,;]+", text) if word))
