"""Counting wrong guesses, shared by all processes through the cache."""

from django.core.cache import cache

MISSES, PERIOD = 30, 600


def too_many(address: str) -> bool:
    """Did somebody at that address guess wrong so often in ten minutes that it is time to slow down?"""
    return (cache.get(_key(address)) or 0) >= MISSES


def add(address: str) -> None:
    """One more."""
    if not cache.add(_key(address), 1, PERIOD):
        try:
            cache.incr(_key(address))
        except ValueError:  # it ran out between the two
            cache.set(_key(address), 1, PERIOD)


def _key(address: str) -> str:
    return f"verify-misses:{address}"
