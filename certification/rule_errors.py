"""Why a version of the rules cannot be changed or published: each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from certification.errors import CertificationError


class RuleRefused(CertificationError):
    """Something about a version; `field` is the form's field it belongs to, if any."""

    field: str | None = None


class NotADraft(RuleRefused):
    code = "not_a_draft"
    message = _("This version is published and is never changed. Begin a new version.")


class DayHasCome(RuleRefused):
    """Nothing changes before its date, and nothing is changed afterwards."""

    code, field = "day_has_come", "effective_from"
    message = _("The first day must be later than today. Choose a later day.")


class DayIsTaken(RuleRefused):
    code, field = "day_is_taken", "effective_from"
    message = _("Another version of this programme begins on that day. Choose another day.")


class BasisNeeded(RuleRefused):
    code, field = "basis_needed", "legal_basis"
    message = _("Enter the legal act on which the version rests.")


class AnotherDraft(RuleRefused):
    code = "another_draft"
    message = _("There is a draft of this programme already. Finish it or delete it first.")


class SecondPublisherNeeded(RuleRefused):
    code = "second_person"
    message = _("You proposed this version yourself. A second person has to publish it.")


class CodeIsTaken(RuleRefused):
    code, field = "code_is_taken", "code"
    message = _("Another requirement of this version has that code.")
