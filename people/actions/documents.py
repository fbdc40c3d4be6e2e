"""Keeping papers of a person, handing them out, and deleting them for a reason."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from formats import names
from formats.scans import ScanError, tidy
from people import audit
from people.actions.people import home_of, require_answering
from people.models import Person, PersonDocument, User
from people.scans import file_words

EARLIEST = date(1950, 1, 1)
MOST = 40  # documents of a person: more is an archive, and a disk that fills


class Reason(models.TextChoices):
    """Why a document goes. A choice, not words: what is typed about a person would outlive them in the trail."""

    WRONG = "wrong", gettext_lazy("it is the wrong paper or of another person")
    CHILD = "child", gettext_lazy("it names a child")
    REPLACED = "replaced", gettext_lazy("a newer paper took its place")
    NOT_NEEDED = "not_needed", gettext_lazy("it is no longer needed")


@dataclass(frozen=True)
class Paper:
    """What stands on it."""

    kind: str
    issued_on: date
    body: str = ""
    valid_until: date | None = None


@transaction.atomic
def keep(*, by: User | None, person: Person, paper: Paper, data: bytes) -> PersonDocument:
    """Put a paper on a person's record. The same file sent again is the document that is there.

    Raises ValidationError that names the field and says how to mend it; then nothing is kept.
    """
    _check(paper)
    try:
        scan = tidy(data)
    except ScanError as error:
        raise ValidationError({"file": file_words(error)}) from error
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_answering(by, person)
    if person.erased_at or person.merged_into_id:
        raise ValidationError(_("This record is no longer there."))
    mine = PersonDocument.objects.filter(person=person)
    if found := mine.filter(sha256=scan.sha256).first():
        return found
    if mine.count() >= MOST:
        raise ValidationError(
            ngettext(
                "This record holds %(count)d document already. Delete one that is no longer needed.",
                "This record holds %(count)d documents already. Delete one that is no longer needed.",
                MOST,
            )
            % {"count": MOST}
        )
    made = PersonDocument.objects.create(
        person=person,
        kind=PersonDocument.Kind(paper.kind),
        body=names.clean(paper.body),
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
        file=ContentFile(scan.data, name=f"{person.pk}.{scan.kind}"),
        format=scan.kind,
        sha256=scan.sha256,
        size=len(scan.data),
        recorded_by=by,
    )
    _tell(by, "document.kept", made)
    return made


@transaction.atomic
def note_opened(*, by: User, document: PersonDocument) -> None:
    """Write into the trail that somebody opened a document of another person."""
    if by.person_id != document.person_id:
        _tell(by, "document.opened", document)


@transaction.atomic
def delete(*, by: User | None, document: PersonDocument, reason: str) -> None:
    """Delete the document and its file; the trail remembers that it was there, and why it went. Repeatable."""
    why = Reason(reason).value
    person = Person.objects.select_for_update().get(pk=document.person_id)
    require_answering(by, person)
    found = PersonDocument.objects.filter(pk=document.pk).first()
    if found is None:
        return
    _tell(by, "document.deleted", found, ground=why)
    # Once it is certain.
    transaction.on_commit(partial(found.file.storage.delete, str(found.file.name)))
    found.delete()


def _check(paper: Paper) -> None:
    if not EARLIEST <= paper.issued_on <= timezone.localdate():
        raise ValidationError(
            {"issued_on": _("Enter the date that stands on the paper: it is not in the future.")}
        )
    if paper.valid_until and paper.valid_until < paper.issued_on:
        raise ValidationError({"valid_until": _("This is before the date of the paper.")})


def _tell(by: User | None, verb: str, document: PersonDocument, **data: str) -> None:
    audit.record(
        by=by, verb=verb, target=document, person=document.person_id,
        organisation=home_of(document.person), kind=document.kind, **data,
    )  # fmt: skip
