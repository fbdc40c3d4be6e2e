"""Sending a webhook: to public addresses only, found at the moment of sending; no redirects, no patience."""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings

from formats import addresses

CONNECT_SECONDS, WHOLE_SECONDS = 5, 15
MOST_READ = 1024


# What a log of deliveries says: nobody took it, or the address leads into our own house.
NotSent, Forbidden = addresses.Unreachable, addresses.Forbidden


def address_of(host: str, port: int) -> str:
    """Where the name leads now, unless that is in our own house."""
    return addresses.address_of(host, port, settings.WEBHOOK_PRIVATE_HOSTS)


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
