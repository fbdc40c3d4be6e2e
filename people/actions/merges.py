"""Making one record of two, and parting them again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit, merging
from people.actions.merge_rows import change_log_ins, move, part, restore_log_ins
from people.actions.people import home_of, may_manage, require_answering
from people.models import Apart, Merge, Person, User

FACTS = ("family_name", "given_name", "patronymic", "latin_name", "email", "phone", "language", "region_id", "locality",
         "postal_address", "national_id_hash")  # fmt: skip
SNAPSHOT = (*FACTS, "verified_on", "verified_by_id")
# A record that leads to another is not written to, not found by its address, and not taken for somebody.
CLEARED: dict[str, Any] = {"email": "", "phone": "", "national_id_hash": None}
ACCOUNT = "account"


@transaction.atomic
def merge(
    *, by: User | None, kept: Person, merged: Person, take: Mapping[str, bool] | None = None
) -> Merge:
    """Make `merged` a part of `kept`: all that is recorded of it moves. The same again finds it done.

    `take` names the facts (of FACTS, or "account") whose value comes from the merged record; of the others the kept
    one stays, unless it has none. Raises ValidationError where somebody has to decide something first.
    """
    people = {
        person.pk: person
        for person in Person.objects.select_for_update(of=("self",))
        .filter(pk__in=[kept.pk, merged.pk])
        .order_by("pk")
    }
    if len(people) != 2:
        raise ValidationError(_("Choose two different records."))
    kept, merged = people[kept.pk], people[merged.pk]
    done = Merge.objects.filter(kept=kept, merged=merged, undone_at=None).first()
    if done and merged.merged_into_id == kept.pk:
        _require(by, kept)
        return done
    if any(one.merged_into_id or one.erased_at for one in (kept, merged)):
        raise ValidationError(_("One of the two records is no longer there."))
    _require(by, kept, merged)
    if Apart.objects.of(kept, merged).exists():
        raise ValidationError(
            _("Somebody said that these are two people. Take that back first, if it was wrong.")
        )
    homes = {one.pk: home_of(one) for one in (kept, merged)}
    made = Merge.objects.create(
        kept=kept, merged=merged, by=by, journal=_carry_out(kept, merged, take or {})
    )
    moved = {key: len(rows) for key, rows in made.journal["moved"].items()}
    for one, other in ((kept, merged), (merged, kept)):
        audit.record(
            by=by, verb="person.merged", target=one, person=one, organisation=homes[one.pk],
            kept=kept.pk, other=other.pk, rows=moved, taken=made.journal["taken"],
        )  # fmt: skip
    return made


def preview(*, by: User | None, kept: Person, merged: Person) -> dict[str, Any]:
    """What a merge would do: the rows that move by relation, and what stands against it. Nothing is written."""
    try:
        with transaction.atomic():
            journal = merge(by=by, kept=kept, merged=merged).journal
            transaction.set_rollback(True)
    except ValidationError as error:
        return {"against": error.messages, "moves": []}
    titles = {follow.key: follow.title for follow in merging.follows()}
    joined = [pair["key"] for pair in journal["joined"]]
    moves = [
        {"title": titles[key], "count": len(rows) + joined.count(key)}
        for key, rows in journal["moved"].items()
        if rows or key in joined
    ]
    return {"against": [], "moves": moves}


@transaction.atomic
def undo(*, by: User | None, merge: Merge) -> Merge:
    """Part the two again, exactly as they were. A second call finds it done."""
    keys = sorted([merge.kept_id, merge.merged_id])
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    kept, merged = Person.objects.get(pk=merge.kept_id), Person.objects.get(pk=merge.merged_id)
    _require(by, kept)
    if merge.undone_at:
        return merge
    if against := why_not_undone(merge):
        raise ValidationError(against)
    journal = merge.journal
    part(journal, kept, merged)
    _put_back(journal, kept, merged)
    restore_log_ins(journal["accounts"], (kept, merged))
    merge.undone_at, merge.journal = timezone.now(), {}
    merge.save(update_fields=["undone_at", "journal"])
    for one in (kept, merged):
        audit.record(
            by=by, verb="person.parted", target=one, person=one, organisation=home_of(one),
            kept=kept.pk, other=merged.pk,
        )  # fmt: skip
    return merge


def why_not_undone(merge: Merge) -> list[str]:
    """What stands against parting the two; nothing, if they can be parted."""
    kept = merge.kept
    if not Merge.objects.open().filter(pk=merge.pk).exists():
        return [_("These records were merged too long ago to be parted.")]
    if kept.merged_into_id or kept.erased_at:
        return [_("The record that stayed is no longer there.")]
    changed = [
        str(follow.title)
        for follow in merging.follows()
        if follow.counts_as_new
        and not follow.stays
        and merge.journal["after"][follow.key] != follow.fingerprint(kept)
    ]
    if merge.journal["facts_after"] != _facts(kept):
        changed.append(_("names and addresses"))
    if changed:
        words = {"what": ", ".join(changed)}
        return [_("Something was written since, so the two stay one: %(what)s.") % words]
    return []


def forget_old() -> int:
    """After thirty days the two stay one: the journal goes, and what the old record said of the person."""
    old = list(Merge.objects.expired().values_list("pk", "merged_id"))
    people = Person.objects.filter(
        pk__in=[merged for _pk, merged in old], merged_into__isnull=False
    )
    names = dict.fromkeys(
        ("family_name", "given_name", "patronymic", "latin_name", "locality", "postal_address"), ""
    )
    people.update(**names, region=None, verified_on=None, verified_by=None)
    return Merge.objects.filter(pk__in=[pk for pk, _merged in old]).update(journal={})


def _require(by: User | None, *people: Person) -> None:
    """Whoever merges decides who acts as that person: where there is a staff role, that is a matter of roles."""
    if by is None or by.is_superuser:
        return
    for person in people:
        require_answering(by, person)
        if not may_manage(by, person):
            raise PermissionDenied(f"merge {person.pk}, who holds a staff role")


def _carry_out(kept: Person, merged: Person, take: Mapping[str, bool]) -> dict[str, Any]:
    journal: dict[str, Any] = {
        "kept": _facts(kept), "merged": _facts(merged), "moved": {}, "joined": [], "numbers": [],
    }  # fmt: skip
    for follow in merging.follows():
        if not follow.stays:
            journal["moved"][follow.key] = move(follow, kept, merged, journal)
    journal["accounts"] = change_log_ins(kept, merged, bool(take.get(ACCOUNT)))
    taken = [
        name
        for name in FACTS
        if getattr(merged, name) and (take.get(name) or not getattr(kept, name))
    ]
    journal["taken"] = taken
    values = {name: getattr(merged, name) for name in taken}
    Person.objects.filter(pk=merged.pk).update(**CLEARED, merged_into=kept)
    if values:
        Person.objects.filter(pk=kept.pk).update(**values)
    kept.refresh_from_db()
    journal["facts_after"] = _facts(kept)
    journal["after"] = {
        follow.key: follow.fingerprint(kept) for follow in merging.follows() if not follow.stays
    }
    return journal


def _facts(person: Person) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in SNAPSHOT}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _put_back(journal: dict[str, Any], kept: Person, merged: Person) -> None:
    """Facts as they were."""
    Person.objects.filter(pk=kept.pk).update(**CLEARED)  # a number is nobody's twice
    Person.objects.filter(pk=merged.pk).update(**journal["merged"], merged_into=None)
    Person.objects.filter(pk=kept.pk).update(**journal["kept"])
