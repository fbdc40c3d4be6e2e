"""The addresses of credentials: files to save, keys and lists for machines, and 404 for all that is not there."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import credentials, tasks
from certification.actions import events, status_lists
from certification.actions.certificates import issue
from certification.models import Certificate, Credential, StatusList
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof

from .conftest import NOW, Training

pytestmark = pytest.mark.usefixtures("clock")
LANGUAGES = ["en", "ro", "uk", "bg", "ar"]


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.ana.person), programme=training.programme)


def by_code(certificate: Certificate, kind: str = "credential.json") -> str:
    return reverse("certification:verify-credential", args=[certificate.token, kind])


def by_number(certificate: Certificate, kind: str = "credential.json") -> str:
    return reverse("certification:certificate-credential", args=[certificate.pk, kind])


@pytest.mark.parametrize(
    ("kind", "media_type", "begins"),
    [
        ("credential.json", "application/vc", b'{"@context":'),
        ("credential.jwt", "application/vc+jwt", b"eyJ"),
        ("badge.png", "image/png", b"\x89PNG"),
        ("badge.svg", "image/svg+xml", b"<svg"),
    ],
)
def test_each_file_comes_with_its_media_type_and_a_name(
    certificate: Certificate, cast: Cast, client, kind, media_type, begins
) -> None:
    client.force_login(cast.ana)
    for address in (by_code(certificate, kind), by_number(certificate, kind)):
        answer = client.get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == media_type
        assert answer.content.startswith(begins)
        name = f"TM-2026-00001.{kind.rpartition('.')[2]}"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verification_page_links_it_with_its_type(
    certificate: Certificate, language: str, client
) -> None:
    with translation.override(language):
        address = by_code(certificate)
        page = client.get(reverse("certification:verify-token", args=[certificate.token]))
    assert f'<a href="{address}" type="application/vc">' in page.content.decode()


def test_the_verification_page_only_links(
    certificate: Certificate, client, monkeypatch, django_assert_max_num_queries
) -> None:
    """It neither signs nor asks for the place in the list: no query more than before."""

    def refuse(*args, **kwargs):
        raise AssertionError("the page made a credential")

    monkeypatch.setattr(credentials, "file", refuse)
    monkeypatch.setattr(credentials, "document", refuse)
    address = reverse("certification:verify-token", args=[certificate.token])
    client.get(address)
    with django_assert_max_num_queries(1):
        assert client.get(address).status_code == 200


def test_what_is_erased_is_not_linked(cast: Cast, client) -> None:
    programme = proof.programme(cast.carer)
    made = proof.certificate(cast.ana.person, programme, issuer=cast.timis, content=False)
    page = client.get(reverse("certification:verify-token", args=[made.token]))
    assert "credential.json" not in page.content.decode()
    assert client.get(by_code(made)).status_code == 404


def test_changed_content_is_neither_linked_nor_signed(cast: Cast, client) -> None:
    programme = proof.programme(cast.carer)
    made = proof.certificate(cast.ana.person, programme, issuer=cast.timis)  # its words are gone
    page = client.get(reverse("certification:verify-token", args=[made.token]))
    assert "credential.json" not in page.content.decode()
    assert client.get(by_code(made)).status_code == 503


def test_without_the_right_data_key_the_answer_is_a_sentence(
    certificate: Certificate, client, settings
) -> None:
    settings.DATA_KEY = "another one"
    with translation.override("en"):
        answer = client.get(by_code(certificate))
    assert answer.status_code == 503 and "Try again later" in answer.content.decode()
    assert answer["X-Robots-Tag"].startswith("noindex")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_holder_finds_all_four_on_the_certificate(
    certificate: Certificate, cast: Cast, client, language: str
) -> None:
    client.force_login(cast.ana)
    with translation.override(language):
        page = client.get(reverse("certification:certificate", args=[certificate.pk]))
        links = [by_number(certificate, kind) for kind in credentials.KINDS]
    text = page.content.decode()
    types = credentials.KINDS.values()
    for link, media_type in zip(links, types, strict=True):
        assert f'<a href="{link}" type="{media_type}">' in text


def test_saving_that_of_another_leaves_a_trace_ones_own_leaves_none(
    certificate: Certificate, cast: Cast, client
) -> None:
    traces = AuditEvent.objects.filter(verb="certificate.downloaded")
    client.force_login(cast.ana)
    client.get(by_number(certificate))
    assert not traces.exists()
    client.force_login(cast.ion)
    client.get(by_number(certificate))
    assert traces.get().actor_id == cast.ion.pk


@pytest.mark.parametrize("who", ["clara", "olga", "petar"])
def test_others_do_not_find_it(certificate: Certificate, cast: Cast, client, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(by_number(certificate)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/en/verify/nothing/credential.json",
        "/en/verify/%00/credential.json",
        "/en/verify/{token}/credential.xml",
        "/en/verify/{token}/badge.gif",
        "/en/certificates/999999999/credential.json",
        "/issuers/none/did.json",
        "/issuers/tm/status/2/revocation",
        "/issuers/tm/status/999999999/revocation",
        "/issuers/tm/status/1/message",
        "/issuers/none/status/1/revocation",
        "/issuers/tm/status/x/revocation",
    ],
)
def test_what_is_not_there_is_404(certificate: Certificate, cast: Cast, client, address) -> None:
    client.force_login(cast.ana)
    # Without a language in it, one is put in front first, as for every address that is not there.
    assert client.get(address.format(token=certificate.token), follow=True).status_code == 404


def test_keys_and_lists_are_there_for_verifiers_anywhere(certificate: Certificate) -> None:
    """Without cookies, from a browser on another site, kept no longer than a minute."""
    for address, media_type in (
        ("/issuers/tm/did.json", "application/json"),
        ("/issuers/tm/status/1/revocation", "application/vc"),
        ("/issuers/tm/status/1/suspension", "application/vc"),
    ):
        answer = Client().get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == media_type
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"] == "public, max-age=60" and not answer.cookies
        assert Client().post(address).status_code == 405
        json.loads(answer.content)


def listed(purpose: str = "revocation") -> dict:
    return json.loads(Client().get(f"/issuers/tm/status/1/{purpose}").content)


def test_the_list_says_how_long_it_holds(certificate: Certificate) -> None:
    made = listed()
    assert made["validFrom"] == "2026-03-12T08:50:00Z"
    assert made["validUntil"] == "2026-03-13T09:00:00Z"
    assert made["credentialSubject"]["statusPurpose"] == "revocation"
    assert made["credentialSubject"]["encodedList"].startswith("u")
    assert listed("suspension")["credentialSubject"]["statusPurpose"] == "suspension"
    assert made["id"].endswith("/issuers/tm/status/1/revocation")


def test_an_unchanged_list_is_not_signed_for_each_who_asks(certificate: Certificate, clock) -> None:
    first = listed()
    clock.shift(60 * 60)
    assert listed() == first
    clock.shift(12 * 60 * 60)
    assert listed()["validUntil"] > first["validUntil"]


def jobs(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


def test_a_revocation_asks_for_the_list_at_once_and_once(certificate: Certificate) -> None:
    assert jobs("certification.sign_list") == 0
    events.suspend(certificate=certificate, by=None, reason="Anchetă")
    events.reinstate(certificate=certificate, by=None, reason="Clarificat")
    assert jobs("certification.sign_list") == 1
    tasks.sign_list(Credential.objects.get().status_list_id)
    assert StatusList.objects.get().signed_at == NOW
    tasks.sign_list(0)  # one that is gone


def test_the_daily_job_signs_what_is_due(certificate: Certificate, clock) -> None:
    tasks.sign_old_lists(0)
    assert StatusList.objects.get().signed_at == NOW
    clock.shift(60 * 60)
    assert status_lists.sign_old() == 0
    clock.shift(11 * 60 * 60)
    assert status_lists.sign_old() == 1


def test_an_event_in_the_second_of_the_signing_is_not_missed(certificate: Certificate) -> None:
    before = listed()
    events.revoke(certificate=certificate, by=None, reason="Dosar incomplet")
    assert listed()["credentialSubject"] != before["credentialSubject"]
