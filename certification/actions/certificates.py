"""Issuing: every condition is checked inside the transaction that takes the number and stores what will be printed."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum

from certification import content, errors, queue
from certification.actions import credentials
from certification.actions.events import reinstate, review, revoke, suspend
from certification.books import shelves
from certification.days import add_months, today
from certification.designs import design_of
from certification.earned import earned
from certification.models import (
    Authority,
    Certificate,
    CertificateContent,
    HoursEntry,
    NumberSeries,
    Programme,
    RuleVersion,
)
from certification.models.certificate import verification_token
from certification.programme_queries import rule_of
from courses.models import TestAttempt
from courses.queries import in_reader_language
from notifications.actions import notify
from people import audit
from people.access import may
from people.models import Organisation, User
from people.permissions import Permission
from training.models import Enrolment

__all__ = ["issue", "issuing_authority", "reinstate", "review", "revoke", "suspend", "term"]


@transaction.atomic
def issue(
    *,
    enrolment: Enrolment,
    programme: Programme,
    by: User | None = None,
    language: str | None = None,
    on: date | None = None,
) -> Certificate:
    """Issue the certificate of a completed enrolment under a programme; called again, it gives the same one.

    Raises `PermissionDenied` when the user may not issue for the authority, or a `NotIssued` that says what is missing.
    The paper speaks the authority's language unless another is asked for. The day of issue is today; only the system
    itself may say another (`on`), for records of the past.
    """
    enrolment = _locked(enrolment)
    authority = issuing_authority(enrolment.edition.organiser)
    if by and (on or not may(by, Permission.ISSUE, organisation=authority.organisation)):
        raise PermissionDenied
    existing = Certificate.objects.filter(
        enrolment_id=enrolment.pk, programme=programme, replaces=None
    ).first()
    if existing:
        return existing
    waits = not (by or on or authority.is_automatic)
    version, begins = _checked(enrolment, programme, waits=waits, until=on)
    language = language or authority.organisation.language
    certificate = _store(enrolment, authority, version, language, begins, on or today(), by)
    audit.record(
        by=by, verb="certificate.issued", target=certificate, person=enrolment.person_id,
        organisation=authority.organisation, programme=programme.code, enrolment=enrolment.pk,
    )  # fmt: skip
    credentials.place(certificate=certificate)
    queue.ask_for_document(certificate.pk)
    key = f"certificate-issued-{certificate.pk}"
    notify(enrolment.person, "certificate_issued", dedupe=key, certificate=certificate)
    return certificate


def issuing_authority(organiser: Organisation) -> Authority:
    """The authority of the organiser itself, else of the nearest institution above it."""
    found = Authority.objects.filter(
        organisation__path__in=organiser.authority_paths()
    ).select_related("organisation")
    nearest = max(found, key=lambda authority: len(authority.organisation.path), default=None)
    if nearest is None:
        raise errors.NoAuthority
    return nearest


def take_number(authority: Authority, year: int) -> int:
    """The next number of the series. Held until the transaction ends: a failed one gives its number back, so no gap."""
    NumberSeries.objects.get_or_create(authority=authority, year=year)
    series = _locked_series(authority, year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _locked_series(authority: Authority, year: int) -> NumberSeries:
    return NumberSeries.objects.select_for_update().get(authority=authority, year=year)


def _locked(enrolment: Enrolment) -> Enrolment:
    # The person too: one who is being erased is not issued anything.
    rows = Enrolment.objects.select_for_update(no_key=True, of=("self", "person"))
    return rows.select_related("person", "edition__organiser", "edition__course").get(
        pk=enrolment.pk
    )


def _checked(
    enrolment: Enrolment, programme: Programme, *, waits: bool, until: date | None
) -> tuple[RuleVersion, date]:
    """The rule version to issue under and the day from which it is earned, or the reason why not."""
    if waits:
        raise errors.WaitsForHand
    if enrolment.status != Enrolment.Status.COMPLETED:
        raise errors.NotCompleted
    if enrolment.person.erased_at:
        raise errors.HolderErased
    if not programme.courses.filter(
        translation_key=enrolment.edition.course.translation_key
    ).exists():
        raise errors.WrongCourse
    version = rule_of(enrolment.person, programme, cast(date, enrolment.completed_on))
    if version is None:
        raise errors.NoRuleInForce
    return _earned(enrolment, version, until)


def _earned(
    enrolment: Enrolment, version: RuleVersion, until: date | None
) -> tuple[RuleVersion, date]:
    """All that the rule asks before the certificate is there: the rule and the day; else what is missing."""
    if not version.requirements.before_certificate().exists():
        return version, cast(date, enrolment.completed_on)
    programme = version.programme
    shelf = shelves([programme.pk])[programme.pk]
    found = earned(enrolment, programme, shelf, until=until)
    if found.missing or found.rule is None:
        raise errors.RequirementsMissing(found.missing)
    if found.rule != version.pk:
        version = RuleVersion.objects.select_related("programme").get(pk=found.rule)
    return version, found.on


def _store(
    enrolment: Enrolment,
    authority: Authority,
    version: RuleVersion,
    language: str,
    begins: date,
    day: date,
    by: User | None,
) -> Certificate:
    """The number, the certificate and what it says, in this order; whoever issues for the same authority waits here."""
    person = enrolment.person
    until, review = term(version, begins)
    serial = take_number(authority, day.year)
    number, token = f"{authority.prefix}/{day.year}/{serial:05d}", verification_token()
    design, course = design_of(authority), enrolment.edition.course
    second = design.second_language
    facts = content.Facts(
        number=number, token=token, authority=authority, programme=version.programme, version=version, holder=person,
        course=in_reader_language(course, language), category=_category(enrolment, version),
        hours=printed_hours(enrolment), **_period(enrolment), test_percent=_test_percent(enrolment), issued_on=day,
        valid_from=begins, valid_until=until, review_due=review, design=design,
        second_course=in_reader_language(course, second) if second else None,
    )  # fmt: skip
    said = content.snapshot(facts, language)
    salt = secrets.token_hex(16)
    certificate = Certificate.objects.create(
        number=number, token=token, authority=authority, year=day.year, serial=serial, person=person,
        programme=version.programme, rule_version=version, course_key=facts.course.translation_key,
        enrolment_id=enrolment.pk, language=language, issued_on=day, valid_from=facts.valid_from, valid_until=until,
        review_due=review, name_salt=salt, name_proof=content.name_proof(person.family_name or person.given_name, salt),
        content_sha256=content.fingerprint(said), issued_by=by.pk if by else None,
    )  # fmt: skip
    CertificateContent.objects.create(
        certificate=certificate, holder_name=person.formal_name, snapshot=said
    )
    return certificate


def term(version: RuleVersion, begins: date) -> tuple[date | None, date | None]:
    """Until when a certificate beginning that day is valid, and when it is reviewed; None where the rule says none."""
    until = add_months(begins, version.validity_months) if version.validity_months else None
    review = (
        add_months(begins, version.review_interval_months)
        if version.review_interval_months
        else None
    )
    return until, review


def printed_hours(enrolment: Enrolment) -> dict[str, int]:
    """The enrolment's minutes in the ledger as the paper groups them: online lessons apart from meetings."""
    lines = HoursEntry.objects.filter(reference__startswith=f"enrolment:{enrolment.pk}:")
    online = Q(reference__contains=":online:")
    found = dict(lines.exclude(online).order_by().values_list("kind").annotate(Sum("minutes")))
    return found | {"online": lines.filter(online).aggregate(total=Sum("minutes"))["total"] or 0}


def _period(enrolment: Enrolment) -> dict[str, date | None]:
    """First and last day of the sessions, each in its own time zone."""
    days = [
        moment.astimezone(ZoneInfo(zone)).date()
        for starts, ends, zone in enrolment.edition.sessions.taking_place().values_list(
            "starts", "ends", "time_zone"
        )
        for moment in (starts, ends)
    ]
    return {"first_day": min(days, default=None), "last_day": max(days, default=None)}


def _category(enrolment: Enrolment, version: RuleVersion) -> Mapping[str, str]:
    """What the person was in law on the day of completion, where the programme is asked of it."""
    held = enrolment.person.categories.current(enrolment.completed_on).select_related("category")
    found = held.filter(category__programmes=version.programme).order_by("since", "pk").first()
    return found.category.name if found else {}


def _test_percent(enrolment: Enrolment) -> int | None:
    passed = TestAttempt.objects.filter(
        person=enrolment.person_id, course_key=enrolment.edition.course.translation_key, passed=True
    )
    return max((attempt.percent for attempt in passed), default=None)
