"""Which addresses may be asked: public ones, however they are written, and whatever else a name leads to."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.addresses import Forbidden, Unreachable, address_of, is_private_name, is_public

PUBLIC_4, PUBLIC_6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

NAMES = [
    ("id.example.org", False), (PUBLIC_4, False), (PUBLIC_6, False), ("localhost", True), ("a.localhost", True),
    ("id.local", True), ("id.internal", True), ("127.0.0.1", True), ("10.0.0.1", True), ("169.254.169.254", True),
    ("::1", True), ("fd00::1", True), ("::ffff:10.0.0.1", True), ("localhost.example.org", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "private"), NAMES)
def test_what_can_be_refused_by_its_name(name: str, private: bool):
    assert is_private_name(name) is private


def leading_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Whatever is looked up leads there."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_all, **_more: found)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], [PUBLIC_4, "10.0.0.1"], ["::1", PUBLIC_6], ["fe80::1%eth0"]]
)
def test_one_private_address_is_enough_to_refuse(monkeypatch, addresses: list[str]):
    leading_to(monkeypatch, *addresses)
    with pytest.raises(Forbidden):
        address_of("id.example.org", 443, [])
    assert address_of("id.example.org", 443, ["id.example.org:443"]) == addresses[0]
    with pytest.raises(Forbidden):
        address_of(
            "id.example.org", 443, ["id.example.org:8443", "example.org:443", "id.example.org"]
        )


def test_a_public_one_is_told(monkeypatch):
    leading_to(monkeypatch, PUBLIC_4, PUBLIC_4, PUBLIC_6)
    assert address_of("id.example.org", 443, []) == PUBLIC_4


@pytest.mark.parametrize("error", [socket.gaierror("unknown"), UnicodeError("label too long")])
def test_a_name_that_nobody_knows(monkeypatch, error: Exception):
    def fail(*_all: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unreachable) as raised:
        address_of("id.example.org", 443, [])
    assert not isinstance(raised.value, Forbidden)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_no_better_than_itself(address: IPv4Address):
    mapped = IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
    translated = IPv6Address(bytes.fromhex("0064ff9b") + b"\0" * 8 + address.packed)
    for wrapped in (mapped, translated):
        assert not is_public(str(wrapped)) or is_public(str(address))
