"""The site and a server of it, once for all tests of this folder in a process."""

import os
from collections.abc import Iterator

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core.cache import caches
from django.test import Client, RequestFactory, override_settings
from pytest_django.live_server_helper import LiveServer

from people.models import User
from tests import cluster
from tests.factories import people as make
from tests.pages import site as whole


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker, worker_name: str) -> Iterator[whole.Site]:
    """Written once, in a database of its own; nothing that the tests here do is taken back."""
    before = os.environ[cluster.URL]
    with django_db_blocker.unblock(), cluster.clone(f"{worker_name}_pages") as url:
        cluster.point_django_at(url)
        with override_settings(
            ROOT_URLCONF="tests.pages.urls",
            ALLOWED_HOSTS=["*"],
            ACCOUNT_REAUTHENTICATION_TIMEOUT=3600,
        ):
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
        request = RequestFactory().get("/")
        request.user, request.session = user, client.session
        record_authentication(request, user, method="password", reauthenticated=True)
        request.session.save()
    return client


def cookie(client: Client) -> str:
    """What keeps that browser signed in."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value
