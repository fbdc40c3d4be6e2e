"""Who is meant by a row of an uploaded list: by number of a certificate or authorisation, else by name.

Numbers are looked up for all rows at once; names among those of the branch, read once: as they are written, then as the
look-up searches them, in any script. In doubt nobody is chosen: the officer is asked.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Upper

from certification.check_words import COLUMNS, LONGEST
from certification.lookup import MOST, SHORTEST
from certification.models import Certificate, CheckRow, EarlierCertificate
from certification.verification import spellings as number_spellings
from formats import names
from formats.sheets import Sheet, SheetError
from formats.spellings import spellings
from people.models import Authorisation, Person, User
from people.permissions import Permission

State = CheckRow.State
PERMISSION = Permission.EXPORT_PEOPLE
NAMES = ("family_name", "given_name", "patronymic")
Asked = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What became of a row. `candidates`: the numbers of those between whom somebody has to choose."""

    state: str
    person: int | None = None
    candidates: list[int] = field(default_factory=list)
    code: str = ""
    column: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def people_to_export(user: User) -> QuerySet[Person]:
    """The people whom the user may take out as a list with where they stand."""
    people = Person.objects.visible_to(user, PERMISSION).filter(erased_at=None)
    seen = Person.objects.visible_to(user, Permission.VIEW_STANDING)
    return people.filter(pk__in=seen.values("pk")).select_related("region")


def columns_of(sheet: Sheet) -> dict[str, int]:
    """Where each known column stands. Raises SheetError where there is none for names or numbers."""
    found = {name: sheet.column(*titles) for name, titles in COLUMNS.items()}
    places = {name: place for name, place in found.items() if place is not None}
    if not places.keys() - {"patronymic"}:
        raise SheetError("wrong_template")
    return places


class Finder:
    """Looks rows up among the people of one user's branches, whose names are read once for all rows to come."""

    def __init__(self, user: User) -> None:
        self.reach = people_to_export(user)
        self.by_certificate: dict[str, set[int]] = {}
        self.by_authorisation: dict[str, set[int]] = {}
        self.words: dict[int, frozenset[str]] = {}
        self.by_words: dict[tuple[str, ...], set[int]] = {}
        self.by_word: dict[str, set[int]] = {}
        self.order: dict[int, int] = {}
        fields = ("pk", *NAMES, "latin_name")
        for pk, family, given, patronymic, latin in self.reach.by_name().values_list(*fields):
            self.order[pk] = len(self.order)
            self.words[pk] = frozenset(_words(f"{family} {given} {patronymic} {latin}"))
            for word in self.words[pk]:
                self.by_word.setdefault(word, set()).add(pk)
            for text in {f"{family} {given}", f"{family} {given} {patronymic}"}:
                self.by_words.setdefault(tuple(sorted(_words(text))), set()).add(pk)
        self.alphabet = sorted(self.by_word)

    def answers(self, rows: Sequence[Asked]) -> list[Answer]:
        """Who is meant by each. A number speaks first; a name that disagrees with it is never overridden."""
        self.by_certificate = self._certificates({row["number"] for row in rows if row["number"]})
        self.by_authorisation = self._authorisations(
            {row["authorisation"] for row in rows if row["authorisation"]}
        )
        return [self._answer(row) for row in rows]

    def _answer(self, row: Asked) -> Answer:
        for name, text in row.items():
            if len(text) > LONGEST:
                return Answer(
                    State.REFUSED, code="too_long", column=name, params={"limit": LONGEST}
                )
        name = name_of(row)
        if not any(c.isalnum() for c in f"{name}{row['number']}{row['authorisation']}"):
            return Answer(State.REFUSED, code="nothing")
        holders = self._holders(row)
        if holders:
            return self._of_number(holders, name)
        has_number = bool(row["number"] or row["authorisation"])
        if not any(c.isalpha() for c in name):
            column = "number" if row["number"] else "authorisation"
            return Answer(State.MISSING, code="no_number", column=column)
        return self._of_name(name, has_number)

    def _holders(self, row: Asked) -> set[int]:
        found: set[int] = set()
        for spelt in number_spellings(row["number"]) if row["number"] else ():
            found |= self.by_certificate.get(spelt, set())
        if not found and row["number"]:
            found = self.by_certificate.get(names.fold(row["number"]), set())
        if not found and row["authorisation"]:
            key = names.clean(row["authorisation"]).upper()
            found = self.by_authorisation.get(key, set())
        return found

    def _of_number(self, holders: set[int], name: str) -> Answer:
        agreeing = {pk for pk in holders if not name or self._agrees(pk, name)}
        if len(agreeing) == 1:
            return Answer(State.FOUND, person=next(iter(agreeing)))
        code = "several" if agreeing else "another_name"
        return Answer(State.UNSURE, candidates=sorted(agreeing or holders), code=code)

    def _of_name(self, name: str, has_number: bool) -> Answer:
        exact = self.by_words.get(tuple(sorted(_words(name))), set())
        if len(exact) > 1:
            return Answer(State.UNSURE, candidates=sorted(exact), code="several")
        if exact and not has_number:
            return Answer(State.FOUND, person=next(iter(exact)))
        if exact:
            return Answer(State.UNSURE, candidates=sorted(exact), code="number_unknown")
        alike = self.alike(name)
        if not alike:
            column = "family_name"
            return Answer(State.MISSING, code="nobody", column=column)
        is_whole = len(_words(name)) > 1 and self._agrees(alike[0], name)
        if len(alike) == 1 and is_whole and not has_number:
            return Answer(State.FOUND, person=alike[0])
        return Answer(State.UNSURE, candidates=alike, code="alike")

    def alike(self, name: str) -> list[int]:
        """Whom the look-up would offer for it, in its order (`lookup.by_name`), without a question to the database:
        of five thousand rows that would be minutes.
        """
        words = _words(name)
        if not words or sum(c.isalpha() for c in name) < SHORTEST:
            return []
        written = set.intersection(*map(self._beginning, words))
        ways = (set().union(*map(self._beginning, word)) for word in spellings(name))
        found = set.intersection(*ways)
        return sorted(found, key=lambda pk: (pk not in written, self.order[pk]))[:MOST]

    def _beginning(self, start: str) -> set[int]:
        """Who has a word that begins so."""
        first, last = (
            bisect_left(self.alphabet, start),
            bisect_left(self.alphabet, f"{start}\U0010ffff"),
        )
        return set().union(*(self.by_word[word] for word in self.alphabet[first:last]))

    def _agrees(self, pk: int, name: str) -> bool:
        """Is each word of the name, in some spelling, a whole word of the person's?"""
        own = self.words.get(pk, frozenset())
        return all(own & set(ways) for ways in spellings(name))

    def _certificates(self, numbers: set[str]) -> dict[str, set[int]]:
        """Ours by their number as it stands in the register, those on paper by its folded form."""
        inside, found = self.reach.values("pk"), dict[str, set[int]]()
        spelt = {way for number in numbers for way in number_spellings(number)}
        ours = Certificate.objects.filter(number__in=spelt, person__in=inside)
        folded = {names.fold(number) for number in numbers}
        papers = EarlierCertificate.objects.filter(
            number_key__in=folded, struck_on=None, person__in=inside
        )
        for key, person in (
            *ours.values_list("number", "person_id"),
            *papers.values_list("number_key", "person_id"),
        ):
            found.setdefault(key, set()).add(person)
        return found

    def _authorisations(self, numbers: set[str]) -> dict[str, set[int]]:
        wanted = {names.clean(number).upper() for number in numbers}
        rows = Authorisation.objects.exclude(number="").annotate(key=Upper("number"))
        rows = rows.filter(key__in=wanted, person__in=self.reach.values("pk"))
        found: dict[str, set[int]] = {}
        for key, person in rows.values_list("key", "person_id"):
            found.setdefault(key, set()).add(person)
        return found


def name_of(row: Asked) -> str:
    """All of the name that the row says."""
    parts = (row["name"], *(row[part] for part in NAMES))
    return names.clean(" ".join(filter(None, parts)))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in names.fold(text)).split()
