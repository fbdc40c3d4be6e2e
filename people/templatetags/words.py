"""Filters that every template has: dates, hours and names in the reader's language, and a question about roles."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from formats import dates
from people import devices
from people.access import Grants
from people.permissions import Permission

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@register.filter
def long_date(value: date | datetime | None) -> str:
    """7 martie 2026"""
    return dates.long_date(value, _language()) if value else ""


@register.filter
def session_time(session: Any) -> str:
    """luni, 7 martie 2026, 14:05–16:00, in the session's own time zone."""
    return dates.session_time(session.starts, session.ends, session.time_zone, _language())


@register.filter
def in_zone(value: datetime, zone: str) -> datetime:
    """The same moment in that time zone."""
    return timezone.localtime(value, ZoneInfo(zone))


@register.filter
def moment_in(value: datetime, zone: str) -> str:
    """7 martie 2026, 14:05 in that time zone."""
    return dates.moment(value, zone, _language())


@register.filter
def span_words(value: timedelta) -> str:
    """1 h 30 min"""
    return dates.length(value, _language())


@register.filter
def hours(minutes: int) -> str:
    """1 h 30 min"""
    return dates.hours(minutes, _language())


@register.filter
def language_name(code: str) -> str:
    """The language's own name for itself."""
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def language_dir(code: str) -> str:
    """rtl for Arabic, else ltr."""
    return "rtl" if code == "ar" else "ltr"


@register.filter
def may_somewhere(grants: Grants, permission: Permission) -> bool:
    """Does any role of this user hold the permission? For menus only."""
    return grants.anywhere(permission)


@register.filter
def device(user_agent: str) -> str:
    """Firefox · Android"""
    return devices.device(user_agent)
