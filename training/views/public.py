"""The page of an edition, for everybody."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from formats import dates
from training import cards, clock
from training.actions.conditions import why_not
from training.models import Edition
from training.queries import EditionPage, edition_page
from training.queries.editions import may_schedule

LANGUAGES = dict(settings.LANGUAGES)


def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, in which language, who organises, how many places; and how to get one, or what to do instead."""
    page = edition_page(pk, person=getattr(request.user, "person", None))
    if page is None:
        raise Http404
    context = {
        "page_of": page,
        "edition": page.edition,
        "title": page.edition.name,
        "rows": rows(page.edition),
        "state": cards.state(page.edition),
        "mine": page.mine,
        "my_state": cards.place_state(page.mine) if page.mine else None,
        **instead(page, request),
        "is_staff_view": request.user.is_authenticated and may_schedule(request.user, page.edition),
    }
    return render(request, "training/edition.html", context)


def instead(page: EditionPage, request: HttpRequest) -> dict[str, Any]:
    """Where else a place can be had: cards of editions, else of waiting lists, else the page of the course."""
    return {
        "others": [cards.edition_card(other) for other in page.others],
        "lists": [cards.edition_card(other) for other in page.lists],
        "course_url": course_url(page, request),
    }


def course_url(page: EditionPage, request: HttpRequest) -> str:
    """The course in the reader's language, else as it was written."""
    code = get_language()
    same = Page.objects.live().filter(translation_key=page.edition.course.translation_key)
    translated = same.filter(locale__language_code=code).first()
    return (translated or page.edition.course).get_url(request) or ""


def rows(edition: Edition) -> list[dict[str, str]]:
    """The summary list of an edition."""
    zone = cards.zone_of(edition.organiser)
    found = [
        {"key": _("Dates"), "value": cards.when(edition) or _("The dates are not set yet.")},
        {"key": _("Place"), "value": cards.where(edition) or _("The place is not set yet.")},
        {"key": _("Language"), "value": LANGUAGES.get(edition.language, edition.language)},
        {"key": _("Price"), "value": _("Free of charge")},
    ]
    if why_not(edition) is None:
        is_free = edition.places_left and not edition.waiting
        words = cards.places(edition) if is_free else _("All places are taken.")
        found.insert(3, {"key": _("Places"), "value": words})
    last = clock.last_day(edition.enrolment_closes, zone)
    if last:
        found.append(
            {"key": _("Last day to enrol"), "value": dates.long_date(last, get_language() or "en")}
        )
    return found
