"""The form in which an administrator sets up an authority's papers."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.designs import Design
from certification.models import Authority
from certification.models.layout import MOST_SIGNATORIES, Fact
from people.fields import TranslatedFormField


class LayoutForm(forms.Form):
    """What is shown, in which languages, who signs, and how certificates are issued."""

    shown = forms.MultipleChoiceField(
        label=_("What the paper shows"),
        help_text=_(
            "Holder, course, programme, number, days, code and institution are always there."
        ),
        choices=Fact.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    second_language = forms.ChoiceField(
        label=_("Second language beside the first"),
        help_text=_("Most words then stand on the paper twice."),
        required=False,
    )
    legal_basis = TranslatedFormField(
        label=_("Legal basis"),
        help_text=_("Empty: the legal act of the programme's rule is printed."),
        required=False,
    )
    is_automatic = forms.BooleanField(
        label=_("Issue each certificate as soon as the training is completed"),
        help_text=_(
            "If not, somebody issues the certificates of an edition together, after a look at the list."
        ),
        required=False,
    )
    asks_second_person = forms.BooleanField(
        label=_("A second person confirms"),
        help_text=_(
            "Issuing the certificates of an edition together, and revoking one, then waits for a colleague's yes."
        ),
        required=False,
    )

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = authority.organisation.language
        others = [pair for pair in settings.LANGUAGES if pair[0] != first]
        self.fields["second_language"].choices = [
            ("", pgettext_lazy("language", "None: one language only")),
            *others,
        ]
        for place in range(1, MOST_SIGNATORIES + 1):
            self._add_signatory(place)

    def _add_signatory(self, place: int) -> None:
        self.fields[f"name_{place}"] = forms.CharField(
            label=_("Who signs: %(number)s") % {"number": place},
            help_text=_("Empty: nobody.") if place > 1 else "",
            max_length=160,
            required=False,
            widget=forms.TextInput({"dir": "auto", "autocomplete": "off", "spellcheck": "false"}),
        )
        self.fields[f"post_{place}"] = TranslatedFormField(
            label=_("Post: %(number)s") % {"number": place}, required=False
        )

    def clean(self) -> dict[str, Any]:
        """A post without a name would sign for nobody."""
        found = super().clean() or {}
        for place in range(1, MOST_SIGNATORIES + 1):
            name = " ".join((found.get(f"name_{place}") or "").split())
            found[f"name_{place}"] = name
            if found.get(f"post_{place}") and not name and not self.has_error(f"name_{place}"):
                self.add_error(f"name_{place}", _("Enter the name of who holds this post."))
        return found

    def design(self, logo: str) -> Design:
        """What was entered, with the logo that is set apart."""
        found = self.cleaned_data
        people = [
            (found[f"name_{place}"], found.get(f"post_{place}") or {})
            for place in range(1, MOST_SIGNATORIES + 1)
        ]
        return Design(
            logo=logo,
            shown=tuple(found.get("shown", ())),
            second_language=found.get("second_language", ""),
            legal_basis=found.get("legal_basis") or {},
            signatories=tuple(person for person in people if person[0]),
        )


def initial(authority: Authority, design: Design) -> dict[str, Any]:
    """The form as it stands now."""
    values: dict[str, Any] = {
        "shown": list(design.shown),
        "second_language": design.second_language,
        "legal_basis": design.legal_basis,
        "is_automatic": authority.is_automatic,
        "asks_second_person": authority.asks_second_person,
    }
    for place, (name, post) in enumerate(design.signatories, 1):
        values |= {f"name_{place}": name, f"post_{place}": post}
    return values


class LogoForm(forms.Form):
    """A picture."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, WebP or GIF, up to 4 megabytes. It is printed 4 cm wide or 2 cm high at most."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        error_messages={"required": _("Choose a picture.")},
        widget=forms.FileInput({"accept": ".png,.jpg,.jpeg,.webp,.gif"}),
    )  # fmt: skip
