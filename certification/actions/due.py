"""One click for many people whose training is due: a place, a letter, a mail; and what became of each of them.

Each click has the key of its form: pressed twice, it has one effect.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.days import today
from certification.due import MOST, PERMISSION, nominators, people_to_put_forward, written_to
from certification.due_letters import Near, mail_about
from certification.models import DueNotice, DueRun, Programme
from certification.queries import Filters, standing_rows
from notifications.actions import notify
from people import audit
from people.models import Membership, Organisation, Person, User
from training.actions import nominations
from training.actions.errors import Refused
from training.actions.households import units
from training.actions.placing import lock_people
from training.models import Edition

Kind, Channel = DueRun.Kind, DueNotice.Channel
PLACE, REFUSED, SENT, BEFORE, NO_EMAIL = "place", "refused", "sent", "before", "no_email"
Row = dict[str, Any]


@transaction.atomic
def nominate(
    *, by: User, programme: Programme, edition: Edition, people: Sequence[Person], key: UUID
) -> DueRun:
    """Put the people forward for an edition: whom a condition refuses is told why, the others go on.

    A household has places together or none.
    """
    run, is_new = _run(by, key, kind=Kind.NOMINATE, programme=programme, edition=edition)
    if not is_new:
        return run
    people = _in_reach(by, people)
    lock_people(people)
    own = institution_of_each(by, people)
    said: dict[int, Row] = {}
    for unit in units(people):
        row = _nominated(by, edition, [(person, own[person.pk]) for person in unit])
        said.update({person.pk: {"person": person.pk, **row} for person in unit})
    return _done(run, by, [said[person.pk] for person in people])


def _nominated(by: User, edition: Edition, unit: list[tuple[Person, Organisation]]) -> Row:
    try:
        with transaction.atomic():
            nominations.nominate(by=by, edition=edition, people=unit)
    except Refused as refused:
        # In the words of the reader's language now: the reader is the one who pressed the button.
        words = " ".join(filter(None, (refused.message, refused.next_step)))
        return {"outcome": REFUSED, "said": words}
    return {"outcome": PLACE}


@transaction.atomic
def write_letters(
    *, by: User, programme: Programme, people: Sequence[Person], key: UUID, again: bool = False
) -> DueRun:
    """Note for each that a letter is printed today; with `again` also for those who were written to lately."""
    run, is_new = _run(by, key, kind=Kind.LETTERS, programme=programme)
    if not is_new:
        return run
    rows = _written(by, programme, people, again, lambda person: _note(by, run, person))
    return _done(run, by, rows)


@transaction.atomic
def send_mails(
    *, by: User, programme: Programme, people: Sequence[Person], key: UUID, again: bool = False
) -> DueRun:
    """Send each a mail in their own language; whoever has no address is named in the result."""
    run, is_new = _run(by, key, kind=Kind.MAILS, programme=programme)
    if not is_new:
        return run
    stands = standings_of(by, programme, people)
    sender, near = sender_of(by), Near(programme)

    def send(person: Person) -> Row:
        if not person.email:
            return {"outcome": NO_EMAIL}
        row = _note(by, run, person)
        if row["outcome"] == SENT:
            words = mail_about(person, stands.get(person.pk), sender, near)
            key = f"due:{programme.pk}:{person.pk}:{today()}"
            notify(person, "training_due", dedupe=key, programme=programme, **words)
        return row

    return _done(run, by, _written(by, programme, people, again, send))


def standings_of(by: User, programme: Programme, people: Sequence[Person]) -> dict[int, Any]:
    """Where each stands under the programme today, in one statement."""
    those = tuple(person.pk for person in people)
    filters = Filters(at=today(), programme=programme.pk, people=those)
    rows = standing_rows(by, filters, permission=PERMISSION)
    return {row.person_id: row.standing for row in rows}


def sender_of(by: User) -> Organisation:
    """In whose name the user writes."""
    mine = nominators(by)
    if not mine:
        raise PermissionDenied
    return mine[0]


def institution_of_each(by: User, people: Sequence[Person]) -> dict[int, Organisation]:
    """For each person the institution of the user in whose branch they are; the first one else."""
    mine = nominators(by)
    if not mine:
        raise PermissionDenied
    held = Membership.objects.current().filter(person__in=people)
    paths: dict[int, list[str]] = {}
    for person, path in held.values_list("person_id", "organisation__path"):
        paths.setdefault(person, []).append(path)
    return {
        person.pk: next(
            (one for one in mine if any(p.startswith(one.path) for p in paths.get(person.pk, []))),
            mine[0],
        )
        for person in people
    }


def _run(by: User, key: UUID, **fields: Any) -> tuple[DueRun, bool]:
    """A row for this click; of two at once the second waits for the first and finds it."""
    try:
        with transaction.atomic():
            return DueRun.objects.create(owner=by, key=key, **fields), True
    except IntegrityError:
        return DueRun.objects.get(owner=by, key=key), False


def _in_reach(by: User, people: Sequence[Person]) -> list[Person]:
    """Asked again here: nobody is written to whom the user may not put forward."""
    wanted = [person.pk for person in people][:MOST]
    return list(people_to_put_forward(by).filter(pk__in=wanted).order_by("sort_key", "pk"))


def _written(
    by: User,
    programme: Programme,
    people: Sequence[Person],
    again: bool,
    write: Callable[[Person], Row],
) -> list[Row]:
    chosen = _in_reach(by, people)
    # Two officers at once: the second sees whom the first wrote to.
    lock_people(chosen)
    lately = written_to([person.pk for person in chosen], programme.pk, today())
    rows = []
    for person in chosen:
        before = lately.get(person.pk, ())
        if before and not again:
            rows.append({"person": person.pk, "outcome": BEFORE, "on": str(before[0].on)})
        else:
            rows.append({"person": person.pk, **write(person)})
    return rows


def _note(by: User, run: DueRun, person: Person) -> Row:
    """Once a day: a second letter or mail on the same day is none."""
    channel = Channel.LETTER if run.kind == Kind.LETTERS else Channel.EMAIL
    fields = {"person": person, "programme": run.programme, "channel": channel, "on": today()}
    _notice, is_new = DueNotice.objects.get_or_create(**fields, defaults={"by": by.pk})
    if not is_new:
        return {"outcome": BEFORE, "on": str(today())}
    audit.record(by=by, verb=f"due.{channel}", target=run, person=person)
    return {"outcome": SENT}


def _done(run: DueRun, by: User, rows: list[Row]) -> DueRun:
    run.rows = rows
    run.save(update_fields=["rows"])
    audit.record(
        by=by, verb=f"due.{run.kind}", target=run, organisation=sender_of(by),
        programme=run.programme_id, edition=run.edition_id, people=len(rows),
    )  # fmt: skip
    return run


def forget_expired() -> int:
    """Delete what became of people at clicks whose day is over; the places and notices stay."""
    count, _by_model = DueRun.objects.expired().delete()
    return count
