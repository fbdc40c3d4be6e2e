"""How many places are free, and for whom: seats kept for an institution count until they are released by the clock."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count

from people.models import Organisation
from training.models import Edition, Enrolment, SeatReservation


@dataclass
class Kept:
    """Seats kept for an institution and the branch below it, and how many of them its people have."""

    path: str
    seats: int
    used: int = 0

    @property
    def left(self) -> int:
        """Kept and not yet used."""
        return max(self.seats - self.used, 0)


@dataclass
class Seats:
    """The places of one edition at one moment. Counted while the edition is locked, they decide."""

    capacity: int
    taken: int
    kept: list[Kept] = field(default_factory=list)

    @property
    def empty(self) -> int:
        """Places that nobody has, kept ones included."""
        return max(self.capacity - self.taken, 0)

    @property
    def for_all(self) -> int:
        """Free places that are not kept for anybody."""
        return max(self.empty - sum(kept.left for kept in self.kept), 0)

    def kept_for(self, path: str) -> int:
        """Free places that only people of that institution can have."""
        nearest = self._nearest(path)
        return min(nearest.left, self.empty) if nearest else 0

    def free_for(self, path: str) -> int:
        """Free places that a person of that institution can have."""
        return min(self.empty, self.for_all + self.kept_for(path))

    def take(self, path: str) -> None:
        """A person of that institution has a place more."""
        self.taken += 1
        if nearest := self._nearest(path):
            nearest.used += 1

    def take_all(self, paths: list[str]) -> bool:
        """Places for all of them together, or for nobody."""
        trial = Seats(self.capacity, self.taken, [replace(kept) for kept in self.kept])
        for path in paths:
            if not trial.free_for(path):
                return False
            trial.take(path)
        for path in paths:
            self.take(path)
        return True

    def _nearest(self, path: str) -> Kept | None:
        """The reservation of the institution itself, else of the nearest one above it."""
        above = [kept for kept in self.kept if path and path.startswith(kept.path)]
        return max(above, key=lambda kept: len(kept.path), default=None)


def seats_of(edition: Edition, *, at: datetime | None = None, taken: int | None = None) -> Seats:
    """Count the places of an edition; `taken` where the caller has counted already."""
    rows = Enrolment.objects.filter(edition=edition).taking_a_place()
    in_force = SeatReservation.objects.filter(edition=edition).in_force(at)
    kept = [Kept(path, seats) for path, seats in in_force.values_list("institution__path", "seats")]
    seats = Seats(edition.capacity, rows.count() if taken is None else taken, kept)
    if kept:
        by_path = rows.filter(institution__isnull=False).order_by().values("institution__path")
        for path, number in by_path.annotate(number=Count("pk")).values_list(
            "institution__path", "number"
        ):
            if nearest := seats._nearest(path):
                nearest.used += number
    return seats


def path_of(institution: Organisation | None) -> str:
    """Where in the tree an institution is; empty for people of none."""
    return institution.path if institution else ""
