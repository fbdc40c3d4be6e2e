"""Keys that were lost or stolen: no longer published, nothing they signed counts, what was issued is signed anew."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import credentials, tasks
from certification.actions import credentials as acting
from certification.actions import events, status_lists
from certification.file_check import examine_file
from certification.models import Certificate, Issuer, IssuerKey
from certification.verification import Verdict
from formats.credential_check import State
from formats.seal import make_development_key
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import people as make

from .conftest import NOW, Training

pytestmark = pytest.mark.usefixtures("clock")


def key_of(certificate: Certificate, kind: str = "key") -> IssuerKey:
    return getattr(Certificate.objects.get(pk=certificate.pk).credential, kind)


def file(certificate: Certificate, kind: str = "credential.json") -> bytes:
    return credentials.file(Certificate.objects.get(pk=certificate.pk), kind)


def pdf(certificate: Certificate) -> bytes:
    with Certificate.objects.get(pk=certificate.pk).document.pdf.open("rb") as opened:
        return opened.read()


def run_jobs(name: str, task) -> int:
    jobs = ProcrastinateJob.objects.filter(task_name=f"certification.{name}", status="todo")
    for args in list(jobs.values_list("args", flat=True)):
        task(**args)
    return len(jobs)


def test_what_it_signed_no_longer_counts_and_the_new_signature_does(
    certificate: Certificate, clock
) -> None:
    old, before = key_of(certificate), file(certificate)
    clock.shift(timedelta(hours=1))
    acting.withdraw(key=old, by=None)
    published = json.dumps(credentials.did_document(Issuer.objects.get()))
    assert old.public not in published
    now = datetime.now(UTC)
    assert credentials.examine(before, now).reason == "key_unknown"
    after = file(certificate)
    assert credentials.examine(after, now).state == State.ACTIVE
    without = (
        {k: v for k, v in json.loads(data).items() if k != "proof"} for data in (before, after)
    )
    assert next(without) == next(without)


def test_the_new_bytes_are_again_the_same_for_ever(certificate: Certificate, clock) -> None:
    acting.withdraw(key=key_of(certificate), by=None)
    first = file(certificate)
    clock.shift(timedelta(days=9))
    acting.rotate(authority=certificate.authority, by=None)
    assert file(certificate) == first
    # The key that came in its place is lost as well.
    acting.withdraw(key=acting.live(key_of(certificate)), by=None)
    assert file(certificate) != first
    assert credentials.examine(file(certificate), datetime.now(UTC)).state == State.ACTIVE


def test_a_withdrawn_key_for_jwt(certificate: Certificate) -> None:
    before = file(certificate, "credential.jwt")
    old = key_of(certificate, "jwt_key")
    acting.withdraw(key=old, by=None)
    assert file(certificate, "credential.jwt") != before
    assert not ProcrastinateJob.objects.filter(task_name="certification.remake_document").exists()


def test_every_pdf_is_made_again_and_the_old_file_goes(
    certificate: Certificate, django_capture_on_commit_callbacks
) -> None:
    name = certificate.document.pdf.name
    acting.withdraw(key=key_of(certificate), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_jobs("remake_document", tasks.remake_document) == 1
    fresh = Certificate.objects.get(pk=certificate.pk).document
    assert fresh.pdf.name != name
    assert default_storage.exists(fresh.pdf.name) and not default_storage.exists(name)
    assert examine_file(pdf(certificate)).verdict == Verdict.VALID


def test_a_file_saved_before_is_neither_green_nor_called_changed(certificate: Certificate) -> None:
    saved = {"pdf": pdf(certificate), "json": file(certificate)}
    acting.withdraw(key=key_of(certificate), by=None)
    run_jobs("remake_document", tasks.remake_document)
    for kind, data in saved.items():
        found = examine_file(data)
        assert found.verdict == Verdict.UNCHECKED, kind
        assert "failed" not in [check.result for check in found.checks]
        assert found.entry.id == certificate.pk


def test_what_the_thief_signs_is_not_what_was_issued(certificate: Certificate) -> None:
    old = key_of(certificate)
    said = {k: v for k, v in json.loads(file(certificate)).items() if k != "proof"}
    acting.withdraw(key=old, by=None)
    forged = credentials.data_integrity.sign(
        {**said, "name": "Certificat fals"}, credentials.issuer_keys.proof_key(old), method=old.method, created=NOW
    )  # fmt: skip
    assert examine_file(json.dumps(forged).encode()).verdict == Verdict.CHANGED


def test_status_lists_are_signed_with_the_key_that_is_in_use(certificate: Certificate) -> None:
    status = certificate.credential.status_list
    status_lists.sign(status=status)
    acting.withdraw(key=key_of(certificate), by=None)
    assert run_jobs("sign_list", tasks.sign_list) == 1
    events.revoke(certificate=certificate, by=None, reason="x")
    assert credentials.examine(file(certificate), datetime.now(UTC)).state == State.REVOKED


def test_twice_is_once_and_it_is_in_the_trail(cast: Cast, certificate: Certificate) -> None:
    key = key_of(certificate)
    for _time in range(2):
        acting.withdraw(key=key, by=cast.adm)
    event = AuditEvent.objects.get(verb="issuer.key_withdrawn")
    assert (event.actor_id, event.data) == (cast.adm.pk, {"key": key.public})
    assert IssuerKey.objects.filter(kind="ed25519", retired_at=None).count() == 1


@pytest.mark.parametrize(
    "who", ["ion", "olga", "vera", "quin", "mara", "doru", "petar", "nour", "ana"]
)
def test_who_may_not(cast: Cast, certificate: Certificate, who: str) -> None:
    with pytest.raises(PermissionDenied):
        acting.withdraw(key=key_of(certificate), by=getattr(cast, who))
    assert not IssuerKey.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"withdrawn_at": None}, DatabaseError), ({"withdrawn_at": NOW + timedelta(days=1)}, DatabaseError),
        ({"retired_at": None}, DatabaseError),
    ],
    ids=["back", "later", "in-use-again"],
)  # fmt: skip
def test_a_withdrawn_key_stays_withdrawn(certificate: Certificate, changes: dict, error) -> None:
    key = acting.withdraw(key=key_of(certificate), by=None)
    with pytest.raises(error), transaction.atomic():
        IssuerKey.objects.filter(pk=key.pk).update(**changes)


def test_a_key_in_use_is_not_withdrawn(certificate: Certificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuerKey.objects.filter(pk=key_of(certificate).pk).update(withdrawn_at=NOW)


# The pages


@pytest.fixture
def desk(cast: Cast, certificate: Certificate):
    return cast.browser(cast.adm, language="en"), reverse(
        "certification:keys", args=[certificate.authority_id]
    )


def test_the_page_shows_each_key_with_its_state(desk, certificate: Certificate) -> None:
    browser, address = desk
    text = browser.get(address).content.decode()
    assert text.count("in use") == 2 and "did:web:" in text and "Tutela (demonstration)" in text
    assert "There are new keys." in browser.post(address, follow=True).content.decode()
    text = browser.get(address).content.decode()
    assert text.count("in use") == 2 and text.count("retired: only what it signed") == 2


def test_a_double_click_makes_new_keys_once(desk, certificate: Certificate) -> None:
    browser, address = desk
    page = browser.get(address).content.decode()
    sent = {"once": re.search(r'name="once" value="([^"]+)"', page)[1]}
    for _click in range(2):
        browser.post(address, sent)
    assert IssuerKey.objects.exclude(retired_at=None).count() == 2
    browser.post(address)  # the twin: without the field each press makes new ones
    assert IssuerKey.objects.exclude(retired_at=None).count() == 4


def test_withdrawing_asks_once_and_says_what_follows(desk, certificate: Certificate) -> None:
    browser, address = desk
    key = key_of(certificate)
    page = reverse("certification:key-withdraw", args=[certificate.authority_id, key.pk])
    assert page in browser.get(address).content.decode()
    assert "This cannot be undone." in browser.get(page).content.decode()
    assert IssuerKey.objects.get(pk=key.pk).withdrawn_at is None
    assert "The key was withdrawn." in browser.post(page, follow=True).content.decode()
    assert IssuerKey.objects.get(pk=key.pk).withdrawn_at == NOW
    assert browser.post(page).status_code == 404


def test_a_key_of_another_institution_is_not_found(
    cast: Cast, desk, certificate: Certificate
) -> None:
    browser, _address = desk
    page = reverse(
        "certification:key-withdraw", args=[certificate.authority_id + 1, key_of(certificate).pk]
    )
    assert browser.get(page).status_code == 404
    local = make.staff(cast.cluj, "administrator", "Lupu", "Lia", email="lia@example.org")
    mine = reverse(
        "certification:key-withdraw", args=[certificate.authority_id, key_of(certificate).pk]
    )
    assert cast.browser(local).get(mine).status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "ends on"), (-3, "has expired"), (400, "In order, until")],
    ids=["soon", "expired", "fine"],
)
def test_the_key_of_the_seal_says_when_it_ends(
    desk, settings, tmp_path: Path, days: int, words: str
) -> None:
    browser, address = desk
    starts = datetime.now(UTC) - timedelta(days=10)
    texts = make_development_key("x", "x", starts=starts, days=days + 10)
    for name, text, setting in zip(
        ("k", "c"), texts, ("SEAL_KEY_FILE", "SEAL_CERT_FILE"), strict=True
    ):
        (tmp_path / name).write_bytes(text)
        setattr(settings, setting, str(tmp_path / name))
    assert words in browser.get(address).content.decode()


def test_before_the_first_certificate_there_is_no_key(cast: Cast, training: Training) -> None:
    address = reverse("certification:keys", args=[training.authority.pk])
    assert (
        "The first one brings the first keys."
        in cast.browser(cast.adm, language="en").get(address).content.decode()
    )
