"""The second person: who may answer, once, in time; and that nothing happens without them where one is asked for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import errors
from certification.actions import approvals, events, issuing
from certification.models import Approval, Certificate, IssueBatch
from notifications.models import Message
from people.models import AuditEvent, Membership, User
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from training.models import Enrolment

from .conftest import LAST_DAY, NOW, Training

pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 3, 12)


@pytest.fixture
def irina(cast: Cast) -> User:
    """Ion's colleague."""
    return make.staff(cast.timis, "officer", "Iliescu", "Irina", email="irina@example.org")


@pytest.fixture
def careful(training: Training) -> Training:
    training.authority.asks_second_person = True
    training.authority.save()
    return training


@pytest.fixture
def certificate(cast: Cast, careful: Training) -> Certificate:
    return proof.certificate(
        cast.ana.person, careful.programme, issuer=careful.authority, valid_from=date(2025, 1, 10)
    )


@pytest.fixture
def batch(cast: Cast, careful: Training) -> IssueBatch:
    place = careful.attended(cast.vasile)
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=LAST_DAY)
    return issuing.start(edition=careful.edition, by=cast.ion)


def ask(cast: Cast, certificate: Certificate, **more) -> Approval:
    values = {"by": make.fresh(cast.ion), "reason": "Dosar incomplet", "on": TODAY, **more}
    return approvals.ask_for_revocation(certificate=certificate, **values)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="certification.issue_batch").count()


# Issuing


def test_nothing_is_issued_before_the_second_person_said_yes(
    cast: Cast, batch: IssueBatch, irina: User
) -> None:
    assert batch.status == "waiting" and jobs() == 0
    issuing.work(batch_id=batch.pk)
    assert not Certificate.objects.exists()
    approvals.confirm(approval=batch.approval, by=irina)
    batch.refresh_from_db()
    assert batch.status == "running" and jobs() == 1
    issuing.work(batch_id=batch.pk)
    assert Certificate.objects.get().issued_by == cast.ion.pk


@pytest.mark.parametrize("answer", ["refuse", "withdraw"])
def test_a_no_ends_it_and_it_can_be_asked_anew(
    cast: Cast, careful: Training, batch: IssueBatch, irina: User, answer: str
) -> None:
    by = irina if answer == "refuse" else cast.ion
    getattr(approvals, answer)(approval=batch.approval, by=by)
    batch.refresh_from_db()
    assert batch.status == "refused" and jobs() == 0
    issuing.work(batch_id=batch.pk)
    assert not Certificate.objects.exists()
    assert issuing.start(edition=careful.edition, by=cast.ion) != batch


def test_asking_twice_is_one_question(cast: Cast, careful: Training, batch: IssueBatch) -> None:
    assert issuing.start(edition=careful.edition, by=cast.ion) == batch
    assert Approval.objects.count() == 1


def test_what_nobody_answers_runs_out_and_can_be_asked_anew(
    cast: Cast, careful: Training, batch: IssueBatch, irina: User, clock
) -> None:
    clock.shift(timedelta(days=14, seconds=1))
    with pytest.raises(errors.AnsweredAlready):
        approvals.confirm(approval=batch.approval, by=irina)
    again = issuing.start(edition=careful.edition, by=make.fresh(cast.ion))
    assert again != batch and again.status == "waiting"
    assert Approval.objects.get(batch=batch).answer == "expired"
    assert IssueBatch.objects.get(pk=batch.pk).status == "refused"


# Revoking


def test_a_revocation_waits_too_and_then_bears_the_second_name(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    assert not certificate.events.exists()
    approvals.confirm(approval=asked, by=irina)
    event = certificate.events.get()
    assert (event.kind, event.reason, event.on, event.by) == (
        "revoked",
        "Dosar incomplet",
        TODAY,
        irina.pk,
    )
    told = Message.objects.filter(person=certificate.person).values_list("name", flat=True)
    assert list(told) == ["certificate_revoked"]


def test_there_is_no_way_round_it(cast: Cast, certificate: Certificate, irina: User) -> None:
    """Not by the action, not with another certificate's yes, not with one's own, not with a no."""
    other = proof.certificate(cast.vasile, certificate.programme, issuer=certificate.authority)
    yes = ask(cast, other)
    approvals.confirm(approval=yes, by=irina)
    yes.refresh_from_db()
    no = approvals.refuse(approval=ask(cast, certificate), by=irina)
    for approval in (None, yes, no, ask(cast, certificate)):
        for user in (irina, make.fresh(cast.ion)):
            with pytest.raises(errors.SecondPersonNeeded):
                events.happen(
                    certificate=certificate, kind="revoked", by=user, reason="x", approval=approval
                )
    assert not certificate.events.exists()


@pytest.mark.parametrize("kind", ["suspended", "reviewed"])
def test_other_events_need_nobody_else(cast: Cast, certificate: Certificate, kind: str) -> None:
    assert events.happen(certificate=certificate, kind=kind, by=cast.ion, reason="x").kind == kind


def test_elsewhere_one_person_is_enough(cast: Cast, training: Training) -> None:
    certificate = proof.certificate(cast.ana.person, training.programme, issuer=training.authority)
    assert events.revoke(certificate=certificate, by=cast.ion, reason="x").by == cast.ion.pk


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "  "}, errors.ReasonNeeded),
        ({"on": date(2026, 3, 13)}, errors.DayOutOfRange),
        ({"on": date(2025, 1, 9)}, errors.DayOutOfRange),
    ],
    ids=["no-reason", "tomorrow", "before-it-began"],
)
def test_a_question_that_could_not_come_true_is_not_asked(
    cast: Cast, certificate: Certificate, more: dict, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(cast, certificate, **more)
    assert not Approval.objects.exists()


def test_what_came_in_between_is_seen_when_it_is_confirmed(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    proof.event(certificate, "replaced", TODAY)
    with pytest.raises(errors.NotNow):
        approvals.confirm(approval=asked, by=irina)
    asked.refresh_from_db()
    assert asked.answer == "" and certificate.events.count() == 1


# Who


@pytest.mark.parametrize("answer", ["confirm", "refuse"])
def test_who_asked_is_not_the_second_person(
    cast: Cast, certificate: Certificate, answer: str
) -> None:
    asked = ask(cast, certificate)
    with pytest.raises(errors.NotSecond):
        getattr(approvals, answer)(approval=asked, by=make.fresh(cast.ion))
    asked.refresh_from_db()
    assert asked.answer == ""


def test_nobody_takes_back_what_another_asked(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    with pytest.raises(errors.NotSecond):
        approvals.withdraw(approval=ask(cast, certificate), by=irina)


@pytest.mark.parametrize("who", ["olga", "vera", "quin", "mara", "doru", "petar", "nour", "ana"])
@pytest.mark.parametrize("answer", ["confirm", "refuse"])
def test_who_may_not_answer(cast: Cast, certificate: Certificate, who: str, answer: str) -> None:
    asked = ask(cast, certificate)
    user = make.fresh(getattr(cast, who))
    with pytest.raises(PermissionDenied):
        getattr(approvals, answer)(approval=asked, by=user)
    assert not Approval.objects.visible_to(user).exists()


@pytest.mark.parametrize("who", ["olga", "vera", "mara", "ana"])
def test_who_may_not_ask(cast: Cast, certificate: Certificate, who: str) -> None:
    with pytest.raises(PermissionDenied):
        ask(cast, certificate, by=getattr(cast, who))


def test_the_yes_to_somebody_who_lost_the_role_is_none(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    Membership.objects.filter(person=cast.ion.person).update(until=date(2026, 3, 11))
    with pytest.raises(errors.NotNow):
        approvals.confirm(approval=asked, by=irina)
    assert not certificate.events.exists()


def test_two_answers_at_once_the_second_is_told(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    approvals.confirm(approval=asked, by=irina)
    with pytest.raises(errors.AnsweredAlready):
        approvals.refuse(approval=asked, by=make.fresh(cast.adm))


def test_an_asker_whose_role_has_ended_is_told_nothing(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    make.end_roles(cast.ion.person)
    approvals.refuse(approval=asked, by=irina)
    assert not Message.objects.filter(name="second_person_answered").exists()


def test_nobody_revokes_or_confirms_their_own(cast: Cast, careful: Training, irina: User) -> None:
    """The second person must not be the holder."""
    own = proof.certificate(
        irina.person, careful.programme, issuer=careful.authority, valid_from=date(2025, 1, 10)
    )
    asked = ask(cast, own)
    with pytest.raises(PermissionDenied):
        approvals.confirm(approval=asked, by=irina)
    assert not own.events.exists()


def test_colleagues_are_told_and_then_the_asker_and_it_is_in_the_trail(
    cast: Cast, certificate: Certificate, irina: User
) -> None:
    asked = ask(cast, certificate)
    assert {m.person_id for m in Message.objects.filter(name="second_person_asked")} == {
        irina.person_id
    }
    assert "Dosar" not in Message.objects.get(name="second_person_asked").text
    approvals.refuse(approval=asked, by=irina)
    answer = Message.objects.get(name="second_person_answered")
    assert answer.person_id == cast.ion.person_id and certificate.number in answer.text
    trail = AuditEvent.objects.filter(verb__startswith="approval.").order_by("pk")
    assert list(trail.values_list("verb", "actor_id")) == [
        ("approval.asked", cast.ion.pk), ("approval.refused", irina.pk),
    ]  # fmt: skip
    assert "Dosar" not in str(list(trail.values_list("data", flat=True)))


def test_where_nobody_else_is_there_those_above_are_told(
    cast: Cast, certificate: Certificate
) -> None:
    ask(cast, certificate)
    told = {m.person_id for m in Message.objects.filter(name="second_person_asked")}
    assert told == {cast.adm.person_id}


# What the database itself refuses

GOOD = {"reason": "x", "on": TODAY, "asked_by": 1}
IMPOSSIBLE = {
    "about nothing": {"certificate": None},
    "without a reason": {"reason": ""},
    "without a day": {"on": None},
    "answered by who asked": {"answer": "confirmed", "answered_by": 1, "answered_at": NOW},
    "answered by nobody": {"answer": "refused", "answered_at": NOW},
    "an answer without a time": {"answer": "withdrawn"},
    "a time without an answer": {"answered_at": NOW},
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_impossible_questions(certificate: Certificate, case: str) -> None:
    values = {"certificate": certificate, **GOOD, **IMPOSSIBLE[case]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(authority=certificate.authority, **values)


def test_one_open_question_about_a_certificate(certificate: Certificate) -> None:
    for _time in range(2):
        Approval.objects.create(
            authority=certificate.authority, certificate=certificate, **GOOD,
            answer="refused", answered_by=2, answered_at=NOW,
        )  # fmt: skip
    Approval.objects.create(authority=certificate.authority, certificate=certificate, **GOOD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(authority=certificate.authority, certificate=certificate, **GOOD)
