"""What an entry of the privacy register may say. Words that a person reads are translated, others are not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import Person, User


class Ground(TextChoices):
    """Why the law lets us hold it (GDPR, article 6)."""

    PUBLIC_TASK = (
        "public_task",
        _("it is part of a public task that the law gives to the authority"),
    )
    SECURITY = "security", _("it keeps accounts and records safe, which the law asks for")
    WISH = "wish", _("you asked for it")


class Keep(TextChoices):
    """How long it is held unless somebody is erased before."""

    RECORD = "record", _("as long as you are on record")
    LOGIN = "login", _("as long as you have an account")
    PROOF = "proof", _("for good, so that a certificate can always be checked")
    TRAIL = "trail", _("for good, with numbers in place of names")
    DAY = "day", _("one day")
    FORTNIGHT = "fortnight", _("until 14 days after your last visit")
    MONTH = "month", _("until 30 days after it was sent")
    YEAR = "year", _("until a year after it was decided")
    THING = "thing", "as long as what it belongs to"  # only of what is not about a person


# The job that keeps the promise, where it is a number of days.
KEPT_BY = {
    Keep.DAY: "people.forget_expired_imports",
    Keep.FORTNIGHT: "config.forget_visits",
    Keep.MONTH: "notifications.clear_old",
    Keep.YEAR: "certification.forget_papers",
}


class Deed(Enum):
    """What an erasure does to a field."""

    BLANK = "emptied"
    SET = "replaced by a value that says nothing"
    UNLINK = "no longer says which user it was"
    GOES = "deleted with its row"
    COMPUTED = "made by the database from other fields, and follows them"
    KEPT = "kept, for a reason"
    NOT_PERSONAL = "kept, because it is about nobody"


@dataclass(frozen=True)
class Erase:
    """A deed with what it needs: the reason to keep, or the value to set."""

    deed: Deed
    why: Any = ""
    value: Any = None


BLANK = Erase(Deed.BLANK)
GOES = Erase(Deed.GOES)
COMPUTED = Erase(Deed.COMPUTED)


def keep(why: Any) -> Erase:
    """An erasure leaves it; `why` is what its person reads: that it is kept, and the reason."""
    return Erase(Deed.KEPT, why=why)


def becomes(value: Any, why: Any = "") -> Erase:
    """An erasure sets that value or database expression; with `why`, where that is not as good as deleting."""
    return Erase(Deed.SET, why=why, value=value)


@dataclass(frozen=True)
class Entry:
    """Fields of one table that are held for one purpose."""

    fields: tuple[str, ...]
    purpose: Any
    ground: Ground | None = None  # None: not about a person
    keep: Keep = Keep.THING
    erase: Erase | None = None  # None: what the table does to its rows
    export: bool = False


def personal(
    fields: str,
    purpose: Any,
    *,
    ground: Ground = Ground.PUBLIC_TASK,
    keep: Keep = Keep.RECORD,
    erase: Erase | None = None,
    export: bool = True,
) -> Entry:
    """About a person, and in the copy that they may ask for. Emptied by an erasure unless said otherwise."""
    return Entry(tuple(fields.split()), purpose, ground, keep, erase, export)


def secret(fields: str, purpose: Any, **more: Any) -> Entry:
    """About a person, but in no copy: whoever had it could act in their name."""
    return personal(
        fields, purpose, **{"ground": Ground.SECURITY, "keep": Keep.LOGIN, **more, "export": False}
    )


def for_a_day(fields: str, purpose: Any) -> Entry:
    """What an official works with until the next day: uploads, results and files that name people."""
    return secret(fields, purpose, ground=Ground.PUBLIC_TASK, keep=Keep.DAY)


def plain(fields: str, purpose: str) -> Entry:
    """About nobody."""
    return Entry(tuple(fields.split()), purpose)


def author(fields: str, purpose: str = "Which user wrote it down.") -> Entry:
    """Foreign keys to users who recorded something about others: emptied when that user is erased."""
    return Entry(tuple(fields.split()), purpose, Ground.SECURITY, Keep.LOGIN, Erase(Deed.UNLINK))


@dataclass(frozen=True)
class Subject:
    """Whose data is meant, as it was before anything was erased."""

    person_id: int
    user_ids: tuple[int, ...] = ()
    addresses: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

    def is_meant_by(self, row: dict[str, object]) -> bool:
        """Does a row of an uploaded list name the person: by number, by an address, or by all of their names?"""
        words = " ".join(str(value) for value in row.values()).casefold()
        named = bool(self.names) and all(name.casefold() in words for name in self.names)
        addressed = any(address in words for address in self.addresses)
        return row.get("person") == self.person_id or addressed or named


class OnErase(Enum):
    """What an erasure does to the rows of a table."""

    STAY = "the row stays, its fields do as they say"
    GO = "the row is deleted, and its files"
    END = "an open row ends yesterday, one that began later is deleted"


Rows = Callable[[Subject], Q]


def of_person(lookup: str) -> Rows:
    """The rows whose `lookup` leads to the person."""
    return lambda subject: Q(**{lookup: subject.person_id})


def of_login(lookup: str) -> Rows:
    """The rows whose `lookup` leads to a log-in of the person."""
    return lambda subject: Q(**{f"{lookup}__in": subject.user_ids})


def lists_about(model: str, fields: str) -> Rows:
    """The lists of the person, and those of others that name them there; there are few, for each lives a day."""

    def found(subject: Subject) -> Q:
        lists = apps.get_model(model)._base_manager.values_list("pk", *fields.split())
        naming = [
            pk
            for pk, *parts in lists.iterator()
            if any(subject.is_meant_by(row) for part in parts for row in part)
        ]
        return Q(owner__in=subject.user_ids) | Q(pk__in=naming)

    return found


@dataclass(frozen=True)
class Table:
    """One model, field by field; `rows` finds those of a person, `title` is what the person reads above them."""

    model: str
    entries: tuple[Entry, ...]
    title: Any = ""
    rows: Rows | None = None
    on_erase: OnErase = OnErase.STAY
    past_trigger: str = ""  # an erasure may change what is otherwise only added to

    def erasure(self, entry: Entry) -> Erase:
        """What an erasure does to these fields."""
        if entry.erase:
            return entry.erase
        if self.on_erase == OnErase.GO:
            return GOES
        return BLANK if entry.ground else Erase(Deed.NOT_PERSONAL)

    def fields(self) -> list[str]:
        """All names listed."""
        return [name for entry in self.entries for name in entry.fields]

    def fields_that(self, deed: Deed) -> dict[str, Erase]:
        """Names of the fields to which an erasure does that."""
        found = [(entry, self.erasure(entry)) for entry in self.entries]
        return {
            name: erase for entry, erase in found if erase.deed == deed for name in entry.fields
        }

    def exported(self) -> list[str]:
        """Names of the fields that are in a person's copy."""
        return [name for entry in self.entries if entry.export for name in entry.fields]


@dataclass(frozen=True)
class NothingPersonal:
    """Models of other packages that hold nothing about anybody."""

    models: tuple[str, ...]
    reason: str


def _no_blockers(_person: "Person") -> Iterable[str]:
    return ()


def _nothing_to_prepare(_person: "Person", _by: "User | None") -> None:
    return None


@dataclass(frozen=True)
class Room:
    """What one app says: its tables, what stands against an erasure, and what has to happen before one."""

    tables: tuple[Table, ...]
    nothing_personal: tuple[NothingPersonal, ...] = ()
    blockers: Callable[["Person"], Iterable[str]] = field(default=_no_blockers)
    prepare: Callable[["Person", "User | None"], None] = field(default=_nothing_to_prepare)
