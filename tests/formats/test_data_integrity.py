"""Proofs: W3C's own test vector byte for byte, keys as verifiers read them, and nothing left outside a signature."""

import copy
import json
import socket
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from formats import data_integrity, linked_data, multikey
from formats.linked_data import NotSignable, canonical
from tests.formats.processes import printed

# W3C "Data Integrity EdDSA Cryptosuites v1.0", appendix B.1: eddsa-rdfc-2022.
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
METHOD = f"did:key:{PUBLIC}#{PUBLIC}"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
ALUMNI = {
    "@context": [linked_data.CREDENTIALS, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
OPTIONS_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
PROOF = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"

PLAIN = {
    "@context": [linked_data.CREDENTIALS, linked_data.BADGES],
    "id": "https://example.org/v/1/",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:example.org", "type": ["Profile"], "name": "Județul Timiș"},
    "validFrom": "2026-03-09T00:00:00+02:00",
    "credentialSubject": {"type": ["AchievementSubject"], "narrative": "12 h"},
}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def signed(document=None) -> dict:
    return data_integrity.sign(document or PLAIN, KEY, method="did:web:example.org#k", created=NOW)


def test_the_same_words_are_signed_the_same_in_any_process() -> None:
    script = (
        "import hashlib, json; from tests.formats import test_data_integrity as t;"
        "print(hashlib.sha256(json.dumps(t.signed()).encode()).hexdigest())"
    )
    assert printed(script) == {sha256(json.dumps(signed()).encode()).hexdigest()}


@pytest.fixture
def examples(monkeypatch) -> None:
    """The context of the specification's examples, which defines every word; a credential of ours must not have it."""
    ours = linked_data.load

    def load(url, options=None):
        if url != EXAMPLES:
            return ours(url, options)
        vocabulary = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
        return {"contentType": "", "contextUrl": None, "documentUrl": url, "document": vocabulary}

    monkeypatch.setattr(linked_data, "load", load)
    monkeypatch.setattr(jsonld, "_resolved_context_cache", {})  # nothing of it stays behind


def test_the_vector_of_the_w3c_comes_out_byte_for_byte(examples) -> None:
    key = Ed25519PrivateKey.from_private_bytes(multikey.from_base58(SECRET)[2:])
    assert multikey.multikey(key.public_key()) == PUBLIC
    assert sha256(canonical(ALUMNI)).hexdigest() == DOCUMENT_HASH
    made = data_integrity.sign(ALUMNI, key, method=METHOD, created=CREATED)
    (proof,) = made["proof"]
    options = {k: v for k, v in proof.items() if k != "proofValue"}
    options["@context"] = ALUMNI["@context"]
    assert sha256(canonical(options)).hexdigest() == OPTIONS_HASH
    assert proof["proofValue"] == PROOF
    assert data_integrity.is_signed(made, multikey.from_multikey(PUBLIC))


@pytest.mark.parametrize(
    ("url", "digest"),
    [
        (
            linked_data.CREDENTIALS,
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        ),
        (linked_data.BADGES, "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
        (
            linked_data.EXTENSIONS,
            "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
        ),
    ],
)
def test_the_contexts_are_the_published_bytes(url: str, digest: str) -> None:
    data = (linked_data.FOLDER / linked_data.FILES[url]).read_bytes()
    assert sha256(data).hexdigest() == digest
    assert linked_data.load(url)["document"] == json.loads(data)


def test_there_is_no_other_file_beside_them_but_their_note() -> None:
    names = {path.name for path in linked_data.FOLDER.iterdir()}
    assert names == {*linked_data.FILES.values(), "README.md"}


def test_no_other_context_is_loaded_and_the_network_is_never_asked(monkeypatch) -> None:
    def refuse(*args, **kwargs):
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for url in ("https://example.org/c.json", "http://www.w3.org/ns/credentials/v2", "file:///x"):
        strange = {**PLAIN, "@context": [*PLAIN["@context"], url]}
        with pytest.raises(NotSignable, match="not one of ours"):
            signed(strange)


def placed(path: str, value) -> dict:
    """The plain document with something more in it."""
    made = copy.deepcopy(PLAIN)
    spot = made
    *way, last = path.split(".")
    for name in way:
        spot = spot[name]
    spot[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("inventedTerm", "x"),
        ("credentialSubject.favouriteColour", "blue"),
        ("issuer.registrationNumber", "1"),
        ("credentialSubject.nested", {"type": "AchievementSubject"}),
        ("type", ["VerifiableCredential", "InventedCredential"]),
        ("credentialSubject.type", ["Invented"]),
        ("credentialSubject.id", "no-address"),
        ("issuer.id", "relative/path"),
        ("@inventedKeyword", "x"),
    ],
)
def test_what_no_context_defines_makes_signing_fail(path: str, value) -> None:
    with pytest.raises(NotSignable):
        signed(placed(path, value))


def test_the_refusal_names_the_word() -> None:
    with pytest.raises(NotSignable, match="favouriteColour"):
        signed(placed("credentialSubject.favouriteColour", "blue"))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert json.dumps(signed()) == json.dumps(signed(copy.deepcopy(PLAIN)))


def test_the_proof_is_a_list_of_one_and_says_when_by_whom_and_for_what() -> None:
    (proof,) = signed()["proof"]
    assert {k: v for k, v in proof.items() if k != "proofValue"} == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-12T09:00:00Z",
        "verificationMethod": "did:web:example.org#k",
        "proofPurpose": "assertionMethod",
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("validFrom", "2026-03-08T00:00:00+02:00"),
        ("credentialSubject.narrative", "120 h"),
        ("issuer.name", "Judeţul Timiş"),  # another letter, the same look
        ("id", "https://example.org/v/2/"),
    ],
)
def test_a_change_breaks_the_signature(path: str, value) -> None:
    changed = {**placed(path, value), "proof": signed()["proof"]}
    assert not data_integrity.is_signed(changed, KEY.public_key())
    assert data_integrity.is_signed(signed(), KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-03-12T09:00:01Z"},
        {"verificationMethod": "did:web:example.org#other"},
        {"proofPurpose": "authentication"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"type": "Ed25519Signature2020"},
        {"proofValue": "z" + "1" * 88},
        {"proofValue": "u123"},
        {"proofValue": "z0OIl"},
        {"proofValue": 7},
    ],
)
def test_a_changed_proof_is_no_proof(change: dict) -> None:
    made = signed()
    made["proof"] = [made["proof"][0] | change]
    assert not data_integrity.is_signed(made, KEY.public_key())


@pytest.mark.parametrize("proof", [None, [], "x", [{}], [{}, {}], {"type": "DataIntegrityProof"}])
def test_no_proof_is_no_proof(proof) -> None:
    assert not data_integrity.is_signed({**PLAIN, "proof": proof}, KEY.public_key())


def test_another_key_did_not_sign_it() -> None:
    assert not data_integrity.is_signed(signed(), Ed25519PrivateKey.generate().public_key())


def test_a_word_added_to_a_signed_document_is_refused_not_overlooked() -> None:
    with pytest.raises(NotSignable):
        data_integrity.is_signed({**signed(), "inventedTerm": "x"}, KEY.public_key())


@given(st.binary(max_size=60))
def test_base58_gives_back_what_it_took(data: bytes) -> None:
    assert multikey.from_base58(multikey.base58(data)) == data


@pytest.mark.parametrize("text", ["", "abc", "z0", "zO", "z" + "1" * 300, "u123"])
def test_what_is_not_base58_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        multikey.from_base58(text)


def test_keys_come_back_from_their_text() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert multikey.multikey(elliptic).startswith("zDn")
    for key in (KEY.public_key(), elliptic):
        assert multikey.from_multikey(multikey.multikey(key)) == key


@pytest.mark.parametrize("data", [b"", b"\xed\x01", b"\x80\x24abc", b"\x12\x00" + bytes(32)])
def test_other_keys_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        multikey.from_multikey(multikey.base58(data))


@pytest.mark.parametrize(
    ("address", "did", "document"),
    [
        (
            "https://tutela.example/issuers/tm",
            "did:web:tutela.example:issuers:tm",
            "https://tutela.example/issuers/tm/did.json",
        ),
        (
            "https://a.example:8443/t/issuers/tm",
            "did:web:a.example%3A8443:t:issuers:tm",
            "https://a.example:8443/t/issuers/tm/did.json",
        ),
        (
            "https://a.example",
            "did:web:a.example",
            "https://a.example/.well-known/did.json",
        ),
    ],
)
def test_the_identifier_leads_to_its_document(address: str, did: str, document: str) -> None:
    assert multikey.did_web(address) == did
    assert multikey.did_document_url(did) == document


@pytest.mark.parametrize("did", ["", "did:key:z6Mk", "did:web:", "xdid:web:a", "did:web:a%2Fb:c"])
def test_other_identifiers_lead_nowhere(did: str) -> None:
    with pytest.raises(ValueError):
        multikey.did_document_url(did)


def test_the_document_names_each_key_by_its_full_address() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    did = "did:web:tutela.example:issuers:tm"
    document = multikey.did_document(did, [KEY.public_key(), elliptic])
    first, second = document["verificationMethod"]
    assert document["id"] == first["controller"] == second["controller"] == did
    assert document["assertionMethod"] == [first["id"], second["id"]]
    assert all(one.startswith(f"{did}#z") for one in document["assertionMethod"])
    assert multikey.from_multikey(first["publicKeyMultibase"]) == KEY.public_key()
    assert second["publicKeyJwk"] == multikey.jwk(elliptic) and "d" not in second["publicKeyJwk"]
