"""The page that checks a file: with and without JavaScript, in five languages, slowly for whoever tries too often."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from certification import file_check, misses, verification
from certification.actions import events
from certification.models import Certificate
from certification.verification import Verdict
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")
LANGUAGES = ["en", "ro", "uk", "bg", "ar"]


@pytest.fixture
def pdf(certificate: Certificate) -> bytes:
    with certificate.document.pdf.open("rb") as file:
        return file.read()


def send(
    data: bytes,
    language: str = "en",
    name: str = "certificate.pdf",
    client: Client | None = None,
    **extra,
):
    with translation.override(language):
        address = reverse("certification:verify-file")
    return (client or Client()).post(address, {"file": SimpleUploadedFile(name, data)}, **extra)


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "verdict", ["valid", "revoked", "suspended", "expired", "changed", "not_found", "unchecked"]
)
def test_seven_answers_in_every_language(
    certificate: Certificate, pdf: bytes, language: str, verdict: str, clock
) -> None:
    data = pdf
    if verdict in ("revoked", "suspended"):
        events.happen(certificate=certificate, kind=verdict, by=None, reason="Dosar incomplet")
    elif verdict == "expired":
        clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    elif verdict == "changed":
        data = pdf[:-1] + b" "
    elif verdict in ("not_found", "unchecked"):
        data = b"%PDF-1.7\n%%EOF\n" if verdict == "not_found" else b"hello"
    answer = send(data, language)
    assert answer.status_code == (404 if verdict == "not_found" else 200)
    with translation.override(language):
        assert f"<h1>{Verdict(verdict).label}</h1>" in text_of(answer)
    assert ("status-panel-positive" in text_of(answer)) == (verdict == "valid")
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text_of(answer)
    assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]


def test_every_check_stands_there_in_words_with_its_result(pdf: bytes) -> None:
    text = text_of(send(pdf))
    for words in (
        "The file is, byte for byte, one that was issued",
        "Its electronic seal is the issuer", "and covers the whole file",
        "The digital certificate inside is signed by the issuer",
        "The number stands in the register of the issuer",
        "The issuer has neither revoked, suspended nor replaced it",
    ):  # fmt: skip
        assert words in text
    assert text.count("<span>in order</span>") == 7


def test_a_changed_file_shows_nothing_that_it_claims_but_where_the_right_one_is(
    certificate: Certificate, pdf: bytes
) -> None:
    text = text_of(send(pdf.replace(b"Certificat TM", b"Certificat XX")))
    assert "Not what was issued" in text and "Țurcanu" not in text
    assert reverse("certification:verify-token", args=[certificate.token]) in text


@pytest.mark.parametrize("who", ["ion", None], ids=["signed-in", "anybody"])
def test_it_needs_neither_an_account_nor_javascript_nor_a_token_of_the_form(
    cast: Cast, pdf: bytes, who: str | None
) -> None:
    client = cast.browser(getattr(cast, who), language="en") if who else Client()
    client.handler.enforce_csrf_checks = True
    assert "<h1>Valid</h1>" in text_of(send(pdf, client=client))


def test_the_form_stands_on_the_page_of_checking_and_on_every_answer(
    certificate: Certificate,
) -> None:
    action = f'action="{reverse("certification:verify-file")}"'
    for address in (
        reverse("certification:verify"),
        reverse("certification:verify-token", args=[certificate.token]),
    ):
        text = text_of(Client().get(address))
        assert (
            action in text
            and 'type="file"' in text
            and "data-file-drop" in text
            and "js/drop.js" in text
        )


def test_no_file_is_said_at_the_field() -> None:
    answer = Client().post(reverse("certification:verify-file"), {})
    assert answer.status_code == 200 and "Choose a file." in text_of(answer)


def test_the_address_of_an_old_answer_leads_to_the_form() -> None:
    assert Client().get(reverse("certification:verify-file")).url == reverse("certification:verify")


def test_whoever_hands_in_too_many_has_to_wait(pdf: bytes) -> None:
    for _time in range(misses.FILES):
        assert send(b"hello").status_code == 200
    assert send(pdf).status_code == 429
    assert send(pdf, REMOTE_ADDR="10.9.8.7").status_code == 200


def test_something_unforeseen_is_no_answer_about_the_certificate(pdf: bytes, monkeypatch) -> None:
    def broken(_data: bytes) -> verification.Finding:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(file_check, "examine_file", broken)
    text = text_of(send(pdf))
    assert "<h1>Could not be checked</h1>" in text and "status-panel-positive" not in text


def test_the_credential_that_the_page_offers_is_taken(certificate: Certificate) -> None:
    address = reverse(
        "certification:verify-credential", args=[certificate.token, "credential.json"]
    )
    data = Client().get(address).content
    assert "<h1>Valid</h1>" in text_of(send(data, name="c.json"))


def test_the_page_links_both_files_with_their_media_types(certificate: Certificate) -> None:
    text = text_of(Client().get(reverse("certification:verify-token", args=[certificate.token])))
    for kind, media in (
        ("certificate.pdf", "application/pdf"),
        ("credential.json", "application/vc"),
    ):
        assert f'{certificate.token}/{kind}" type="{media}"' in text
        answer = Client().get(f"/en/verify/{certificate.token}/{kind}")
        assert answer["Content-Type"] == media
        assert b"".join(answer)


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".pdf", "../../etc/passwd", "a\r\nb.pdf", "شهادة.pdf"]
)
def test_any_name_of_a_file(pdf: bytes, name: str) -> None:
    answer = send(pdf, name=name)
    assert answer.status_code == 200 and "etc/passwd" not in text_of(answer)
