"""A country for board and standing: for each person three certificates and ten lines of hours, written set by set.

The measured county has 5,000 people whatever the country's size, so that its cost shows whether it grows with the rest.
Its people are spread over the tables as they would be after years; all others live in the other counties.
The programme asks three things each year of whoever has a child placed, and keeps the former rule for some.
"""

import sys
import time
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection

from bench.data import in_bulk
from certification.actions import periods
from certification.models import Authority, Programme, Requirement, RuleVersion
from config.demo import institutions
from config.demo.names import FAMILY, GIVEN
from courses.models import Topic
from people.models import Category, Jurisdiction, Membership, Organisation, Person, Region, User

SMALL = 10_000
CODE = "bench"
COUNTY, CERTIFICATES_EACH, LINES = 5_000, 3, 10
TABLES = (
    "people_person", "people_membership", "people_personcategory", "certification_certificate",
    "certification_certificateevent", "certification_circumstance", "certification_hoursentry",
)  # fmt: skip

PEOPLE = """
INSERT INTO people_person (family_name, given_name, patronymic, latin_name, email, phone, language, region_id, locality,
  postal_address, created_at)
SELECT (%(family)s::text[])[1 + n %% %(families)s], (%(given)s::text[])[1 + n / %(families)s %% %(givens)s], '', '',
  'b' || n || '@example.org', '', 'ro',
  CASE WHEN n %% %(step)s = 0 THEN %(region)s
    ELSE (%(regions)s::bigint[])[1 + n %% array_length(%(regions)s::bigint[], 1)] END,
  'Satul ' || n %% 60, '', now()
FROM generate_series(1, %(people)s) n
"""
# The measured county's people belong to the institutions of its branch, one in fifty to two of them.
MEMBERSHIPS = """
INSERT INTO people_membership (person_id, organisation_id, role, since, until)
SELECT p.id, CASE WHEN p.n %% %(step)s = 0
    THEN (%(branch)s::bigint[])[1 + (p.n / %(step)s + turn) %% array_length(%(branch)s::bigint[], 1)]
    ELSE (%(others)s::bigint[])[1 + p.n %% array_length(%(others)s::bigint[], 1)] END, 'learner',
  date '2015-01-01', CASE WHEN turn = 0 AND p.n %% 40 = 7 THEN date '2026-03-31' END
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_person WHERE email LIKE 'b%%@example.org') p
CROSS JOIN generate_series(0, 1) turn WHERE turn = 0 OR p.n %% (50 * %(step)s) = 0
"""
CATEGORIES = """
INSERT INTO people_personcategory (person_id, category_id, since)
SELECT id, %(category)s, '2015-01-01' FROM people_person WHERE email LIKE 'b%%@example.org'
"""
# One in ten was never trained; three in ten have a fourth certificate. Four years each, one after the other. What
# somebody has goes by their place among the county's people (each `step`-th of the country), so that the county has
# what the country has.
CERTIFICATES = """
INSERT INTO certification_certificate (number, token, authority_id, year, serial, person_id, programme_id,
  rule_version_id, course_key, language, issued_on, valid_from, valid_until, name_salt, name_proof, content_sha256,
  issued_at)
SELECT 'B-' || turn || '/' || p.id, 'board' || turn || '-' || p.id, %(authority)s, 2000 + turn, p.id, p.id,
  %(programme)s, %(version)s, '00000000-0000-0000-0000-000000000001', 'ro', days.day, days.day, days.day + 1461,
  repeat('0', 32), repeat('0', 64), repeat('0', 64), now()
FROM generate_series(0, 3) turn, people_person p
CROSS JOIN LATERAL (SELECT date '2021-06-01' + (p.id * 7919 %% 1700)::int - 1400 * turn AS day) days
WHERE p.email LIKE 'b%%@example.org' AND CASE p.id / %(step)s %% 10 WHEN 0 THEN FALSE WHEN 1 THEN TRUE
  WHEN 2 THEN TRUE WHEN 3 THEN TRUE ELSE turn < 3 END
"""
EVENTS = """
INSERT INTO certification_certificateevent (certificate_id, kind, "on", reason, at, next_review)
SELECT c.id, CASE WHEN draw.number %% 40 = 0 THEN 'revoked' ELSE 'reviewed' END,
  date '2025-01-15' + draw.number %% 700, 'Because of a bench', now(),
  CASE WHEN draw.number %% 40 <> 0 THEN date '2028-01-15' END
FROM certification_certificate c
CROSS JOIN LATERAL (SELECT (c.person_id * 7919 %% 10007)::int AS number) draw
WHERE draw.number %% 8 = 0 AND c.year = 2000
"""
CIRCUMSTANCES = """
INSERT INTO certification_circumstance (person_id, condition, since, recorded_at)
SELECT id, 'child-placed', date '2022-01-01' + (id * 31 %% 1200)::int, now()
FROM people_person WHERE email LIKE 'b%%@example.org' AND id / %(step)s / 10 %% 10 < 6
"""
# Year by year, so that the lines of a person lie far apart, as they do when a ledger has grown.
HOURS = """
INSERT INTO certification_hoursentry (person_id, "on", minutes, kind, topic_id, source, reference, note, recorded_at)
SELECT p.id, date '2023-01-01' + (line * 140 + p.id * 13 %% 130)::int, 240 + (p.id / %(step)s / 7 %% 5) * 60,
  CASE WHEN line %% 3 = 0 THEN 'supervision' ELSE 'theory' END,
  CASE WHEN line %% 3 = 0 THEN (%(topics)s::bigint[])[1 + (p.id / %(step)s + line) %% 2] END, 'session',
  'board:' || p.id || ':' || line, '', now()
FROM generate_series(1, %(lines)s) line, people_person p WHERE p.email LIKE 'b%%@example.org'
"""


def fill(scale: int) -> None:
    """A country of `scale` times ten thousand people."""
    jurisdiction, counties = institutions.build()
    asked = _programme(jurisdiction)
    mine = counties[0]
    homes = Organisation.objects.filter(kind="directorate").exclude(pk=mine.directorate.pk)
    regions = Region.objects.filter(depth=1, jurisdiction=jurisdiction).exclude(pk=mine.region.pk)
    values: dict[str, Any] = {
        "people": SMALL * scale, "step": SMALL * scale // COUNTY, "lines": LINES, "region": mine.region.pk,
        "regions": list(regions.values_list("pk", flat=True)), "family": list(FAMILY), "families": len(FAMILY),
        "given": list(GIVEN), "givens": len(GIVEN), "others": list(homes.values_list("pk", flat=True)),
        "branch": [mine.directorate.pk, mine.centre.pk, *(hall.pk for hall in mine.town_halls)],
        "category": asked.categories.get().pk, "programme": asked.pk,
        "version": asked.versions.order_by("effective_from")[0].pk,
        "authority": Authority.objects.order_by("pk")[0].pk,
        "topics": list(Topic.objects.filter(code__startswith="supervision-").values_list("pk", flat=True)),
    }  # fmt: skip
    with in_bulk(*TABLES), connection.cursor() as cursor:
        for statement in (
            PEOPLE, MEMBERSHIPS, CATEGORIES, CERTIFICATES, EVENTS, CIRCUMSTANCES, HOURS,
        ):  # fmt: skip
            cursor.execute(statement, values)
    _periods()
    _reader(mine.directorate, "officer")
    _reader(Organisation.objects.filter(depth=1).order_by("path")[0], "overseer")


def _periods() -> None:
    """What the worker does once after an upgrade, and for whoever's records change: how long everybody takes."""
    begun, people = time.monotonic(), 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        while done := periods.refresh():
            people += done
    print(f"periods of {people:,} people: {time.monotonic() - begun:.0f} s", file=sys.stderr)


def _programme(jurisdiction: Jurisdiction) -> Programme:
    """Two versions: three duties a year, and a transition for whoever holds a certificate from before."""
    programme = Programme.objects.create(jurisdiction=jurisdiction, code=CODE, name={"en": "Bench"})
    programme.categories.add(Category.objects.get(code="ro.asistent-maternal"))
    individual, group = Topic.objects.filter(code__startswith="supervision-").order_by("-code")
    change = date(2025, 7, 1)
    for since, until in ((date(2015, 1, 1), change), (change, None)):
        version = RuleVersion.objects.create(
            programme=programme, effective_from=since, effective_to=until, validity="months", validity_months=48,
            legal_basis={"en": "Bench"}, grace_days=60, transition="none" if until else "holders",
            transition_until=None if until else date(2027, 12, 31),
        )  # fmt: skip
        asked = {"version": version, "period": "calendar_year", "condition": "child-placed"}
        Requirement.objects.create(code="hours", kind="any", minutes=600, **asked)
        Requirement.objects.create(
            code="one", kind="supervision", topic=individual, count=1, **asked
        )
        Requirement.objects.create(code="group", kind="supervision", topic=group, count=1, **asked)
    return programme


def _reader(home: Organisation, role: str) -> None:
    """Somebody with that role there, and with the second factor that it asks for."""
    who = Person.objects.create(family_name=role, given_name="Bench", language="ro")
    Membership.objects.create(person=who, organisation=home, role=role, since=date(2015, 1, 1))
    user = User.objects.create_user(email=f"{role}@example.org", person=who)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "bench"})
