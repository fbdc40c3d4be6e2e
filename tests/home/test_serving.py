"""The way to a page is kept while nothing is done; whoever may not see the page, or comes too late, never does."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from courses.models import Course
from tests.factories import courses, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_for_a_minute(settings) -> Iterator[None]:
    settings.PUBLIC_SECONDS = 60
    settings.ALLOWED_HOSTS = ["*"]
    caches["local"].clear()
    yield
    caches["local"].clear()


@pytest.fixture
def course() -> Course:
    return courses.course("Atașament")


@pytest.fixture
def reader(course: Course) -> Client:
    """Somebody signed in, for whom no whole page is kept; the way to the course is known."""
    browser = people.signed_in(people.user(people.person(people.organisation("ANPDCA"))))
    for _ in range(2):
        assert browser.get(course.url).status_code == 200
    return browser


def asked(reader: Client, address: str, host: str = "testserver") -> tuple[HttpResponse, list[str]]:
    """The answer, and the queries that it took."""
    with CaptureQueriesContext(connection) as captured:
        answer = reader.get(address, headers={"host": host})
    return answer, [query["sql"] for query in captured]


def test_the_site_and_the_pages_on_the_way_are_not_read_again(reader: Client, course) -> None:
    answer, queries = asked(reader, course.url)
    assert "Atașament" in answer.content.decode()
    assert not [sql for sql in queries if "wagtailcore_site" in sql]
    assert len([sql for sql in queries if "wagtailcore_locale" in sql]) == 1  # joined to the page
    assert len([sql for sql in queries if "courses_catalogue" in sql]) == 0
    assert len(queries) <= 12


def test_nothing_is_kept_where_nothing_may_be(reader: Client, course, settings) -> None:
    settings.PUBLIC_SECONDS = 0
    _answer, queries = asked(reader, course.url)
    assert [sql for sql in queries if "wagtailcore_site" in sql]


def test_a_form_takes_the_whole_way(reader: Client, course) -> None:
    """What it changes may be undone: nothing is taken from memory, and nothing is put there."""
    before = {key for key in caches["local"]._cache if ":way:" in key}
    with CaptureQueriesContext(connection) as captured:
        reader.post(course.url)
    assert [query for query in captured if "wagtailcore_site" in query["sql"]]
    assert len(before) == 1
    assert {key for key in caches["local"]._cache if ":way:" in key} == before


def test_a_page_taken_down_is_gone_even_if_nobody_wrote_it_down(reader: Client, course) -> None:
    Page.objects.filter(pk=course.pk).update(live=False)
    assert asked(reader, course.url)[0].status_code == 404


def test_a_page_that_was_deleted_is_gone(reader: Client, course) -> None:
    Page.objects.get(pk=course.pk).delete()
    assert asked(reader, course.url)[0].status_code == 404


def test_a_page_is_read_each_time(reader: Client, course) -> None:
    Course.objects.filter(pk=course.pk).update(summary="Altfel pe scurt.")
    assert "Altfel pe scurt." in asked(reader, course.url)[0].content.decode()


def test_a_new_address_leads_there_and_the_old_one_no_more(reader: Client, course) -> None:
    old = course.url
    course.slug = "alta-adresa"
    course.save_revision().publish()
    new = Course.objects.get(pk=course.pk).url
    assert new != old
    assert asked(reader, new)[0].status_code == 200
    assert asked(reader, old)[0].status_code != 200


def test_whoever_is_shut_out_stays_out(reader: Client, course) -> None:
    """Wagtail asks at each visit; a page closed meanwhile is closed though its way is known."""
    PageViewRestriction.objects.create(page=course, restriction_type="groups")
    assert asked(reader, course.url)[0].status_code != 200


def test_another_site_has_other_pages(reader: Client, course) -> None:
    """The way belongs to the host that was asked."""
    elsewhere = Page.objects.get(depth=1).add_child(instance=Page(title="Elsewhere", slug="else"))
    Site.objects.create(hostname="elsewhere.example", root_page=elsewhere)
    assert asked(reader, course.url, "elsewhere.example")[0].status_code == 404
    assert asked(reader, course.url)[0].status_code == 200


def test_the_same_slug_in_another_language_is_another_page(reader: Client, course) -> None:
    english = courses.course("Attachment", language="en", translation_of=course, slug=course.slug)
    catalogue = english.get_parent()
    Page.objects.filter(pk=catalogue.pk).update(slug=course.get_parent().slug)
    Page.objects.get(pk=catalogue.pk).set_url_path(catalogue.get_parent())
    address = course.url.replace("/ro/", "/en/", 1)
    assert "Attachment" in asked(reader, address)[0].content.decode()
    assert "Atașament" in asked(reader, course.url)[0].content.decode()
