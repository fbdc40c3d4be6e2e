"""The privacy register: what every field is for, how long it is kept, who gets a copy and what an erasure does to it.

An app registers its room from `AppConfig.ready`, by name, because models are not yet there when apps.py is read:

    privacy.register("training.privacy.ROOM")

The register is not prose: `people.actions.erasure` erases and exports by walking it.
"""

from django.utils.module_loading import import_string

from people.privacy.kinds import (
    BLANK,
    Deed,
    Entry,
    Erase,
    Ground,
    Keep,
    NothingPersonal,
    OnErase,
    Room,
    Subject,
    Table,
    author,
    becomes,
    for_a_day,
    keep,
    lists_about,
    of_login,
    of_person,
    personal,
    plain,
    secret,
)

__all__ = [
    "BLANK",
    "Deed",
    "Entry",
    "Erase",
    "Ground",
    "Keep",
    "NothingPersonal",
    "OnErase",
    "Room",
    "Subject",
    "Table",
    "author",
    "becomes",
    "for_a_day",
    "keep",
    "lists_about",
    "nothing_personal",
    "of_login",
    "of_person",
    "personal",
    "plain",
    "register",
    "rooms",
    "secret",
    "tables",
]

_rooms: list[str] = []


def register(path: str) -> None:
    """Add a room's part of the register: module and name of a `Room`."""
    if path not in _rooms:
        _rooms.append(path)


def rooms() -> list[Room]:
    """All rooms, in the order of the house."""
    return [import_string(path) for path in _rooms]


def tables() -> list[Table]:
    """Every table that is listed field by field, from people to the machinery."""
    return [table for room in rooms() for table in room.tables]


def nothing_personal() -> dict[str, str]:
    """Models of other packages that hold nothing about anybody, and why that is so."""
    return {
        model: entry.reason
        for room in rooms()
        for entry in room.nothing_personal
        for model in entry.models
    }
