"""The trainers of an edition, on the page where it is managed."""

from typing import Any

from django import template

from training import trainer_cards as cards
from training.models import Edition, Session

register = template.Library()


@register.inclusion_tag("training/trainers/parts/of_edition.html", takes_context=True)
def trainers_of_edition(
    context: template.Context, edition: Edition, may_change: bool
) -> dict[str, Any]:
    """Which sessions still need somebody, who was asked and who offers; for those who schedule it."""
    if not may_change:
        return {}
    questions = edition.engagements.select_related("trainer")
    short = Session.objects.filter(edition=edition).short_of_trainers()
    return {
        "may_change": True,
        "edition": edition,
        "short": list(short),
        "questions": [cards.question_card(one) for one in questions],
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }
