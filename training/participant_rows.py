"""The rows of the list of participants, made in one pass: a large edition costs a page what a small one does."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import get_language

from formats import dates
from training.models import Enrolment
from training.queries import group_counts
from training.queries import participants as participants_of

PER_PAGE = 50
Status = Enrolment.Status
CANCELLABLE = (Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED)


class Counted(Paginator[Enrolment]):
    """Pages of a list that was counted already."""

    def __init__(self, rows: Any, count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.counted = count

    @property
    def count(self) -> int:
        """How many there are in all."""
        return self.counted


def page_of(edition: Any, group: str, number: str | None) -> tuple[Any, dict[str, int]]:
    """That page of the group's list, and how many people are in each group."""
    counts = group_counts(edition)
    return Counted(participants_of(edition, group=group), counts[group]).get_page(number), counts


def rows(places: Iterable[Enrolment], group: str, planned: int) -> list[dict[str, Any]]:
    """What the list shows of each, in the reader's language; what its group does not show is missing."""
    columns = COLUMNS[group]
    words = {str(value): str(label) for value, label in Status.choices}
    letter, move, cancel = (address(name) for name in ("letter", "place-move", "place-cancel"))
    found = []
    for place in places:
        row = {
            "name": place.person.full_name,
            "nominated_by": str(place.nominated_by or "–"),
            **columns(place, words, planned),
        }
        if group != "cancelled":
            row["code"] = place.code
            row["letter"] = "" if place.person.email else letter(place.pk)
            row["move"] = move(place.pk) if place.status == Status.CONFIRMED else ""
            row["cancel"] = cancel(place.pk) if place.status in CANCELLABLE else ""
        found.append(row)
    return found


def address(name: str) -> Callable[[int], str]:
    """The address of that page for each place; looked up once, not for every row."""
    before, _zero, after = reverse(f"training:{name}", args=[0]).partition("/0/")
    return lambda pk: f"{before}/{pk}/{after}"


def _places(place: Any, words: dict[str, str], planned: int) -> dict[str, Any]:
    language = get_language() or "en"
    present = dates.hours(place.minutes_present, language)
    of = f" / {dates.hours(planned, language)}" if planned else ""
    return {"status": words[place.status], "present": present + of}


def _waiting(place: Any, words: dict[str, str], planned: int) -> dict[str, Any]:
    return {"number": place.rank, "since": place.queued_at}


def _asked(place: Any, words: dict[str, str], planned: int) -> dict[str, Any]:
    return {"status": words[place.status], "note": place.cancel_reason}


def _cancelled(place: Any, words: dict[str, str], planned: int) -> dict[str, Any]:
    return {"reason": place.cancel_reason or "–"}


COLUMNS = {"places": _places, "waiting": _waiting, "asked": _asked, "cancelled": _cancelled}
