"""What happens to each row of a person when their record becomes part of another: every relation says so.

A room registers its part from `AppConfig.ready`, by name, because models are not yet there when apps.py is read:

    merging.register("training.merging.FOLLOWS")

A relation to a person that nobody decided about fails the build (tests/people/test_merging.py).
"""

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import Person


class Clash(Enum):
    """When the record that stays has the same already, so that the database would refuse the row."""

    NONE = "cannot happen: nothing about the row is unique to its person"
    STAYS = "the row stays with the old record, out of sight"
    JOIN = "the two periods become one"
    REFUSE = "somebody has to decide first, so nothing is merged"
    NUMBER = "the row gets the next number"


@dataclass(frozen=True)
class Follow:
    """How the rows of one relation follow their person."""

    model: str
    field: str = "person"
    title: Any = ""  # what an officer reads beside the number of rows
    clash: Clash = Clash.NONE
    same: tuple[str, ...] = ()  # for JOIN: what makes two periods ones of the same thing
    why: Any = ""  # for REFUSE: what to do first
    number: str = ""  # for NUMBER: the field
    past_triggers: tuple[str, ...] = ()  # what is otherwise never changed
    stays: bool = False  # about the record itself: never moved
    counts_as_new: bool = True  # a later row stands in the way of an undo

    @property
    def key(self) -> str:
        """Names the relation in journals."""
        return f"{self.model}.{self.field}"

    @property
    def table(self) -> "models.QuerySet[Any]":
        """All rows of the model."""
        return apps.get_model(self.model)._base_manager.all()

    def rows(self, person: "Person") -> models.QuerySet:
        """The rows of that person."""
        return self.table.filter(**{self.field: person}).order_by("pk")

    def fingerprint(self, person: "Person") -> str:
        """Changes when a row of the person comes, goes or is written on."""
        return sha256(repr(list(self.rows(person).values_list())).encode()).hexdigest()


_parts: list[str] = []


def register(path: str) -> None:
    """Add a room's part: module and name of a tuple of `Follow`."""
    if path not in _parts:
        _parts.append(path)


def follows() -> list[Follow]:
    """Every relation to a person, in the order of the house."""
    return [follow for path in _parts for follow in import_string(path)]


OWN = (
    Follow("people.Person", "merged_into", stays=True),
    Follow("people.Merge", "kept", stays=True),
    Follow("people.Merge", "merged", stays=True),
    # Said of these two records, not of the person; a merge of the two is refused.
    Follow("people.Apart", "first", stays=True),
    Follow("people.Apart", "second", stays=True),
    # Which log-in stays is chosen; people.actions.merges sees to it.
    Follow("people.User", stays=True, counts_as_new=False),
    Follow(
        "people.Membership", title=_("institutions and roles"),
        clash=Clash.JOIN, same=("organisation_id", "role"),
    ),
    Follow("people.PersonCategory", title=_("categories"), clash=Clash.JOIN, same=("category_id",)),
    Follow("people.Authorisation", title=_("authorisations")),
    Follow("people.PersonDocument", title=_("documents"), clash=Clash.STAYS),
)  # fmt: skip
