"""Standing of a whole country: 100,000 people with 1,000,000 lines of hours; one county, all of it, a past day.

The measured county has 2,000 people whatever the country's size, so that its cost shows whether it grows with the rest.
The programme asks three things each year of whoever has a child placed, and keeps the former rule for some.
"""

import re
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection

from bench import data
from bench.harness import BenchError, Options, show, timed
from certification import queries
from certification import standing_sql as sql
from certification.models import Authority, Programme, Requirement, RuleVersion
from certification.queries import Filters
from config.demo import institutions
from courses.models import Topic
from people.access import grants_of
from people.models import Category, Membership, Organisation, Person, User
from people.permissions import Permission
from tools.say import VAR

SMALL, LARGE = 10_000, 100_000
COUNTY, LINES = 2_000, 10
CODE = "bench.standing"
TODAY, PAST = date(2026, 11, 2), date(2025, 2, 28)

# Each statement writes one table. Lines of hours are written year by year, so that those of a person lie far apart.
PEOPLE = """
INSERT INTO people_person (family_name, given_name, patronymic, latin_name, email, phone, language, region_id, locality,
  postal_address, created_at)
SELECT 'Popescu' || n, 'Ana', '', '', '', '', 'ro', %(region)s, '', '', now() FROM generate_series(1, %(people)s) n
"""
MEMBERSHIPS = """
INSERT INTO people_membership (person_id, organisation_id, role, since)
SELECT p.id, CASE WHEN row_number() OVER (ORDER BY p.id) <= %(county)s THEN %(first)s
  ELSE (%(others)s::bigint[])[1 + p.id %% array_length(%(others)s::bigint[], 1)] END, 'learner', '2015-01-01'
FROM people_person p WHERE p.given_name = 'Ana'
"""
CATEGORIES = """
INSERT INTO people_personcategory (person_id, category_id, since)
SELECT id, %(category)s, '2015-01-01' FROM people_person WHERE given_name = 'Ana'
"""
CERTIFICATES = """
INSERT INTO certification_certificate (number, token, authority_id, year, serial, person_id, programme_id,
  rule_version_id, course_key, language, issued_on, valid_from, valid_until, name_salt, name_proof, content_sha256,
  issued_at)
SELECT 'B/' || p.id, 'standing' || p.id, %(authority)s, 2026, p.id, p.id, %(programme)s, %(version)s,
  '00000000-0000-0000-0000-000000000001', 'ro', days.day, days.day, days.day + 1461, repeat('0', 32), repeat('0', 64),
  repeat('0', 64), now()
FROM people_person p CROSS JOIN LATERAL (SELECT date '2021-06-01' + (p.id * 7919 %% 1700)::int AS day) days
WHERE p.given_name = 'Ana' AND p.id %% 10 <> 0
"""
EVENTS = """
INSERT INTO certification_certificateevent (certificate_id, kind, "on", reason, at, next_review)
SELECT id, CASE WHEN id %% 40 = 0 THEN 'revoked' ELSE 'reviewed' END, date '2025-01-15' + (id %% 700)::int,
  'Because of a bench', now(), CASE WHEN id %% 40 <> 0 THEN date '2028-01-15' END
FROM certification_certificate WHERE id %% 8 = 0
"""
CIRCUMSTANCES = """
INSERT INTO certification_circumstance (person_id, condition, since, recorded_at)
SELECT id, 'child-placed', date '2022-01-01' + (id * 31 %% 1200)::int, now()
FROM people_person WHERE given_name = 'Ana' AND id %% 10 < 6
"""
HOURS = """
INSERT INTO certification_hoursentry (person_id, "on", minutes, kind, topic_id, source, reference, note, recorded_at)
SELECT p.id, date '2023-01-01' + (line * 140 + p.id * 13 %% 130)::int, 240 + (p.id %% 5) * 60,
  CASE WHEN line %% 3 = 0 THEN 'supervision' ELSE 'theory' END,
  CASE WHEN line %% 3 = 0 THEN (%(topics)s::bigint[])[1 + (p.id + line) %% 2] END, 'session',
  'bench:' || p.id || ':' || line, '', now()
FROM generate_series(1, %(lines)s) line, people_person p WHERE p.given_name = 'Ana'
"""


def fill(scale: int) -> None:
    """A country of `scale` times ten thousand people."""
    jurisdiction, _counties = institutions.build()
    asked = programme(jurisdiction)
    homes = list(Organisation.objects.filter(kind="directorate").order_by("path"))
    with connection.cursor() as cursor:
        for statement in (
            PEOPLE,
            MEMBERSHIPS,
            CATEGORIES,
            CERTIFICATES,
            EVENTS,
            CIRCUMSTANCES,
            HOURS,
        ):
            cursor.execute(
                statement,
                {
                    "people": SMALL * scale, "county": COUNTY, "lines": LINES, "region": None,
                    "first": homes[0].pk, "others": [home.pk for home in homes[1:]],
                    "category": asked.categories.get().pk, "programme": asked.pk,
                    "version": asked.versions.order_by("effective_from")[0].pk,
                    "authority": Authority.objects.order_by("pk")[0].pk,
                    "topics": list(Topic.objects.filter(code__startswith="supervision-").values_list("pk", flat=True)),
                },
            )  # fmt: skip
    reader(homes[0], "officer")
    reader(Organisation.objects.filter(depth=1).order_by("path")[0], "overseer")


def programme(jurisdiction: Any) -> Programme:
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


def reader(home: Organisation, role: str) -> None:
    """Somebody with that role there, and with the second factor that it asks for."""
    who = Person.objects.create(family_name=role, given_name="Bench", language="ro")
    Membership.objects.create(person=who, organisation=home, role=role, since=date(2015, 1, 1))
    user = User.objects.create_user(email=f"{role}@example.org", person=who)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "bench"})


Work = Callable[[], object]


def run(options: Options) -> None:
    """Counts of all states and the first page, for one county, the country and a past day; then the plans."""
    times: dict[str, list[float]] = {}
    plans = VAR / "bench"
    plans.mkdir(parents=True, exist_ok=True)
    try:
        for people in (SMALL, LARGE):
            data.prepared("standing", fill, options.scale * people // SMALL)
            _look(people)
            for name, work in _works().items():
                times.setdefault(name, []).append(_clock(work, options.rounds))
            for name, (filters, role) in _questions().items():
                file = plans / f"standing-{people}-{name.replace(' ', '-')}.txt"
                file.write_text("\n".join(_plan(filters, role)))
    finally:
        data.stop()
    rows = [[name, small, large, large / small] for name, (small, large) in times.items()]
    heads = ["clock ms", f"{SMALL:,} people", f"{LARGE:,} people", "grows by"]
    show(f"Standing: {LARGE:,} people, {LARGE * LINES:,} lines of hours", heads, rows)
    print(f"\nPlans with buffers: {plans}/standing-*.txt")


def _questions() -> dict[str, tuple[Filters, str]]:
    programme = Programme.objects.get(code=CODE).pk
    return {
        "one county": (Filters(at=TODAY, programme=programme), "officer"),
        "one county, a past day": (Filters(at=PAST, programme=programme), "officer"),
        "the country": (Filters(at=TODAY, programme=programme), "overseer"),
        "the country, a past day": (Filters(at=PAST, programme=programme), "overseer"),
    }


def _works() -> dict[str, Work]:
    found: dict[str, Work] = {}
    for name, (filters, role) in _questions().items():
        user = User.objects.get(email=f"{role}@example.org")
        grants_of(user)  # read once a request, not once a list
        found[f"{name}: counts"] = lambda u=user, f=filters: queries.standing_counts(u, f)
        if role == "officer":
            found[f"{name}: first page"] = lambda u=user, f=filters: queries.standing_rows(
                u, f, limit=50
            )
    person = Person.objects.filter(given_name="Ana", certificates__isnull=False).order_by("pk")[0]
    programme = Programme.objects.get(code=CODE)
    found["one person, every requirement"] = lambda: queries.standing(person, programme, TODAY)
    return found


def _look(people: int) -> None:
    """The data are what they are said to be: enough people, and states of every kind that the law makes."""
    filters, role = _questions()["the country"]
    counts = queries.standing_counts(User.objects.get(email=f"{role}@example.org"), filters)
    kinds = {state for state, number in counts.items() if number}
    if (
        sum(counts.values()) < people
        or not {"valid", "review_due", "in_grace", "expired", "revoked", "never"} <= kinds
    ):
        raise BenchError(f"The data are not what the bench says: {counts}")


def _clock(work: Work, rounds: int) -> float:
    work()
    return median(timed(work)[1] for _ in range(rounds))


def _plan(filters: Filters, role: str) -> list[str]:
    user = User.objects.get(email=f"{role}@example.org")
    text, values = queries.statement(sql.COUNTS, user, filters, Permission.VIEW_STANDING)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {text}", values)
        return [re.sub(r"\s+$", "", line) for (line,) in cursor.fetchall()]
