"""What the main menu shows to whom. An entry that a role cannot use is not shown; the views decide again."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.queries import catalogue_url
from people.access import Grants, grants_of
from people.permissions import Permission


@dataclass(frozen=True)
class Entry:
    """A menu entry: its words, its view, and who sees it: holders of a permission, any account, or everybody."""

    text: Any
    view: str
    permission: Permission | None = None
    for_account: bool = False
    at_the_top: bool = False


ENTRIES = (
    Entry(_("My page"), "people:start", for_account=True),
    Entry(_("Editions"), "training:editions", Permission.VIEW_EDITIONS),
    Entry(_("Standing"), "certification:standing", Permission.VIEW_STANDING),
    Entry(_("Board"), "certification:board", Permission.VIEW_STANDING),
    Entry(_("Look up"), "certification:look-up", Permission.VIEW_STANDING),
    Entry(_("People"), "people:register", Permission.VIEW_PEOPLE),
    Entry(
        _("Programmes"), "certification:programmes", Permission.MANAGE_PROGRAMMES, at_the_top=True
    ),
    Entry(_("Content"), "wagtailadmin_home", Permission.EDIT_CONTENT),
    Entry(_("Check a certificate"), "certification:verify"),
)


def _shown(entry: Entry, grants: Grants, is_authenticated: bool) -> bool:
    if entry.for_account:
        return is_authenticated
    if entry.permission is None:
        return True
    return (
        grants.at_the_top(entry.permission)
        if entry.at_the_top
        else grants.anywhere(entry.permission)
    )


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries of the main menu for this reader, the current one marked."""
    grants, user = grants_of(request.user), request.user
    courses = {"text": _("Courses"), "url": catalogue_url(get_language() or "")}
    shown = [
        {"text": entry.text, "url": reverse(entry.view)}
        for entry in ENTRIES
        if _shown(entry, grants, user.is_authenticated)
    ]
    entries = [*([courses] if courses["url"] else []), *shown]
    return [{**entry, "current": request.path == entry["url"]} for entry in entries]


def account(request: HttpRequest) -> dict[str, Any] | None:
    """The signed-in person's own links, or None."""
    user = request.user
    if not user.is_authenticated:
        return None
    return {
        "name": user.get_short_name() or user.email,
        "url": reverse("people:profile"),
        "sign_out_url": reverse("account_logout"),
        "links": [{"text": _("My page"), "url": reverse("people:start")}],
    }
