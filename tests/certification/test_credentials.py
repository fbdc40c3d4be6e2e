"""The credential: what is in it, that it can be made again, who can check it, and what others see afterwards."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from certification import credentials
from certification.actions import credentials as acting
from certification.actions import events, status_lists
from certification.actions.certificates import issue
from certification.errors import ContentChanged, CredentialUnavailable
from certification.models import Certificate, CertificateContent, Credential, IssuerKey, StatusList
from formats import credential as format_of
from formats import linked_data, multikey
from formats import status_list as bits
from formats.credential_check import State
from people.actions.erasure import Reason, erase
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

from .conftest import Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
SCHEMA = Path(__file__).parents[1] / "formats/data/ob_v3p0_achievementcredential_schema.json"


@pytest.fixture(autouse=True)
def clock(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    settings.SITE_URL = "https://tutela.example"
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.ana.person), programme=training.programme)


def again(certificate: Certificate) -> Certificate:
    return Certificate.objects.get(pk=certificate.pk)


def data(certificate: Certificate, kind: str = "credential.json") -> bytes:
    made = credentials.file(again(certificate), kind)
    assert made is not None
    return made


def document(certificate: Certificate) -> dict:
    return json.loads(data(certificate))


def download(address: str) -> bytes:
    """What the network would give: our own public pages, asked without an account."""
    assert address.startswith("https://tutela.example/issuers/")
    answer = Client().get(address.removeprefix("https://tutela.example"))
    if answer.status_code != 200:
        raise OSError(answer.status_code)
    return answer.content


def verify(text, **options):
    """The independent verifier: it resolves did:web, checks the proof, the dates and the status."""
    return OB3LdpVerifier().verify(
        text, check_status=True, verify_status_list=False, download=download, **options
    )


def state(text: bytes, at: datetime = NOW) -> State:
    return credentials.examine(text, at).state


def test_it_says_what_the_paper_says(certificate: Certificate, training: Training) -> None:
    said, made = certificate.content.snapshot, document(certificate)
    subject = made["credentialSubject"]
    assert made["@context"] == [linked_data.CREDENTIALS, linked_data.BADGES, linked_data.EXTENSIONS]
    assert made["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert made["id"] == said["verify_url"] == f"https://tutela.example/v/{certificate.token}/"
    assert made["issuer"]["id"] == "did:web:tutela.example:issuers:tm"
    assert made["issuer"]["name"] == said["authority"]
    assert subject["identifier"][0]["identityHash"] == said["holder"]
    assert subject["licenseNumber"] == certificate.number
    assert subject["achievement"]["name"] == said["course"]["title"]
    assert subject["achievement"]["id"] == f"urn:uuid:{training.course.translation_key}"
    assert subject["achievement"]["criteria"]["narrative"] == said["legal_basis"]
    assert subject["achievement"]["inLanguage"] == "ro"
    assert made["validFrom"] == "2026-03-09T00:00:00+02:00"
    # The last day counts to its end, in summer time by then or not.
    assert made["validUntil"] == "2029-03-09T23:59:59+02:00"


def test_nothing_of_the_person_that_the_paper_does_not_show(
    certificate: Certificate, cast: Cast
) -> None:
    made = document(certificate)
    text = json.dumps(made, ensure_ascii=False)
    shown = json.dumps(certificate.content.snapshot, ensure_ascii=False)
    for value in (cast.ana.email, certificate.name_salt, certificate.name_proof):
        assert value not in text
    subject = made["credentialSubject"]
    assert set(subject) <= {
        "type", "identifier", "licenseNumber", "role", "narrative", "activityStartDate", "activityEndDate", "result",
        "achievement",
    }  # fmt: skip
    for word in (subject["identifier"][0]["identityHash"], subject["result"][0]["value"]):
        assert word in shown


def test_it_keeps_to_the_schema_of_1edtech(certificate: Certificate) -> None:
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.Draft201909Validator(schema)
    assert list(validator.iter_errors(document(certificate))) == []
    proof_as_object = document(certificate)
    proof_as_object["proof"] = proof_as_object["proof"][0]
    assert list(validator.iter_errors(proof_as_object)), "the schema is blind"


def test_it_is_made_again_byte_for_byte(certificate: Certificate, clock) -> None:
    before = {kind: data(certificate, kind) for kind in credentials.KINDS}
    credentials.caches["local"].clear()
    clock.shift(timedelta(days=40))
    acting.rotate(authority=certificate.authority, by=None)
    assert {kind: data(certificate, kind) for kind in credentials.KINDS} == before


def test_an_invented_term_makes_issuing_fail(certificate: Certificate, monkeypatch) -> None:
    ours = format_of.document
    monkeypatch.setattr(
        format_of, "document", lambda holding: {**ours(holding), "favouriteColour": "blue"}
    )
    with pytest.raises(linked_data.NotSignable, match="favouriteColour"):
        credentials.document(certificate)


def test_an_independent_verifier_accepts_it(certificate: Certificate) -> None:
    found = verify(data(certificate))
    assert found.issuer.id == "did:web:tutela.example:issuers:tm"
    assert found.id == f"https://tutela.example/v/{certificate.token}/"


def test_it_reads_the_pictures(certificate: Certificate) -> None:
    png = OB3Verifier.extract_token_from_png(data(certificate, "badge.png"))
    svg = OB3Verifier.extract_token_from_svg(data(certificate, "badge.svg"))
    assert png.encode() == svg.encode() == data(certificate)
    verify(png)


def test_it_accepts_the_jwt(certificate: Certificate) -> None:
    text = data(certificate, "credential.jwt").decode()
    verifier = OB3Verifier.for_issuer_did("did:web:tutela.example:issuers:tm", download=download)
    found = verifier.verify(text, check_status=True, verify_status_list=False, download=download)
    assert found.id == document(certificate)["id"]
    head, payload, _signature = text.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    assert header["alg"] == "ES256" and header["kid"].startswith(found.issuer.id + "#zDn")
    assert "proof" not in json.loads(base64.urlsafe_b64decode(payload + "=="))


def test_the_jwt_with_a_letter_changed_is_refused(certificate: Certificate) -> None:
    head, payload, signature = data(certificate, "credential.jwt").decode().split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "==="))
    said["credentialSubject"]["licenseNumber"] = "TM/2026/99999"
    changed = multikey.base64url(json.dumps(said).encode())
    verifier = OB3Verifier.for_issuer_did("did:web:tutela.example:issuers:tm", download=download)
    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        verifier.verify(f"{head}.{changed}.{signature}")


def test_a_changed_word_is_found_by_both(certificate: Certificate) -> None:
    changed = data(certificate).replace(b"TM/2026/00001", b"TM/2026/00002")
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify(changed)
    assert credentials.examine(changed, NOW).reason == "proof_wrong"
    assert state(changed) == State.TAMPERED and state(data(certificate)) == State.ACTIVE


def happen(certificate: Certificate, kind: str) -> None:
    events.happen(certificate=certificate, kind=kind, by=None, reason="Dosar incomplet")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["revoked"], State.REVOKED),
        (["suspended"], State.SUSPENDED),
        (["suspended", "revoked"], State.REVOKED),
        (["suspended", "reinstated"], State.ACTIVE),
        (["revoked", "reinstated"], State.ACTIVE),
        (["reviewed"], State.ACTIVE),
        (["suspended", "reinstated", "suspended"], State.SUSPENDED),
    ],
)
def test_what_happened_shows_at_once(certificate: Certificate, kinds, expected, clock) -> None:
    text = data(certificate)
    verify(text)  # the list was signed before
    for kind in kinds:
        clock.shift(timedelta(seconds=1))
        happen(certificate, kind)
    assert state(text) == expected
    if expected == State.ACTIVE:
        verify(text)
    else:
        with pytest.raises(OB3VerificationError, match="Credential status 'revocation' is set"):
            verify(text)


def test_a_replaced_one_is_taken_back_too(certificate: Certificate) -> None:
    proof.event(certificate, "replaced", date(2026, 3, 12), "Nume greșit")
    assert state(data(certificate)) == State.REVOKED


def test_the_neighbours_of_a_revoked_one_go_on(
    certificate: Certificate, cast: Cast, training: Training
) -> None:
    other = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    happen(certificate, "revoked")
    assert state(data(certificate)) == State.REVOKED and state(data(other)) == State.ACTIVE
    verify(data(other))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 8, 21, 59, 59, tzinfo=UTC), State.NOT_YET),
        (datetime(2026, 3, 8, 22, tzinfo=UTC), State.ACTIVE),  # midnight in Timiș
        (datetime(2029, 3, 9, 21, 59, 59, tzinfo=UTC), State.ACTIVE),
        (datetime(2029, 3, 9, 22, tzinfo=UTC), State.EXPIRED),
    ],
)
def test_its_days_begin_and_end_where_the_law_holds(
    certificate: Certificate, moment, expected, clock
) -> None:
    text = data(certificate)
    clock.move_to(moment)
    assert state(text, moment) == expected


def test_revoked_is_told_before_expired(certificate: Certificate, clock) -> None:
    text = data(certificate)
    happen(certificate, "revoked")
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert state(text, datetime(2030, 1, 1, tzinfo=UTC)) == State.REVOKED


def test_a_list_that_ran_out_is_never_good(certificate: Certificate, monkeypatch) -> None:
    text = data(certificate)
    assert state(text) == State.ACTIVE
    monkeypatch.setattr(status_lists, "fresh", lambda *, status: status)
    later = NOW + timedelta(hours=24, seconds=1)
    assert credentials.examine(text, later).reason == "status_expired"
    assert state(text, later) == State.UNCHECKED


def test_whoever_asks_gets_a_list_of_today_even_without_a_worker(
    certificate: Certificate, clock
) -> None:
    text = data(certificate)
    verify(text)
    first = state(text)
    clock.shift(timedelta(days=30))
    verify(text)
    assert (first, state(text, NOW + timedelta(days=30))) == (State.ACTIVE, State.ACTIVE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "unreadable"),
        (b"[]", "no_proof"),
        (b"{}", "no_proof"),
        (b'{"a": 1, "a": 2}', "unreadable"),
        (b"[" * 50_000, "unreadable"),
        (b'"' + b"x" * 70_000 + b'"', "too_long"),
        (b"\xff\xfe", "unreadable"),
    ],
)
def test_what_is_no_credential_is_never_good(db, text: bytes, reason: str) -> None:
    report = credentials.examine(text, NOW)
    assert (report.state, report.reason) == (State.UNCHECKED, reason)


def changed(certificate: Certificate, **fields) -> bytes:
    return format_of.text({**document(certificate), **fields})


def test_another_issuer_cannot_borrow_our_name(
    certificate: Certificate, cast: Cast, training: Training
) -> None:
    elsewhere = changed(certificate, issuer={"id": "did:web:evil.example", "type": ["Profile"]})
    assert credentials.examine(elsewhere, NOW).reason == "foreign_key"
    made = document(certificate)
    made["issuer"]["id"] = "did:web:evil.example"
    made["proof"][0]["verificationMethod"] = "did:web:evil.example#z6Mk"
    assert credentials.examine(format_of.text(made), NOW).reason == "issuer_unknown"
    made = document(certificate)
    made["proof"][0]["verificationMethod"] = "did:web:tutela.example:issuers:tm#z6Mkother"
    assert credentials.examine(format_of.text(made), NOW).reason == "key_unknown"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"inventedTerm": "x"}, "not_covered"),
        ({"@context": [linked_data.CREDENTIALS, "https://evil.example"]}, "unknown_form"),
        ({"@included": [{"id": "urn:x"}]}, "unknown_form"),
        ({"evidence": [{"type": ["Evidence"]}, {"type": ["Evidence"]}]}, "unknown_form"),
        ({"termsOfUse": {"id": "_:b0"}}, "unknown_form"),
        ({"credentialStatus": {"type": "Other"}}, "not_covered"),
        ({"proof": []}, "no_proof"),
        ({"issuer": 7}, "no_issuer"),
    ],
)
def test_other_forms_are_not_read(certificate: Certificate, fields: dict, reason: str) -> None:
    report = credentials.examine(changed(certificate, **fields), NOW)
    assert report.reason == reason and report.state in (State.UNCHECKED, State.TAMPERED)


def test_a_thousand_like_branches_cost_nothing(certificate: Certificate) -> None:
    """RDF canonicalisation is factorial on them."""
    poison: dict = {"type": ["Evidence"]}
    for _level in range(300):
        poison = {"evidence": poison}
    report = credentials.examine(changed(certificate, evidence=poison), NOW)
    assert report.reason == "unknown_form"


@pytest.mark.parametrize(
    ("family", "given", "language"),
    [
        ("Шевченко", "Оксана", "uk"),
        ("الشريف", "فاطمة الزهراء", "ar"),
        ("Петров-Îonescu", "Şerban", "bg"),
        ("]]> <script>", 'O\'Hara "x" & \\u003e', "ro"),
    ],
)
def test_names_in_every_script_come_through(
    training: Training, cast: Cast, family: str, given: str, language: str
) -> None:
    who = make.person(cast.lugoj, family, given, categories=[cast.carer])
    made = issue(enrolment=training.completed(who), programme=training.programme, language=language)
    holder = document(made)["credentialSubject"]["identifier"][0]["identityHash"]
    assert holder == made.content.snapshot["holder"] and family in holder
    png = OB3Verifier.extract_token_from_png(data(made, "badge.png"))
    svg = OB3Verifier.extract_token_from_svg(data(made, "badge.svg"))
    for text in (png, svg):
        assert json.loads(text) == document(made)
        verify(text)
    assert state(data(made)) == State.ACTIVE


def test_what_has_no_end_has_no_end(certificate: Certificate) -> None:
    row = credentials._row(certificate)
    holding = credentials._holding(certificate.content.snapshot, row)
    made = format_of.document(replace(holding, valid_until=None, category="", first_day=None))
    assert not {"validUntil"} & set(made)
    assert not {"role", "activityStartDate"} & set(made["credentialSubject"])


def test_changed_content_is_never_signed(certificate: Certificate, monkeypatch) -> None:
    certificate = again(certificate)
    certificate.content.snapshot["holder"] = "Altcineva"
    with pytest.raises(ContentChanged):
        credentials.file(certificate, "credential.json")


def test_an_erased_person_has_no_credential_but_the_list_answers(
    certificate: Certificate, cast: Cast, clock
) -> None:
    text = data(certificate)
    happen(certificate, "suspended")
    erase(person=cast.ana.person, by=None, reason=Reason.REQUEST)
    assert not CertificateContent.objects.filter(certificate=certificate).exists()
    for kind in credentials.KINDS:
        assert credentials.file(again(certificate), kind) is None
        address = reverse("certification:verify-credential", args=[certificate.token, kind])
        assert Client().get(address).status_code == 404
    assert state(text) == State.SUSPENDED
    kept = (
        *StatusList.objects.values_list("revocation", "suspension"),
        credentials_of(certificate),
    )
    assert "Ana" not in str(kept)


def credentials_of(certificate: Certificate) -> dict:
    return Credential.objects.filter(certificate=certificate).values().get()


def test_the_data_key_locks_the_keys(certificate: Certificate, settings) -> None:
    row = IssuerKey.objects.first()
    assert row.secret.startswith("gAAAA") and "PRIVATE" not in row.secret
    settings.DATA_KEY = "another data key"
    with pytest.raises(CredentialUnavailable) as caught:
        credentials.file(again(certificate), "credential.json")
    assert caught.value.code == "issuer_key_unreadable"


def test_the_bits_of_a_list_are_the_certificates_in_it(certificate: Certificate) -> None:
    happen(certificate, "revoked")
    row = Credential.objects.get(certificate=certificate)
    status = status_lists.sign(status=row.status_list)
    listed = json.loads(status.revocation)["credentialSubject"]
    unpacked = bits.decoded(listed["encodedList"])
    assert [n for n in range(bits.SIZE) if bits.is_set(unpacked, n)] == [row.index]
    assert len(unpacked) * 8 == bits.SIZE
    assert document(certificate)["credentialStatus"]["statusListIndex"] == str(row.index)
