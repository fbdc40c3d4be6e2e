"""Every address of the site, and how those with parameters are filled for a county."""

from collections.abc import Iterator

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.access import world
from tests.access.rules import FAMILIES, Rule


def patterns(
    resolver: URLResolver, route: str = "", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """Route and qualified name of every address."""
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield path, f"{namespace}{pattern.name or ''}"


def in_family(route: str) -> bool:
    """Belongs to a library that is tried as a whole."""
    route = route.removeprefix("en/")
    named = [family for family in FAMILIES if family and route.startswith(family)]
    wagtail_page = route.startswith(("^", "_util", "((?:")) or route in {"", "^((?:[\\w\\-]+/)*)$"}
    return bool(named) or wagtail_page


def all_addresses() -> list[tuple[str, str]]:
    """Route and name of every address, in English."""
    with translation.override("en"):
        return list(patterns(get_resolver()))


def address(name: str, rule: Rule, of: world.County) -> str:
    """The address of that name with what the county has of it."""
    filled = {
        key: of.tokens.get(what) if key in ("token", "code") else of.ids[what]
        for key, what in rule.kwargs
    }
    with translation.override("en"):
        return reverse(name, kwargs={**filled, **dict(rule.fixed)})


def status_of(browser: Client, method: str, path: str, data: dict | None = None) -> int:
    """The answer's status. A 404 without a language in its address is first sent to one with it."""
    answer = getattr(browser, method)(path, data)
    if answer.status_code == 302 and answer.headers["Location"] == f"/en{path}":
        return getattr(browser, method)(f"/en{path}", data).status_code
    return answer.status_code
