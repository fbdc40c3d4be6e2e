"""Forms about papers of a person: adding one, deleting one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.actions.documents import Paper, Reason
from people.models import PersonDocument
from people.scans import PhotosField


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class DocumentForm(forms.Form):
    """A photo or PDF, and what stands on the paper."""

    file = PhotosField(
        most=1,
        label=_("Photo or PDF of the paper"),
        help_text=_(
            "JPEG, PNG or PDF, at most 10 MB. Several pages: one PDF, or each page as a document of its own."
        ),
        error_messages={"required": _("Choose a photo or a PDF of the paper.")},
    )
    kind = forms.ChoiceField(
        label=_("Type"), choices=PersonDocument.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of paper it is.")},
    )  # fmt: skip
    body = forms.CharField(
        label=_("Issued by"),
        max_length=200,
        required=False,
        help_text=_("The court, authority or institution that signed."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    issued_on = forms.DateField(
        label=_("Date of the paper"),
        widget=_day(),
        error_messages={"required": _("Enter the date that stands on the paper.")},
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Leave empty if there is no end."),
        widget=_day(),
    )
    no_child = forms.BooleanField(
        label=_("I looked: no child is named on this paper, and none is in the picture."),
        error_messages={
            "required": _(
                "Look at the paper first. Cover every line about a child before you take the photo, then tick this."
            )
        },
    )

    def paper(self) -> Paper:
        """What was entered."""
        names = ("kind", "issued_on", "body", "valid_until")
        return Paper(**{name: self.cleaned_data[name] for name in names})

    def upload(self) -> bytes:
        """The file."""
        found: list[bytes] = self.cleaned_data["file"]
        return found[0]


class DeleteDocumentForm(forms.Form):
    """Why it goes."""

    reason = forms.ChoiceField(
        label=_("Why does it go?"), choices=Reason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it goes.")},
    )  # fmt: skip
