"""The planner: a week of rooms or trainers, for those who see editions."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import dates
from people.access import grants_of
from people.models import Organisation
from people.permissions import Permission
from people.queries import jurisdiction
from training.forms.planner import WeekForm
from training.planning import week_of
from training.queries import planner

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


@login_required
def week(request: HttpRequest) -> HttpResponse:
    """Seven days by room or by trainer; the address holds the week, so that it can be sent and printed."""
    if not grants_of(request.user).anywhere(Permission.VIEW_EDITIONS):
        raise Http404
    form = WeekForm(request.GET, user=request.user)
    form.is_valid()
    organisation: Organisation | None = form.cleaned_data.get("organisation")
    by = planner.BY_TRAINER if request.GET.get("by") == planner.BY_TRAINER else planner.BY_ROOM
    country = organisation.jurisdiction if organisation else _country(form)
    if country is None:
        raise Http404
    today = timezone.localtime(timezone.now(), ZoneInfo(country.time_zone)).date()
    first = week_of(form.cleaned_data.get("day") or today, country.week_start)
    found = planner.week(
        request.user,
        first=first,
        by=by,
        jurisdiction=country,
        organisation=organisation,
        page=request.GET.get("page"),
    )
    heads = _heads(found, today)
    context = {
        "form": form,
        "week": found,
        "rows": [{"row": row, "cells": zip(heads, row.cells, strict=True)} for row in found.rows],
        "by": by,
        "first": first,
        "last": first + timedelta(days=6),
        "heads": heads,
        "tabs": _tabs(by, first, organisation),
        "before": _address(by, first - timedelta(days=7), organisation),
        "after": _address(by, first + timedelta(days=7), organisation),
        "now": _address(by, today, organisation),
        "may_schedule": grants_of(request.user).anywhere(Permission.SCHEDULE),
    }
    return render(request, "training/planner.html", context)


def _country(form: forms.Form) -> Any:
    first = form.fields["organisation"].queryset.first()  # type: ignore[attr-defined]
    return first.jurisdiction if first else jurisdiction()


def _heads(found: planner.Week, today: date) -> list[dict[str, Any]]:
    language = get_language() or "en"
    return [
        {
            "weekday": dates.weekday_name(day, language),
            "date": dates.day_month(day, language),
            "holiday": holiday.name(language) if holiday else "",
            "is_today": day == today,
        }
        for day, holiday in zip(found.days, found.holidays, strict=True)
    ]


def _tabs(by: str, day: date, organisation: Organisation | None) -> list[dict[str, Any]]:
    words = {planner.BY_ROOM: _("By room"), planner.BY_TRAINER: _("By trainer")}
    return [
        {"text": text, "href": _address(code, day, organisation), "current": code == by}
        for code, text in words.items()
    ]


def _address(by: str, day: date, organisation: Organisation | None) -> str:
    words: dict[str, Any] = {"by": by, "day": min(max(day, EARLIEST), LATEST).isoformat()}
    if organisation:
        words["organisation"] = organisation.pk
    return f"{reverse('training:planner')}?{urlencode(words)}"
