"""Both counties and everybody signed in, built once for all addresses."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from tests import cast as cast_of_all
from tests.access import world

CAST = ("ana", "clara", "ion", "olga", "petar", "nour", "mara", "doru", "vera", "quin", "adm")


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[world.World]:
    """Both counties, rolled back at the end of the file: tests of the next one make people of their own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.build(cast_of_all.build())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(built, django_db_blocker) -> dict[str, Client]:
    """Everybody signed in."""
    with django_db_blocker.unblock():
        return {who: built.cast.browser(getattr(built.cast, who), language="en") for who in CAST}


@pytest.fixture
def everything(built, django_db_blocker) -> Iterator[world.World]:
    """Both counties, as if nobody had posted anything yet."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield built
        transaction.set_rollback(True)
