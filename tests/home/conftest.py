"""Pages keep addresses of others for a minute; each test starts without them."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    for cache in caches.all(initialized_only=False):
        cache.clear()
    yield
