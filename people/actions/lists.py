"""A spreadsheet of people whom an institution wants to do something for: each row is matched with a person on record,
is somebody new, or is refused with line, column and reason. Reading writes nothing; `record` writes the new ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from formats import names
from formats.sheets import read
from people.access import require
from people.actions.imports import write_rows
from people.imports import Checker, Extra, RowError, read_day
from people.models import Organisation, Person, User
from people.permissions import Permission

__all__ = ["Extra", "RowError", "Sifted", "match", "read_day", "record", "sift"]

Row = dict[str, Any]
SHOWN = ("pk", "family_name", "given_name", "patronymic", "email", "national_id_hash")


@dataclass
class Sifted:
    """Rows of people to record, rows of people on record (with `person`), rows refused. Plain data, ready for JSON.

    Of a list that says more than who (`Extra`) a row may be `unsure`: it holds the numbers of all whom it may mean.
    """

    new: list[Row] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    unsure: list[Row] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)


def sift(
    *,
    by: User,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    permission: Permission = Permission.NOMINATE,
    extra: Extra | None = None,
) -> Sifted:
    """Read a file of people and find out who is who. Raises SheetError for a file that cannot be read."""
    require(by, permission, organisation=organisation)
    checked = Checker(read(file_name, data), organisation, extra).check()
    matcher = _Matcher(by, checked.accepted, permission, asks=extra is not None)
    found = matcher.match(checked.accepted)
    found.rejected = sorted([*checked.rejected, *found.rejected], key=lambda row: row["line"])
    return found


def match(*, by: User, rows: list[Row]) -> Sifted:
    """Who of these is on record in the user's branch: by national number, else by e-mail address, else by name."""
    return _Matcher(by, rows).match(rows)


def record(*, by: User, organisation: Organisation, rows: list[Row], **said: Any) -> list[Person]:
    """Put the new people of a list on record as learners of that institution, in the order of the rows."""
    require(by, Permission.NOMINATE, organisation=organisation)
    # Two lists for one institution wait for each other, so that neither misses the other's people.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    return write_rows(by, organisation, rows, **said)


class _Refusal(Exception):
    """Why a row cannot be matched: a code of import_words and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


class _Several(Exception):
    """A row that may mean several people: their numbers."""

    def __init__(self, people: list[int]) -> None:
        self.people = people
        super().__init__(people)


class _Matcher:
    def __init__(
        self,
        by: User,
        rows: list[Row],
        permission: Permission = Permission.NOMINATE,
        *,
        asks: bool = False,
    ) -> None:
        self.own, self.asks = by.person_id, asks
        seen: QuerySet[Person] = Person.objects.visible_to(by, permission)
        self.people = list(seen.filter(erased_at=None).values(*SHOWN))
        self.by_number = {p["national_id_hash"]: p for p in self.people if p["national_id_hash"]}
        self.by_email: dict[str, list[Row]] = {}
        self.by_name: dict[Any, list[Row]] = {}
        self.by_words: dict[Any, list[Row]] = {}
        for person in self.people:
            self.by_email.setdefault(person["email"], []).append(person)
            self.by_name.setdefault(_name(person), []).append(person)
            self.by_words.setdefault(_words(person), []).append(person)
        numbers = {row["national_id_hash"] for row in rows} - self.by_number.keys() - {None}
        taken = Person.objects.filter(national_id_hash__in=numbers)
        self.elsewhere = set(taken.values_list("national_id_hash", flat=True))
        self.lines: dict[int, int] = {}

    def match(self, rows: list[Row]) -> Sifted:
        found = Sifted()
        for row in rows:
            try:
                how, person = self._who(row)
            except _Refusal as refusal:
                told = {"column": "", "code": refusal.code, "params": refusal.params}
                found.rejected.append({"line": row["line"], "name": _shown(row), **told})
                continue
            except _Several as several:
                found.unsure.append({**row, "people": several.people, "name": _shown(row)})
                continue
            if person is None:
                found.new.append(row)
            else:
                line = {"line": row["line"], "by": how, "person": person["pk"]}
                more = row if self.asks else {}
                found.known.append({**more, **line, "name": _shown(person)})
        return found

    def _who(self, row: Row) -> tuple[str, Row | None]:
        number = row["national_id_hash"]
        if number in self.elsewhere:
            raise _Refusal("number_taken")
        if number in self.by_number:
            return "number", self._once(row, self.by_number[number])
        if row["email"] and row["email"] in self.by_email:
            return "email", self._once(row, self._of_email(row))
        known = self.by_words if self._told(row) is _words else self.by_name
        named = known.get(self._told(row)(row), [])
        alike = [p for p in named if _may_be(row, p)]
        if len(alike) > 1 and self.asks:
            raise _Several([p["pk"] for p in alike if p["pk"] != self.own])
        if len(alike) > 1:
            raise _Refusal("several_of_name")
        return "name", self._once(row, alike[0]) if alike else None

    def _told(self, row: Row) -> Callable[[Row], Any]:
        """How names are compared: a full name in one column may stand in whichever order."""
        return _words if self.asks and not row["given_name"] else _name

    def _of_email(self, row: Row) -> Row:
        """Families share an address: the name must agree as well."""
        told = self._told(row)
        alike = [p for p in self.by_email[row["email"]] if told(p) == told(row)]
        if len(alike) != 1:
            raise _Refusal("email_of_another")
        return alike[0]

    def _once(self, row: Row, person: Row) -> Row:
        if person["pk"] == self.own:
            raise _Refusal("yourself")
        first = self.lines.setdefault(person["pk"], row["line"])
        if first != row["line"] and not self.asks:
            raise _Refusal("twice", line=first)
        return person


def _may_be(row: Row, person: Row) -> bool:
    """The same name; but two numbers, two addresses or two fathers make two people."""
    pairs = [
        (row["national_id_hash"], person["national_id_hash"]),
        (row["email"], person["email"]),
        (names.fold(row["patronymic"]), names.fold(person["patronymic"])),
    ]
    return not any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _name(row: Row) -> str:
    return f"{names.fold(row['family_name'])}|{names.fold(row['given_name'])}"


def _words(row: Row) -> tuple[str, ...]:
    """All words of a name, whatever their order."""
    return tuple(sorted(names.fold(f"{row['family_name']} {row['given_name']}").split()))


def _shown(row: Row) -> str:
    return f"{row['family_name']} {row['given_name']}".strip()
