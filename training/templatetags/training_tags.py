"""What training shows inside pages of others: coming editions, dates of a course, the catalogue, one's own courses."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from courses.models import Course
from courses.queries import catalogue_url
from people.access import grants_of
from training import cards, queries
from training.forms.catalogue import CatalogueForm

register = template.Library()
Context = dict[str, Any]
NEXT_SESSIONS = 3


@register.inclusion_tag("training/tags/coming.html")
def coming_editions(limit: int = 6) -> Context:
    """The next editions, for the home page."""
    editions = queries.coming_editions(limit=limit)
    return {
        "cards": [cards.edition_card(edition) for edition in editions],
        "href": catalogue_address(),
    }


@register.inclusion_tag("training/tags/course_editions.html")
def course_editions(course: Course) -> Context:
    """Dates and places of a course, for its page."""
    editions = queries.course_editions(course)
    return {"cards": [cards.edition_card(edition) for edition in editions]}


@register.inclusion_tag("training/tags/catalogue.html", takes_context=True)
def catalogue_results(context: template.Context) -> Context:
    """The filters and what they find, for the catalogue page."""
    request = context["request"]
    form = CatalogueForm(request.GET)
    wanted = form.wanted()
    rows, page = queries.catalogue(wanted, page=request.GET.get("page", 1))
    return {
        "request": request,
        "form": form,
        "active": wanted.active,
        "clear": request.path,
        "feed": _feed(wanted),
        "page": page,
        "rows": [_row(row, request) for row in rows],
    }


@register.inclusion_tag("training/tags/my_enrolments.html", takes_context=True)
def my_enrolments(context: template.Context) -> Context:
    """One's own coming courses, for the start page; staff who learn nothing are not asked to."""
    person = getattr(context["request"].user, "person", None)
    mine = queries.my_enrolments(person, limit=20) if person else []
    coming = [place for place in mine if place.is_coming]
    return {
        "person": person if mine or not context.get("staff_links") else None,
        "cards": [cards.enrolment_card(place) for place in coming],
        "any": bool(mine),
    }


@register.inclusion_tag("training/tags/my_sessions.html", takes_context=True)
def my_sessions(context: template.Context) -> Context:
    """The next sessions that one leads, for the start page; nothing for those who are no trainers."""
    person = getattr(context["request"].user, "person", None)
    return {
        "sessions": queries.sessions_led(person)[:NEXT_SESSIONS] if person else [],
        "is_trainer": "trainer" in grants_of(context["request"].user).roles,
    }


@register.simple_tag
def catalogue_address() -> str:
    """Where courses are found, in the reader's language."""
    return catalogue_url(get_language() or "")


def _feed(wanted: queries.CatalogueFilter) -> str:
    """The public calendar of what is looked for, as far as calendars can be asked for it."""
    asked = {"county": wanted.region, "topic": wanted.topic, "audience": wanted.category}
    query = {name: value for name, value in asked.items() if value}
    language = get_language() or settings.LANGUAGE_CODE
    return f"{settings.SITE_URL}{reverse('feed-public')}?{urlencode({**query, 'lang': language})}"


def _row(row: queries.CatalogueRow, request: Any) -> Context:
    return {
        "title": row.course.title,
        "lang": row.course.locale.language_code,
        "href": row.course.get_url(request),
        "summary": row.course.summary,
        "topics": row.topics,
        "minutes": row.minutes,
        "editions": [cards.edition_card(edition) for edition in row.editions],
    }
