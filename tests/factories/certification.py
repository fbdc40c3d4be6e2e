"""Programmes, rules, authorities and certificates for tests, put straight into the tables."""

import io
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image
from wagtail.models import Locale, Page

from certification.content import fingerprint
from certification.models import (
    Authority,
    Certificate,
    CertificateContent,
    CertificateEvent,
    Circumstance,
    Equivalence,
    HoursEntry,
    IssueBatch,
    IssueItem,
    NumberSeries,
    Programme,
    Requirement,
    RuleVersion,
    Signatory,
)
from certification.models.certificate import verification_token
from courses.models import Course, CourseHours
from people.models import Category, Organisation, Person, User
from tests.factories import people as make
from training.models import Attendance, Edition, Enrolment, Session

LONG_AGO = date(2010, 1, 1)
_numbers = count(1)
_codes = count(1)


def programme(
    *categories: Category, courses: tuple[Course, ...] = (), rule: Any = True, **fields: Any
) -> Programme:
    """A programme asked of those categories; with a rule for ever (36 months), fields of one, or none."""
    code = fields.pop("code", f"programme-{next(_codes)}")
    name = {"en": f"Programme {code}", "ro": f"Programul {code}"}
    values = {"jurisdiction": make.jurisdiction(), "code": code, "name": name, **fields}
    made = Programme.objects.create(**values)
    made.categories.add(*categories)
    made.courses.add(*courses)
    if rule:
        rule_version(made, **(rule if isinstance(rule, dict) else {}))
    return made


def rule_version(
    of: Programme, since: date = LONG_AGO, until: date | None = None, **fields: Any
) -> RuleVersion:
    """A rule version; 36 months unless said otherwise."""
    if "validity" not in fields:
        fields.setdefault("validity_months", 36)
        fields["validity"] = RuleVersion.Validity.MONTHS
    basis = {"en": "Act 1/2010", "ro": "Legea 1/2010"}
    return RuleVersion.objects.create(
        programme=of, effective_from=since, effective_to=until, **{"legal_basis": basis, **fields}
    )


def requirement(of: RuleVersion, code: str = "hours", **fields: Any) -> Requirement:
    """Something the version asks: ten hours of any kind, once, before the first certificate, unless said otherwise."""
    counts = fields.pop("counts", ())
    if not {"minutes", "count", "unknown"} & set(fields):
        fields["minutes"] = 600
    values = {"kind": "any", "period": "once", **fields}
    regular = values["period"] in ("calendar_year", "rolling_months", "unknown")
    values.setdefault("path", "both" if regular else "first")
    made = Requirement.objects.create(version=of, code=code, **values)
    for equal in counts:
        Equivalence.objects.create(requirement=made, **equal)
    return made


def circumstance(
    who: Person, since: date, until: date | None = None, condition: str = "child-placed"
) -> Circumstance:
    """From when to when a condition holds."""
    return Circumstance.objects.create(person=who, condition=condition, since=since, until=until)


def line(who: Person, on: date, minutes: int = 600, **fields: Any) -> HoursEntry:
    """A line of the ledger; below zero it corrects."""
    source = "session" if minutes > 0 else "correction"
    values = {"kind": "theory", "source": source, "reference": f"test:{next(_codes)}", **fields}
    return HoursEntry.objects.create(person=who, on=on, minutes=minutes, **values)


def authority(organisation: Organisation, prefix: str = "", **fields: Any) -> Authority:
    """An issuing authority; made if missing."""
    values = {"prefix": prefix or f"T{organisation.pk}", **fields}
    made, is_new = Authority.objects.get_or_create(organisation=organisation, defaults=values)
    if is_new:
        post = {"en": "Director", "ro": "Director general"}
        Signatory.objects.create(authority=made, place=1, name="Maria Radu", post=post)
    return made


def certificate(
    holder: Person,
    of: Programme,
    *,
    issuer: Organisation | Authority | None = None,
    valid_from: date = date(2024, 3, 1),
    valid_until: date | None = None,
    content: bool = True,
    words: bool = False,
    **fields: Any,
) -> Certificate:
    """A certificate as a row, without its file; with `words` its content is whole and bears its fingerprint."""
    signs = (
        issuer
        if isinstance(issuer, Authority)
        else authority(issuer or holder.memberships.first().organisation)
    )
    serial = fields.pop("serial", None) or next(_numbers) + 50_000
    values = {
        "number": f"{signs.prefix}/{valid_from.year}/{serial:05d}", "authority": signs, "year": valid_from.year,
        "serial": serial, "person": holder, "programme": of, "rule_version": of.versions.published().first(),
        "course_key": "00000000-0000-0000-0000-000000000001", "language": "ro", "issued_on": valid_from,
        "valid_from": valid_from, "valid_until": valid_until, "name_salt": "0" * 32,
        "name_proof": sha256(b"").hexdigest(), "content_sha256": sha256(b"").hexdigest(), **fields,
    }  # fmt: skip
    said: dict[str, Any] = {}
    if words:
        values.setdefault("token", verification_token())
        said = said_by(values, holder, of)
        values["content_sha256"] = fingerprint(said)
    made = Certificate.objects.create(**values)
    if content:
        CertificateContent.objects.create(
            certificate=made, holder_name=holder.formal_name, snapshot=said
        )
    return made


def said_by(values: dict[str, Any], holder: Person, of: Programme) -> dict[str, Any]:
    """What such a certificate says, in as few words as it can."""
    begins, until = values["valid_from"], values["valid_until"]
    return {
        "language": values["language"],
        "title": "Certificat",
        "number": values["number"],
        "verify_url": f"{settings.SITE_URL}/v/{values['token']}/",
        "authority": str(values["authority"].organisation),
        "holder": holder.formal_name,
        "course": {"key": values["course_key"], "title": "Primii pași"},
        "programme": {"code": of.code, "name": str(of.name)},
        "category": "",
        "hours": [],
        "period": None,
        "result": "Absolvit",
        "legal_basis": "Legea 1/2010",
        "issued_on": {"day": begins.isoformat(), "text": begins.isoformat()},
        "valid_from": {"day": begins.isoformat(), "text": begins.isoformat()},
        "valid_until": {"day": until.isoformat() if until else None, "text": ""},
    }


def event(
    of: Certificate, kind: str, on: date, reason: str = "Because of a test", **fields: Any
) -> CertificateEvent:
    """Something that happened to a certificate."""
    return CertificateEvent.objects.create(
        certificate=of, kind=kind, on=on, reason=reason, **fields
    )


def batch(
    of: Edition, issuer: Authority, places: list[Enrolment], under: Programme, by: User
) -> IssueBatch:
    """An issue that is under way, with those people in it whatever they have earned."""
    made = IssueBatch.objects.create(edition=of, authority=issuer, status="running", by=by.pk)
    IssueItem.objects.bulk_create(
        IssueItem(batch=made, enrolment=place, programme=under) for place in places
    )
    return made


def logo_png(colour: str = "navy") -> bytes:
    """A picture to upload."""
    out = io.BytesIO()
    Image.new("RGB", (300, 100), colour).save(out, "PNG")
    return out.getvalue()


def last_number(of: Authority, year: int) -> int:
    """The last number of a series; 0 where it has not begun."""
    series = NumberSeries.objects.filter(authority=of, year=year).first()
    return series.last if series else 0


def course(title: str = "", *, language: str = "en", **fields: Any) -> Course:
    """A live course under the root page, without lessons or test."""
    number = next(_codes)
    locale = Locale.objects.get_or_create(language_code=language)[0]
    page = Course(
        title=title or f"Course {number}",
        slug=f"course-{number}",
        summary="For tests",
        locale=locale,
        **fields,
    )
    return Page.objects.get(depth=1).add_child(instance=page)


def edition(of: Course, organiser: Organisation, **fields: Any) -> Edition:
    """A running edition without sessions."""
    values = {"language": "ro", "capacity": 20, "status": Edition.Status.RUNNING, **fields}
    return Edition.objects.create(course=of, organiser=organiser, **values)


def session(of: Edition, starts: datetime, minutes: int = 120, **fields: Any) -> Session:
    """A session of so many minutes."""
    values = {"time_zone": "Europe/Bucharest", **fields}
    made = Session.objects.create(
        edition=of, starts=starts, ends=starts + timedelta(minutes=minutes), **values
    )
    of.starts, of.ends = (
        min(filter(None, (of.starts, made.starts))),
        max(filter(None, (of.ends, made.ends))),
    )
    of.save()
    return made


def enrolment(of: Edition, who: Person, status: str = "confirmed", **fields: Any) -> Enrolment:
    """A place in an edition."""
    values = {"code": f"C{next(_codes):09d}", **fields}
    if status == Enrolment.Status.OFFERED:
        values.setdefault("offer_until", timezone.now())
    return Enrolment.objects.create(edition=of, person=who, status=status, **values)


def present(where: Session, who: Enrolment, minutes: int | None = None) -> Attendance:
    """A mark on the roll: there for so many minutes, else for all of them."""
    mark = Attendance.Mark.PRESENT if minutes is None or minutes else Attendance.Mark.ABSENT
    number = where.minutes if minutes is None else minutes
    values = {"mark": mark, "minutes": number}
    return Attendance.objects.update_or_create(session=where, enrolment=who, defaults=values)[0]


def course_hours(**fields: Any) -> CourseHours:
    """A line of a course's hours, not yet stored."""
    return CourseHours(**fields)
