"""Every address × every role × two counties. An address without a rule, or a rule without one, fails the build."""

import pytest

from tests.access.addresses import address, all_addresses, in_family, status_of
from tests.access.conftest import CAST
from tests.access.rules import RULES, Rule

# Of the other county: what these may do there, their colleague may do here.
TWINS = {"clara": "ana", "olga": "ion"}
# 503: the readiness of a site whose worker is not running. (405, an address that only reads, tells nothing either way.)
OPENED = {200, 302, 304, 409, 422, 503}


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


def expectations(rule: Rule, here: str, there: str, who: str) -> dict[str, bool]:
    """Which of the two counties' addresses that member of the cast may open."""
    if rule.shared:
        return {here: who in rule.who}
    return {here: who in rule.who, there: who in rule.abroad or TWINS.get(who) in rule.who}


@pytest.mark.parametrize("name", RULES)
def test_who_may_open_what(everything, browsers, name):
    """A page that a role has no use for may say so (403); a row of another county is not there (404)."""
    rule = RULES[name]
    here, there = address(name, rule, everything.timis), address(name, rule, everything.cluj)
    wrong = []
    for who in CAST:
        browser = browsers[who]
        for path, may in expectations(rule, here, there, who).items():
            # Posting may need more than the address, but not to be refused.
            for method in rule.methods if may or rule.posts_only else ("get", "post"):
                status = status_of(browser, method, path)
                refused = status == 404 or (status == 403 and path == here)
                if status != 405 and (status not in OPENED if may else not refused):
                    wrong.append((who, method, path, status, "may" if may else "may not"))
    assert wrong == []


@pytest.mark.parametrize("name", RULES)
def test_who_has_not_signed_in(everything, name):
    rule = RULES[name]
    browser = everything.cast.browser(None, language="en")
    path = address(name, rule, everything.timis)
    answer = browser.get(path)
    location = answer.headers.get("Location", "")
    if not rule.public:
        posted = browser.post(path)
        at_the_door = posted.headers.get("Location", "").startswith("/en/account/login/")
        assert at_the_door or posted.status_code in {403, 404, 405}
    if rule.public:
        assert answer.status_code in {200, 302, 304, 503}
        assert "/account/login/" not in location
    elif rule.who and not rule.posts_only:
        assert answer.status_code == 302
        assert location.startswith("/en/account/login/")
    else:
        assert answer.status_code in {302, 404, 405}
