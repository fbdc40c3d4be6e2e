"""Asking a provider: nothing in our own house, nothing without end, no way round by a redirect."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from django.test import override_settings

from formats import addresses
from people.sso import outbound, protocol
from people.sso.reasons import Fault, Why
from tests.factories import people as make

PRIVATE = [
    "https://127.0.0.1/",
    "https://localhost/",
    "https://[::1]/",
    "https://10.1.2.3/",
    "https://169.254.169.254/",
]


@pytest.fixture
def server() -> Iterator[Callable[[int, dict[str, str], list[bytes]], str]]:
    """A provider that answers as told; its address is one that we may ask."""
    answers: dict = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answers["status"])
            for name, value in answers["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            for piece in answers["pieces"]:
                self.wfile.write(piece)

        def log_message(self, *args) -> None:
            """Nobody reads it."""

    running = ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()

    def answering(status: int, headers: dict[str, str], pieces: list[bytes]) -> str:
        answers.update(status=status, headers=headers, pieces=pieces)
        return f"http://localhost:{running.server_port}"

    with override_settings(SIGN_IN_PRIVATE_HOSTS=[f"localhost:{running.server_port}"]):
        yield answering
    running.shutdown()
    running.server_close()


def got(url: str) -> requests.Response:
    with outbound.Session() as session:
        return session.get(url)


@pytest.mark.parametrize("url", PRIVATE)
def test_our_own_house_is_not_asked(url: str):
    with pytest.raises(addresses.Forbidden):
        got(url)
    with pytest.raises(Fault) as fault:
        protocol.discovered(url)
    assert fault.value.why == Why.PRIVATE


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.org/",
        "https://a:b@id.example.org/",
        "ftp://id.example.org/",
        "https://",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_of_a_provider(url: str):
    assert not outbound.is_allowed(url)


def test_what_is_one():
    assert outbound.is_allowed("https://id.example.org/realms/a")
    with override_settings(SIGN_IN_PRIVATE_HOSTS=["id.internal:8080"]):
        assert outbound.is_allowed("http://id.internal:8080/") and not outbound.is_allowed(
            "http://id.internal/"
        )


def test_an_answer_comes_whole(server):
    address = server(200, {"Content-Type": "application/json"}, [b'{"a"', b': "\xc8\x99"}'])
    assert got(address).json() == {"a": "ș"}
    assert protocol.asked(address) == {"a": "ș"}


def test_the_name_of_the_machine_is_looked_at_when_it_is_asked(server, monkeypatch):
    address = server(200, {}, [b"{}"])
    assert protocol.asked(address) == {}
    monkeypatch.setattr(
        outbound.addresses, "address_of", lambda *_all: pytest.fail("asked for no address")
    )
    with pytest.raises(pytest.fail.Exception):
        got(address)


def test_a_redirect_is_not_followed(server):
    address = server(302, {"Location": "http://localhost:9/"}, [])
    assert got(address).status_code == 302
    with pytest.raises(ValueError, match="no JSON|Expecting"):
        protocol.asked(address)


def test_an_answer_without_end_is_cut_off(server):
    address = server(200, {}, [b"x" * 100_000] * 20)
    with pytest.raises(requests.RequestException):
        got(address)


def head_without_end(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    for _each in range(60):
        time.sleep(0.1)
        line.sendall(b"X-More: 1\r\n")


def never_begins(line: socket.socket) -> None:
    until = time.monotonic() + 6
    while time.monotonic() < until:
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def body_without_end(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    for _each in range(60):
        time.sleep(0.1)
        line.sendall(b" ")


def stands_still(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
    time.sleep(2)


def breaks_off(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")


def says_it_is_packed(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")


def counts_wrongly(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")


def speaks_something_else(line: socket.socket) -> None:
    line.sendall(b"\xff\xfe\r\n\r\n")


@pytest.mark.parametrize(
    "does",
    [
        head_without_end,
        never_begins,
        body_without_end,
        stands_still,
        breaks_off,
        says_it_is_packed,
        counts_wrongly,
        speaks_something_else,
    ],
    ids=lambda does: does.__name__,
)
def test_a_server_that_plays_with_us_is_an_answer_that_never_came(does, monkeypatch):
    """One reason, soon: neither a worker that waits for ever nor a page that breaks."""
    monkeypatch.setattr(outbound, "WHOLE_SECONDS", 1)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer_one, args=(listening, does), daemon=True).start()
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        with override_settings(SIGN_IN_PRIVATE_HOSTS=[place]), pytest.raises(Fault) as fault:
            protocol.discovered(f"http://{place}")
    assert fault.value.why == Why.NO_ANSWER
    assert time.monotonic() - began < 4


def answer_one(listening: socket.socket, does: Callable[[socket.socket], None]) -> None:
    line, _where = listening.accept()
    with suppress(OSError), line:
        line.recv(65_536)
        does(line)


def test_json_without_floor_is_no_provider(server):
    address = server(200, {}, [b'{"issuer": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"])
    with pytest.raises(Fault) as fault:
        protocol.discovered(address)
    assert fault.value.why == Why.NOT_OPENID


def test_no_line_is_left_open(server):
    """Each request is watched by a thread that holds its line: both go with it."""
    address = server(200, {}, [b"{}"])
    protocol.asked(address)
    watching = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    for one in watching:
        one.join(2)
    assert not [one for one in watching if one.is_alive()]


def test_an_answer_that_takes_too_long_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(outbound, "WHOLE_SECONDS", -1)
    with pytest.raises(requests.RequestException):
        got(server(200, {}, [b"{}"]))


def test_proxies_and_passwords_of_the_machine_do_not_count(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://localhost:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert got(server(200, {}, [b"{}"])).status_code == 200


def document(issuer: str, **changed: object) -> bytes:
    told = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/a",
        "token_endpoint": f"{issuer}/t",
        "jwks_uri": f"{issuer}/j",
    }
    return requests.compat.json.dumps(told | changed).encode()


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (404, b"", Why.NO_ANSWER),
        (500, b"", Why.NO_ANSWER),
        (200, b"<html>", Why.NOT_OPENID),
        (200, b"[]", Why.NOT_OPENID),
        (200, b"{}", Why.NOT_OPENID),
        (200, b'{"issuer": "https://other.example.org"}', Why.NOT_OPENID),
        (302, b"{}", Why.NOT_OPENID),
    ],
)
def test_what_is_no_provider(server, status: int, body: bytes, why: Why):
    with pytest.raises(Fault) as fault:
        protocol.discovered(server(status, {}, [body]))
    assert fault.value.why == why


@pytest.mark.parametrize(
    "changed",
    [
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://id.example.org/"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "http://id.example.org/"},
        {"userinfo_endpoint": ["https://id.example.org/"]},
        {"authorization_endpoint": f"https://id.example.org/{'x' * 3000}"},
    ],
)
def test_addresses_that_we_do_not_follow(server, changed: dict):
    address = server(200, {}, [])
    server(200, {}, [document(address, **changed)])
    with pytest.raises(Fault) as fault:
        protocol.discovered(address)
    assert fault.value.why == Why.NOT_OPENID


@pytest.mark.parametrize(
    ("issuer", "address", "may"),
    [
        ("https://id.example.org", "https://login.example.net/t", True),
        ("https://id.example.org", "http://id.internal:8080/t", False),
        ("https://id.example.org", "https://id.internal:8443/t", False),
        ("http://id.internal:8080", "https://id.internal:8443/t", True),
        ("http://id.internal:8080", "https://id.example.org/t", True),
        ("http://id.internal:8080", "http://id.internal:9000/t", False),
    ],
)
def test_nobody_outside_sends_us_into_our_own_house(issuer: str, address: str, may: bool):
    """A place of our own network that we may ask is there for the provider in it, not for every county's."""
    with override_settings(SIGN_IN_PRIVATE_HOSTS=["id.internal:8080", "id.internal:8443"]):
        assert protocol.may_lead_to(issuer, address) is may


@pytest.mark.django_db
def test_what_a_provider_claims_without_end_is_shown_in_part(server, cast):
    address = server(200, {}, [])
    said = ["c" * 100_000, 7, None, *("d" for _each in range(200))]
    server(200, {}, [document(address, claims_supported=said, jwks_uri=address)])
    made = make.provider(cast.timis, issuer=address)
    page = cast.browser(cast.adm, language="en").post(f"/en/me/sign-in/{made.pk}/test/")
    text = page.content.decode()
    assert "The provider answers" in text and "c" * 100 + ", d, " in text
    assert len(text) < 40_000


def test_what_a_provider_says_of_itself(server):
    address = server(200, {}, [])
    server(200, {}, [document(address)])
    assert protocol.discovered(address)["token_endpoint"] == f"{address}/t"
    assert protocol.discovered(f"{address}/")["issuer"] == address
