"""Moving the rows and log-ins of one record to another, and back by the journal."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.serializers import deserialize, serialize
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q

from people import merging
from people.actions.memberships import sign_out_everywhere
from people.cms_access import keep_in_step
from people.merging import Clash, Follow
from people.models import Person, User


def _past(follow: Follow) -> AbstractContextManager[None]:
    return pgtrigger.ignore(*follow.past_triggers) if follow.past_triggers else nullcontext()


def move(follow: Follow, kept: Person, merged: Person, journal: dict[str, Any]) -> list[int]:
    """The rows that move to the record that stays."""
    with _past(follow):
        if follow.clash == Clash.NONE:
            keys = list(follow.rows(merged).values_list("pk", flat=True))
            follow.rows(merged).update(**{follow.field: kept})
            return keys
        moved = []
        for row in follow.rows(merged):
            try:
                with transaction.atomic():
                    follow.table.filter(pk=row.pk).update(**{follow.field: kept})
                moved.append(row.pk)
            except IntegrityError as error:
                if _CLASHES[follow.clash](follow, row, kept, journal):
                    moved.append(row.pk)
                elif follow.clash == Clash.REFUSE:
                    raise ValidationError(str(follow.why)) from error
        return moved


def _stays(_follow: Follow, _row: models.Model, _kept: Person, _journal: dict[str, Any]) -> bool:
    return False


def _join(follow: Follow, row: Any, kept: Person, journal: dict[str, Any]) -> bool:
    """Of two periods of the same thing that overlap, one with the first and the last day of both."""
    overlapping = Q(until=None) | Q(until__gte=row.since)
    if row.until:
        overlapping &= Q(since__lte=row.until)
    alike = {name: getattr(row, name) for name in follow.same}
    other = follow.rows(kept).filter(overlapping, **alike).order_by("since").first()
    if other is None:
        raise ValidationError(str(follow.title))
    pair = {"key": follow.key, "gone": serialize("json", [row]), "other": other.pk}
    pair |= {"since": str(other.since), "until": other.until and str(other.until)}
    journal["joined"].append(pair)
    until = max(row.until, other.until) if row.until and other.until else None
    follow.table.filter(pk=row.pk).delete()
    follow.table.filter(pk=other.pk).update(since=min(row.since, other.since), until=until)
    return False


def _number(follow: Follow, row: Any, kept: Person, journal: dict[str, Any]) -> bool:
    last = follow.rows(kept).aggregate(last=Max(follow.number))["last"]
    journal["numbers"].append([follow.key, row.pk, getattr(row, follow.number)])
    follow.table.filter(pk=row.pk).update(**{follow.number: last + 1, follow.field: kept})
    return True


_CLASHES: dict[Clash, Callable[[Follow, Any, Person, dict[str, Any]], bool]] = {
    Clash.STAYS: _stays,
    Clash.REFUSE: _stays,
    Clash.JOIN: _join,
    Clash.NUMBER: _number,
}


def part(journal: dict[str, Any], kept: Person, merged: Person) -> None:
    """The rows go back to whom they were."""
    relations = {follow.key: follow for follow in merging.follows()}
    numbers = {(key, pk): number for key, pk, number in journal["numbers"]}
    for key, rows in journal["moved"].items():
        follow = relations[key]
        with _past(follow):
            for pk in [pk for pk in rows if (key, pk) in numbers]:
                follow.table.filter(pk=pk).update(
                    **{follow.number: numbers[key, pk], follow.field: merged}
                )
            follow.rows(kept).filter(pk__in=rows).update(**{follow.field: merged})
    for pair in reversed(journal["joined"]):
        follow = relations[pair["key"]]
        follow.table.filter(pk=pair["other"]).update(since=pair["since"], until=pair["until"])
        for gone in deserialize("json", pair["gone"]):
            gone.save()


def change_log_ins(kept: Person, merged: Person, take: bool) -> list[list[Any]]:
    """One log-in stays; another is closed, and its holder signed out. What they were, for the journal."""
    mine = User.objects.filter(person=kept).first()
    theirs = User.objects.filter(person=merged).first()
    before = [[user.pk, user.person_id, user.is_active] for user in (mine, theirs) if user]
    if theirs is None or (mine and not take):
        _close(theirs)
        return before
    _close(mine)
    User.objects.filter(person__in=[kept, merged]).update(person=None)
    if mine:
        User.objects.filter(pk=mine.pk).update(person=merged)
    User.objects.filter(pk=theirs.pk).update(person=kept)
    keep_in_step(User.objects.get(pk=theirs.pk))
    return before


def _close(user: User | None) -> None:
    if user and user.person:
        sign_out_everywhere(user.person)
        User.objects.filter(pk=user.pk).update(is_active=False)


def restore_log_ins(accounts: list[list[Any]], people: tuple[Person, Person]) -> None:
    """Log-ins as the journal says they were."""
    keys = [pk for pk, _person, _active in accounts]
    User.objects.filter(pk__in=keys).update(person=None)
    for pk, person, active in accounts:
        User.objects.filter(pk=pk).update(person=person, is_active=active)
    for user in User.objects.filter(person__in=people):
        keep_in_step(user)
