"""Every address × every role × two counties. An address without a rule, or a rule without one, fails the build."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests import cast as cast_of_all
from tests.access import world
from tests.access.rules import FAMILIES, RULES, Rule

CAST = ("ana", "clara", "ion", "olga", "petar", "nour", "mara", "doru", "vera", "quin", "adm")
# Of the other county: what these may do there, their colleague may do here.
TWINS = {"clara": "ana", "olga": "ion"}
# 503: the readiness of a site whose worker is not running. (405, an address that only reads, tells nothing either way.)
OPENED = {200, 302, 304, 409, 422, 503}


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
    with translation.override("en"):
        return list(patterns(get_resolver()))


def test_every_address_has_a_rule():
    undeclared = sorted(
        {
            name or route
            for route, name in all_addresses()
            if name not in RULES and not in_family(route)
        }
    )
    assert undeclared == []


def test_every_rule_has_its_address():
    assert sorted(set(RULES) - {name for _route, name in all_addresses()}) == []


def address(name: str, rule: Rule, of: world.County) -> str:
    filled = {
        key: of.tokens.get(what) if key in ("token", "code") else of.ids[what]
        for key, what in rule.kwargs
    }
    with translation.override("en"):
        return reverse(name, kwargs={**filled, **dict(rule.fixed)})


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[world.World]:
    """Both counties, built once for all addresses and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.build(cast_of_all.build())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(built, django_db_blocker) -> dict[str, Client]:
    """Everybody signed in."""
    with django_db_blocker.unblock():
        return {who: built.cast.browser(getattr(built.cast, who), language="en") for who in CAST}


@pytest.fixture
def everything(built, django_db_blocker) -> Iterator[world.World]:
    """Both counties, as if nobody had posted anything yet."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield built
        transaction.set_rollback(True)


def expectations(rule: Rule, here: str, there: str, who: str) -> dict[str, bool]:
    """Which of the two counties' addresses that member of the cast may open."""
    if rule.shared:
        return {here: who in rule.who}
    return {here: who in rule.who, there: who in rule.abroad or TWINS.get(who) in rule.who}


def status_of(browser: Client, method: str, path: str) -> int:
    """The answer's status. A 404 without a language in its address is first sent to one with it."""
    answer = getattr(browser, method)(path)
    if answer.status_code == 302 and answer.headers["Location"] == f"/en{path}":
        return getattr(browser, method)(f"/en{path}").status_code
    return answer.status_code


@pytest.mark.parametrize("name", RULES)
def test_who_may_open_what(everything, browsers, name):
    """A page that a role has no use for may say so (403); a row of another county is not there (404)."""
    rule = RULES[name]
    here, there = address(name, rule, everything.timis), address(name, rule, everything.cluj)
    wrong = []
    for who in CAST:
        browser = browsers[who]
        for path, may in expectations(rule, here, there, who).items():
            for method in rule.methods:
                status = status_of(browser, method, path)
                refused = status == 404 or (status == 403 and path == here)
                if status != 405 and (status not in OPENED if may else not refused):
                    wrong.append((who, method, path, status, "may" if may else "may not"))
    assert wrong == []


@pytest.mark.parametrize("name", RULES)
def test_who_has_not_signed_in(everything, name):
    rule = RULES[name]
    answer = everything.cast.browser(None, language="en").get(address(name, rule, everything.timis))
    location = answer.headers.get("Location", "")
    if rule.public:
        assert answer.status_code in {200, 302, 304, 503}
        assert "/account/login/" not in location
    elif rule.who and not rule.posts_only:
        assert answer.status_code == 302
        assert location.startswith("/en/account/login/")
    else:
        assert answer.status_code in {302, 404, 405}
