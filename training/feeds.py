"""Calendars."""

from django.http import HttpRequest, HttpResponse


def personal(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(status=404)


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)
