"""Trainers are asked for an edition or volunteer for it. Yes puts them down where somebody is still needed."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import Person, User
from people.permissions import Permission
from training import trainer_notices as notices
from training.actions.errors import EditionCancelled, EditionOver, TrainerTaken
from training.actions.sessions import add_trainer
from training.actions.trainer_errors import (
    AlreadyAnswered,
    AnswerTooLate,
    NotATrainer,
    NoTrainerNeeded,
    TrainerHasNoTime,
)
from training.actions.trainers import is_trainer
from training.models import Edition, Engagement, Session

State = Engagement.State
Origin = Engagement.Origin
ANSWER_WITHIN = timedelta(days=7)


def fingerprint(token: str) -> str:
    """What is kept of a token: whoever reads the table cannot answer."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def ask(*, by: User | None, edition: Edition, trainer: Person) -> Engagement:
    """Ask a trainer to lead an edition; the mail carries a link with two buttons. An open question is asked once."""
    edition = _locked(edition)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    _require_open(edition, trainer)
    now = timezone.now()
    if known := _open_question(edition, trainer, now):
        return known
    token = secrets.token_urlsafe(16)
    latest = now + ANSWER_WITHIN
    made = Engagement.objects.create(
        edition=edition,
        trainer=trainer,
        origin=Origin.ASKED,
        token_hash=fingerprint(token),
        created_at=now,
        expires_at=min(latest, _last_start(edition) or latest),
        asked_by=by,
    )
    _audit(by, "trainer.asked", made)
    notices.asked(made, token)
    return made


@transaction.atomic
def volunteer(*, by: User | None, edition: Edition, trainer: Person) -> Engagement:
    """Offer to lead an edition; the organiser decides. Offered again it is the same offer."""
    if by is not None and by.person_id != trainer.pk:
        raise PermissionDenied
    edition = _locked(edition)
    _require_open(edition, trainer)
    if known := _open_question(edition, trainer, timezone.now()):
        return known
    made = Engagement.objects.create(edition=edition, trainer=trainer, origin=Origin.VOLUNTEERED)
    _audit(by, "trainer.volunteered", made)
    return made


@transaction.atomic
def answer(*, by: User | None, engagement: Engagement, yes: bool) -> list[Session]:
    """Yes or no: of the trainer who was asked, of the organiser to whom somebody offered. The sessions they now lead.

    `by` is None for whoever answers through the link of the mail. The same answer again changes nothing.
    """
    edition = _locked(engagement.edition)
    engagement = _held(engagement, edition)
    _require_answering(by, engagement)
    wanted = State.ACCEPTED if yes else State.DECLINED
    if engagement.state == wanted:
        return _led(engagement)
    if engagement.state != State.OPEN:
        raise AlreadyAnswered
    if engagement.is_expired():
        raise AnswerTooLate
    if yes:
        _require_open(edition, engagement.trainer)
        _put_down(by, engagement)
    _close(engagement, wanted)
    _audit(by, f"trainer.{wanted.value}", engagement)
    notices.answered(engagement)
    return _led(engagement) if yes else []


@transaction.atomic
def withdraw(*, by: User | None, engagement: Engagement) -> Engagement:
    """Take the question back (who asked), or the offer (who offered). Repeatable."""
    edition = _locked(engagement.edition)
    engagement = _held(engagement, edition)
    own = engagement.origin == Origin.VOLUNTEERED
    if own and by is not None and by.person_id != engagement.trainer_id:
        raise PermissionDenied
    if not own:
        require(by, Permission.SCHEDULE, organisation=edition.organiser)
    if engagement.state == State.WITHDRAWN:
        return engagement
    if engagement.state != State.OPEN:
        raise AlreadyAnswered
    _close(engagement, State.WITHDRAWN)
    _audit(by, "trainer.withdrawn", engagement)
    return engagement


def by_token(token: str) -> Engagement | None:
    """The question to which a link leads."""
    rows = Engagement.objects.select_related("edition__organiser__jurisdiction", "trainer")
    return rows.filter(token_hash=fingerprint(token)).first()


def _locked(edition: Edition) -> Edition:
    rows = Edition.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organiser", "course").get(pk=edition.pk)


def _held(engagement: Engagement, edition: Edition) -> Engagement:
    held = Engagement.objects.select_for_update(no_key=True, of=("self",))
    found = held.select_related("trainer").get(pk=engagement.pk)
    found.edition = edition
    return found


def _open_question(edition: Edition, trainer: Person, now: datetime) -> Engagement | None:
    """The one that waits for an answer. One that waited too long gives way to a new one."""
    known = Engagement.objects.filter(edition=edition, trainer=trainer, state=State.OPEN).first()
    if known and known.is_expired(now):
        _close(known, State.WITHDRAWN)
        return None
    return known


def _require_open(edition: Edition, trainer: Person) -> None:
    if edition.status == Edition.Status.CANCELLED:
        raise EditionCancelled(edition)
    if edition.status == Edition.Status.DONE:
        raise EditionOver
    if not is_trainer(trainer):
        raise NotATrainer
    if not _short(edition):
        raise NoTrainerNeeded


def _require_answering(by: User | None, engagement: Engagement) -> None:
    if engagement.origin == Origin.VOLUNTEERED:
        require(by, Permission.SCHEDULE, organisation=engagement.edition.organiser)
    elif by is not None and by.person_id != engagement.trainer_id:
        raise PermissionDenied


def _put_down(by: User | None, engagement: Engagement) -> None:
    """For each session that needs somebody, unless they lead another one then: that one is left for others."""
    placed = 0
    for session in _short(engagement.edition):
        try:
            placed += add_trainer(session=session, trainer=engagement.trainer, by=by)
        except TrainerTaken:
            continue
    if not placed:
        raise TrainerHasNoTime


def _led(engagement: Engagement) -> list[Session]:
    rows = engagement.edition.sessions.taking_place().filter(trainers__trainer=engagement.trainer)
    return list(rows.select_related("room__venue").order_by("starts", "pk"))


def _short(edition: Edition) -> list[Session]:
    return list(edition.sessions.short_of_trainers())


def _close(engagement: Engagement, state: str) -> None:
    engagement.state, engagement.answered_at = state, timezone.now()
    engagement.save(update_fields=["state", "answered_at"])


def _last_start(edition: Edition) -> datetime | None:
    """Until the last session that needs somebody begins, an answer is of use."""
    return max((session.starts for session in _short(edition)), default=None)


def _audit(by: User | None, verb: str, engagement: Engagement) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=engagement,
        person=engagement.trainer_id,
        organisation=engagement.edition.organiser,
        edition=engagement.edition_id,
    )
