"""The list of visits leaves no address out."""

from django.utils import translation

from tests.access.rules import RULES
from tests.pages import visits


def test_every_address_with_a_page_is_visited(site):
    with translation.override("ro"):
        named = {visits.view(visit) for visit in visits.of(site, "ro")}
    acts = {name for name, rule in RULES.items() if rule.posts_only}
    assert set(RULES) - named == (visits.NO_PAGES | visits.ELSEWHERE | acts) & set(RULES)


def test_each_visit_has_a_name_of_its_own(site):
    names = [visit.name for visit in visits.of(site, "ro")]
    assert len(names) == len(set(names)) > 120
