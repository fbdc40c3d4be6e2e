"""What a person reads about their own data: the register in words, only the parts that hold something of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.models import Person
from people.privacy import walk
from people.privacy.kinds import Deed, Entry, Table

DELETED = _("deleted")


@dataclass(frozen=True)
class Promise:
    """Purposes that share a ground, a time and an end."""

    purposes: tuple[Any, ...]
    ground: str
    keep: str
    erased: Any


@dataclass(frozen=True)
class Section:
    """One kind of record."""

    title: str
    promises: tuple[Promise, ...]


def sections(person: Person) -> list[Section]:
    """What is on record about the person, why, how long and what becomes of it; tables of one title together."""
    by_title: dict[str, list[tuple[Table, Entry]]] = {}
    for table, _count in walk.tables_of(walk.subject_of(person)):
        entries = [(table, entry) for entry in table.entries if _is_told(table, entry)]
        by_title.setdefault(str(table.title), []).extend(entries)
    return [Section(title, _promises(entries)) for title, entries in by_title.items() if entries]


def _is_told(table: Table, entry: Entry) -> bool:
    """Everything about a person, but not what only repeats it or says who wrote something about others."""
    return (
        entry.ground is not None
        and table.erasure(entry).deed not in (Deed.COMPUTED, Deed.UNLINK)
        and bool(entry.export or not isinstance(entry.purpose, str))
    )


def _promises(entries: Iterable[tuple[Table, Entry]]) -> tuple[Promise, ...]:
    found: dict[tuple[str, str, str], list[Any]] = {}
    for table, entry in entries:
        assert entry.ground is not None
        key = (str(entry.ground.label), str(entry.keep.label), str(_erased(table, entry)))
        purposes = found.setdefault(key, [])
        if str(entry.purpose) not in purposes:
            purposes.append(str(entry.purpose))
    return tuple(Promise(tuple(purposes), *key) for key, purposes in found.items())


def _erased(table: Table, entry: Entry) -> Any:
    return table.erasure(entry).why or DELETED
