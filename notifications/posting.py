"""Sending a webhook: to public addresses only, found at the moment of sending; no redirects, no patience."""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS, WHOLE_SECONDS = 5, 15
MOST_READ = 1024


class NotSent(Exception):
    """Nobody took it; the text says why, for the log of deliveries."""


class Forbidden(NotSent):
    """The address leads into our own house."""


def is_public(address: str) -> bool:
    """May we send there? Neither to this machine nor to its neighbours, however the address is written."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = _inside(found)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def _inside(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, 6to4, or through a translator (64:ff9b::/96)."""
    if not isinstance(found, ipaddress.IPv6Address):
        return None
    if found in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    teredo = found.teredo
    return found.ipv4_mapped or found.sixtofour or (teredo[1] if teredo else None)


def address_of(host: str, port: int) -> str:
    """Where the name leads now. One forbidden address among several is enough to refuse: names change their mind."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("The name is not known.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not _is_allowed(host, port) and not all(is_public(one) for one in addresses):
        raise Forbidden("The name leads to a private address.")
    return addresses[0]


def _is_allowed(host: str, port: int) -> bool:
    """Receivers inside one's own network, as the deployment names them: host:port."""
    return f"{host}:{port}" in settings.WEBHOOK_PRIVATE_HOSTS


def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post the body; the status of the answer. Connects to the very address that was examined."""
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    if not is_tls and not _is_allowed(host, port):
        raise Forbidden("Only https addresses are written to.")
    address = address_of(host, port)
    try:
        with socket.create_connection((address, port), timeout=CONNECT_SECONDS) as plain:
            if not is_tls:
                return _posted(plain, parts.netloc, _path(url), body, headers)
            tls = ssl.create_default_context()
            with tls.wrap_socket(
                plain, server_hostname=host, do_handshake_on_connect=False
            ) as safe:
                return _posted(safe, parts.netloc, _path(url), body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"No answer ({type(error).__name__}).") from error


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _posted(
    connection: socket.socket, host: str, path: str, body: bytes, headers: Mapping[str, str]
) -> int:
    """The status. A receiver that answers byte by byte is cut off: each byte alone would be in time."""
    clock = threading.Timer(WHOLE_SECONDS, _cut, [connection])
    clock.daemon = True
    clock.start()
    try:
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        client = http.client.HTTPConnection(host.rpartition("@")[2])
        client.sock = connection
        client.request("POST", path, body, dict(headers))
        answer = client.getresponse()
        answer.read(MOST_READ)
        return answer.status
    finally:
        clock.cancel()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # it was closed just now
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def signed(secret: str, number: str, stamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove who sent it and when, as Standard Webhooks has them."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tutela",
        "webhook-id": number,
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"v1,{base64.b64encode(proof).decode()}",
    }
