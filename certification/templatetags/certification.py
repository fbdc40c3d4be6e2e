"""What other rooms' pages show of certificates and standing: `{% my_certificates %}`, `{% standing_of person %}`."""

from typing import Any

from django import template

from certification import queries
from certification.days import today
from certification.models import Certificate
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

register = template.Library()
SHOWN = 5


@register.inclusion_tag("certification/tags/my_certificates.html", takes_context=True)
def my_certificates(context: template.Context) -> dict[str, Any]:
    """The reader's newest certificates and where they stand; nothing for somebody without any."""
    own = Certificate.objects.filter(person=context["request"].user.person_id or 0).order_by(
        "-valid_from", "-pk"
    )
    found = queries.with_state(own, today())
    return {"certificates": [pair for pair in found if pair[1]][:SHOWN]}


@register.inclusion_tag("certification/tags/standing_of.html", takes_context=True)
def standing_of(context: template.Context, person: Person) -> dict[str, Any]:
    """Where a person stands, for readers who may see it; the page has asked already whether they may see the person."""
    user = context["request"].user
    allowed = (
        Person.objects.visible_to(user, Permission.VIEW_STANDING).filter(pk=person.pk).exists()
    )
    may_open = grants_of(user).anywhere(Permission.VIEW_STANDING)
    return {
        "person": person,
        "standings": queries.standings(person) if allowed else [],
        "may_open": may_open,
    }
