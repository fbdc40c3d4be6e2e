"""What training asks of the CMS: a course with editions stays, and the editor hears why."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Page

from training.models import Edition


def _kept(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """Editions refer to their course for ever: it may be unpublished, not deleted."""
    for page in pages:
        courses = page.get_descendants(inclusive=True).values("pk")
        count = Edition.objects.filter(course__in=courses).count()
        if count:
            reason = ngettext(
                "“%(title)s” cannot be deleted: %(count)s edition of a course here is on record, with people and "
                "certificates that depend on it. Unpublish the page instead; nobody will find it then.",
                "“%(title)s” cannot be deleted: %(count)s editions of courses here are on record, with people and "
                "certificates that depend on them. Unpublish the page instead; nobody will find it then.",
                count,
            )
            messages.error(
                request, reason % {"title": page.get_admin_display_title(), "count": count}
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_delete_page")
def keep_courses_with_editions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """One page, with all that is below it."""
    return _kept(request, [page])


@hooks.register("before_bulk_action")
def keep_courses_with_editions_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    """Many pages ticked in the list."""
    if action_type != "delete":
        return None
    return _kept(request, [thing for thing in objects if isinstance(thing, Page)])
