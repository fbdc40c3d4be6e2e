"""The seal: made with a key that is fit for it, and good only on the untouched file."""

import io
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import DummyTimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

from formats import seal as seals
from formats.certificate import render
from formats.seal import FileSigner, check, make_development_key, seal
from tests.formats.papers import CLOCK, PAPERS

KEY, CERT = make_development_key("Sigiliul DGASPC Exemplu", "DGASPC Exemplu")
OTHER_KEY, OTHER_CERT = make_development_key("Altcineva", "Altă instituție")


@pytest.fixture(scope="module")
def signer() -> FileSigner:
    return FileSigner(KEY, CERT)


@pytest.fixture(scope="module")
def paper(fonts: Path) -> bytes:
    return render(PAPERS["ro"], fonts=fonts, timestamp=CLOCK)


@pytest.fixture(scope="module")
def sealed(paper: bytes, signer: FileSigner) -> bytes:
    return seal(paper, signer, reason="Certificat de absolvire", location="Timișoara")


def certificate(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *,
    usage: bool = True,
    starts: datetime,
    days: int,
    stamp: bool = False,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=days))
        .add_extension(
            x509.KeyUsage(usage, usage, not usage, False, False, False, False, False, False),
            critical=True,
        )
    )
    if stamp:
        purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(key, hashes.SHA256())


def as_pem(
    thing: x509.Certificate | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    password: bytes | None = None,
) -> bytes:
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    lock = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return thing.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)


def test_a_sealed_paper_is_good_to_whoever_trusts_the_sealer(sealed: bytes) -> None:
    report = check(sealed, [CERT])
    assert (
        report.good
        and report.sealed
        and report.intact
        and report.covers_whole_file
        and report.trusted
    )
    assert report.signer_name == "Sigiliul DGASPC Exemplu"
    assert not report.timestamped
    assert abs(report.signed_at - datetime.now(UTC)) < timedelta(minutes=10)


def test_trust_comes_only_from_the_given_roots(sealed: bytes) -> None:
    for roots in ([], [OTHER_CERT]):
        report = check(sealed, roots)
        assert report.intact and not report.trusted and not report.good
    der = x509.load_pem_x509_certificate(CERT).public_bytes(serialization.Encoding.DER)
    assert check(sealed, [OTHER_CERT, der]).good
    assert check(sealed, [OTHER_CERT + CERT]).good


def test_the_paper_itself_stays_as_it_was(paper: bytes, sealed: bytes) -> None:
    assert sealed.startswith(paper)
    reader = PdfReader(io.BytesIO(sealed))
    fields = reader.get_fields()
    assert list(fields) == ["Seal"]
    value = fields["Seal"]["/V"]
    assert (value["/SubFilter"], value["/Reason"]) == (
        "/ETSI.CAdES.detached",
        "Certificat de absolvire",
    )
    assert value["/Location"] == "Timișoara"
    assert reader.trailer["/Root"]["/Perms"]["/DocMDP"]
    assert value["/Reference"][0]["/TransformParams"]["/P"] == 1
    widget = reader.trailer["/Root"]["/AcroForm"]["/Fields"][0].get_object()
    assert [float(number) for number in widget["/Rect"]] == [0, 0, 0, 0]


def test_without_a_line_break_at_the_end_the_seal_would_be_glued_on(
    paper: bytes, signer: FileSigner
) -> None:
    assert b"%%EOF\n" in seal(paper, signer, reason="x")[: len(paper)]
    glued = seal(paper.rstrip(b"\n"), signer, reason="x")
    assert not glued[len(paper) - 1 :].startswith(b"\n")


# --- tampering ---------------------------------------------------------------------------------------------------


def test_random_flips_are_all_seen(sealed: bytes) -> None:
    chance = random.Random(2026)
    unseen = []
    for _ in range(200):
        at = chance.randrange(len(sealed))
        changed = bytearray(sealed)
        changed[at] ^= 1 << chance.randrange(8)
        if check(bytes(changed), [CERT]).good:
            unseen.append(at)
    assert unseen == []


@pytest.mark.slow
def test_every_byte_of_the_envelope_counts(sealed: bytes) -> None:
    """The gap that no signature covers: the signature itself, its certificate, and the zeros behind them."""
    start = sealed.index(b"/Contents <") + 10
    end = sealed.index(b">", start) + 1
    places = [*range(start, start + 1_900, 5), *range(start + 1_900, end, 100), end - 1]
    unseen = []
    for at in places:
        changed = bytearray(sealed)
        changed[at] ^= 1
        if check(bytes(changed), [CERT]).good:
            unseen.append(at)
    assert unseen == []


def appended(sealed: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Tutela"] = writer.root["/Lang"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(sealed: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(sealed))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


CHANGES = {
    "appended revision": appended,
    "appended bytes": lambda sealed: sealed + b"\n",
    "cut": lambda sealed: sealed[:-1],
    "rewritten": rewritten,
    "small hexadecimal letters": lambda sealed: sealed.replace(b"06092A86", b"06092a86"),
    "something in the padding": lambda sealed: sealed.replace(b"0000>", b"0001>"),
    "another gap": lambda sealed: sealed.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
    "prefixed": lambda sealed: b"%x\n" + sealed,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_seen(sealed: bytes, change: str) -> None:
    changed = CHANGES[change](sealed)
    assert changed != sealed
    assert not check(changed, [CERT]).good


def test_a_second_seal_is_not_accepted(sealed: bytes, signer: FileSigner) -> None:
    with pytest.raises(seals.SealDocumentWrong):
        seal(sealed, signer, reason="again")


def test_files_without_a_seal(paper: bytes) -> None:
    for data in (paper, b"", b"%PDF-1.7", b"hello", paper[:1000], paper[1000:]):
        report = check(data, [CERT])
        assert not report.good and not report.sealed and report.signed_at is None


@given(st.binary(max_size=300))
def test_no_bytes_make_the_check_fail(data: bytes) -> None:
    assert not check(data, [CERT]).good
    assert not check(b"%PDF-1.7\n" + data, [CERT]).good


# --- keys --------------------------------------------------------------------------------------------------------


def test_the_development_key_may_do_what_a_seal_needs() -> None:
    made = x509.load_pem_x509_certificate(CERT)
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    assert (
        made.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "DGASPC Exemplu"
    )
    assert isinstance(made.public_key().curve, ec.SECP256R1)
    assert make_development_key("a" * 200, "b" * 200)[1]


EC_KEY, RSA_KEY = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)


def test_rsa_and_locked_keys_work(paper: bytes) -> None:
    own = certificate(RSA_KEY, starts=YESTERDAY, days=9)
    locked = FileSigner(as_pem(RSA_KEY, b"parol\xc4\x83"), as_pem(own), password="parolă")
    assert check(seal(paper, locked, reason="x"), [as_pem(own)]).good


def test_a_chain_is_embedded_and_leads_to_its_root(paper: bytes) -> None:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    root = (
        x509.CertificateBuilder().subject_name(root_name).issuer_name(root_name).public_key(root_key.public_key())
        .serial_number(1).not_valid_before(YESTERDAY).not_valid_after(NOW + timedelta(days=99))
        .add_extension(x509.BasicConstraints(True, None), critical=True).sign(root_key, hashes.SHA256())
    )  # fmt: skip
    middle_key = ec.generate_private_key(ec.SECP256R1())
    middle_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Middle")])
    middle = (
        x509.CertificateBuilder().subject_name(middle_name).issuer_name(root_name).public_key(middle_key.public_key())
        .serial_number(2).not_valid_before(YESTERDAY).not_valid_after(NOW + timedelta(days=99))
        .add_extension(x509.BasicConstraints(True, None), critical=True).sign(root_key, hashes.SHA256())
    )  # fmt: skip
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Leaf")])
    leaf = (
        x509.CertificateBuilder().subject_name(leaf_name).issuer_name(middle_name).public_key(EC_KEY.public_key())
        .serial_number(3).not_valid_before(YESTERDAY).not_valid_after(NOW + timedelta(days=99))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True).sign(middle_key, hashes.SHA256())
    )  # fmt: skip
    out = seal(paper, FileSigner(as_pem(EC_KEY), as_pem(leaf) + as_pem(middle)), reason="x")
    assert check(out, [as_pem(root)]).good
    assert not check(out, [OTHER_CERT]).trusted


def test_keys_that_cannot_seal(paper: bytes) -> None:
    fit = as_pem(certificate(EC_KEY, starts=YESTERDAY, days=9))
    unfit = as_pem(certificate(EC_KEY, starts=YESTERDAY, days=9, usage=False))
    odd = ed25519.Ed25519PrivateKey.generate()
    odd_pem = odd.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    refused = [
        (b"", fit, None, seals.SealKeyMissing),
        (as_pem(EC_KEY), b" \n", None, seals.SealKeyMissing),
        (b"nonsense", fit, None, seals.SealKeyWrong),
        (as_pem(EC_KEY), b"nonsense", None, seals.SealKeyWrong),
        (as_pem(EC_KEY, b"right"), fit, "wrong", seals.SealKeyWrong),
        (as_pem(EC_KEY, b"right"), fit, None, seals.SealKeyWrong),
        (as_pem(RSA_KEY), fit, None, seals.SealKeyWrong),
        (odd_pem, fit, None, seals.SealKeyWrong),
        (as_pem(EC_KEY), unfit, None, seals.SealKeyWrong),
    ]
    for key, cert, password, error in refused:
        with pytest.raises(error) as caught:
            FileSigner(key, cert, password)
        assert str(caught.value).endswith(".") and isinstance(caught.value, seals.SealError)


@pytest.mark.parametrize(
    ("starts", "days", "error"),
    [
        (NOW - timedelta(days=10), 9, seals.SealKeyExpired),
        (NOW + timedelta(days=1), 9, seals.SealKeyNotYetValid),
    ],
)
def test_a_key_out_of_its_time_stops_the_batch(
    paper: bytes, starts: datetime, days: int, error: type
) -> None:
    late = FileSigner(as_pem(EC_KEY), as_pem(certificate(EC_KEY, starts=starts, days=days)))
    with pytest.raises(error, match=r"20\d\d-\d\d-\d\d"):
        seal(paper, late, reason="x")


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_cannot_be_sealed(signer: FileSigner, data: bytes) -> None:
    with pytest.raises(seals.SealDocumentWrong):
        seal(data, signer, reason="x")


# --- time stamps -------------------------------------------------------------------------------------------------


def stamper(moment: datetime | None = None) -> tuple[DummyTimeStamper, bytes]:
    key = RSA_KEY  # the dummy authority knows no other kind
    own = certificate(key, starts=YESTERDAY, days=99, stamp=True)
    raw = own.public_bytes(serialization.Encoding.DER)
    der_key = pem.unarmor(as_pem(key))[2]
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(raw))
    made = DummyTimeStamper(
        asn1_x509.Certificate.load(raw),
        asn1_keys.PrivateKeyInfo.load(der_key),
        store,
        fixed_dt=moment,
    )
    return made, raw


def test_a_time_stamp_says_when(paper: bytes, signer: FileSigner) -> None:
    moment = (NOW - timedelta(minutes=3)).replace(microsecond=0)
    authority, root = stamper(moment)
    out = seal(paper, signer, reason="x", timestamper=authority)
    report = check(out, [CERT, root])
    assert report.good and report.timestamped
    assert report.signed_at == moment


class Silent(DummyTimeStamper):
    async def async_request_tsa_response(self, req: object) -> object:
        raise TimestampRequestError("no answer")


def test_a_silent_authority_is_named(paper: bytes, signer: FileSigner) -> None:
    authority, _ = stamper()
    authority.__class__ = Silent
    with pytest.raises(seals.SealTimestampFailed):
        seal(paper, signer, reason="x", timestamper=authority)


# --- other holders of keys ---------------------------------------------------------------------------------------


class Remote:
    """A signer as a device or a service would be: it never shows its key."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.certificate = x509.load_pem_x509_certificate(CERT)
        self.chain: tuple[x509.Certificate, ...] = ()
        self._key = serialization.load_pem_private_key(KEY, None)

    def sign(self, data: bytes, digest: str) -> bytes:
        self.asked.append(digest)
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def test_a_holder_that_fails_is_not_taken_for_a_bad_file(paper: bytes) -> None:
    remote = Remote()
    remote.sign = lambda data, digest: (_ for _ in ()).throw(ConnectionError("the device is away"))
    with pytest.raises(ConnectionError):
        seal(paper, remote, reason="x")


def test_any_holder_of_a_key_can_seal_and_is_asked_once(paper: bytes) -> None:
    remote = Remote()
    assert check(seal(paper, remote, reason="x"), [CERT]).good
    assert remote.asked == ["sha256"]


def test_sealing_is_quick_because_nothing_is_loaded_again(paper: bytes, signer: FileSigner) -> None:
    seal(paper, signer, reason="x")
    started = time.process_time()
    for _ in range(10):
        seal(paper, signer, reason="x")
    assert (time.process_time() - started) / 10 < 0.1  # about 0.013 on a quiet machine
