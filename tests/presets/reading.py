"""Reading the preset files in tests, without Django."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2] / "presets"
COUNTRIES = ("ro", "md", "ua", "bg", "eg")
PARTS = ("core", "regions", "bodies", "programmes", "holidays")
LANGUAGES = ("en", "ro", "uk", "bg", "ar")
FILES = [f"{country}/{part}.json" for country in COUNTRIES for part in PARTS] + [
    "topics.json",
    "vocabulary.json",
]


@cache
def read(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def everything_in(value: Any, at: str = "$") -> Iterator[tuple[str, Any]]:
    """Each value in a file with its place, from the outside in."""
    yield at, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from everything_in(inner, f"{at}.{name}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from everything_in(inner, f"{at}[{i}]")


def objects_in(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, one in everything_in(value):
        if isinstance(one, dict):
            yield at, one


def programme(code: str) -> dict[str, Any]:
    return next(
        one for one in read(f"{code[:2]}/programmes.json")["programmes"] if one["code"] == code
    )


def version(code: str, day: str) -> dict[str, Any]:
    """The programme's version in force on that day (ISO days compare as text)."""
    found = [
        one
        for one in programme(code)["versions"]
        if one["effective_from"] <= day
        and (one["effective_to"] is None or day < one["effective_to"])
    ]
    assert len(found) == 1, f"{code} on {day}: {len(found)} versions"
    return found[0]


def requirement(code: str, day: str, name: str) -> dict[str, Any]:
    return next(one for one in version(code, day)["requirements"] if one["code"] == name)


def source(path: str, reference: str) -> dict[str, Any]:
    """The entry of the file's table of sources that a reference names: «BGN чл. 9(2)» names BGN."""
    return read(path)["sources"][reference.split(" ", 1)[0]]
