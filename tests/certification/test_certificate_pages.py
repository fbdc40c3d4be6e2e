"""Certificates for holders and staff: reading, the file, and the acts with their check page."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from certification.actions import events
from certification.actions.certificates import issue
from certification.actions.documents import make as make_document
from certification.models import Certificate, CertificateEvent
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

from .conftest import Training

D = date
Kind = CertificateEvent.Kind


@pytest.fixture(autouse=True)
def clock(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.ana.person), programme=training.programme)


def address(certificate: Certificate, *more: str) -> str:
    return "/".join(["/en/certificates", str(certificate.pk), *more]) + (
        "" if more and "." in more[-1] else "/"
    )


def sent(**fields) -> dict:
    return {"reason": "Dosar incomplet", "on": "2026-03-12", "step": "send", **fields}


READERS = {"ana", "ion", "quin", "vera", "adm"}
EVERYBODY = ("ana", "clara", "ion", "olga", "petar", "nour", "mara", "doru", "vera", "quin", "adm")


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_read_a_certificate_and_its_file(
    cast: Cast, certificate: Certificate, who: str
) -> None:
    make_document(certificate=certificate)
    browser = cast.browser(getattr(cast, who))
    expected = 200 if who in READERS else 404
    assert browser.get(address(certificate)).status_code == expected
    file = browser.get(address(certificate, "certificate.pdf"))
    assert file.status_code == expected
    assert (
        (b"".join(file.streaming_content)[:4] == b"%PDF") if file.streaming else (expected == 404)
    )
    opened = AuditEvent.objects.filter(
        verb__in=["certificate.opened", "certificate.downloaded"], actor_id=getattr(cast, who).pk
    )
    assert opened.count() == (2 if who in READERS - {"ana"} else 0)


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate", "review"])
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_act(cast: Cast, certificate: Certificate, who: str, act: str, method: str) -> None:
    if act == "reinstate":
        proof.event(certificate, "suspended", D(2026, 3, 12))
    before = CertificateEvent.objects.count()
    answer = getattr(cast.browser(getattr(cast, who)), method)(
        address(certificate, act), sent() if method == "post" else None
    )
    if who in ("ion", "adm"):
        assert answer.status_code == (200 if method == "get" else 302)
    else:
        assert answer.status_code == 404
    done = who in ("ion", "adm") and method == "post"
    assert CertificateEvent.objects.count() == before + done


def test_the_page_says_what_the_paper_says_and_offers_the_file(
    cast: Cast, certificate: Certificate
) -> None:
    browser = cast.browser(cast.ana)
    text = browser.get(address(certificate)).content.decode()
    assert "The PDF is being prepared" in text and "is valid until 9 March 2029" in text
    assert f"/v/{certificate.token}/" in text
    make_document(certificate=certificate)
    text = browser.get(address(certificate)).content.decode()
    assert 'certificate.pdf" type="application/pdf"' in text and "What you can do" not in text


def test_revoking_asks_shows_and_does(cast: Cast, certificate: Certificate) -> None:
    browser, where = cast.browser(cast.ion), address(certificate, "revoke")
    asked = browser.get(where).content.decode()
    assert 'value="2026-03-12"' in asked and "Ana Popescu" in asked
    shown = browser.post(where, {"reason": "Dosar incomplet", "on": "2026-03-11"}).content.decode()
    assert (
        "Check before you send" in shown and "Dosar incomplet" in shown and "11 March 2026" in shown
    )
    assert not CertificateEvent.objects.exists()
    changed = browser.post(where, sent(step="change")).content.decode()
    assert "Dosar incomplet</textarea>" in changed and not CertificateEvent.objects.exists()
    done = browser.post(where, sent(on="2026-03-11"), follow=True)
    assert (
        done.redirect_chain[-1][0] == address(certificate)
        and "The certificate was revoked." in done.content.decode()
    )
    event = CertificateEvent.objects.get()
    assert (event.kind, event.on, event.reason, event.by) == (
        "revoked",
        D(2026, 3, 11),
        "Dosar incomplet",
        cast.ion.pk,
    )
    text = browser.get(address(certificate)).content.decode()
    assert "Dosar incomplet" in text and "reinstate/" in text and "revoke/" not in text


def test_sending_twice_is_one_event_and_an_explanation(
    cast: Cast, certificate: Certificate
) -> None:
    browser, where = cast.browser(cast.ion), address(certificate, "revoke")
    browser.post(where, sent())
    again = browser.post(where, sent())
    assert again.status_code == 409 and "Perhaps somebody was faster" in again.content.decode()
    assert CertificateEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Enter a reason."),
        ({"reason": "x" * 301}, "300"),
        ({"on": ""}, "Enter the day from which this holds."),
        ({"on": "2026-02-30"}, "Enter a day that exists"),
        ({"on": "2027-01-01"}, "must lie between"),
        ({"on": "2026-03-01"}, "must lie between"),
    ],
)
def test_what_is_wrong_is_said(
    cast: Cast, certificate: Certificate, fields: dict, words: str
) -> None:
    text = (
        cast.browser(cast.ion).post(address(certificate, "revoke"), sent(**fields)).content.decode()
    )
    assert words in text and "Error:" in text and not CertificateEvent.objects.exists()


def test_a_review_may_name_the_next_one(cast: Cast, certificate: Certificate) -> None:
    browser, where = cast.browser(cast.ion), address(certificate, "review")
    assert "Day of the next review" in browser.get(where).content.decode()
    assert "none" in browser.post(where, {"reason": "Avizat", "on": "2026-03-12"}).content.decode()
    browser.post(where, sent(reason="Avizat", next_review="2028-03-12"))
    event = CertificateEvent.objects.get()
    assert (event.kind, event.next_review) == ("reviewed", D(2028, 3, 12))
    assert "Next review on 12 March 2028." in browser.get(address(certificate)).content.decode()


def test_only_the_declared_fields_are_taken(cast: Cast, certificate: Certificate) -> None:
    cast.browser(cast.ion).post(
        address(certificate, "revoke"), sent(kind="reinstated", by=cast.olga.pk, certificate_id=99)
    )
    assert CertificateEvent.objects.values_list("kind", "by", "certificate_id").get() == (
        "revoked",
        cast.ion.pk,
        certificate.pk,
    )


def test_words_of_people_are_words(cast: Cast, certificate: Certificate) -> None:
    cast.browser(cast.ion).post(
        address(certificate, "revoke"), sent(reason="<script>alert(1)</script>")
    )
    for browser, where in (
        (cast.browser(cast.ana), address(certificate)),
        (cast.browser(None), f"/en/verify/{certificate.token}/"),
    ):
        text = browser.get(where).content.decode()
        assert "&lt;script&gt;" in text and "<script>alert" not in text


@pytest.mark.parametrize("more", [(), ("certificate.pdf",), ("revoke",)])
def test_without_signing_in_one_is_asked_to(
    cast: Cast, certificate: Certificate, more: tuple
) -> None:
    assert "/account/login" in cast.browser(None).get(address(certificate, *more))["Location"]


@pytest.mark.parametrize(
    "where",
    [
        "/en/certificates/999999/",
        "/en/certificates/999999/certificate.pdf",
        "/en/certificates/999999/revoke/",
    ],
)
def test_what_is_not_there(cast: Cast, where: str) -> None:
    assert cast.browser(cast.ion).get(where).status_code == 404


def test_an_unknown_act_is_no_page(cast: Cast, certificate: Certificate) -> None:
    assert cast.browser(cast.ion).get(address(certificate, "delete")).status_code == 404


def test_my_certificates(cast: Cast, certificate: Certificate) -> None:
    mine = cast.browser(cast.ana).get("/en/certificates/").content.decode()
    assert certificate.number in mine and "Where I stand" in mine and "<span>valid</span>" in mine
    none = cast.browser(cast.clara).get("/en/certificates/").content.decode()
    assert certificate.number not in none and "You have no certificate yet" in none


def test_a_log_in_without_a_person_has_no_certificates(cast: Cast) -> None:
    assert (
        "You have no certificate yet"
        in cast.browser(make.superuser()).get("/en/certificates/").content.decode()
    )


def test_a_superuser_reads_everything(cast: Cast, certificate: Certificate) -> None:
    assert cast.browser(make.superuser()).get(address(certificate)).status_code == 200


def test_a_replaced_certificate_says_by_which(
    cast: Cast, certificate: Certificate, training: Training
) -> None:
    new = proof.certificate(
        cast.ana.person,
        training.programme,
        issuer=training.authority,
        valid_from=D(2026, 3, 9),
        replaces=certificate,
    )
    proof.event(certificate, "replaced", D(2026, 3, 12), "Nume greșit")
    text = cast.browser(cast.ana).get(address(certificate)).content.decode()
    assert "Replaced by" in text and new.number in text
    assert (
        "<span>replaced</span>" in cast.browser(cast.ana).get("/en/certificates/").content.decode()
    )


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_the_history_says_what_happened_when_why_and_to_officers_by_whom(
    cast: Cast, certificate: Certificate, language: str
) -> None:
    events.revoke(certificate=certificate, by=cast.ion, reason="Dosar incomplet")
    events.reinstate(certificate=certificate, by=cast.ion, reason="Clarificat")
    events.suspend(certificate=certificate, by=None, reason="Anchetă")
    path = f"/{language}/certificates/{certificate.pk}/"
    own = cast.browser(cast.ana, language=language).get(path).content.decode()
    officer = cast.browser(cast.ion, language=language).get(path).content.decode()
    with translation.override(language):
        words = [str(kind.label) for kind in (Kind.REVOKED, Kind.REINSTATED, Kind.SUSPENDED)]
    for text in (own, officer):
        assert all(f"<dd>{word}<br>" in text for word in words), words
        assert "Dosar incomplet" in text and "Clarificat" in text and "Anchetă" in text
    name = f"<bdi>{cast.ion.person.full_name}</bdi>"
    assert officer.count(name) == 2, "of the three, one was the system's"
    assert name not in own, "the holder turns to the institution"


def test_who_has_gone_since_is_said_to_have_gone(cast: Cast, certificate: Certificate) -> None:
    leaving = make.staff(cast.timis, "officer", "Plecat", "Ion")
    events.suspend(certificate=certificate, by=leaving, reason="Anchetă")
    leaving.delete()
    text = cast.browser(cast.ion, language="en").get(address(certificate)).content.decode()
    assert "By whom: <bdi>somebody who is no longer here</bdi>" in text


def test_after_an_erasure_the_page_still_opens(cast: Cast, certificate: Certificate) -> None:
    certificate.content.delete()
    for where in (address(certificate), address(certificate, "revoke")):
        assert cast.browser(cast.ion).get(where).status_code == 200


def shown(tag: str, user, **context) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return Template("{% load certification %}" + tag).render(
        Context({"request": request, **context})
    )


def test_tags_for_the_pages_of_other_rooms(cast: Cast, certificate: Certificate) -> None:
    assert certificate.programme.name["en"] in shown("{% my_certificates %}", cast.ana)
    assert shown("{% my_certificates %}", cast.clara).strip() == ""
    assert shown("{% my_certificates %}", make.superuser()).strip() == ""
    person = cast.ana.person
    assert "valid until 9 March 2029" in shown("{% standing_of person %}", cast.ion, person=person)
    assert f"people/{person.pk}/" in shown("{% standing_of person %}", cast.ion, person=person)
    assert f"people/{person.pk}/" not in shown("{% standing_of person %}", cast.ana, person=person)
    assert shown("{% standing_of person %}", cast.olga, person=person).strip() == ""


def test_the_list_of_certificates_does_not_ask_more_for_more(
    cast: Cast, certificate: Certificate, training: Training, django_assert_max_num_queries
) -> None:
    browser = cast.browser(cast.ana)
    browser.get("/en/certificates/")
    with django_assert_max_num_queries(30) as one:
        browser.get("/en/certificates/")
    for year in (2020, 2021, 2022):
        held = proof.certificate(
            cast.ana.person, training.programme, issuer=training.authority, valid_from=D(year, 1, 1)
        )
        proof.event(held, "suspended", D(year, 2, 1))
    with django_assert_max_num_queries(30) as four:
        browser.get("/en/certificates/")
    assert len(one) == len(four)
