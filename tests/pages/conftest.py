"""The site and a server of it, once for all tests of this folder in a process."""

import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from people.models import User
from tests import cluster
from tests.factories import people as make
from tests.pages import site as whole


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker, worker_name: str) -> Iterator[whole.Site]:
    """Written once, in a database of its own; nothing that the tests here do is taken back."""
    before = cluster.url_of(f"test_{cluster.os.getpid()}_{worker_name}")
    with django_db_blocker.unblock(), cluster.clone(f"{worker_name}_pages") as url:
        cluster.point_django_at(url)
        with override_settings(ROOT_URLCONF="tests.pages.urls", ALLOWED_HOSTS=["*"], ACCOUNT_REAUTHENTICATION_TIMEOUT=3600):
            for cache in caches.all():
                cache.clear()
            yield whole.build()
        cluster.point_django_at(before)


@pytest.fixture(scope="package")
def address(site: whole.Site) -> Iterator[str]:
    """Where the site is served."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def signed_in(site: whole.Site, who: str) -> Client:
    """A browser of one of the cast, who has just proved to be themselves; "" for nobody."""
    user: User | None = site.stranger if who == "stranger" else getattr(site.cast, who, None)
    client = make.signed_in(user)
    if user:
        session: SessionBase = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "reauthenticated": True, "at": time.time(), "email": user.email},
            {"method": "mfa", "type": "totp", "reauthenticated": True, "at": time.time()},
        ]
        session.save()
    return client


def cookie(client: Client) -> str:
    """What keeps that browser signed in."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value
