"""Every address × every role × two counties. An address without a rule, or a rule without its address, fails the build."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.access import world
from tests.access.rules import FAMILIES, RULES, Rule

pytestmark = pytest.mark.django_db

CAST = ("ana", "clara", "ion", "olga", "petar", "nour", "mara", "doru", "vera", "quin", "adm")
OPENED = {200, 302, 304, 405, 409, 422}


def patterns(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
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
    undeclared = sorted({name or route for route, name in all_addresses() if name not in RULES and not in_family(route)})
    assert undeclared == []


def test_every_rule_has_its_address():
    assert sorted(set(RULES) - {name for _route, name in all_addresses()}) == []


def address(name: str, rule: Rule, of: world.County) -> str:
    filled = {key: of.tokens.get(what) if key == "token" else of.ids[what] for key, what in rule.kwargs}
    with translation.override("en"):
        return reverse(name, kwargs={**filled, **dict(rule.fixed)})


@pytest.fixture
def everything(cast) -> world.World:
    return world.build(cast)


@pytest.mark.parametrize("name", RULES)
def test_who_may_open_what(everything, name):
    rule = RULES[name]
    cast = everything.cast
    here, there = address(name, rule, everything.timis), address(name, rule, everything.cluj)
    wrong = []
    for who in CAST:
        browser = cast.browser(getattr(cast, who), language="en")
        expected = {here: who in rule.who}
        if not rule.shared:
            expected[there] = who in rule.abroad or (who == "olga" and "ion" in rule.who and who not in rule.abroad and _twin(rule))
            if who == "clara" and "ana" in rule.who:
                expected[there] = True
            if who in {"olga", "clara"}:
                expected[here] = who in rule.who and False
        for path, may in expected.items():
            for method in ("post",) if rule.posts_only else ("get", "post"):
                status = getattr(browser, method)(path).status_code
                opened = status in OPENED
                if opened != may or status >= 500:
                    wrong.append((who, method, path, status, "may" if may else "may not"))
    assert wrong == []


def _twin(rule: Rule) -> bool:
    """Whether the officer of the other county may do there what ours may do here."""
    return "ion" in rule.who


@pytest.mark.parametrize("name", RULES)
def test_who_has_not_signed_in(everything, name):
    rule = RULES[name]
    browser = everything.cast.browser(None, language="en")
    answer = browser.get(address(name, rule, everything.timis))
    if rule.public:
        assert answer.status_code in {200, 302, 304}
        assert "/account/login/" not in answer.headers.get("Location", "")
    elif rule.posts_only:
        assert answer.status_code in {302, 405}
    elif answer.status_code == 302:
        assert answer.headers["Location"].startswith("/en/account/login/")
    else:
        assert answer.status_code == 404
