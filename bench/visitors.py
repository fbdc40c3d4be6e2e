"""People for the benches: signed in without the log-in pages, and how many queries a page makes."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import connection
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from bench.servers import Request


@dataclass
class Visitor:
    """Somebody's browser: the headers of each request, and the same in this process."""

    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=dict)

    def queries(self, request: Request) -> int:
        """How many queries the second of two equal requests makes, when caches are warm."""
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                self.client.generic(
                    request.method,
                    request.path,
                    request.body or b"",
                    content_type=request.headers.get("Content-Type", "text/html"),
                )
        return len(captured)


def anybody() -> Visitor:
    """A visitor without an account."""
    return Visitor()


def signed_in(user: Any, **session: Any) -> Visitor:
    """A visitor with this account's session in the database, and what its forms need against CSRF.

    `session` is stored in it as log-in pages would, such as the second factor that was used.
    """
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    stored = client.session
    for name, value in session.items():
        stored[name] = value
    stored.save()
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return Visitor(client, {"Cookie": _header(client.cookies), "X-CSRFToken": token})


def _header(cookies: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
