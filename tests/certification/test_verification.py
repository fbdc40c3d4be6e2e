"""The public answer: eight states in five languages, never green by mistake, nothing that the paper does not show."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from certification import misses, register, verification
from certification.actions import events
from certification.actions.certificates import issue
from certification.actions.documents import make as make_document
from certification.models import Certificate, CertificateContent
from certification.verification import Verdict, spellings
from tests.cast import Cast
from tests.factories import certification as proof

from .conftest import NOW, Training

pytestmark = pytest.mark.usefixtures("clock")
D = date
LANGUAGES = ["en", "ro", "uk", "bg", "ar"]
# One more is said only of files: see test_file_check.
VERDICTS = [verdict for verdict in Verdict if verdict != Verdict.CHANGED]


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.vasile), programme=training.programme)


def page(certificate_or_token, language: str = "en", client: Client | None = None):
    token = getattr(certificate_or_token, "token", certificate_or_token)
    with translation.override(language):
        return (client or Client()).get(reverse("certification:verify-token", args=[token]))


def ask(number: str, family_name: str, language: str = "en", client: Client | None = None, **extra):
    with translation.override(language):
        address = reverse("certification:verify")
    return (client or Client()).post(
        address, {"number": number, "family_name": family_name}, **extra
    )


def endless(certificate: Certificate, **fields) -> Certificate:
    """Another one without an expiry, for it cannot be changed."""
    return proof.certificate(
        certificate.person,
        certificate.programme,
        issuer=certificate.authority,
        valid_from=D(2026, 3, 9),
        content=False,
        **fields,
    )


def state(certificate: Certificate, verdict: Verdict, clock, monkeypatch) -> Certificate | str:
    """Bring about that state."""
    if verdict == Verdict.EXPIRED:
        clock.move_to(datetime(2029, 3, 10, 9, tzinfo=UTC))
    elif verdict == Verdict.REVOKED:
        events.revoke(certificate=certificate, by=None, reason="Dosarul era incomplet")
    elif verdict == Verdict.SUSPENDED:
        events.suspend(certificate=certificate, by=None, reason="Anchetă")
    elif verdict == Verdict.REPLACED:
        proof.event(certificate, "replaced", D(2026, 3, 12), "Nume greșit")
    elif verdict == Verdict.NOT_YET:
        clock.move_to(datetime(2026, 3, 8, 9, tzinfo=UTC))
    elif verdict == Verdict.NOT_FOUND:
        return "nothing"
    elif verdict == Verdict.UNCHECKED:
        monkeypatch.setattr(verification, "fingerprint", lambda _said: "other")
    return certificate


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_state_in_every_language(
    certificate, verdict, language: str, clock, monkeypatch
) -> None:
    found = page(state(certificate, verdict, clock, monkeypatch), language)
    text = found.content.decode()
    assert found.status_code == (404 if verdict == Verdict.NOT_FOUND else 200)
    with translation.override(language):
        assert f"<h1>{verdict.label}</h1>" in text
    assert ("status-panel-positive" in text) == (verdict == Verdict.VALID)
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text
    if verdict in (Verdict.REVOKED, Verdict.SUSPENDED, Verdict.REPLACED):
        assert {
            "revoked": "Dosarul era incomplet",
            "suspended": "Anchetă",
            "replaced": "Nume greșit",
        }[verdict] in text


@pytest.mark.parametrize("verdict", VERDICTS)
def test_both_ways_give_the_same_answer(certificate, verdict, clock, monkeypatch) -> None:
    if verdict == Verdict.NOT_FOUND:
        found = ask("TM/2026/99999", "Turcanu")
    else:
        found = ask(state(certificate, verdict, clock, monkeypatch).number, "Turcanu")
    assert f"<h1>{verdict.label}</h1>" in found.content.decode()


def test_the_last_day_counts_and_the_next_does_not(certificate: Certificate, clock) -> None:
    clock.move_to(datetime(2029, 3, 9, 21, 30, tzinfo=UTC))  # 23:30 in Bucharest
    assert "<h1>Valid</h1>" in page(certificate).content.decode()
    clock.move_to(datetime(2029, 3, 9, 22, 30, tzinfo=UTC))  # 00:30 of the next day
    assert "<h1>Expired</h1>" in page(certificate).content.decode()


def test_reinstated_is_valid_again_and_revoked_stays_revoked_after_its_end(
    certificate: Certificate, clock
) -> None:
    events.suspend(certificate=certificate, by=None, reason="x")
    events.reinstate(certificate=certificate, by=None, reason="y")
    assert "<h1>Valid</h1>" in page(certificate).content.decode()
    events.revoke(certificate=certificate, by=None, reason="z")
    clock.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    assert "<h1>Revoked</h1>" in page(certificate).content.decode()


@pytest.mark.parametrize(
    ("review", "words"),
    [
        (None, "This certificate has no expiry date."),
        (D(2028, 3, 9), "has no expiry date. The next review is on 9 March 2028."),
        (D(2026, 3, 12), "has no expiry date. A review has been due since 12 March 2026."),
    ],
)
def test_no_expiry_in_words(certificate: Certificate, review: date | None, words: str) -> None:
    text = page(endless(certificate, review_due=review)).content.decode()
    assert "<h1>Valid</h1>" in text and words in text


def test_it_shows_what_the_paper_shows_and_nothing_else(
    cast: Cast, certificate: Certificate
) -> None:
    cast.vasile.email, cast.vasile.phone, cast.vasile.locality = (
        "v@example.org",
        "0700000000",
        "Satul Nou",
    )
    cast.vasile.save()
    text = page(certificate).content.decode()
    for shown in (
        "Vasile Țurcanu", "Bazele îngrijirii", "DGASPC Timiș", "TM/2026/00001", "12 March 2026", "9 March 2029",
        "Legea 1/2010",
    ):  # fmt: skip
        assert shown in text
    for kept in (
        "v@example.org",
        "0700000000",
        "Satul Nou",
        certificate.name_proof,
        certificate.name_salt,
        "Primăria Lugoj",
    ):
        assert kept not in text


def test_the_checks_are_listed_with_their_results(certificate: Certificate) -> None:
    finding = verification.examine(register.by_token(certificate.token), D(2026, 3, 12))
    assert [check.result for check in finding.checks] == [*["done"] * 4, "open"]
    events.revoke(certificate=certificate, by=None, reason="x")
    fresh = register.by_token(certificate.token)
    assert [check.result for check in verification.examine(fresh, D(2030, 1, 1)).checks] == [
        "done",
        "done",
        "failed",
        "failed",
        "open",
    ]
    assert all(check.word and check.tone for check in finding.checks)


def test_it_survives_the_erasure_of_the_person_and_a_new_name_of_everything(
    cast: Cast, certificate: Certificate
) -> None:
    CertificateContent.objects.all().delete()
    cast.vasile.family_name = cast.vasile.given_name = ""
    cast.vasile.erased_at = NOW
    cast.vasile.save()
    text = page(certificate).content.decode()
    assert "<h1>Valid</h1>" in text and "erased" in text and "Țurcanu" not in text
    assert "not possible" in text  # the content could not be compared, and the page says so
    assert (
        "<h1>Valid</h1>" in ask(certificate.number, "Turcanu").content.decode()
    )  # the proof still knows the name


def test_a_new_family_name_does_not_change_what_the_paper_says(
    cast: Cast, certificate: Certificate
) -> None:
    cast.vasile.family_name = "Altul"
    cast.vasile.save()
    assert "<h1>Valid</h1>" in ask(certificate.number, "Țurcanu").content.decode()
    assert "<h1>Not found</h1>" in ask(certificate.number, "Altul").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "TM/2026/00001", "tm/2026/00001", " TM / 2026 / 1 ", "TM-2026-00001", "TM 2026 1", "TM/٢٠٢٦/٠٠٠٠١", "TM/۲۰۲۶/۱",
        "\u200eTM/2026/00001\u200f", "ＴＭ/２０２６/００００１", "TM\\2026\\00001", "TM–2026–1",
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(certificate: Certificate, typed: str) -> None:
    assert "<h1>Valid</h1>" in ask(typed, "Turcanu").content.decode()


def test_a_prefix_of_two_words_is_found() -> None:
    assert "DGASPC-TM/2026/00012" in spellings(
        "dgaspc-tm 2026 12"
    ) and "A-B/2026/00012" in spellings("a b/2026/12")
    assert spellings("nonsense") == ["NONSENSE"]


@pytest.mark.parametrize(
    "name", ["Țurcanu", "Ţurcanu", "turcanu", "TURCANU", " Turcanu ", "Tur-canu", "T\u0326urcanu"]
)
def test_names_as_people_type_them(certificate: Certificate, name: str) -> None:
    assert "<h1>Valid</h1>" in ask(certificate.number, name).content.decode()


def _lines(response) -> list[str]:
    return [line for line in response.content.decode().split("\n") if "csrf" not in line]


def test_wrong_answers_cannot_be_told_apart(certificate: Certificate) -> None:
    """A number that exists with a wrong name, and one that does not exist."""
    client = Client()
    one = ask(certificate.number, "Popescu", client=client)
    two = ask("TM/2026/77777", "Popescu", client=client)
    assert one.status_code == two.status_code == 404 and _lines(one) == _lines(two)


def test_wrong_answers_cost_the_same(certificate: Certificate, django_assert_num_queries) -> None:
    """Whether the number exists or not: the same one query and the same computation."""
    for number in ("TM/2026/77777", certificate.number):
        with django_assert_num_queries(1):
            assert verification.by_number(number, "Popescu") is None


def test_thirty_wrong_guesses_and_the_page_asks_to_wait(certificate: Certificate, clock) -> None:
    for _guess in range(misses.MISSES):
        assert ask("TM/2026/77777", "X").status_code == 404
    slow = ask(certificate.number, "Turcanu")
    assert slow.status_code == 429 and "ten minutes" in slow.content.decode()
    assert page(certificate).status_code == 200  # the code works at any time
    assert (
        ask(certificate.number, "Turcanu", REMOTE_ADDR="10.1.2.3").status_code == 200
    )  # others are not affected
    assert Client().get("/en/verify/").status_code == 200
    clock.shift(misses.PERIOD + 1)
    assert ask(certificate.number, "Turcanu").status_code == 200


def test_a_forged_forwarding_header_does_not_help_who_guesses(certificate: Certificate) -> None:
    for guess in range(misses.MISSES):
        ask("TM/2026/77777", "X", HTTP_X_FORWARDED_FOR=f"10.0.0.{guess}")
    assert ask("TM/2026/77777", "X", HTTP_X_FORWARDED_FOR="10.9.9.9").status_code == 429


def test_right_answers_are_not_counted(certificate: Certificate) -> None:
    for _time in range(3):
        ask(certificate.number, "Turcanu")
    assert not misses.too_many("127.0.0.1") and cache.get("verify-misses:127.0.0.1") is None


def test_a_count_that_ran_out_between_two_steps_begins_again(monkeypatch) -> None:
    monkeypatch.setattr(cache, "add", lambda *_args: False)
    misses.add("10.0.0.1")
    assert cache.get("verify-misses:10.0.0.1") == 1


@pytest.mark.parametrize(("number", "name"), [("", ""), ("", "Turcanu"), ("TM/2026/00001", "")])
def test_an_empty_field_is_said_at_the_field(db: None, number: str, name: str) -> None:
    text = ask(number, name).content.decode()
    assert "Error:" in text and text.count('class="field field-invalid"') == (not number) + (
        not name
    )


@pytest.mark.parametrize("where", ["register.by_token", "register.by_number"])
def test_a_silent_register_is_never_green(
    certificate: Certificate, monkeypatch, where: str
) -> None:
    def silent(*_args, **_fields):
        raise DatabaseError

    monkeypatch.setattr(f"certification.{where}", silent)
    for found in (page(certificate), ask(certificate.number, "Turcanu")):
        if found.status_code == 503:
            text = found.content.decode()
            assert "<h1>Could not be checked</h1>" in text and "positive" not in text
            break
    else:
        pytest.fail("the error was not shown")


def test_anything_unforeseen_is_never_green(certificate: Certificate, monkeypatch) -> None:
    monkeypatch.setattr(verification, "_worth", lambda *_args: 1 / 0)
    text = page(certificate).content.decode()
    assert "<h1>Could not be checked</h1>" in text and "status-panel-positive" not in text


@pytest.mark.parametrize(
    "address",
    ["/v/{token}/", "/en/verify/{token}/", "/en/verify/", "/en/verify/nothing/", "/v/nothing/"],
)
def test_no_search_engine_no_referrer_no_cache(certificate: Certificate, address: str) -> None:
    found = Client().get(address.format(token=certificate.token))
    assert found["X-Robots-Tag"].startswith("noindex")
    # The address goes to no other site; "no-referrer" would make browsers send the form without its origin.
    assert found["Referrer-Policy"] == "same-origin"
    assert found["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "cookie", "language"),
    [
        ("uk-UA,uk;q=0.9,en;q=0.8", "", "uk"),
        ("ar", "", "ar"),
        ("fr", "", "en"),
        ("uk", "bg", "bg"),
        ("", "ro", "ro"),
    ],
)
def test_the_code_leads_to_the_readers_language(
    certificate: Certificate, header: str, cookie: str, language: str
) -> None:
    client = Client(headers={"accept-language": header})
    if cookie:
        client.cookies["django_language"] = cookie
    found = client.get(f"/v/{certificate.token}/")
    assert (
        found.status_code == 302 and found["Location"] == f"/{language}/verify/{certificate.token}/"
    )


def test_the_pdf_is_linked_with_its_type_only_for_whoever_holds_the_code(
    certificate: Certificate,
) -> None:
    assert "is being prepared" in page(certificate).content.decode()
    make_document(certificate=certificate)
    link = f'href="/en/verify/{certificate.token}/certificate.pdf" type="application/pdf"'
    assert link in page(certificate).content.decode()
    typed = ask(certificate.number, "Turcanu").content.decode()
    assert "certificate.pdf" not in typed and certificate.token not in typed
    found = Client().get(f"/en/verify/{certificate.token}/certificate.pdf")
    assert found["Content-Type"] == "application/pdf" and b"".join(
        found.streaming_content
    ).startswith(b"%PDF")
    assert "TM-2026-00001.pdf" in found["Content-Disposition"] and found["X-Robots-Tag"].startswith(
        "noindex"
    )


def test_no_pdf_no_file(certificate: Certificate) -> None:
    assert Client().get(f"/en/verify/{certificate.token}/certificate.pdf").status_code == 404
    assert Client().get("/en/verify/nothing/certificate.pdf").status_code == 404


def test_a_file_lost_by_the_storage_is_a_missing_page(certificate: Certificate) -> None:
    document = make_document(certificate=certificate)
    document.pdf.storage.delete(document.pdf.name)
    assert Client().get(f"/en/verify/{certificate.token}/certificate.pdf").status_code == 404


def test_one_query_however_long_its_life(certificate: Certificate) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(certificate)
        return len(asked)

    page(certificate)  # makes the frame that all share
    assert cost() <= 1
    for kind in ("suspended", "reinstated", "suspended", "reinstated"):
        proof.event(certificate, kind, D(2026, 3, 12))
    assert cost() <= 1


def test_the_kept_frame_knows_nothing_of_who_came_first(certificate: Certificate) -> None:
    """Not the token, the query, a message or a cookie of one visitor is shown to the next."""
    first, second = Client(), Client()
    first.get("/en/verify/")  # a CSRF cookie
    one = first.get(f"/en/verify/{certificate.token}/?private=words").content.decode()
    assert (
        f"/ro/verify/{certificate.token}/" in one
    )  # the links to the other languages lead to the same certificate
    two = second.get("/en/verify/e/").content.decode()
    assert "/ro/verify/e/" in two
    typed = ask(certificate.number, "Turcanu").content.decode()
    assert (
        'href="/ro/verify/"' in typed and "verify//" not in typed and certificate.token not in typed
    )
    for kept in (certificate.token, "private=words", "csrfmiddlewaretoken", "-7d1f"):
        assert kept not in two
    assert "-7d1f" not in one and "Sign in" in two


def test_a_token_with_signs_of_html_stays_text(db: None) -> None:
    for bad in (
        "%22%3E%3Cscript%3Ealert(1)",
        "'onload=",
        "%00",
        "{{7*7}}",
        "place-1-7d1f",
        "place-99-7d1f",
    ):
        found = Client().get(f"/en/verify/{bad}/")
        text = found.content.decode()
        assert found.status_code == 404 and "<script>alert" not in text and text.count("<h1>") == 1


def test_somebody_signed_in_keeps_their_own_menu(cast: Cast, certificate: Certificate) -> None:
    anonymous = Client().get(f"/en/verify/{certificate.token}/").content.decode()
    own = cast.browser(cast.ion).get(f"/en/verify/{certificate.token}/").content.decode()
    assert "<h1>Valid</h1>" in own and "csrfmiddlewaretoken" in own and "Sign in" in anonymous
    assert (
        "csrfmiddlewaretoken"
        not in Client().get(f"/en/verify/{certificate.token}/").content.decode()
    )
