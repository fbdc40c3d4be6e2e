"""Where we post and where never: private addresses, names that lead there, redirects, receivers that never end."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import override_settings

from formats.addresses import is_public
from notifications import posting
from notifications.posting import Forbidden, NotSent, address_of, send

PRIVATE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::", "2001:db8::1",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_however_it_is_written(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str):
    assert is_public(address)


def leads_to(monkeypatch, *addresses: str) -> list[str]:
    """The name server's answer; what was asked for."""
    asked: list[str] = []

    def answer(host, port, **_more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(posting.socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(monkeypatch, address: str):
    leads_to(monkeypatch, address)
    monkeypatch.setattr(
        posting.socket, "create_connection", lambda *a, **b: pytest.fail("connected")
    )
    with pytest.raises(Forbidden):
        send("https://innocent.example/", b"{}", {})


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    leads_to(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(Forbidden):
        address_of("innocent.example", 443)


def test_the_examined_address_is_the_one_that_is_connected_to(monkeypatch):
    """A name that answers differently the second time (DNS rebinding) is not asked a second time."""
    asked = leads_to(monkeypatch, "1.1.1.1")
    met = []

    def connect(address, timeout):
        met.append(address)
        raise TimeoutError

    monkeypatch.setattr(posting.socket, "create_connection", connect)
    with pytest.raises(NotSent):
        send("https://innocent.example:8443/", b"{}", {})
    assert (asked, met) == (["innocent.example"], [("1.1.1.1", 8443)])


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "//example.org/", "gopher://x/", ""],
)  # fmt: skip
def test_only_https_is_spoken(monkeypatch, url: str):
    leads_to(monkeypatch, "1.1.1.1")
    with pytest.raises(Forbidden):
        send(url, b"{}", {})


def test_a_name_that_nobody_knows(monkeypatch):
    def fail(*_args, **_more):
        raise socket.gaierror

    monkeypatch.setattr(posting.socket, "getaddrinfo", fail)
    with pytest.raises(NotSent, match="not known"):
        address_of("nowhere.example", 443)


@pytest.fixture
def dripping() -> Iterator[int]:
    """A receiver that answers byte by byte, for ever."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        client, _address = server.accept()
        with client:
            client.recv(65536)
            try:
                while not over.is_set():
                    client.send(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    over.set()
    thread.join()
    server.close()


def test_a_receiver_that_drips_is_not_waited_for(monkeypatch, dripping: int):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    begun = time.monotonic()
    with override_settings(WEBHOOK_PRIVATE_HOSTS=[f"127.0.0.1:{dripping}"]), pytest.raises(NotSent):
        send(f"http://127.0.0.1:{dripping}/", b"{}", {})
    assert time.monotonic() - begun < 2


def test_a_certificate_that_nobody_trusts_is_refused():
    """Our own machine is allowed here, but it speaks no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            with server.accept()[0] as client:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with override_settings(WEBHOOK_PRIVATE_HOSTS=[f"127.0.0.1:{port}"]), pytest.raises(NotSent):
            send(f"https://127.0.0.1:{port}/", b"{}", {})
        thread.join()
