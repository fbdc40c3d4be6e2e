"""The household of a person, on the page of their record."""

from typing import Any

from django import template

from people.models import Person
from training.queries import homes_of, linkable

register = template.Library()


@register.inclusion_tag("training/tags/household.html", takes_context=True)
def household_on_record(context: template.Context, person: Person) -> dict[str, Any]:
    """Who lives with the person and who did, with the days; links for those who may change it."""
    user = context["request"].user
    known = linkable(user)
    return {
        "person": person,
        "homes": homes_of(person, user),
        "may_change": known is not None and known.filter(pk=person.pk).exists(),
    }
