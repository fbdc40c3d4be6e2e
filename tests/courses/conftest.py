"""A learner, a course, and no address kept from the test before."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from tests.factories import lessons as make
from tests.factories import people


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    for cache in caches.all(initialized_only=False):
        cache.clear()
    yield


@pytest.fixture
def learner(db):
    """A log-in of a carer; the whole cast comes only where others matter."""
    return people.user(people.person(people.organisation("ANPDCA")))


@pytest.fixture
def ana(learner):
    return people.signed_in(learner)


@pytest.fixture
def taught(db):
    return make.taught(2)
