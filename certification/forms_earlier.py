"""Forms of paper certificates, exemptions and extensions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.forms import DayField
from certification.models import Certificate, EarlierCertificate, Programme, Relief, Requirement
from certification.relief_words import requirement_words
from people.models import Organisation, Person
from people.queries import institutions


class UploadForm(forms.Form):
    """Which institution records, which file."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("It stands with each certificate as the one that recorded it."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 5 megabytes and 5,000 certificates."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)


class StrikeForm(forms.Form):
    """Why a paper certificate should not have been recorded."""

    reason = forms.CharField(
        label=_("Why should it not count?"),
        help_text=_("The holder reads it. Write no names and no details of health or family."),
        max_length=300,
        error_messages={"required": _("Enter a reason.")},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class ReliefForm(forms.Form):
    """An exemption from a requirement, or a later last day of a certificate."""

    what = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    since = DayField(
        label=_("From which day"),
        error_messages={"required": _("Enter the day from which this holds.")},
    )
    until = DayField(
        label=_("Until which day"),
        help_text=_("This day included. For an extension: the new last day of the certificate."),
        error_messages={"required": _("Enter the last day.")},
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Relief.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    document = forms.CharField(
        label=_("On which paper does it rest?"),
        help_text=_("Number, date and who signed, for example: Decision 5 of 3 January 2026."),
        max_length=200,
        error_messages={
            "required": _("Enter the number and the date of the paper on which this rests.")
        },
        widget=forms.TextInput({"dir": "auto"}),
    )
    words = forms.CharField(
        label=_("Remark"),
        help_text=_("Write nothing about health or family."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = _targets(person)
        self.fields["what"].choices = [(key, text) for key, (text, _facts) in self.targets.items()]

    def facts(self) -> dict[str, Any]:
        """For the action."""
        names = ("since", "until", "reason", "document", "words")
        said = {name: self.cleaned_data[name] for name in names}
        return {**said, **self.targets[self.cleaned_data["what"]][1]}


class EndForm(forms.Form):
    """The day from which it does not hold any more, and why."""

    on = DayField(
        label=_("From which day does it not hold any more?"),
        error_messages={"required": _("Enter the day.")},
    )
    answer = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Enter a reason.")},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class AnswerForm(forms.Form):
    """Why it is refused."""

    answer = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Enter a reason.")},
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


def _targets(person: Person) -> dict[str, tuple[str, dict[str, Any]]]:
    """What can be granted to this person: certificates with an end, and requirements of what is asked of them."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    papers: list[Certificate | EarlierCertificate] = [
        *Certificate.objects.held_by(person).exclude(valid_until=None).select_related("programme"),
        *person.earlier_certificates.filter(struck_on=None).exclude(valid_until=None),
    ]
    for paper in papers:
        name = "certificate" if isinstance(paper, Certificate) else "earlier"
        text = _("Extension of certificate %(number)s") % {"number": paper.number}
        facts = {"kind": Relief.Kind.EXTENSION, "programme": paper.programme, name: paper}
        found[f"{name}-{paper.pk}"] = (text, facts)
    mine = person.categories.current().values("category")
    asked = Programme.objects.filter(categories__in=mine, is_active=True).distinct()
    for programme in asked.order_by("code"):
        facts = {"kind": Relief.Kind.EXEMPTION, "programme": programme}
        text = _("Exemption from all that is asked: %(programme)s") % {"programme": programme}
        found[f"all-{programme.pk}"] = (text, facts)
        for requirement in _requirements(programme):
            words = {"programme": programme, "requirement": requirement_words(requirement)}
            text = _("Exemption: %(programme)s, %(requirement)s") % words
            key = f"one-{programme.pk}-{requirement.code}"
            found[key] = (text, {**facts, "requirement": requirement.code})
    return found


def _requirements(programme: Programme) -> list[Requirement]:
    rows = Requirement.objects.filter(version__in=programme.versions.in_force())
    return list(rows.select_related("topic").order_by("pk"))
