"""Records that may be one person: the same name in any letters, the same address or the same telephone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, Count, Func, QuerySet
from django.db.models.functions import Lower, Substr

from people.functions import Fold
from people.models import Apart, Person, User
from people.permissions import Permission

MOST = 200  # groups of one kind: whoever has more works these down first
DIGITS = 9  # of a telephone: 0722… and +40722… are one


class SortedWords(Func):
    """The words of a folded name in the order of the alphabet: "Ana Popescu" and "Popescu Ana" are one."""

    template = (
        "array_to_string(array(SELECT word FROM unnest(string_to_array(%(expressions)s, ' ')) AS word"
        " WHERE word <> '' ORDER BY word), ' ')"
    )
    output_field = CharField()


class LastDigits(Func):
    """The last digits of a telephone number, without its signs."""

    template = "right(regexp_replace(%(expressions)s, '[^0-9]', '', 'g'), 9)"
    output_field = CharField()


@dataclass(frozen=True)
class Pair:
    """Two records, and what is the same."""

    kept: Person
    merged: Person
    by: tuple[str, ...]  # of "email", "phone", "name"


def _keys() -> dict[str, tuple[Any, int]]:
    """What may be the same, and from how many characters on it says something."""
    return {
        "email": (Lower("email"), 3),
        "phone": (LastDigits("phone"), DIGITS),
        # The official Latin form finds «Шевченко Ірина» and «Shevchenko Iryna».
        "name": (SortedWords(Fold("latin_name")), 4),
    }


def _groups(people: QuerySet[Person], key: Any, shortest: int) -> list[list[int]]:
    long_enough = people.annotate(same=key).annotate(begin=Substr("same", shortest, 1))
    shared = (
        long_enough.exclude(begin="")
        .values("same")
        .annotate(
            number=Count("pk"),
            keys=ArrayAgg("pk", order_by="pk"),
            nameless=Count("pk") - Count("national_id_hash"),
        )
        # Two different national numbers are two different people.
        .filter(number__gt=1, nameless__gt=0)
        .order_by("same")
    )
    return [row["keys"] for row in shared[:MOST]]


def pairs(user: User) -> list[Pair]:
    """Records of the user's branches that may be one person, by name; the older of two is the one that stays."""
    people = Person.objects.visible_to(user, Permission.EDIT_PEOPLE)
    people = people.filter(erased_at=None, merged_into=None).exclude(pk=user.person_id)
    found: dict[tuple[int, int], list[str]] = {}
    apart = set(Apart.objects.visible_to(user).values_list("first", "second"))
    for name, (key, shortest) in _keys().items():
        for group in _groups(people.order_by(), key, shortest):
            for pair in _each_with_an_older(group, apart):
                found.setdefault(pair, []).append(name)
    records = Person.objects.in_bulk({pk for pair in found for pk in pair})
    whole = (Pair(records[a], records[b], tuple(by)) for (a, b), by in found.items())
    return sorted(_not_surely_two(whole), key=lambda pair: (pair.kept.sort_key, pair.merged.pk))


def _each_with_an_older(group: list[int], apart: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Each number but the first, with the smallest before it of which nobody said that they are two people."""
    for place, other in enumerate(group):
        older = (one for one in group[:place] if (one, other) not in apart)
        if (kept := next(older, None)) is not None:
            yield kept, other


def _not_surely_two(found: Iterator[Pair]) -> Iterator[Pair]:
    for pair in found:
        if not (pair.kept.national_id_hash and pair.merged.national_id_hash):
            yield pair


def present(person_pk: int) -> int | None:
    """The number of the record of which this one became a part, however often; None if it leads nowhere."""
    found = Person.objects.filter(pk=person_pk).values_list("merged_into", flat=True).first()
    last = None
    while found:
        last = found
        found = Person.objects.filter(pk=found).values_list("merged_into", flat=True).first()
    return last
