"""A certificate that was extended answers so to everybody who checks it, from its first day on and not a day longer."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from certification import file_check, register, verification
from certification.actions import documents, events, reliefs
from certification.actions.certificates import issue
from certification.bulk_check import check
from certification.models import Certificate, Relief
from certification.queries import standing
from certification.verification import Verdict
from formats.sheets import write_csv
from tests.cast import Cast
from tests.factories import evidence as elsewhere
from tests.factories import people as make

from .conftest import Training

D = date
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
END, LATER = D(2029, 3, 9), D(2029, 9, 9)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    assert made.valid_until == END
    return made


def extend(certificate: Certificate, **fields) -> Relief:
    return elsewhere.relief(
        certificate.person,
        certificate.programme,
        kind="extension",
        certificate=certificate,
        **{"since": D(2029, 2, 1), "until": LATER, **fields},
    )


def answer(certificate: Certificate, on: date) -> verification.Finding:
    entry = register.by_token(certificate.token)
    assert entry is not None
    return verification.examine(entry, on)


SIDES = [
    # the day             verdict     until
    (D(2029, 1, 31), "valid", END),  # nobody could know yet
    (D(2029, 2, 1), "valid", LATER),
    (END, "valid", LATER),
    (END + timedelta(days=1), "valid", LATER),
    (LATER, "valid", LATER),
    (LATER + timedelta(days=1), "expired", LATER),
]


@pytest.mark.parametrize(("on", "verdict", "until"), SIDES, ids=[str(row[0]) for row in SIDES])
def test_on_each_side_of_its_days_as_the_standing_says(
    certificate: Certificate, on: date, verdict: str, until: date
) -> None:
    extend(certificate)
    found = answer(certificate, on)
    assert (found.verdict, found.valid_until) == (verdict, until)
    held = standing(certificate.person, certificate.programme, on)
    assert (held.is_good, held.valid_until) == (verdict == "valid", until)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "asked"},
        {"status": "refused"},
        {"status": "withdrawn"},
        {"ended_on": END + timedelta(days=1), "answer": "x"},
    ],
    ids=["only asked", "refused", "taken back", "ended early"],
)
def test_what_nobody_confirmed_or_somebody_ended_extends_nothing(
    certificate: Certificate, fields: dict
) -> None:
    extend(certificate, **fields)
    found = answer(certificate, END + timedelta(days=1))
    assert (found.verdict, found.valid_until) == (Verdict.EXPIRED, END)
    assert "9 September" not in str(found.facts)


def test_another_ones_extension_is_not_its_own(
    certificate: Certificate, cast: Cast, training: Training
) -> None:
    other = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    extend(other)
    day = END + timedelta(days=1)
    assert answer(certificate, day).verdict == Verdict.EXPIRED
    assert answer(other, day).verdict == Verdict.VALID


def test_the_longest_of_several_counts_and_a_revocation_ends_all(certificate: Certificate) -> None:
    extend(certificate)
    extend(certificate, until=LATER + timedelta(days=10))
    day = LATER + timedelta(days=10)
    assert answer(certificate, day).verdict == Verdict.VALID
    events.revoke(certificate=certificate, by=None, reason="Fals")
    assert answer(certificate, day).verdict == Verdict.REVOKED


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_the_page_says_both_days_in_every_language_by_code_and_by_number(
    certificate: Certificate, clock, language: str
) -> None:
    extend(certificate)
    clock.move_to(datetime(2029, 6, 1, 9, tzinfo=UTC))
    with translation.override(language):
        label = f"<dt>{gettext('Extended until')}</dt>"
        title = f"<h1>{Verdict.VALID.label}</h1>"
        code = Client().get(reverse("certification:verify-token", args=[certificate.token]))
        typed = Client().post(
            reverse("certification:verify"),
            {"number": certificate.number, "family_name": "Turcanu"},
        )
    for found in (code, typed):
        text = found.content.decode()
        assert title in text and label in text and "status-panel-positive" in text
        assert text.count("2029") >= 3, "its own last day, the later one, and that of the sentence"


def test_of_one_that_was_never_extended_the_page_says_nothing_of_it(
    certificate: Certificate,
) -> None:
    text = Client().get(f"/en/verify/{certificate.token}/").content.decode()
    assert "<h1>Valid</h1>" in text and "Extended until" not in text


def test_the_file_dragged_onto_the_page_counts_as_long(certificate: Certificate, clock) -> None:
    with documents.make(certificate=certificate).pdf.open("rb") as file:
        pdf = file.read()
    credential = document_json(certificate)
    extend(certificate)
    clock.move_to(datetime(2029, 6, 1, 9, tzinfo=UTC))
    for data in (pdf, credential):
        found = file_check.examine_file(data)
        assert found.verdict == Verdict.VALID, [(c.text, c.result) for c in found.checks]
        assert "failed" not in {one.result for one in found.checks}
    clock.move_to(datetime(2029, 9, 10, 9, tzinfo=UTC))
    assert file_check.examine_file(pdf).verdict == Verdict.EXPIRED


def document_json(certificate: Certificate) -> bytes:
    address = f"/en/verify/{certificate.token}/credential.json"
    data = Client().get(address).content
    assert json.loads(data)["validUntil"].startswith("2029-03-09")
    return data


def test_a_list_of_an_employer_says_the_later_day(certificate: Certificate) -> None:
    extend(certificate)
    data = write_csv(["Number", "Family name"], [[certificate.number, "Țurcanu"]])
    allowed = {"may_go_on": lambda: True, "missed": lambda: None}
    (line,) = check("lista.csv", data, D(2029, 6, 1), **allowed)
    assert line.finding and (line.finding.verdict, line.finding.valid_until) == ("valid", LATER)


def test_from_the_request_to_the_answer(certificate: Certificate, cast: Cast, clock) -> None:
    """Asked by one, confirmed by another: not before that does the public answer change."""
    clock.move_to(datetime(2029, 3, 12, 9, tzinfo=UTC))
    made = reliefs.ask(
        by=cast.ion,
        person=certificate.person,
        programme=certificate.programme,
        kind="extension",
        since=END,
        until=LATER,
        reason="no_course",
        document="Decizia 7 din 1 martie 2029",
        certificate=certificate,
    )
    assert "<h1>Expired</h1>" in public(certificate)
    reliefs.confirm(by=make.staff(cast.timis, "officer", "Doina", "Dan"), relief=made)
    assert "<h1>Valid</h1>" in public(certificate)
    said = public(certificate)
    assert "Decizia 7" not in said and "course was offered" not in said, "why stays inside"


def public(certificate: Certificate) -> str:
    return Client().get(f"/en/verify/{certificate.token}/").content.decode()
