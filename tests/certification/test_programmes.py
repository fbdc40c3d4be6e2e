"""Programmes: what the law asks, and which courses lead there. Only who manages programmes may look and choose."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from certification.actions.programmes import set_courses
from certification.models import ProgrammeCourse
from certification.programme_queries import programmes_with_rules
from people.models import AuditEvent
from tests.factories import certification as make
from tests.factories import courses
from tests.factories import people as make_people

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(f"certification:{name}", args=args)


def test_exactly_the_chosen_courses_lead_to_it_and_the_change_is_on_record(cast):
    one, two = courses.course(), courses.course()
    programme = make.programme(courses=(one,))
    assert set_courses(programme=programme, courses=[two], by=cast.adm) is True
    assert list(programme.courses.values_list("pk", flat=True)) == [two.pk]
    event = AuditEvent.objects.about(programme).first()
    assert (event.verb, event.data) == (
        "programme.courses",
        {"before": [one.pk], "after": [two.pk]},
    )


def test_the_same_choice_again_changes_nothing(cast):
    course = courses.course()
    programme = make.programme(courses=(course,))
    assert set_courses(programme=programme, courses=[course], by=cast.adm) is False
    assert not AuditEvent.objects.about(programme).exists()


def test_a_translated_page_stands_for_the_course_as_it_was_written(cast):
    source = courses.course()
    translated = courses.course(language="uk", translation_of=source)
    programme = make.programme()
    set_courses(programme=programme, courses=[translated], by=cast.adm)
    assert ProgrammeCourse.objects.get(programme=programme).course_id == source.pk


@pytest.mark.parametrize(
    "who", ["ana", "ion", "mara", "nour", "vera", "quin", "doru", "petar", "olga"]
)
def test_nobody_else_may_choose_or_look(cast, who):
    user, programme = getattr(cast, who), make.programme()
    with pytest.raises(PermissionDenied):
        set_courses(programme=programme, courses=[], by=user)
    browser = cast.browser(user, language="en")
    assert browser.get(url("programmes")).status_code == 404
    assert browser.post(url("programme-courses", programme.pk), {}).status_code == 404


def test_a_programme_is_not_a_countys_to_change(cast):
    """Which courses lead to a certificate holds in every county."""
    course = courses.course()
    programme = make.programme(courses=(course,))
    local = make_people.staff(cast.timis, "administrator")
    with pytest.raises(PermissionDenied):
        set_courses(programme=programme, courses=[], by=local)
    browser, top = (cast.browser(user, language="en") for user in (local, cast.adm))
    for page in (url("programmes"), url("programme-courses", programme.pk)):
        assert browser.get(page).status_code == browser.post(page, {}).status_code == 404
    assert list(programme.courses.values_list("pk", flat=True)) == [course.pk]
    menus = [one.get("/en/me/").content.decode() for one in (browser, top)]
    assert [url("programmes") in menu for menu in menus] == [False, True]


def test_the_list_shows_the_rule_in_force_and_says_when_there_is_none(
    cast, django_assert_max_num_queries
):
    make.programme(cast.carer, code="a", rule=False)
    asked = make.programme(cast.carer, code="b", rule=False)
    make.rule_version(asked, date(2010, 1, 1), date(2020, 1, 1), legal_basis={"en": "Old act"})
    make.rule_version(asked, date(2020, 1, 1), legal_basis={"en": "New act"})
    page = cast.browser(cast.adm, language="en").get(url("programmes")).content.decode()
    assert "New act" in page
    assert "Old act" not in page
    assert "No rule is in force today" in page
    assert [line.version is None for line in programmes_with_rules("ro")] == [True, False]
    with django_assert_max_num_queries(4):
        programmes_with_rules("ro")


def test_choosing_on_the_page(cast):
    course, programme = courses.course("Primii pași"), make.programme()
    browser = cast.browser(cast.adm, language="en")
    assert "Primii pași" in browser.get(url("programme-courses", programme.pk)).content.decode()
    answer = browser.post(url("programme-courses", programme.pk), {"courses": [course.pk]})
    assert answer.url == url("programme", programme.pk)
    assert list(programme.courses.all()) == [course]


def test_a_course_that_is_none_is_refused_and_nothing_changes(cast):
    course = courses.course()
    programme = make.programme(courses=(course,))
    answer = cast.browser(cast.adm, language="en").post(
        url("programme-courses", programme.pk), {"courses": [10**6]}
    )
    assert answer.status_code == 200
    assert list(programme.courses.all()) == [course]
