"""No list asks more of the database for three rows than for one: every page that shows a whole country."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from certification.actions import log
from tests.access import world
from tests.access.rules import RULES
from tests.cast import Cast
from tests.factories import certification as proofs
from tests.factories import courses
from tests.factories import people as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LISTS = {
    name: dict(rule.fixed)
    for name, rule in RULES.items()
    if "adm" in rule.who and rule.shared and not rule.kwargs and not rule.posts_only
}


def a_third_county(cast: Cast) -> tuple:
    """Another directorate, its carer and its officer."""
    place = make.organisation("DGASPC Arad", parent=cast.anpdca, code="ro-dgaspc-ar")
    carer = make.person(place, "Aradean", "Ina", categories=[cast.carer], email="ina@example.org")
    officer = make.staff(place, "officer", "Arad", "Oana", email="oana@example.org")
    return place, make.user(carer, "ina@example.org"), officer


def costs(browser: Client) -> dict[str, int]:
    """Statements of each list, once what is kept for a minute was read."""
    found = {}
    for name, fixed in LISTS.items():
        with translation.override("en"):
            path = reverse(name, kwargs=fixed)
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        found[name] = len(asked)
    return found


def test_no_list_costs_more_for_more_rows(cast: Cast) -> None:
    course = courses.course("Primii pași")
    programme = proofs.programme(cast.carer, courses=(course,))
    adm = cast.browser(cast.adm, language="en")
    world.county(cast, cast.timis, cast.ana, cast.ion, course, programme)
    log.add_new()
    one = costs(adm)
    world.county(cast, cast.cluj, cast.clara, cast.olga, course, programme)
    world.county(cast, *a_third_county(cast), course, programme)
    log.add_new()
    three = costs(adm)
    assert len(one) > 60
    assert {n: (one[n], three[n]) for n in one if three[n] > one[n]} == {}
