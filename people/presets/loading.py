"""Putting facts into the database: new ones are added, changed ones follow the preset, hand-made changes stay."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

from people.presets.files import read, resolve

MISSING = object()
Row = TypeVar("Row", bound=models.Model)


class Deed(StrEnum):
    """What a load did with a fact."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # the preset says otherwise, but somebody has changed it here by hand
    SKIPPED = "skipped"  # the preset's fact has no place here; the reason says why
    GONE = "gone"  # came from an earlier preset, is no longer in it; it stays


@dataclass(frozen=True)
class Change:
    """One fact and what became of it: for each field the value here before and that of the preset."""

    kind: str
    code: str
    deed: Deed
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    reason: str = ""


@dataclass
class Report:
    """What a load did, fact by fact."""

    changes: list[Change] = field(default_factory=list)

    def counts(self) -> dict[str, Counter[Deed]]:
        """For each kind of fact how many were added, changed, unchanged …"""
        found: dict[str, Counter[Deed]] = {}
        for change in self.changes:
            found.setdefault(change.kind, Counter())[change.deed] += 1
        return found

    def of(self, *deeds: Deed) -> list[Change]:
        """The facts that were treated in one of these ways."""
        return [change for change in self.changes if change.deed in deeds]

    @property
    def has_written(self) -> bool:
        """Whether anything was added or changed."""
        return bool(self.of(Deed.ADDED, Deed.CHANGED))


class Loading:
    """One load of one country: its files, and the report of what was put."""

    def __init__(self, country: str) -> None:
        self.country = country
        self.report = Report()
        self._put: dict[type[models.Model], set[Any]] = {}

    def read(self, part: str) -> Any:
        """A part of the country's preset: core, regions, bodies or programmes."""
        return read(f"{self.country}/{part}.json")

    def origin(self, file: dict[str, Any], fact: dict[str, Any]) -> dict[str, Any]:
        """The fact's source, date and verification as fields of `people.models.Fact`."""
        return resolve(file, fact.get("source") or file["source"])._asdict()

    def put(
        self,
        kind: str,
        model: type[Row],
        code: str,
        values: dict[str, Any],
        *,
        found: Row | None = None,
        sets: Mapping[str, Iterable[models.Model]] | None = None,
        create: Callable[..., Row] | None = None,
    ) -> Row:
        """Bring the row to what the preset says, but leave every field alone that was changed by hand.

        `found`: the row, if it is there; `sets`: its many-to-many relations; `create`: how to make a row, if not
        simply by `objects.create`.
        """
        members = {name: list(rows) for name, rows in (sets or {}).items()}
        brought = {name: plain(value) for name, value in {**values, **members}.items()}
        if found is None:
            snapshot = {"preset": brought} if _has_snapshot(model) else {}
            row = (create or model._default_manager.create)(**values, **snapshot)
            for name, rows in members.items():
                getattr(row, name).set(rows)
            self._note(kind, code, Deed.ADDED, row)
            return row
        self._follow(found, values, members, brought, kind, code)
        return found

    def _follow(
        self,
        row: Any,
        values: dict[str, Any],
        members: dict[str, list[models.Model]],
        brought: dict[str, Any],
        kind: str,
        code: str,
    ) -> None:
        changed, kept = self._compare(row, brought)
        for name in changed:
            if name in members:
                getattr(row, name).set(members[name])
            else:
                setattr(row, name, values[name])
        written = [name for name in changed if name not in members]
        if _has_snapshot(type(row)) and row.preset != brought:
            row.preset = brought
            written.append("preset")
        if written:
            # Never a whole tree node: its path and number of children belong to the tree.
            row.save(update_fields=written)
        self._note(kind, code, Deed.CHANGED if changed else Deed.UNCHANGED, row, changed, kept)

    def skip(self, kind: str, code: str, reason: str) -> None:
        """Say that a fact of the preset was not taken over, and why."""
        self.report.changes.append(Change(kind, code, Deed.SKIPPED, reason=reason))

    def left_over(self, kind: str, rows: "models.QuerySet[Any]") -> None:
        """Of these rows, name those that an earlier preset brought and this one no longer holds."""
        model = rows.model
        for row in rows.exclude(preset={}).exclude(pk__in=self._put.get(model, set())):
            self.report.changes.append(Change(kind, row.code, Deed.GONE))

    def _compare(
        self, row: models.Model, brought: dict[str, Any]
    ) -> tuple[dict[str, tuple[Any, Any]], dict[str, tuple[Any, Any]]]:
        """The fields to change and those to keep, each with the value here and the preset's."""
        before: dict[str, Any] = getattr(row, "preset", {})
        changed: dict[str, tuple[Any, Any]] = {}
        kept: dict[str, tuple[Any, Any]] = {}
        for name, new in brought.items():
            here = plain(getattr(row, name))
            if here == new:
                continue
            is_ours = here == before.get(name, MISSING) or (
                before and name not in before and not here
            )
            (changed if is_ours else kept)[name] = (here, new)
        return changed, kept

    def _note(
        self,
        kind: str,
        code: str,
        deed: Deed,
        row: models.Model,
        changed: dict[str, tuple[Any, Any]] | None = None,
        kept: dict[str, tuple[Any, Any]] | None = None,
    ) -> None:
        self._put.setdefault(type(row), set()).add(row.pk)
        if deed != Deed.UNCHANGED or not kept:
            self.report.changes.append(Change(kind, code, deed, changed or {}))
        if kept:
            self.report.changes.append(Change(kind, code, Deed.KEPT, kept))


def plain(value: Any) -> Any:
    """A value as JSON keeps it: rows by their code, days as text, sets sorted."""
    if isinstance(value, models.Model):
        return getattr(value, "code", value.pk)
    if isinstance(value, models.Manager):
        return sorted(str(plain(row)) for row in value.all())
    if isinstance(value, list) and value and isinstance(value[0], models.Model):
        return sorted(str(plain(row)) for row in value)
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, dict) else value


def _has_snapshot(model: type[models.Model]) -> bool:
    return any(one.name == "preset" for one in model._meta.fields)
