"""Public verification."""

from django.http import HttpRequest, HttpResponse


def by_token_short(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(status=404)
