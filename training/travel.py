"""How long it takes from one building to another: a rule of thumb, said to be one."""

from math import asin, ceil, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from training.models import Venue

EARTH_KM = 6371.0
# Roads are longer than the straight line; a car in the country makes so many km an hour, and must be parked.
DETOUR, KM_PER_HOUR, START_AND_PARK = 1.3, 50, 10
STEP = 5
# Where a building's position is not on record.
SAME_COUNTY, OTHER_COUNTY = 30, 120


class Travel(NamedTuple):
    """Minutes, and whether only the counties were known."""

    minutes: int
    is_guess: bool


def between(one: "Venue", other: "Venue") -> Travel:
    """From door to door. Nothing within one building."""
    if one.pk == other.pk:
        return Travel(0, is_guess=False)
    here, there = position(one), position(other)
    if here and there:
        minutes = kilometres(here, there) * DETOUR / KM_PER_HOUR * 60 + START_AND_PARK
        return Travel(ceil(minutes / STEP) * STEP, is_guess=False)
    same = one.region_id is not None and one.region_id == other.region_id
    return Travel(SAME_COUNTY if same else OTHER_COUNTY, is_guess=True)


def position(venue: "Venue") -> tuple[float, float] | None:
    """Latitude and longitude, if on record."""
    if venue.latitude is None or venue.longitude is None:
        return None
    return float(venue.latitude), float(venue.longitude)


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Along the great circle."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, point)) for point in (here, there))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
