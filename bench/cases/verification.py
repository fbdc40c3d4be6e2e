"""Scanning the code of a certificate: 100,000 certificates, three of ten codes unknown, some revoked or expired."""

import json
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import data, servers
from bench.cases import floor
from bench.harness import Options
from bench.servers import Case, Request
from bench.visitors import anybody
from certification.content import canonical, name_proof
from certification.models import Authority, Programme, RuleVersion
from config.demo import institutions, names, pages, programmes
from people.models import Organisation, Person

CERTIFICATES = 100_000
UNKNOWN = 3  # of ten
HOLDERS = 1_000
CHUNK = 5_000  # rows in memory at a time
SALT = "5" * 32
FILES = """
INSERT INTO certification_certificatedocument (certificate_id, pdf, sha256, sealed_with, made_at)
SELECT id, 'certificates/' || token || '.pdf', content_sha256, 'bench', now() FROM certification_certificate
"""
REVOKED = """
INSERT INTO certification_certificateevent (certificate_id, kind, "on", reason, at)
SELECT id, 'revoked', CURRENT_DATE - 5, 'Because of a bench', now() FROM certification_certificate WHERE id % 10 = 0
"""
COLUMNS = (
    "id", "number", "token", "authority_id", "year", "serial", "person_id", "programme_id", "rule_version_id",
    "course_key", "language", "issued_on", "valid_from", "valid_until", "name_salt", "name_proof",
    "content_sha256", "issued_at",
)  # fmt: skip


def token(number: int) -> str:
    """The code of the n-th certificate: as long as a real one."""
    return f"bench{number:017d}"


def fill(scale: int) -> None:
    """The certificates as rows, each with the content that its fingerprint is of; every tenth expired or revoked."""
    jurisdiction, _counties = institutions.build()
    programmes.build(jurisdiction, pages.write(["ro"]))
    people = [
        Person(family_name=names.FAMILY[n % len(names.FAMILY)], given_name="Ana", language="ro")
        for n in range(HOLDERS)
    ]
    Person.objects.bulk_create(people)
    version = RuleVersion.objects.order_by("pk").first()
    assert version
    organisation = Organisation.objects.filter(kind="directorate").order_by("path").first()
    assert organisation
    signs = Authority.objects.get_or_create(organisation=organisation, defaults={"prefix": "B"})[0]
    number = CERTIFICATES * scale
    for first in range(1, number + 1, CHUNK):
        last = min(first + CHUNK, number + 1)
        _write([_row(n, people, version, signs) for n in range(first, last)])
    with connection.cursor() as cursor:
        cursor.execute(FILES)
        cursor.execute(REVOKED)


def _row(number: int, people: list[Person], version: RuleVersion, signs: Authority) -> Any:
    holder, programme = people[number % HOLDERS], version.programme
    said = _said(number, holder, programme)
    first = date(2026, 1, 5)
    until = timezone.localdate() + timedelta(days=-1 if number % 10 == 5 else 400)
    own = (
        number, said["number"], token(number), signs.pk, 2026, number, holder.pk, programme.pk, version.pk,
        "00000000-0000-0000-0000-000000000001", "ro", first, first, until, SALT,
        name_proof(holder.family_name, SALT), sha256(canonical(said)).hexdigest(), timezone.now(),
    )  # fmt: skip
    return own, (number, holder.formal_name, json.dumps(said))


def _said(number: int, holder: Person, programme: Programme) -> dict[str, Any]:
    """As long as what a certificate says."""
    line = {"kind": "theory", "label": "Teorie", "minutes": 600, "text": "10 h"}
    return {
        "format": 1, "language": "ro", "number": f"B/2026/{number:05d}", "token": token(number),
        "verify_url": f"https://example.org/v/{token(number)}/", "title": "Certificat",
        "authority": "Direcția de probă", "holder": holder.formal_name,
        "course": {"key": "00000000-0000-0000-0000-000000000001", "title": "Formare inițială"},
        "programme": {"code": programme.code, "name": str(programme.name)},
        "category": "Asistent maternal", "hours": [line, {**line, "kind": "practice"}],
        "period": {"from": "2026-01-05", "to": "2026-01-06", "text": "5–6 ianuarie 2026"},
        "result": "Test promovat cu 90 %", "legal_basis": "Legea 1/2010", "rule_from": "2020-01-01",
        "issued_on": {"day": "2026-01-05", "text": "5 ianuarie 2026"},
        "valid_from": {"day": "2026-01-05", "text": "5 ianuarie 2026"},
        "valid_until": {"day": "2027-01-05", "text": "5 ianuarie 2027"}, "review_due": None,
        "signatories": [{"name": "Maria Radu", "post": "Director general"}],
        "labels": dict.fromkeys("abcdefghijkl", "Eticheta rândului"),
        "verify_hint": "Scanați codul sau scrieți adresa.", "seal_note": "Document cu sigiliu electronic.",
    }  # fmt: skip


def _write(rows: list[Any]) -> None:
    """Through COPY: a hundred thousand rows in seconds."""
    tables = (
        f"COPY certification_certificate ({', '.join(COLUMNS)}) FROM STDIN",
        "COPY certification_certificatecontent (certificate_id, holder_name, snapshot) FROM STDIN",
    )
    with connection.cursor() as cursor:
        for place, statement in enumerate(tables):
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row[place])


def codes(known: int) -> list[Request]:
    """What is scanned: the same at every run, three of ten never issued."""
    chance = Random(7)
    return [
        Request(f"/ro/verify/{token(known + 1 + number)}/", expect=404)
        if number % 10 < UNKNOWN
        else Request(f"/ro/verify/{token(chance.randint(1, known))}/")
        for number in range(10_000)
    ]


def run(options: Options) -> None:
    """Known and unknown codes mixed; then each alone."""
    known = CERTIFICATES * options.scale
    database = data.prepared("verification", fill, options.scale)
    mixed = codes(known)
    good = list(islice((r for r in mixed if r.expect == 200), 1000))
    bad = list(islice((r for r in mixed if r.expect == 404), 1000))
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving("bench.stock:application", database, BENCH_STOCK="1") as stock,
            servers.serving("config.wsgi:application", database) as (port, pid),
        ):
            plain = Case("the same, startproject's middleware", *stock, lambda n: Request("/floor"))
            cases = [lowest, plain]
            for name, requests in (("verification", mixed), ("known", good), ("unknown", bad)):
                queries = anybody().queries(requests[0])
                cases.append(
                    Case(name, port, pid, lambda n, r=requests: r[n % len(r)], None, queries)
                )
            servers.measure(cases, database, options)
        servers.report(f"Verification of {known} certificates; the goal is 3 × floor", cases)
    finally:
        data.stop()
