"""Asking a provider: at public addresses only, at the very address that was examined; no redirects, no patience."""

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

from formats import addresses

CONNECT_SECONDS, WHOLE_SECONDS = 5, 10
MOST_READ = 500_000
PIECE = 16_384


def is_allowed(url: str) -> bool:
    """May a provider's address be that one? Whether it leads outside is seen when it is asked."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http"
        and f"{parts.hostname}:{_port(url)}" in settings.SIGN_IN_PRIVATE_HOSTS
    )


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


class Examined(HTTPAdapter):
    """Connects to the address that was found harmless, and asks it for the certificate of its name."""

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The address in place of the name: a name may lead elsewhere a moment later."""
        host_params, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        url = str(request.url)
        name = urlsplit(url).hostname or ""
        host_params["host"] = addresses.address_of(name, _port(url), settings.SIGN_IN_PRIVATE_HOSTS)
        if host_params["scheme"] == "https":
            pool |= {"server_hostname": name, "assert_hostname": name}
        return host_params, pool

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The answer; the name stays in the header, for servers with several."""
        if not is_allowed(str(request.url)):
            raise addresses.Forbidden("Only https addresses are asked.")
        request.headers["Host"] = urlsplit(str(request.url)).netloc
        return super().send(request, *args, **kwargs)


class Session(requests.Session):
    """What django-allauth asks a provider with."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # neither proxies nor passwords of the machine
        self.mount("https://", Examined())
        self.mount("http://", Examined())

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """The whole answer, unless it is too long or too slow."""
        kwargs |= {"allow_redirects": False, "stream": True, "timeout": CONNECT_SECONDS}
        answer = super().request(*args, **kwargs)
        with answer:
            answer._content = _read(answer)  # as requests does, but with an end
        return answer


def _read(answer: requests.Response) -> bytes:
    """Piece by piece: what comes byte by byte is in time each time, and never in all."""
    until, found = time.monotonic() + WHOLE_SECONDS, b""
    while piece := answer.raw.read1(PIECE, decode_content=True):
        found += piece
        if len(found) > MOST_READ or time.monotonic() > until:
            raise requests.exceptions.ContentDecodingError("too long or too slow")
    return found
