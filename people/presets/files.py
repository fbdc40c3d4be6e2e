"""Reading the preset files."""

import json
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings


class Origin(NamedTuple):
    """Where a fact is from, of when it is, and whether it was read in the text of the law."""

    source: str
    as_of: str
    is_verified: bool


def countries() -> list[str]:
    """The codes of the countries that have a preset."""
    return sorted(path.parent.name for path in (settings.BASE_DIR / "presets").glob("*/core.json"))


@cache
def read(path: str) -> Any:
    """The content of a preset file, as `ro/core.json` or `topics.json`. Do not change what you get."""
    return json.loads((settings.BASE_DIR / "presets" / path).read_text(encoding="utf-8"))


def resolve(file: dict[str, Any], reference: str) -> Origin:
    """What a reference such as «BGN чл. 9(2)» means in that file."""
    name, _space, place = reference.partition(" ")
    entry = file["sources"][name]
    parts = [entry["text"], place, f"({entry['site']})" if entry["site"] else ""]
    text = ", ".join(part for part in parts[:2] if part)
    return Origin(f"{text} {parts[2]}".strip(), entry["as_of"] or "", entry["verified"])


def authorisation_types(country: str) -> list[dict[str, Any]]:
    """The kinds of authorisation that other bodies give there: code, names, categories, issuing body, validity."""
    return read(f"{country}/core.json")["authorisation_types"]
