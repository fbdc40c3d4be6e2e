"""seed_demo: the same at every load, and all that is promised of it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from certification.models import Certificate, CertificateEvent, Programme
from certification.queries import Filters, standing_counts
from courses.models import Course, Lesson, Test
from people.models import Membership, Organisation, Person, User
from tests.people.test_second_factor import app_code
from training.models import Attendance, Edition, Enrolment

pytestmark = pytest.mark.slow
WHO = ("person__family_name", "person__given_name", "person__phone")
# What stands in the rows, without running numbers and secret codes, which are new at every load.
ROWS = {
    Person: (
        "family_name", "given_name", "patronymic", "latin_name", "language", "region__code", "phone", "verified_on",
    ),
    Membership: (*WHO, "organisation__code", "role", "since"),
    Edition: ("course__slug", "organiser__code", "title", "status", "capacity", "starts", "ends"),
    Enrolment: (*WHO, "edition__starts", "edition__course__slug", "status", "queued_at", "completed_on"),
    Attendance: ("session__starts", "enrolment__person__family_name", "enrolment__person__phone", "mark", "minutes"),
    Certificate: (*WHO, "number", "valid_from", "valid_until"),
    CertificateEvent: ("certificate__number", "kind", "on", "reason"),
}  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """The demo of this test run, and what another load of it would have been."""

    prints: dict[str, tuple[int, str]]
    again: dict[str, tuple[int, str]]
    json: dict
    file: Path


def prints() -> dict[str, tuple[int, str]]:
    """Of each table: how many rows, and a digest of what stands in them."""
    found = {}
    for model, fields in ROWS.items():
        rows = sorted(map(str, model.objects.values_list(*fields)))
        digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        found[model.__name__] = (len(rows), digest)
    return found


def load() -> None:
    call_command("seed_demo", stdout=StringIO())


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Loaded]:
    """Loaded twice from nothing; the second stays until the tests here are done."""
    folder = tmp_path_factory.mktemp("demo")
    told = override_settings(DEMO=True, DATA_DIR=folder, MAIL_FOLDER=str(folder))
    with django_db_blocker.unblock(), told:
        with transaction.atomic():
            load()
            first = prints()
            transaction.set_rollback(True)
        with transaction.atomic():
            load()
            file = folder / "demo.json"
            yield Loaded(first, prints(), json.loads(file.read_text()), file)
            transaction.set_rollback(True)


@pytest.fixture
def db_open(demo: Loaded, django_db_blocker) -> Iterator[Loaded]:
    """The demo with a database that a test may ask; what the test writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo
        transaction.set_rollback(True)


def opened(url: str):
    """What the site answers at an address that demo.json names."""
    return Client(headers={"host": "localhost", "accept-language": "en"}).get(
        urlsplit(url).path, follow=True
    )


def test_it_is_the_same_at_every_load(demo: Loaded) -> None:
    assert demo.prints == demo.again
    assert all(count for count, _digest in demo.prints.values())


def test_loaded_again_it_changes_nothing(db_open: Loaded) -> None:
    load()
    assert prints() == db_open.again
    assert json.loads(db_open.file.read_text()) == db_open.json


@pytest.mark.django_db
def test_without_demo_no_published_password_gets_in(settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="published passwords"):
        load()
    assert not User.objects.exists()


def test_three_counties_with_three_hundred_carers(db_open: Loaded) -> None:
    carers = Person.objects.filter(user__isnull=True)
    assert carers.count() >= 300
    counties = Counter(carers.values_list("region__code", flat=True))
    assert len(counties) == 3
    assert min(counties.values()) >= 90
    for code in counties:
        directorate = Organisation.objects.get(kind="directorate", covers__code=code)
        below = Counter(directorate.get_descendants().values_list("kind", flat=True))
        assert below["town_hall"] >= 2
        assert below["centre"] >= 1


def test_somebody_is_in_every_standing(db_open: Loaded) -> None:
    overseer = User.objects.get(email="overseer@demo.example")
    today = timezone.localdate()
    found = standing_counts(overseer, Filters(at=today))
    assert min(found[state] for state in ("valid", "expiring", "expired", "never")) > 0
    assert [state for state, count in found.items() if not count] == []


def test_twelve_editions_past_running_and_coming(db_open: Loaded) -> None:
    now = timezone.now()
    editions = Edition.objects.all()
    assert editions.count() == 12
    assert editions.filter(ends__lt=now, status="done").count() >= 3
    assert editions.filter(starts__lt=now, ends__gt=now, status="running").count() >= 2
    assert editions.filter(starts__gt=now, status="open").count() >= 3


def test_three_courses_one_whole_in_five_languages(db_open: Loaded) -> None:
    courses = Course.objects.live()
    assert courses.filter(locale__language_code="ro").count() == 3
    whole = []
    for course in courses.filter(locale__language_code="ro"):
        same = courses.filter(translation_key=course.translation_key)
        content = {
            one.locale.language_code: (
                Lesson.objects.live().descendant_of(one).count(),
                Test.objects.live().descendant_of(one).count(),
            )
            for one in same
        }
        if len(content) == 5 and len(set(content.values())) == 1 and all(content["ro"]):
            whole.append(course.slug)
    assert whole
    assert Programme.objects.filter(courses__in=courses).exists()


def test_the_file_names_a_log_in_of_each_role_that_works(db_open: Loaded) -> None:
    accounts = db_open.json["accounts"]
    of_counties = Counter((one["role"], one["county"]) for one in accounts)
    two = ("learner", "trainer", "coordinator", "nominator", "officer")
    assert all(of_counties[role, county] for role in two for county in ("Timiș", "Cluj"))
    roles = {one["role"] for one in accounts}
    assert roles >= {"quality", "overseer", "editor", "administrator"}
    for one in accounts:
        user = User.objects.get(email=one["email"])
        assert user.person.memberships.filter(role=one["role"]).exists()
        assert bool(one["password"]) == bool(one["totp_secret"]) == (one["role"] != "learner")
        if one["password"]:
            assert user.check_password(one["password"])
            factor = TOTP(Authenticator.objects.get(user=user, type="totp"))
            assert factor.validate_code(app_code(one["totp_secret"])), one["email"]


def test_the_addresses_of_the_file_answer(db_open: Loaded) -> None:
    told = db_open.json
    assert set(told) >= {"url", "mailbox", "accounts", "certificates", "feeds", "api"}
    said = {}
    for state, url in told["certificates"].items():
        page = opened(url).content.decode()
        found = re.search(
            r'class="status-panel status-panel-(\w+)">.*?<h1>(.*?)</h1>', page, re.DOTALL
        )
        said[state] = found and found.groups()
    assert said == {
        "valid": ("positive", "Valid"),
        "expired": ("negative", "Expired"),
        "revoked": ("negative", "Revoked"),
        "suspended": ("negative", "Suspended"),
    }
    for url in (told["mailbox"], *told["feeds"].values()):
        assert opened(url).status_code == 200, url
    assert b"BEGIN:VEVENT" in opened(told["feeds"]["public"]).content
