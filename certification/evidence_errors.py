"""Why a proof cannot be handed in or decided: each with a sentence for people."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.errors import CertificationError
from formats.scans import ScanError
from people.scans import file_words


class EvidenceRefused(CertificationError):
    """Something about a proof; `field` is the form's field it belongs to, if any."""

    field: str | None = None


class SameFile(EvidenceRefused):
    """The same file was sent for this person before."""

    code, field = "same_file", "files"

    def __init__(self, sent: str) -> None:
        super().__init__()
        self.message = _(
            "This very file was sent before, on %(day)s. Choose another file, or wait for the answer to that one."
        ) % {"day": sent}


class SameTraining(EvidenceRefused):
    """The same training on the same days is on record."""

    code, field = "same_training", "title"

    def __init__(self, sent: str) -> None:
        super().__init__()
        self.message = _(
            "This training with these days was sent before, on %(day)s. It counts once only."
        ) % {"day": sent}


class InTheFuture(EvidenceRefused):
    code, field = "in_the_future", "last_day"
    message = gettext_lazy("This day is still to come. Send the paper when the training is over.")


class WrongOrder(EvidenceRefused):
    code, field = "wrong_order", "last_day"
    message = gettext_lazy("The last day is before the first. Look at the dates on the paper.")


class TooLong(EvidenceRefused):
    code, field = "too_long_ago", "first_day"

    def __init__(self, first: date) -> None:
        super().__init__()
        self.message = _("Enter a day from %(year)s on.") % {"year": first.year}


class TooManyHours(EvidenceRefused):
    """More than fits into the days."""

    code, field = "too_many_hours", "hours"

    def __init__(self, days: int, hours: int) -> None:
        super().__init__()
        self.message = ngettext(
            "In %(count)d day there is room for %(hours)s hours at most. Look at the hours and the dates.",
            "In %(count)d days there is room for %(hours)s hours at most. Look at the hours and the dates.",
            days,
        ) % {"count": days, "hours": hours}


class NoFile(EvidenceRefused):
    code, field = "no_file", "files"
    message = gettext_lazy("Choose a photo or a PDF of the paper.")


class TooManyFiles(EvidenceRefused):
    code, field = "too_many_files", "files"
    message = gettext_lazy("Send up to four photos or PDFs.")


class BadFile(EvidenceRefused):
    """A file that is not accepted."""

    field = "files"

    def __init__(self, error: ScanError) -> None:
        self.code = error.code
        super().__init__()
        self.message = file_words(error)


class PersonErased(EvidenceRefused):
    code = "person_erased"
    message = gettext_lazy("The person's data have been erased.")


class Decided(EvidenceRefused):
    code = "not_in_this_state"
    message = gettext_lazy("Somebody was faster: this was decided meanwhile. Look at its history.")


class WordsNeeded(EvidenceRefused):
    code, field = "words_needed", "words"
    message = gettext_lazy("Say why in a few plain words. The person reads them.")


class OwnProof(EvidenceRefused):
    code = "own_proof"
    message = gettext_lazy(
        "You handed this in yourself, or it is about you. Somebody else has to decide."
    )


class SamePerson(EvidenceRefused):
    code = "same_person"
    message = gettext_lazy("You checked it first. A second person has to confirm.")


class NothingGranted(EvidenceRefused):
    code = "nothing_granted"
    message = gettext_lazy("Enter hours in at least one row, or refuse the paper with a reason.")


class MoreThanAsked(EvidenceRefused):
    code = "more_than_asked"
    message = gettext_lazy(
        "This is more than was handed in. If the paper says more, ask the person to hand in the rest."
    )
