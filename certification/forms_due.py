"""What narrows «What is next», and what is chosen there."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from certification.board_sql import DAYS
from certification.days import today
from certification.due import MOST, due_rows, people_to_put_forward
from certification.due_sql import KINDS
from certification.forms_standing import EVERY, BranchFilter, ends_in
from certification.models import Programme
from certification.queries import Filters
from people.models import Person, User

KIND_WORDS = {
    "soon": _("Ends soon, or can still be renewed"),
    "expired": _("Has expired"),
    "never": _("Never trained"),
}


class DueFilter(BranchFilter):
    """Of which programme, who, and how soon. Always of today."""

    kind = forms.ChoiceField(
        label=_("Who"), required=False, choices=[("", EVERY), *KIND_WORDS.items()]
    )
    within = forms.TypedChoiceField(label=_("Certificate"), required=False, coerce=int)
    field_order = ("programme", "kind", "within", "category", "organisation")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        del self.fields["at"]
        _every, *programmes = self.fields["programme"].choices
        self.fields["programme"].choices = programmes
        self.fields["within"].choices = [(days, ends_in(days)) for days in DAYS]
        usual = {"programme": programmes[0][0] if programmes else "", "within": str(DAYS[-1])}
        missing = {name: value for name, value in usual.items() if not self.data.get(name)}
        if missing:
            self.data = {**self.data.dict(), **missing}

    def chosen(self) -> tuple[Filters, str]:
        """The filters of today and which kind of people."""
        shared = self.filters(today())
        programme = shared.programme or next(map(int, self.known["programme"]), 0)
        within = self.cleaned_data.get("within") or DAYS[-1]
        kind = self.cleaned_data.get("kind") or ""
        filters = Filters(
            at=shared.at, programme=programme, category=shared.category, branch=shared.branch, within=within
        )  # fmt: skip
        return filters, kind if kind in KINDS else ""

    def programme(self) -> Programme | None:
        """The chosen programme; none where the law asks for none."""
        filters, _kind = self.chosen()
        return self.known["programme"].get(str(filters.programme))

    def active(self) -> int:
        """How many are set. Which programme is no narrowing."""
        return sum(1 for name in ("kind", "category", "organisation") if self.data.get(name))


def chosen_people(data: QueryDict, user: User, form: DueFilter) -> tuple[QuerySet[Person], bool]:
    """Who was ticked, or everybody that fits; whoever is out of reach was not. And whether there are more."""
    if data.get("all"):
        filters, kind = form.chosen()
        rows = due_rows(user, filters, kind, limit=MOST + 1)
        numbers = [row.person.pk for row in rows]
    else:
        asked = data.getlist("person")
        numbers = [int(k) for k in asked if k.isascii() and k.isdigit() and len(k) < 19]
    people = people_to_put_forward(user).filter(pk__in=numbers[:MOST]).by_name()
    return people, len(numbers) > MOST


def key_of(data: QueryDict) -> UUID:
    """The key of a form; a new one where it was lost on the way."""
    try:
        return UUID(data.get("key", ""))
    except ValueError:
        return uuid4()
