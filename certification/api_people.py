"""Whom a machine means, and where they stand: for many at once in a few statements, whoever they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from certification import api_schemas as say
from certification.lookup import look_up, people_to_tell_of
from certification.models import Certificate, EarlierCertificate, Programme
from certification.queries import Filters, standing_rows, standings
from people.identity import national_number_hash
from people.models import Person, User


def found_people(user: User, asked: Sequence[say.Who]) -> list[Person | None]:
    """In the order asked. Whoever is out of the token's reach is not found, as if they were not on record."""
    reach = people_to_tell_of(user)
    hashes = {
        who.national_number: _hash(who.national_number) for who in asked if who.national_number
    }
    by_number = reach.in_bulk([who.person for who in asked if who.person])
    by_hash = {
        one.national_id_hash: one for one in reach.filter(national_id_hash__in=filter(None, hashes.values()))
    }  # fmt: skip
    found: list[Person | None] = []
    for who in asked:
        if who.person:
            found.append(by_number.get(who.person))
        elif who.national_number:
            found.append(by_hash.get(hashes[who.national_number]))
        else:
            found.append(_by_paper(user, who))
    return found


def _hash(number: str) -> str | None:
    try:
        return national_number_hash(number)
    except ValueError:  # no letter and no digit in it
        return None


def _by_paper(user: User, who: say.Who) -> Person | None:
    """Whoever holds the paper of that number, as a look-up finds it; a number that two people share finds nobody."""
    met = look_up(user, who.certificate or who.authorisation or "")
    paper = met.certificate if who.certificate else met.authorisation
    return met.people[0] if paper and len(met.people) == 1 else None


def standings_of(
    user: User, people: Mapping[int, Person], at: date
) -> dict[int, list[dict[str, Any]]]:
    """Of each person, by the code of the programme: what the list says, and for what it leaves out, what the page says.

    The list knows the programmes that are asked of the people of the branch that day; the page also those of which
    somebody holds a certificate though nobody asks for it (any more).
    """
    codes = dict(Programme.objects.values_list("pk", "code"))
    found: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in standing_rows(user, Filters(at=at, people=tuple(people)), sort="name"):
        found[row.person_id][row.programme_id] = say.standing(row.standing, codes[row.programme_id])
    held = {
        pair
        for model in (Certificate, EarlierCertificate)
        for pair in model.objects.filter(person__in=people).values_list("person", "programme")
    }
    left = {person for person, programme in held if programme not in found[person]}
    for pk in left | {pk for pk in people if not found[pk]}:
        whole = standings(people[pk], at)
        found[pk] = {programme.pk: say.standing(one, programme.code) for programme, one in whole}
    return {
        pk: sorted(of_person.values(), key=lambda one: one["programme"])
        for pk, of_person in ((pk, found[pk]) for pk in people)
    }
