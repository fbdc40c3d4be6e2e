"""The references of the rush: who comes, in which order, and what they post to the bare views."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from bench.rushing import Browser, Job
from bench.servers import Request
from bench.visitors import Visitor
from people.models import User
from training.models import Edition, Enrolment

GIVE_UP = 10  # one in so many
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Crowd:
    """Who comes, each in a browser, and for how many places."""

    people: Sequence[User]
    visitors: Sequence[Visitor]
    places: int

    @property
    def giving_up(self) -> int:
        """How many of them give up."""
        return len(self.people) // GIVE_UP


def insert_statement(person: int) -> str:
    """The very row that an enrolment writes, every column of it, as one statement with three values left open."""
    example = Enrolment(edition_id=0, person_id=person, status=Enrolment.Status.CONFIRMED, code="x")
    values: dict[str, Any] = {}
    for column in Enrolment._meta.local_concrete_fields:
        if not column.primary_key and not column.generated:
            values[column.column] = column.get_db_prep_save(
                getattr(example, column.attname), connection
            )
    open_ones = {"edition_id": "%(edition)s", "person_id": "%(person)s", "code": "%(code)s"}
    with connection.cursor() as cursor:
        literals = [
            open_ones.get(name) or cursor.mogrify("%s", [value]).replace("%", "%%")
            for name, value in values.items()
        ]
    columns = ", ".join(f'"{name}"' for name in values)
    return (
        f"INSERT INTO training_enrolment ({columns}) VALUES ({', '.join(literals)})"  # noqa: S608 - our own columns
        " ON CONFLICT DO NOTHING"
    )


def mixed(number: int) -> list[int]:
    """Everybody twice, in an order that is the same in every turn."""
    order = [*range(number)] * 2
    random.Random(11).shuffle(order)
    return order


def bare_jobs(edition: Edition, crowd: Crowd) -> Iterator[Job]:
    """Everybody's post, twice; the person stands in the address."""
    for n in mixed(len(crowd.people)):
        address = f"/enrol/{edition.pk}/{crowd.people[n].person_id}/"
        yield partial(_post, request=Request(address, "POST", b""))


def known_jobs(edition: Edition, crowd: Crowd) -> Iterator[Job]:
    """Everybody's post, twice; the person is who is signed in."""
    for n in mixed(len(crowd.people)):
        request = Request(f"/enrol/{edition.pk}/", "POST", b"", crowd.visitors[n].headers | FORM)
        yield partial(_post, request=request)


def _post(browser: Browser, request: Request) -> None:
    browser.post(request)
