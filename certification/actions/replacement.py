"""A certificate with a typing error or an old name is replaced by a new one; the old one says so and can be checked."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import override

from certification import content, queue
from certification.actions import credentials, events
from certification.actions.certificates import take_number
from certification.days import today
from certification.designs import Design, design_of
from certification.dossier import last_day, record_of
from certification.errors import HolderErased, NotNow, ReasonNeeded
from certification.models import Certificate, CertificateContent, CertificateEvent
from certification.models.certificate import verification_token
from certification.wording import day, labels, signatories
from notifications.actions import notify
from people import audit
from people.access import may
from people.models import Person, User
from people.permissions import Permission

Kind = CertificateEvent.Kind
# After which last change of state a certificate can be replaced: never one that does not count.
AFTER = (None, Kind.REINSTATED)


@transaction.atomic
def replace(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """A new certificate for the same training with the name as it is on record now; validity stays what it was.

    Raises `PermissionDenied`, `ReasonNeeded`, `HolderErased`, or `NotNow` where it does not count any more.
    """
    old = events.locked(certificate)
    if not may_ever(old, by):
        raise PermissionDenied
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonNeeded
    # The person too: one who is being erased is not issued anything.
    holder = Person.objects.select_for_update(no_key=True).get(pk=old.person_id)
    if holder.erased_at or not hasattr(old, "content"):
        raise HolderErased
    last = events.last_change(old)
    if (last.kind if last else None) not in AFTER:
        raise NotNow
    new = _store(old, holder, by)
    CertificateEvent.objects.create(
        certificate=old, kind=Kind.REPLACED, on=today(), reason=reason, by=by.pk
    )
    audit.record(
        by=by, verb="certificate.replaced", target=old, person=holder,
        organisation=old.authority.organisation, by_certificate=new.pk,
    )  # fmt: skip
    events.publish(old)
    credentials.place(certificate=new)
    queue.ask_for_document(new.pk)
    key = f"certificate-replaced-{new.pk}"
    notify(holder, "certificate_replaced", dedupe=key, certificate=new, old=old, reason=reason)
    return new


def may_ever(certificate: Certificate, user: User) -> bool:
    """It takes one back and issues another: who replaces must be allowed both."""
    organisation = certificate.authority.organisation
    both = (Permission.ISSUE, Permission.REVOKE)
    return all(may(user, one, organisation=organisation) for one in both)


def possible(certificate: Certificate, user: User) -> bool:
    """Can this user replace it now?"""
    last = events.last_change(certificate)
    counts = (last.kind if last else None) in AFTER
    return counts and hasattr(certificate, "content") and may_ever(certificate, user)


def _store(old: Certificate, holder: Person, by: User) -> Certificate:
    authority, issued_on = old.authority, today()
    serial = take_number(authority, issued_on.year)
    number, token = f"{authority.prefix}/{issued_on.year}/{serial:05d}", verification_token()
    # An extension of the old one is carried over: the new paper itself says until when it is valid.
    until = last_day(old, issued_on)
    said = _said(old, holder, number, token, until)
    salt = secrets.token_hex(16)
    made = Certificate.objects.create(
        number=number, token=token, authority=authority, year=issued_on.year, serial=serial, person=holder,
        programme_id=old.programme_id, rule_version_id=old.rule_version_id, course_key=old.course_key,
        enrolment_id=old.enrolment_id, replaces=old, language=old.language, issued_on=issued_on,
        valid_from=old.valid_from, valid_until=until,
        review_due=record_of(old, issued_on).next_review(issued_on), name_salt=salt,
        name_proof=content.name_proof(holder.family_name or holder.given_name, salt),
        content_sha256=content.fingerprint(said), issued_by=by.pk,
    )  # fmt: skip
    CertificateContent.objects.create(
        certificate=made, holder_name=holder.formal_name, snapshot=said
    )
    return made


def _said(
    old: Certificate, holder: Person, number: str, token: str, until: date | None
) -> dict[str, Any]:
    """What the old one says, with the name of today, its own number and day, and those who sign now.

    The course, the hours and the law are taken as they were printed: they may no longer be on record.
    """
    said = old.content.snapshot
    design = design_of(old.authority)
    second = said.get("second")
    return {
        **_anew(said, old.language, holder.formal_name, design, until),
        "format": content.FORMAT,
        "number": number,
        "token": token,
        "verify_url": content.verify_url(token),
        "replaces": old.number,
        "second": _anew(
            second,
            second["language"],
            content.second_name(holder, holder.formal_name, second["language"]),
            design,
            until,
        )
        | {"replaces": old.number}
        if second
        else None,
    }


def _anew(
    said: Mapping[str, Any], language: str, name: str, design: Design, until: date | None
) -> dict[str, Any]:
    with override(language):
        return {
            **said,
            "valid_until": day(until, language) if until else said["valid_until"],
            "holder": name,
            "issued_on": day(today(), language),
            "signatories": signatories(design, language),
            "labels": labels(),
        }
