"""A file that somebody hands in: checked in full, never green for a changed one, never green where a check is open."""

import io
import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from certification import credentials, file_check, sealing, verification
from certification.actions import credentials as acting
from certification.actions import documents, events, replacement
from certification.actions.certificates import issue
from certification.file_check import examine_file
from certification.models import Certificate, CertificateContent, CertificateDocument, IssuedFile
from certification.verification import Verdict
from formats.seal import FileSigner, make_development_key, seal
from people.actions.erasure import erase
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

from .conftest import NOW, Training

pytestmark = pytest.mark.usefixtures("clock")
FILE_CHECKS = {"pdf": 3, "json": 2}


def data_of(certificate: Certificate, kind: str) -> bytes:
    if kind == "json":
        return credentials.file(certificate, "credential.json")
    with certificate.document.pdf.open("rb") as file:
        return file.read()


def results(finding) -> list[str]:
    return [check.result for check in finding.checks]


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_the_file_as_it_was_issued(certificate: Certificate, kind: str) -> None:
    found = examine_file(data_of(certificate, kind))
    assert found.verdict == Verdict.VALID and found.entry.id == certificate.pk
    assert results(found)[: FILE_CHECKS[kind]] == ["done"] * FILE_CHECKS[kind]
    assert all(check.text and check.word for check in found.checks)


@pytest.mark.parametrize("kind", ["pdf", "json"])
@pytest.mark.parametrize("verdict", ["revoked", "suspended", "replaced", "expired", "not_yet"])
def test_what_became_of_it_is_said_for_the_untouched_file_too(
    cast: Cast, certificate: Certificate, kind: str, verdict: str, clock
) -> None:
    data = data_of(certificate, kind)
    if verdict == "replaced":
        replacement.replace(certificate=certificate, by=make.fresh(cast.ion), reason="x")
    elif verdict in ("expired", "not_yet"):
        clock.move_to(
            datetime(
                2029 if verdict == "expired" else 2026,
                3,
                10 if verdict == "expired" else 8,
                9,
                tzinfo=UTC,
            )
        )
    else:
        events.happen(certificate=certificate, kind=verdict, by=None, reason="x")
    found = examine_file(data)
    assert found.verdict == verdict
    assert results(found)[: FILE_CHECKS[kind]] == ["done"] * FILE_CHECKS[kind]


def test_a_thousand_flipped_bytes_are_never_valid(certificate: Certificate, monkeypatch) -> None:
    """Seeded; one bit each, anywhere in the file. The same credential inside is looked at once: the clock stands."""
    monkeypatch.setattr(credentials, "examine", cache(credentials.examine))
    data, chance = data_of(certificate, "pdf"), random.Random(4)
    said: dict[str, int] = {}
    for _time in range(1_000):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        verdict = examine_file(bytes(changed)).verdict
        said[verdict] = said.get(verdict, 0) + 1
    # Nearly all still say which certificate they were; where the address itself was hit, nothing of ours is left.
    assert set(said) <= {Verdict.CHANGED, Verdict.NOT_FOUND, Verdict.UNCHECKED}
    assert said[Verdict.CHANGED] > 950


def test_a_hundred_flipped_letters_of_the_credential_are_never_valid(
    certificate: Certificate,
) -> None:
    data, chance = data_of(certificate, "json"), random.Random(5)
    for _time in range(100):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
        assert examine_file(bytes(changed)).verdict != Verdict.VALID


def appended(data: bytes) -> bytes:
    return data + b"\n% more"


def cut(data: bytes) -> bytes:
    return data[:-200]


def rewritten(data: bytes) -> bytes:
    """As a program that only meant to set another title writes it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_metadata({"/Title": "Better"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", [appended, cut, rewritten], ids=lambda one: one.__name__)
def test_a_changed_pdf_is_not_what_was_issued(certificate: Certificate, change) -> None:
    found = examine_file(change(data_of(certificate, "pdf")))
    assert found.verdict in (Verdict.CHANGED, Verdict.NOT_FOUND)
    assert found.facts == []  # nothing of what it claims is repeated
    if found.verdict == Verdict.CHANGED:
        assert results(found)[0] == "failed" and found.tone == "negative"


def test_an_unsealed_copy_is_not_what_was_issued(certificate: Certificate) -> None:
    found = examine_file(documents.printed(certificate))
    assert found.verdict == Verdict.CHANGED and results(found)[:3] == ["failed", "failed", "done"]


def test_the_seal_of_another_is_none(certificate: Certificate) -> None:
    stranger = FileSigner(*make_development_key("Tutela (demonstration)", "Tutela"))
    forged = seal(documents.printed(certificate), stranger, reason=certificate.number)
    found = examine_file(forged)
    assert found.verdict == Verdict.CHANGED and results(found)[:2] == ["failed", "failed"]


def test_our_own_seal_on_what_is_not_on_record_is_not_enough(certificate: Certificate) -> None:
    """A stolen key seals well; the record still does not know the bytes."""
    forged, _signer = sealing.apply(documents.printed(certificate), why="x")
    found = examine_file(forged)
    assert found.verdict == Verdict.CHANGED and results(found)[:3] == ["failed", "done", "done"]


def changed_json(certificate: Certificate, **changes) -> bytes:
    document = json.loads(data_of(certificate, "json"))
    return json.dumps({**document, **changes}).encode()


def test_a_credential_that_was_written_anew_by_a_wallet_is_the_same(
    certificate: Certificate,
) -> None:
    document = json.loads(data_of(certificate, "json"))
    data = json.dumps(dict(reversed(document.items())), indent=2).encode()
    assert examine_file(b"\n " + data).verdict == Verdict.VALID


def test_another_name_in_the_credential(certificate: Certificate) -> None:
    found = examine_file(changed_json(certificate, name="Certificat TM/2026/99999"))
    assert found.verdict == Verdict.CHANGED and results(found)[:2] == ["failed", "failed"]


def test_a_credential_signed_by_our_key_that_says_something_else(certificate: Certificate) -> None:
    """Whoever has the key but not the database."""
    row = certificate.credential
    document = {k: v for k, v in json.loads(data_of(certificate, "json")).items() if k != "proof"}
    forged = credentials.data_integrity.sign(
        {**document, "name": "Certificat fals"}, credentials.issuer_keys.proof_key(row.key),
        method=row.key.method, created=NOW,
    )  # fmt: skip
    found = examine_file(json.dumps(forged).encode())
    assert found.verdict == Verdict.CHANGED and results(found)[:2] == ["failed", "done"]


def test_a_certificate_that_was_never_issued(certificate: Certificate) -> None:
    data = data_of(certificate, "pdf").replace(
        certificate.token.encode(), b"A" * len(certificate.token)
    )
    assert examine_file(data).verdict == Verdict.NOT_FOUND
    assert (
        examine_file(
            changed_json(certificate, id="https://example.org/v/" + "A" * 22 + "/")
        ).verdict
        == Verdict.NOT_FOUND
    )


ODD = {
    "nothing": b"", "words": b"hello", "a picture": b"\x89PNG\r\n\x1a\n", "a page": b"<html>", "zip": b"PK\x03\x04",
    "half a credential": b'{"id":', "a number": b"{1}", "a list": b"[]", "deep": b'{"a":' * 20_000,
    "a large file": b"%PDF-1.7\n" + b"0" * (3 * 2**20), "a bare pdf": b"%PDF-1.7\n%%EOF\n",
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_handed_in_there_is_an_answer_and_it_is_not_valid(db, odd: str) -> None:
    found = examine_file(ODD[odd])
    assert found.verdict in (Verdict.UNCHECKED, Verdict.NOT_FOUND) and found.text


def test_after_an_erasure_the_file_still_answers(
    cast: Cast, certificate: Certificate, django_capture_on_commit_callbacks
) -> None:
    """Its fingerprint stays; the name is shown by nobody any more."""
    files = {kind: data_of(certificate, kind) for kind in FILE_CHECKS}
    with django_capture_on_commit_callbacks(execute=True):
        erase(person=cast.vasile, by=cast.ion, reason="request")
    assert not CertificateContent.objects.exists() and not CertificateDocument.objects.exists()
    for kind, data in files.items():
        found = examine_file(data)
        assert found.verdict == Verdict.VALID, kind
        assert results(found)[: FILE_CHECKS[kind]] == ["done"] * FILE_CHECKS[kind]
        assert "Țurcanu" not in str(found.facts)
        assert examine_file(data[:-1] + b"x").verdict != Verdict.VALID


def test_after_an_erasure_what_cannot_be_compared_is_not_green(
    cast: Cast, training: Training
) -> None:
    """A credential that was saved before its PDF was made: nothing of it is left to compare with."""
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    data = credentials.file(made, "credential.json")
    assert examine_file(data).verdict == Verdict.VALID and not IssuedFile.objects.exists()
    CertificateContent.objects.all().delete()
    found = examine_file(data)
    assert found.verdict == Verdict.UNCHECKED and results(found)[:2] == ["open", "done"]
    assert found.tone != "positive"


def test_a_file_of_before_keys_were_written_down_is_not_green(
    certificate: Certificate, monkeypatch
) -> None:
    """Its bytes are known, its seal is whole, but whose it is nobody can say."""
    data = data_of(certificate, "pdf")
    real = sealing.seal.check
    monkeypatch.setattr(
        sealing.seal, "check", lambda pdf, own, clocks, at=None: real(pdf, [], [], at=at)
    )
    found = examine_file(data)
    assert found.verdict == Verdict.UNCHECKED and results(found)[:3] == ["done", "open", "done"]


def test_a_changed_content_in_the_register_is_never_green(
    certificate: Certificate, monkeypatch
) -> None:
    monkeypatch.setattr(verification, "fingerprint", lambda _said: "other")
    assert examine_file(data_of(certificate, "pdf")).verdict == Verdict.UNCHECKED


def test_the_file_survives_a_new_key_of_the_issuer_and_of_the_seal(
    certificate: Certificate, settings, tmp_path: Path, clock
) -> None:
    files = [data_of(certificate, kind) for kind in FILE_CHECKS]
    acting.rotate(authority=certificate.authority, by=None)
    for name, text, setting in zip(
        ("k.pem", "c.pem"), make_development_key("New", "New"), ("SEAL_KEY_FILE", "SEAL_CERT_FILE"), strict=True
    ):  # fmt: skip
        (tmp_path / name).write_bytes(text)
        setattr(settings, setting, str(tmp_path / name))
    clock.shift(timedelta(days=40))
    assert [examine_file(data).verdict for data in files] == [Verdict.VALID] * 2


def test_a_file_that_was_made_again_leaves_the_first_good(certificate: Certificate) -> None:
    first = data_of(certificate, "pdf")
    certificate.document.delete()
    fresh = Certificate.objects.get(pk=certificate.pk)
    documents.make(certificate=fresh)
    second = data_of(Certificate.objects.get(pk=certificate.pk), "pdf")
    assert first != second
    assert [examine_file(data).verdict for data in (first, second)] == [Verdict.VALID] * 2


def test_the_file_of_one_certificate_does_not_speak_for_another(
    cast: Cast, training: Training, certificate: Certificate
) -> None:
    other = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    documents.make(certificate=other)
    events.revoke(certificate=other, by=None, reason="x")
    assert examine_file(data_of(certificate, "pdf")).verdict == Verdict.VALID
    assert (
        examine_file(data_of(Certificate.objects.get(pk=other.pk), "pdf")).verdict
        == Verdict.REVOKED
    )
    assert proof.last_number(training.authority, 2026) == 2


def test_every_result_has_its_word() -> None:
    assert set(file_check._RESULT.values()) == {"done", "failed", "open"}
