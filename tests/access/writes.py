"""What a request wrote, and what a page's own form would send."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import connection, transaction

COUNTED = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del, n_tup_del FROM pg_stat_xact_user_tables
    WHERE schemaname = 'public'
"""
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


@dataclass
class Writes:
    """What is written from here on, rolled back or not: PostgreSQL counts it for each transaction."""

    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        # A number that is over lies before the next one: without it, rows of fixtures could count as written now.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE over ()")
            transaction.set_rollback(True)
        self.before, self.number = self._counted(), _asked(NEXT)[0][0]

    def tables(self) -> set[str]:
        """Where a row came, changed or went, or was about to."""
        now = self._counted()
        return {name for name, counts in now.items() if counts != self.before.get(name, (0, 0))}

    def deleted_from(self) -> set[str]:
        """Where a row went."""
        now = self._counted()
        return {
            name for name, (_all, gone) in now.items() if gone > self.before.get(name, (0, 0))[1]
        }

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows that came or changed, in a transaction of their own, and are still there."""
        new = f'SELECT to_jsonb(t) FROM "{table}" t WHERE xmin::text::bigint >= %s'
        found = [row for (row,) in _asked(new, [self.number])]
        return [json.loads(row) if isinstance(row, str) else row for row in found]

    @staticmethod
    def _counted() -> dict[str, tuple[int, int]]:
        return {name: (every, gone) for name, every, gone in _asked(COUNTED)}


def _asked(question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


class Forms(HTMLParser):
    """The fields of the forms of a page that are posted, filled as they come; where nothing is chosen, the first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.inside = False
        self.select = self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method") == "post" and "action" not in given
        elif self.inside and tag == "select":
            self.select = given.get("name", "")
        elif self.inside and tag == "option" and self.select and given.get("value"):
            if "selected" in given or self.select not in self.data:
                self.data[self.select] = given["value"]
        elif self.inside and tag == "textarea":
            self.text = given.get("name", "")
        elif self.inside and tag == "input" and given.get("type") != "file":
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            value = value or "on"
            if name not in self.data or "checked" in given:
                self.data[name] = value
        elif name:
            self.data[name] = value or {"date": "2026-03-02", "time": "10:00", "number": "2"}.get(
                kind, "" if kind == "hidden" else "Cuvinte"
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.data[self.text] = data.strip() or "Cuvinte"
