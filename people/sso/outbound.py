"""Asking a provider: at public addresses only, at the very address that was examined; no redirects, no patience."""

import socket
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from formats import addresses

CONNECT_SECONDS, WHOLE_SECONDS = 5, 10
# Of the few threads of a process so many may wait for providers; the others go on serving the site.
MOST_AT_ONCE, SEAT_SECONDS = 2, 1
MOST_READ = 500_000
PIECE = 16_384


def is_allowed(url: str) -> bool:
    """May a provider's address be that one? Whether it leads outside is seen when it is asked."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_ours(url))


def is_ours(url: str) -> bool:
    """Does it lie in our own network, at a place that the deployment lets us ask?"""
    return f"{urlsplit(url).hostname}:{_port(url)}" in settings.SIGN_IN_PRIVATE_HOSTS


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


class Busy(addresses.Unreachable):
    """Others are asking already, and wait."""


_seats = threading.BoundedSemaphore(MOST_AT_ONCE)


class _Watch:
    """Ends a request that is not over in time: what comes byte by byte is in time each time, and never in all."""

    def __init__(self) -> None:
        self._lines: list[socket.socket] = []
        self._until = time.monotonic() + WHOLE_SECONDS
        self._timer = threading.Timer(WHOLE_SECONDS, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._before = _watch.set(self)
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        _watch.reset(self._before)
        self._timer.cancel()
        for line in self._lines:
            line.close()

    @property
    def is_over(self) -> bool:
        """Has it taken too long?"""
        return time.monotonic() > self._until

    def over(self, line: socket.socket) -> None:
        """That line too. A second hold on it: where TLS begins, the first is given away."""
        self._lines.append(line.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


_watch: ContextVar[_Watch] = ContextVar("watch")


class _Watched(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        line = super()._new_conn()
        _watch.get().over(line)
        return line


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class Examined(HTTPAdapter):
    """Connects to the address that was found harmless, and asks it for the certificate of its name."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """With lines that are watched."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}

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
        """The whole answer, unless it is too long or too slow, or too many are waiting for theirs."""
        if not _seats.acquire(timeout=SEAT_SECONDS):
            raise Busy("too many at once")
        try:
            return self._whole(*args, **kwargs)
        finally:
            _seats.release()

    def _whole(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"allow_redirects": False, "stream": True, "timeout": CONNECT_SECONDS}
        try:
            with _Watch() as watch, super().request(*args, **kwargs) as answer:
                answer._content = _read(answer)  # as requests does, but with an end
        except HTTPError as error:  # requests translates it only where it reads itself
            raise requests.exceptions.ContentDecodingError(
                "too long, too slow or broken"
            ) from error
        if watch.is_over:
            raise requests.exceptions.Timeout("too slow")
        return answer


def _read(answer: requests.Response) -> bytes:
    found = b""
    while piece := answer.raw.read1(PIECE, decode_content=True):
        found += piece
        if len(found) > MOST_READ:
            raise requests.exceptions.ContentDecodingError("too long")
    return found
