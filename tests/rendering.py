"""Components rendered for tests, and their HTML read back."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation


class Elements(HTMLParser):
    """All start tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of that name."""
        return [attrs for name, attrs in self.found if name == tag]

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [value for _tag, attrs in self.found if (value := attrs.get("id"))]


def render(name: str, /, http: HttpRequest | None = None, **context: Any) -> str:
    """One component in English."""
    with translation.override("en"):
        return " ".join(render_to_string(f"components/{name}.html", context, http).split())
