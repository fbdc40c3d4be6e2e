"""Counting wrong guesses, shared by all processes through the cache."""

from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Misses:
    """Wrong guesses at one thing, by whoever guesses (an address, a user): so many in so many seconds are too many."""

    name: str
    most: int
    period: int

    def too_many(self, who: object) -> bool:
        """Did they guess wrong so often that it is time to slow down?"""
        return (cache.get(self._key(who)) or 0) >= self.most

    def add(self, who: object) -> None:
        """One more."""
        if not cache.add(self._key(who), 1, self.period):
            try:
                cache.incr(self._key(who))
            except ValueError:  # it ran out between the two
                cache.set(self._key(who), 1, self.period)

    def _key(self, who: object) -> str:
        return f"{self.name}-misses:{who}"
