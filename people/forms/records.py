"""Forms about one record: moving it, its authorisations, and which records are to be looked at."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Authorisation, Organisation
from people.queries import institutions


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _words(
    label: Any, limit: int, help_text: Any = "", *, required: bool = False
) -> forms.CharField:
    box = forms.TextInput({"dir": "auto"})
    return forms.CharField(
        label=label, max_length=limit, required=required, help_text=help_text, widget=box
    )


class MoveForm(forms.Form):
    """Where to, and from which day on."""

    to = forms.ModelChoiceField(
        label=_("New institution"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    on = forms.DateField(
        label=_("First day there"),
        help_text=_(
            "From this day on the new institution sees the record, and yours no longer does."
        ),
        widget=_day(),
    )

    def __init__(self, *args: Any, where: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = institutions(where)  # type: ignore[attr-defined]
        self.fields["on"].initial = timezone.localdate()


class AuthorisationForm(forms.Form):
    """A right to care, as its document says it."""

    kind = _words(_("Type"), 60, _("For example, atestat, order or card."), required=True)
    number = _words(_("Number"), 60)
    body = _words(_("Issued by"), 200)
    since = forms.DateField(label=_("First day"), widget=_day())
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave empty if there is no end."),
        widget=_day(),
    )
    review_due = forms.DateField(label=_("Next review"), required=False, widget=_day())
    status = forms.ChoiceField(
        label=_("Status"), choices=Authorisation.Status.choices, widget=forms.RadioSelect,
        initial=Authorisation.Status.IN_FORCE,
    )  # fmt: skip

    def __init__(self, *args: Any, held: Authorisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held:
            for name in self.fields:
                self.fields[name].initial = getattr(held, name)
            self.fields["kind"].initial = held.kind


class StaleForm(forms.Form):
    """How old is too old, and where."""

    MONTHS = ((6, _("6 months")), (12, _("12 months")), (24, _("24 months")), (36, _("36 months")))
    months = forms.TypedChoiceField(
        label=_("Not verified for"), choices=MONTHS, coerce=int, required=False, empty_value=12
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
        self.fields["months"].initial = 12
