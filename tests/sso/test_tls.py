"""The address is examined and connected to, the certificate is asked for the name: both count."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import override_settings

from people.sso import outbound

Start = Callable[[str], tuple[int, str]]
DAY = timedelta(days=1)


def certificate(host: str, folder: Path) -> tuple[str, str]:
    """A certificate for that name, and its key: files. It is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = str(folder / f"{host}.crt"), str(folder / f"{host}.key")
    Path(paths[0]).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    Path(paths[1]).write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Start]:
    """A provider on this machine with the certificate of a name: its port, and what trusts it."""
    running: list[ThreadingHTTPServer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f'{{"host": "{self.headers["Host"]}"}}'.encode())

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            """Whoever refuses a certificate hangs up: that is the test."""

    def start(host: str) -> tuple[int, str]:
        cert, key = certificate(host, tmp_path)
        server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server.server_port, cert

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def leads_here(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Names that are looked up lead to this machine; which were."""
    asked: list[tuple[str, int]] = []

    def address_of(host: str, port: int, _own: object) -> str:
        asked.append((host, port))
        return "127.0.0.1"

    monkeypatch.setattr(outbound.addresses, "address_of", address_of)
    return asked


def got(port: int, trusted: str | bool, host: str = "id.example.org") -> requests.Response:
    with outbound.Session() as session:
        return session.get(f"https://{host}:{port}/a?b=c", verify=trusted)


def test_the_examined_address_answers_with_the_certificate_of_the_name(serving: Start, monkeypatch):
    asked = leads_here(monkeypatch)
    port, trusted = serving("id.example.org")
    assert got(port, trusted).json() == {"host": f"id.example.org:{port}"}
    assert asked == [("id.example.org", port)], "looked up once, so that it cannot change its mind"


def test_the_certificate_of_another_name_is_refused(serving: Start, monkeypatch):
    leads_here(monkeypatch)
    port, trusted = serving("other.example.org")
    with pytest.raises(requests.exceptions.SSLError):
        got(port, trusted)
    assert got(port, trusted, "other.example.org").status_code == 200


def test_a_certificate_that_nobody_trusts_is_refused(serving: Start, monkeypatch):
    leads_here(monkeypatch)
    port, _trusted = serving("id.example.org")
    with pytest.raises(requests.exceptions.SSLError):
        got(port, True)


def test_two_names_at_one_address_are_two_connections(serving: Start, monkeypatch):
    """A pool that knew addresses only would take the one's connection for the other."""
    leads_here(monkeypatch)
    port, trusted = serving("id.example.org")
    with outbound.Session() as session:
        assert session.get(f"https://id.example.org:{port}/", verify=trusted).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://evil.example.org:{port}/", verify=trusted)


def test_a_name_that_leads_into_our_house_is_not_connected_to(serving: Start, monkeypatch):
    port, trusted = serving("localhost")
    with pytest.raises(outbound.addresses.Forbidden):
        got(port, trusted, "localhost")
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[f"localhost:{port}"]):
        assert got(port, trusted, "localhost").status_code == 200
