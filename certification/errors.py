"""Why a certificate cannot be issued or changed, or its file not be made: each with a sentence for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from certification.requirements import Finding


class CertificationError(Exception):
    """Something that this room refuses; `message` is for people, `code` for logs and tests."""

    code = "error"
    message = _("This cannot be done.")

    def __init__(self) -> None:
        super().__init__(self.code)


class NotIssued(CertificationError):
    """A condition for issuing is not met."""

    code = "not_issued"


class NotCompleted(NotIssued):
    code = "not_completed"
    message = _("The training is not completed.")


class WrongCourse(NotIssued):
    code = "course_does_not_lead_to_programme"
    message = _("This course does not lead to that programme's certificate.")


class NoRuleInForce(NotIssued):
    code = "no_rule_in_force"
    message = _("No rule of the programme was in force on the day of completion.")


class NoAuthority(NotIssued):
    code = "no_authority"
    message = _(
        "Neither the organiser nor an institution above it issues certificates. An administrator can set this up."
    )


class HolderErased(NotIssued):
    code = "holder_erased"
    message = _("The person's data have been erased.")


class WaitsForHand(NotIssued):
    """The authority issues the certificates of an edition together, when somebody says so."""

    code = "waits_for_hand"
    message = _("This institution issues the certificates of an edition together.")


class NotEarned(NotIssued):
    """The training is completed, but not as that programme's rule asks."""

    code = "not_earned"
    message = _("Attended less than the programme asks, or without the trainer's result.")


class RequirementsMissing(NotIssued):
    """The training is completed, but the rule asks for more before this certificate; `findings` says what."""

    code = "requirements_missing"
    message = _("The rule asks for more before this certificate.")

    def __init__(self, findings: "Sequence[Finding]" = ()) -> None:
        self.findings = tuple(findings)
        super().__init__()


class NobodyToIssue(CertificationError):
    code = "nobody_to_issue"
    message = _("Nobody in this edition gets a certificate now.")


class SecondPersonNeeded(CertificationError):
    """The authority asks that somebody else confirms it."""

    code = "second_person_needed"
    message = _("At this institution a second person has to confirm it.")


class NotSecond(CertificationError):
    """Who asked cannot be the one who confirms."""

    code = "not_a_second_person"
    message = _("You asked for it yourself. Somebody else has to answer.")


class AnsweredAlready(CertificationError):
    code = "answered_already"
    message = _("This was answered already, or it is too late to answer.")


class NotNow(CertificationError):
    """What happened to the certificate before does not allow it."""

    code = "not_in_this_state"
    message = _(
        "The certificate is no longer in a state in which this can be done. Look at its history."
    )


class ReasonNeeded(CertificationError):
    code = "reason_needed"
    message = _("Enter a reason.")


class DayOutOfRange(CertificationError):
    code = "day_out_of_range"
    message = _("The day must lie between the certificate's first day and today.")


class SealUnavailable(CertificationError):
    """The key of the seal is missing, expired or cannot be read; `code` says which."""

    message = _("The PDF is being prepared.")

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


class ContentChanged(CertificationError):
    """What is stored is not what was issued: nothing may be printed from it."""

    code = "content_changed"
    message = _("What is stored differs from what was issued. Ask the issuer.")


class CredentialUnavailable(CertificationError):
    """The digital credential cannot be signed now; `code` says why."""

    message = _("The digital certificate cannot be made now. Try again later.")

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


class LogoRefused(CertificationError):
    """A picture cannot be taken as a logo; `code` says why."""

    WORDS = {
        "empty": _("The file is empty."),
        "too_big": _("The file is larger than 4 megabytes. Make the picture smaller."),
        "wrong_kind": _("This is no picture in PNG, JPEG, WebP or GIF. Save it as PNG."),
        "too_large": _("The picture is wider or higher than 8,000 pixels. Make it smaller."),
        "too_small": _("The picture is too small: it needs at least 32 pixels each way."),
        "damaged": _("The picture is damaged and cannot be opened."),
    }

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = self.WORDS[code]
        super().__init__()


class UnprintableLayout(CertificationError):
    """A text of the layout holds a letter that papers cannot show."""

    code = "unprintable"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.message = _(
            "Papers cannot show «%(text)s». Write names in Latin, Cyrillic or Arabic letters."
        ) % {"text": text}
