"""A spreadsheet of people, checked row by row. Nothing here writes; every refusal has a line, a column and a reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from formats.names import clean, fold
from formats.sheets import Row, Sheet, SheetError
from people import codes
from people.identity import national_number_hash
from people.import_words import COLUMNS, COUNTY_WORDS
from people.models import Category, Organisation, Region
from people.queries import categories

LONGEST = {"postal_address": 500, "phone": 30, "email": 254, "national_id": 40}
NAME_LENGTH = 120
SHORTEST_NUMBER = 4
EARLIEST = date(1950, 1, 1)
_DAY_FIRST = re.compile(r"^(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_PHONE = re.compile(r"^\+?[0-9 ()/.\-]{5,30}$")


class RowError(Exception):
    """Why a row is refused: the column's name in COLUMNS, a code of import_words.REASONS, and its parameters."""

    def __init__(self, column: str, code: str, **params: Any) -> None:
        self.column, self.code, self.params = column, code, params
        super().__init__(column, code)


@dataclass(frozen=True)
class Extra:
    """What a list says beside people: more columns by name, and how a row's texts of them are read.

    `read` raises RowError for what cannot be. A column `holder` may stand in place of family and given name.
    """

    columns: Mapping[str, tuple[str, ...]]
    read: Callable[[dict[str, str]], dict[str, Any]]
    needed: frozenset[str] = frozenset()


@dataclass
class Checked:
    """The outcome of a dry run: rows to record, and rows refused. All plain data, ready for JSON."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)


class Checker:
    """Reads the rows of one sheet for one institution."""

    def __init__(
        self,
        sheet: Sheet,
        organisation: Organisation,
        extra: Extra | None = None,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self.sheet, self.organisation, self.extra = sheet, organisation, extra
        titles_of = {**COLUMNS, **(extra.columns if extra else {})}
        found = {name: sheet.column(*titles) for name, titles in titles_of.items()}
        # What the institution said of its own titles counts before what we would guess.
        if said:
            found |= dict.fromkeys(COLUMNS) | {
                name: sheet.headers.index(title) for name, title in said.items()
            }
        self.columns = {name: place for name, place in found.items() if place is not None}
        missing = (extra.needed if extra else frozenset()) - self.columns.keys()
        if missing or not {"family_name", "given_name", "holder"} & self.columns.keys():
            raise SheetError("wrong_template")
        self.counties = _by_word(
            Region.objects.filter(jurisdiction__code=settings.JURISDICTION, is_hidden=False)
        )
        self.categories = _by_word(categories())
        self.languages = {
            fold(word): code for code, name in settings.LANGUAGES for word in (code, name)
        }
        self.lines: dict[tuple[str, str], int] = {}

    def check(self) -> Checked:
        """Every row of the sheet, accepted or refused."""
        outcome = Checked()
        for row in self.sheet.rows:
            try:
                outcome.accepted.append({"line": row.line, **self._facts(row)})
            except RowError as error:
                title = (
                    self.sheet.headers[self.columns[error.column]]
                    if error.column in self.columns
                    else ""
                )
                outcome.rejected.append({
                    "line": row.line, "column": title, "code": error.code, "params": error.params,
                    "name": self._shown_name(row),
                })  # fmt: skip
        return outcome

    def _facts(self, row: Row) -> dict[str, Any]:
        if row.problem:
            raise RowError("", row.problem)
        facts: dict[str, Any] = {name: self._text(row, name) for name in COLUMNS}
        if self.extra:
            facts.update(self.extra.read({n: self._text(row, n) for n in self.extra.columns}))
        facts["family_name"] = facts["family_name"] or facts.pop("holder", "")
        facts.update(family_name=clean(facts["family_name"]), given_name=clean(facts["given_name"]))
        if not fold(facts["family_name"] + facts["given_name"]):
            raise RowError("family_name", "no_name")
        for name in ("family_name", "given_name", "patronymic"):
            if any(sign.isdecimal() for sign in facts[name]):
                raise RowError(name, "digits_in_name")
        for name, read in self._readers().items():
            facts[name] = read(facts[name])
        number = facts.pop("national_id")
        facts["national_id_hash"] = number
        if not self.extra:  # one person may stand in such a list several times
            self._once(row.line, "national_id", number or "")
            self._once(row.line, "email", facts["email"])
        return facts

    def _readers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "email": _email, "phone": _phone, "national_id": _number, "since": _day, "county": self._county,
            "category": self._category, "language": self._language,
        }  # fmt: skip

    def _text(self, row: Row, name: str) -> str:
        text = row.text(self.columns[name]) if name in self.columns else ""
        limit = LONGEST.get(name, NAME_LENGTH)
        if len(text) > limit:
            raise RowError(name, "too_long", limit=limit)
        return text

    def _shown_name(self, row: Row) -> str:
        parts = [
            row.text(self.columns[name])
            for name in ("family_name", "given_name", "holder")
            if name in self.columns
        ]
        return " ".join(filter(None, parts))[:NAME_LENGTH]

    def _once(self, line: int, name: str, value: str) -> None:
        """The same number or address twice in one file is a slip: the first row counts."""
        if value and (first := self.lines.setdefault((name, value), line)) != line:
            raise RowError(name, "twice", line=first)

    def _county(self, text: str) -> int | None:
        return self._named(text, "county", self.counties)

    def _category(self, text: str) -> int | None:
        return self._named(text, "category", self.categories)

    def _named(self, text: str, column: str, known: dict[str, int]) -> int | None:
        if not text:
            return None
        if (key := _words(text)) not in known:
            raise RowError(column, f"unknown_{column}", value=text[:60])
        return known[key]

    def _language(self, text: str) -> str:
        if not text:
            return self.organisation.language
        if fold(text) not in self.languages:
            raise RowError("language", "unknown_language", value=text[:60])
        return self.languages[fold(text)]


def _words(text: str) -> str:
    """A county's or category's name without case, marks and the word for county."""
    return " ".join(word for word in fold(text).split() if word not in COUNTY_WORDS)


def _by_word(rows: Any) -> dict[str, int]:
    """Codes and names in all languages, folded, of regions or categories."""
    found: dict[str, int] = {}
    row: Region | Category
    for row in rows:
        for word in (row.code, row.code.rpartition("-")[2], *row.name.values()):
            found.setdefault(_words(word), row.pk)
    return found


def _email(text: str) -> str:
    address = text.strip().lower()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise RowError("email", "bad_email", value=address[:60]) from error
    return address


def _phone(text: str) -> str:
    plain = "".join(codes.plain(sign) if sign.isdecimal() else sign for sign in text).strip()
    if plain and not _PHONE.match(plain):
        raise RowError("phone", "bad_phone", value=plain[:60])
    return plain


def _number(text: str) -> str | None:
    """The keyed hash: the number itself is forgotten with the upload."""
    plain = codes.plain(text)
    if not plain:
        return None
    if len(plain) < SHORTEST_NUMBER:
        raise RowError("national_id", "short_number")
    return national_number_hash(plain)


def _day(text: str) -> str:
    """Since when somebody belongs here; today when there is none."""
    return read_day(text, "since") if text else timezone.localdate().isoformat()


def read_day(text: str, column: str, latest: date | None = None) -> str:
    """An ISO day as it is, or day, month and year in this order; not later than `latest` (today)."""
    plain = "".join(codes.plain(sign) if sign.isdecimal() else sign for sign in text.strip())
    found = _ISO.match(plain[:10]) or _DAY_FIRST.match(plain)
    if not found:
        raise RowError(column, "bad_day", value=plain[:60])
    numbers = [int(part) for part in found.groups()]
    year, month, day = numbers if numbers[0] > 1000 else numbers[::-1]
    try:
        value = date(year, month, day)
    except ValueError as error:
        raise RowError(column, "bad_day", value=plain[:60]) from error
    if not EARLIEST <= value <= (latest or timezone.localdate()):
        raise RowError(column, "day_out_of_range")
    return value.isoformat()
