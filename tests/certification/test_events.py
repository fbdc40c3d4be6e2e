"""What may happen to a certificate, by whom, in which order, and who hears of it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from certification import errors
from certification.actions import certificates, events
from certification.models import Certificate, CertificateEvent
from notifications.models import Message
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

from .conftest import Training

D = date
TODAY = D(2026, 3, 12)
KINDS = ("revoked", "suspended", "reinstated", "reviewed")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return proof.certificate(
        cast.ana.person, training.programme, issuer=training.authority, valid_from=D(2025, 1, 10)
    )


def happen(certificate: Certificate, kind: str, **fields) -> CertificateEvent:
    return events.happen(
        certificate=certificate, kind=kind, **{"by": None, "reason": "A reason", **fields}
    )


# What happened before → what may follow.
ORDER = {
    (): {"revoked", "suspended", "reviewed"},
    ("suspended",): {"revoked", "reinstated"},
    ("revoked",): {"reinstated"},
    ("suspended", "reinstated"): {"revoked", "suspended", "reviewed"},
    ("revoked", "reinstated"): {"revoked", "suspended", "reviewed"},
    ("reviewed",): {"revoked", "suspended", "reviewed"},
    ("suspended", "revoked"): {"reinstated"},
}


@pytest.mark.parametrize("before", ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_what_may_follow_what(
    cast: Cast, certificate: Certificate, before: tuple, kind: str
) -> None:
    for one in before:
        happen(certificate, one)
    assert (kind in events.possible(certificate, cast.ion)) == (kind in ORDER[before])
    if kind in ORDER[before]:
        assert happen(certificate, kind).kind == kind
    else:
        with pytest.raises(errors.NotNow):
            happen(certificate, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_to_a_replaced_certificate(
    cast: Cast, certificate: Certificate, kind: str
) -> None:
    proof.event(certificate, "replaced", TODAY)
    assert events.possible(certificate, cast.ion) == []
    with pytest.raises(errors.NotNow):
        happen(certificate, kind)


def test_replacing_is_not_done_here(certificate: Certificate) -> None:
    with pytest.raises(errors.NotNow):
        happen(certificate, "replaced")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ion", True), ("adm", True), ("olga", False), ("vera", False), ("quin", False), ("mara", False),
        ("doru", False), ("petar", False), ("nour", False), ("ana", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_who_may(cast: Cast, certificate: Certificate, who: str, may: bool, kind: str) -> None:
    user = getattr(cast, who)
    if kind == "reinstated":
        happen(certificate, "suspended")
    assert events.may_ever(certificate, kind, user) == may
    assert (kind in events.possible(certificate, user)) == may
    if may:
        assert happen(certificate, kind, by=user).by == user.pk
    else:
        with pytest.raises(PermissionDenied):
            happen(certificate, kind, by=user)


def test_the_county_of_the_holder_may_not_revoke_what_another_issued(
    cast: Cast, certificate: Certificate
) -> None:
    make.member(cast.ana.person, cast.cluj, "learner")
    assert Certificate.objects.visible_to(make.fresh(cast.olga)).filter(pk=certificate.pk).exists()
    with pytest.raises(PermissionDenied):
        happen(certificate, "revoked", by=make.fresh(cast.olga))


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_decides_about_their_own(cast: Cast, training: Training, kind: str) -> None:
    """An officer who was revoked does not reinstate themselves; their colleague may."""
    own = proof.certificate(
        cast.ion.person, training.programme, issuer=training.authority, valid_from=D(2025, 1, 10)
    )
    if kind == "reinstated":
        happen(own, "revoked")
    assert events.possible(own, cast.ion) == []
    with pytest.raises(PermissionDenied):
        happen(own, kind, by=cast.ion)
    colleague = make.staff(cast.timis, "officer")
    assert kind in events.possible(own, colleague)
    assert happen(own, kind, by=colleague).by == colleague.pk


def test_a_role_that_ended_yesterday_is_none(cast: Cast, certificate: Certificate) -> None:
    cast.ion.person.memberships.update(until=D(2026, 3, 11))
    with pytest.raises(PermissionDenied):
        happen(certificate, "revoked", by=make.fresh(cast.ion))


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_nothing_without_a_reason(certificate: Certificate, reason: str) -> None:
    with pytest.raises(errors.ReasonNeeded):
        happen(certificate, "revoked", reason=reason)


def test_the_database_asks_for_a_reason_too(certificate: Certificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        proof.event(certificate, "revoked", TODAY, reason="")


@pytest.mark.parametrize(
    ("on", "right"),
    [
        (D(2025, 1, 9), False),
        (D(2025, 1, 10), True),
        (TODAY, True),
        (D(2026, 3, 13), False),
        (None, True),
    ],
)
def test_the_day_lies_in_the_life_of_the_certificate(
    certificate: Certificate, on: date | None, right: bool
) -> None:
    if right:
        assert happen(certificate, "revoked", on=on).on == (on or TODAY)
    else:
        with pytest.raises(errors.DayOutOfRange):
            happen(certificate, "revoked", on=on)


def test_an_event_does_not_come_before_the_one_it_answers(certificate: Certificate) -> None:
    happen(certificate, "suspended", on=D(2026, 2, 1))
    with pytest.raises(errors.DayOutOfRange):
        happen(certificate, "reinstated", on=D(2026, 1, 31))
    assert happen(certificate, "reinstated", on=D(2026, 2, 1))


@pytest.mark.parametrize(
    ("following", "right"), [(None, True), (TODAY, False), (D(2026, 3, 13), True)]
)
def test_the_next_review_comes_after_this_one(
    certificate: Certificate, following: date | None, right: bool
) -> None:
    if right:
        assert happen(certificate, "reviewed", next_review=following).next_review == following
    else:
        with pytest.raises(errors.DayOutOfRange):
            happen(certificate, "reviewed", next_review=following)


def test_each_is_in_the_trail_and_only_what_changes_the_holders_right_is_mailed(
    certificate: Certificate,
) -> None:
    certificates.suspend(certificate=certificate, by=None, reason="inquiry")
    certificates.reinstate(certificate=certificate, by=None, reason="cleared")
    certificates.review(
        certificate=certificate, by=None, reason="endorsed", next_review=D(2028, 1, 1)
    )
    certificates.revoke(certificate=certificate, by=None, reason="false data")
    verbs = (
        AuditEvent.objects.filter(target_type="certification.certificate")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == [
        "certificate.suspended", "certificate.reinstated", "certificate.reviewed", "certificate.revoked",
    ]  # fmt: skip
    told = list(Message.objects.order_by("pk").values_list("name", flat=True))
    assert told == ["certificate_revoked", "certificate_reinstated", "certificate_revoked"]


def test_the_message_says_what_when_why_by_whom_and_where_to_look(certificate: Certificate) -> None:
    certificates.revoke(certificate=certificate, by=None, reason="Dosar incomplet")
    message = Message.objects.get()
    for words in (
        certificate.number,
        "12 martie 2026",
        "Dosar incomplet",
        "DGASPC Timiș",
        f"/ro/certificates/{certificate.pk}/",
    ):
        assert words in message.text and words in message.html
    assert certificate.number in message.subject and certificate.token not in message.text


def test_the_trail_keeps_no_reason_for_it_may_name_somebody(certificate: Certificate) -> None:
    certificates.revoke(certificate=certificate, by=None, reason="Ana Popescu")
    assert AuditEvent.objects.get(verb="certificate.revoked").data == {"on": "2026-03-12"}


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_history_cannot_be_changed(certificate: Certificate, statement: str) -> None:
    certificates.revoke(certificate=certificate, by=None, reason="x")
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(statement.format("certification_certificateevent"))
