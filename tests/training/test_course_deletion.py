"""An editor who deletes a course with editions reads a sentence, and the course stays."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.models import Course
from tests.factories import courses
from tests.factories import people as make_people
from tests.factories import training as make


@pytest.fixture
def root(db):
    return make_people.signed_in(make_people.superuser(), language="en")


@pytest.fixture
def organiser(db):
    return make_people.organisation("DGASPC Timiș")


def delete(page):
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_course_with_an_edition_stays(root, organiser, method):
    course = courses.course("Primul curs")
    make.edition(organiser, course=course)
    answer = getattr(root, method)(delete(course))
    assert answer["Location"] == reverse("wagtailadmin_explore", args=[course.get_parent().pk])
    [sentence] = said(answer)
    assert "Primul curs" in sentence and "1 edition " in sentence and "Unpublish" in sentence
    assert Course.objects.filter(pk=course.pk).exists()


def test_the_catalogue_above_it_stays_too(root, organiser):
    course = courses.course()
    for _number in range(2):
        make.edition(organiser, course=course)
    answer = root.post(delete(courses.catalogue()))
    assert "2 editions" in said(answer)[0]
    assert Course.objects.filter(pk=course.pk).exists()


def test_a_course_without_editions_goes(root, organiser):
    used, unused = courses.course(), courses.course()
    make.edition(organiser, course=used)
    answer = root.post(delete(unused))
    assert answer.status_code == 302
    assert not Course.objects.filter(pk=unused.pk).exists()
    assert Course.objects.filter(pk=used.pk).exists()


def test_the_translation_of_a_course_with_editions_may_go(root, organiser):
    course = courses.course()
    make.edition(organiser, course=course)
    uk = courses.course(language="uk", translation_of=course)
    root.post(delete(uk))
    assert not Course.objects.filter(pk=uk.pk).exists()


@pytest.mark.parametrize("with_edition", [True, False])
def test_pages_ticked_in_the_list(root, organiser, with_edition):
    first, second = courses.course(), courses.course()
    if with_edition:
        make.edition(organiser, course=second)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = f"?id={first.pk}&id={second.pk}&next=/cms/"
    answer = root.post(address + query)
    assert answer.status_code == 302
    assert Course.objects.filter(pk__in=[first.pk, second.pk]).count() == (2 if with_edition else 0)
    assert any("cannot be deleted" in sentence for sentence in said(answer)) is with_edition


def test_other_acts_in_bulk_are_let_through(root, organiser):
    course = courses.course()
    make.edition(organiser, course=course)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    root.post(f"{address}?id={course.pk}&next=/cms/")
    course.refresh_from_db()
    assert not course.live
