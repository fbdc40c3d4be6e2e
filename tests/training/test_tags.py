"""What training shows inside the pages of others: home, catalogue, course, start page."""

import html
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import courses as make_courses
from tests.factories import training as make
from tests.training.test_learner_views import main, url


@pytest.fixture
def course(cast):
    topic = make_courses.topic("attachment", name={"ro": "Atașament", "en": "Attachment"})
    return make_courses.course("Formare inițială", topics=[topic], categories=[cast.carer])


def visit(page, query: str = "", browser: Client | None = None):
    return (browser or Client(headers={"accept-language": "ro"})).get(page.get_url() + query)


def test_the_home_page_shows_what_is_next(cast, course):
    home = make_courses.home_page()
    empty = main(visit(home))
    edition = make.coming(cast.timis, course=course)
    response = visit(home)
    assert "Formare inițială" in main(response)
    assert "Formare inițială" not in empty
    assert url("edition", edition.pk).replace("/en/", "/ro/") in response.content.decode()


def test_the_course_page_shows_dates_and_places(cast, course):
    edition = make.coming(cast.timis, course=course)
    gone = make.coming(cast.cluj, course=course, status="draft")
    text = visit(course).content.decode()
    assert f"/training/editions/{edition.pk}/" in text
    assert f"/training/editions/{gone.pk}/" not in text


def test_the_catalogue_filters_by_its_address(cast, course):
    make.coming(cast.timis, course=course)
    make_courses.course("Ghid SINA")
    page = make_courses.catalogue()
    both = main(visit(page))
    assert "Formare inițială" in both and "Ghid SINA" in both and "Atașament" in both
    here = visit(page, "?region=RO-TM&topic=attachment")
    assert "Ghid SINA" not in main(here)
    assert 'value="RO-TM" selected' in here.content.decode()
    none = visit(page, "?region=RO-CJ")
    assert "Formare inițială" not in main(none)
    assert f'href="{page.get_url()}"' in none.content.decode()


def test_the_catalogue_gives_the_calendar_of_what_is_looked_for(cast, course):
    make.coming(cast.timis, course=course)
    make.coming(cast.cluj, course=course, day=9)
    page = make_courses.catalogue()
    for query, sessions in (
        ("", 2),
        (f"?region=RO-TM&topic=attachment&category={cast.carer.code}", 1),
    ):
        text = visit(page, query).content.decode()
        address = html.unescape(re.search(r'value="([^"]*public\.ics[^"]*)"', text)[1])
        assert address.startswith(settings.SITE_URL) and address.endswith("lang=ro")
        feed = Client().get(address.removeprefix(settings.SITE_URL)).content.decode()
        assert feed.count("BEGIN:VEVENT") == sessions


@pytest.mark.parametrize(
    "query",
    [
        "?region=nowhere",
        "?starts_from=soon",
        "?page=99",
        "?page=x",
        "?topic=%00",
        "?words=%F0%9F%90%88" * 3,
        "?language=xx",
    ],
)
def test_what_cannot_be_read_is_left_out(cast, course, query):
    page = make_courses.catalogue()
    assert visit(page, query).status_code == 200


def test_the_empty_catalogue_explains_itself(cast):
    assert visit(make_courses.catalogue()).content.decode().count('class="empty"') == 1


def test_the_catalogue_costs_the_same_for_one_and_three(cast, django_assert_max_num_queries):
    page, counts = make_courses.catalogue(), []
    visit(page)
    for number in (1, 3):
        for _ in range(number - len(counts)):
            topic = make_courses.topic(f"t{number}{_}")
            make.coming(
                cast.timis, course=make_courses.course(topics=[topic], categories=[cast.carer])
            )
        with django_assert_max_num_queries(60) as seen:
            assert visit(page).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1], counts


def test_the_start_page_shows_own_courses_and_sessions(cast, course):
    edition = make.edition(cast.timis, course=course)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    place = make.place(cast.ana.person, edition)
    start = reverse("people:start")
    assert url("enrolment", place.pk) in cast.browser(cast.ana).get(start).content.decode()
    assert url("roll", session.pk) in cast.browser(cast.petar).get(start).content.decode()
    assert url("roll", session.pk) not in cast.browser(cast.ana).get(start).content.decode()
    assert url("enrolment", place.pk) not in cast.browser(cast.clara).get(start).content.decode()
