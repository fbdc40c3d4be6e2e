"""Pages of a list: an opaque cursor says where the next one begins; nothing is skipped while rows are added."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from people.machines.fields import BIGGEST, Line
from people.machines.problems import Problem

MOST, USUAL = 200, 50
T = TypeVar("T")
Limit = Annotated[int, Field(ge=1, le=MOST)]


class PageQuery(Schema):
    """Which page."""

    cursor: Annotated[Line, Field(description="`next` of the page before")] = ""
    limit: Annotated[Limit, Field(description="rows on a page")] = USUAL


class Page(Schema, Generic[T]):
    """Some rows, and the cursor of the next page, if there is one."""

    items: list[T]
    next: str | None = None


def page_of(rows: QuerySet, asked: PageQuery, shown: Callable[[Any], Any]) -> dict[str, Any]:
    """A page of the rows in the order of their numbers."""
    found = list(rows.order_by("pk").filter(pk__gt=start_of(asked))[: asked.limit + 1])
    return part(found, asked, [shown(one) for one in found[: asked.limit]], lambda one: one.pk)


def part(
    found: list[Any], asked: PageQuery, items: Iterable[Any], key: Callable[[Any], int]
) -> dict[str, Any]:
    """The answer, where one row more than asked for was read: it tells whether there is a next page."""
    more = len(found) > asked.limit
    return {"items": list(items), "next": cursor_of(key(found[asked.limit - 1])) if more else None}


def start_of(asked: PageQuery) -> int:
    """The number after which the page begins; 0 for the first."""
    if not asked.cursor:
        return 0
    try:
        number = int(base64.b64decode(asked.cursor, altchars=b"-_", validate=True).decode("ascii"))
    except (ValueError, binascii.Error):
        number = -1
    if not 0 < number <= BIGGEST or cursor_of(number) != asked.cursor:
        words = {
            "pointer": "/query/cursor",
            "code": "cursor",
            "detail": _("Send the cursor as you got it."),
        }
        raise Problem(422, errors=[words])
    return number


def cursor_of(number: int) -> str:
    """The cursor of the page that begins after that number."""
    return base64.urlsafe_b64encode(str(number).encode()).decode()
