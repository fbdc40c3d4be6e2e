"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import gallery as samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in its states, for those who build pages."""
    return render(request, "gallery.html", samples.context())


def robots(request: HttpRequest) -> HttpResponse:
    """Keeps verification pages and calendars out of search engines."""
    lines = [
        "User-agent: *",
        "Disallow: /v/",
        "Disallow: /calendar/",
        "Disallow: /cms/",
        "Disallow: /outbox/",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
