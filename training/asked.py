"""What a course asks of people beside lessons and test. Certification knows; training only has a place for it.

Whoever knows registers a function from `AppConfig.ready`, by name, because models are not yet there:

    asked.register("certification.programme_queries.asked_of")
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from training.models import Edition

_source: list[str] = []


@dataclass(frozen=True)
class Asked:
    """Of a hundred planned minutes so many; and whether the trainer gives a result."""

    percent: int = 80
    result: bool = False


USUAL = Asked()


def register(path: str) -> None:
    """Let that function (of an edition) say what is asked; None from it means the usual."""
    _source[:] = [path]


def asked_of(edition: "Edition") -> Asked:
    """What the edition's course asks today."""
    if not _source:
        return USUAL
    ask = cast("Callable[[Edition], Asked | None]", import_string(_source[0]))
    return ask(edition) or USUAL
