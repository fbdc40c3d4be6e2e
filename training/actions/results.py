"""The trainer's result of a person."""

from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training.actions.errors import NotAParticipant
from training.actions.room_errors import NoResultYet, ReasonForFailing, ResultStands
from training.models import Enrolment, SessionTrainer, TrainerResult
from training.models.edition import acting_trainer
from training.signals import attendance_recorded

Result = TrainerResult.Result


@transaction.atomic
def give_result(*, enrolment: Enrolment, by: User | None, result: str, text: str) -> TrainerResult:
    """Say how a person did, with words where they failed. Given twice it is given once; a change is audited.

    What a certificate may rest on is not taken back here: that is for whoever revokes certificates.
    """
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    enrolment = locked.select_related("edition__organiser").get(pk=enrolment.pk)
    _require_trainer(enrolment, by)
    result, text = Result(result).value, text.strip()
    if not enrolment.has_place:
        raise NotAParticipant
    if enrolment.edition.starts is None or enrolment.edition.starts > timezone.now():
        raise NoResultYet
    if result == Result.FAILED and not text:
        raise ReasonForFailing
    if result == Result.FAILED and enrolment.status == Enrolment.Status.COMPLETED:
        raise ResultStands
    before = TrainerResult.objects.filter(enrolment=enrolment).first()
    if before and (before.result, before.text) == (result, text):
        return before
    row = before or TrainerResult(enrolment=enrolment)
    old = row.result
    row.result, row.text, row.given_by, row.given_at = result, text, by, timezone.now()
    row.save()
    audit.record(
        by=by,
        verb="result.changed" if before else "result.given",
        target=row,
        person=enrolment.person_id,
        organisation=enrolment.edition.organiser,
        old=old,
        new=result,
    )
    attendance_recorded.send(sender=TrainerResult, enrolment_ids=[enrolment.pk])
    return row


def _require_trainer(enrolment: Enrolment, by: User | None) -> None:
    """Whoever leads a session of the edition, or takes rolls for its organiser."""
    led = SessionTrainer.objects.filter(
        session__edition=enrolment.edition_id, trainer=acting_trainer(by)
    )
    if not led.exists():
        require(by, Permission.TAKE_ROLL, organisation=enrolment.edition.organiser)
