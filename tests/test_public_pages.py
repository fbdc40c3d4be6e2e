"""Public pages are kept for a minute, for visitors without cookies only, and never behind what was done."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect

from config.context_processors import site
from config.middleware import Kept, place_of, public_pages
from courses.models import Course
from courses.queries import contents
from home.queries import freshness, freshness_for
from people import audit
from tests.factories import courses, lessons, people, training

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_for_a_minute(settings) -> Iterator[None]:
    settings.PUBLIC_SECONDS = 60
    caches["local"].clear()
    yield
    caches["local"].clear()


@pytest.fixture
def ministry():
    return people.organisation("ANPDCA")


@pytest.fixture
def course(ministry) -> Course:
    made = courses.course("Atașament")
    training.coming(ministry, course=made, capacity=5)
    return made


def seen(address: str, client: Client | None = None, times: int = 1) -> HttpResponse:
    """The answer to the last of so many visits, each by somebody new unless a browser is given."""
    for _ in range(times):
        answer = (client or Client()).get(address)
    return answer


def kept(path: str) -> Kept | None:
    return caches["local"].get(place_of(f"http://testserver{path}"))


def queries(address: str, client: Client | None = None) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert seen(address, client).status_code == 200
    return len(captured)


def edition_address(course: Course) -> str:
    with override("ro"):
        return reverse("training:edition", args=[course.editions.get().pk])


@pytest.mark.parametrize(
    "address",
    ["/%00/", "/ro/%00/", "/calendar/%00.ics", "/ro/verify/%00/certificate.pdf", "/v/%00/", "/cms/%00/"],
)  # fmt: skip
def test_an_address_with_a_zero_character_leads_nowhere(address, client) -> None:
    """PostgreSQL knows none: whatever looked it up would break off."""
    assert client.get(address).status_code in {302, 404}
    assert client.post(address).status_code in {302, 404}


class TestKept:
    def test_the_third_visitor_costs_one_query(self, course) -> None:
        for address in (course.url, course.get_parent().url, edition_address(course)):
            first = seen(address, times=2)
            assert queries(address) == 1
            third = seen(address)
            assert third.content == first.content
            assert dict(third.items()) == dict(first.items())

    def test_security_headers_come_with_it(self, course) -> None:
        answer = seen(course.url, times=3)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Language"] == "ro"

    def test_a_deed_makes_it_anew_at_once(self, course, ministry) -> None:
        address = edition_address(course)
        assert "5 locuri" in seen(address, times=3).content.decode()
        training.place(people.person(ministry), course.editions.get())
        assert "4 locuri" in seen(address).content.decode()

    def test_a_published_change_shows_at_once(self, course) -> None:
        seen(course.url, times=3)
        course.title = "Atașament și pierdere"
        course.save_revision().publish()
        assert "Atașament și pierdere" in seen(course.url).content.decode()
        assert "Atașament și pierdere" in seen(course.get_parent().url).content.decode()

    def test_an_unpublished_page_is_gone_at_once(self, course) -> None:
        seen(course.url, times=3)
        course.unpublish()
        assert seen(course.url).status_code == 404

    def test_what_the_clock_changes_is_a_minute_old_at_most(self, course) -> None:
        seen(course.url, times=3)
        entry = kept(course.url)
        address = place_of(f"http://testserver{course.url}")
        caches["local"].set(address, Kept(entry.at - 61, entry.fresh, b"old", entry.headers), 3600)
        assert seen(course.url).content != b"old"

    def test_addresses_do_not_mix(self, course) -> None:
        english = courses.course("Attachment", language="en", translation_of=course)
        seen(course.url, times=3), seen(english.url, times=3)
        assert "Atașament" in seen(course.url).content.decode()
        assert "Attachment" in seen(english.url).content.decode()
        catalogue = course.get_parent().url
        seen(catalogue, times=3)
        assert "Atașament" not in seen(f"{catalogue}?words=xyz", times=3).content.decode()

    def test_zero_keeps_nothing(self, course, settings) -> None:
        settings.PUBLIC_SECONDS = 0
        seen(course.url, times=3)
        Course.objects.filter(pk=course.pk).update(title="Altfel")
        assert "Altfel" in seen(course.url).content.decode()


class TestNeverKept:
    def test_whoever_is_signed_in_has_their_own_menu(self, course, ministry) -> None:
        browser = people.signed_in(people.user(people.person(ministry, "Albu", "Zamfira")))
        own = seen(course.url, browser, times=3).content.decode()
        assert "Zamfira" in own
        assert "Zamfira" not in seen(course.url, times=3).content.decode()
        assert "Zamfira" in seen(course.url, browser).content.decode()

    def test_a_signed_in_visit_keeps_no_page(self, course, ministry) -> None:
        browser = people.signed_in(people.user(people.person(ministry)))
        seen(course.url, browser, times=3)
        assert kept(course.url) is None

    def test_any_cookie_is_served_afresh(self, course) -> None:
        seen(course.url, times=3)
        browser = Client()
        browser.cookies["messages"] = "x"
        assert queries(course.url, browser) > 1

    def test_parts_for_htmx_are_no_pages(self, course) -> None:
        seen(course.url, times=3)
        with CaptureQueriesContext(connection) as captured:
            Client().get(course.url, headers={"HX-Request": "true"})
        assert len(captured) > 1

    @pytest.mark.parametrize("view", ["account_login", "certification:verify"])
    def test_forms_and_other_views_are_made_for_each(self, view, db) -> None:
        with override("ro"):
            address = reverse(view)
        seen(address, times=3)
        assert kept(address) is None

    def test_other_addresses_cost_no_query_for_it(self) -> None:
        with CaptureQueriesContext(connection) as captured:
            seen("/healthz", times=2)
        assert not [query for query in captured if "auditevent" in query["sql"]]

    def test_an_old_entry_or_one_of_unknown_age_does_not_stand(self) -> None:
        assert Kept(time.monotonic(), "1-2-3", b"", {}).stands("1-2-3")
        assert not Kept(time.monotonic(), "1-2-3", b"", {}).stands("1-2-4")
        assert not Kept(time.monotonic() - 61, "1-2-3", b"", {}).stands("1-2-3")
        assert not Kept(time.monotonic(), "", b"", {}).stands("")

    def test_long_addresses_do_not_fill_the_cache(self, course) -> None:
        address = f"{course.url}?{'x' * 300}"
        seen(address, times=3)
        assert kept(address) is None

    @pytest.mark.parametrize("change", ["cookie", "status", "stream"])
    def test_answers_that_are_no_plain_page(self, change, course) -> None:
        def answer(request):
            request.resolver_match = type("Match", (), {"view_name": "wagtail_serve"})()
            made = HttpResponse("x", status=404 if change == "status" else 200)
            made.streaming = change == "stream"
            if change == "cookie":
                made.set_cookie("a", "b")
            return made

        request = RequestFactory().get("/ro/x/")
        public_pages(answer)(request)
        assert kept("/ro/x/") is None


class TestFreshness:
    def test_it_stays_while_nothing_is_done(self, course) -> None:
        assert freshness() == freshness()

    def test_a_deed_changes_it(self, course) -> None:
        before = freshness()
        audit.record(by=None, verb="test.done", target=course)
        assert freshness() != before

    def test_a_page_of_the_cms_changes_it(self, course) -> None:
        before = freshness()
        courses.course("Altul")
        assert freshness() != before

    def test_a_preview_shares_no_fragment(self, rf, course, ministry) -> None:
        request = rf.get("/")
        request.user = people.user(people.person(ministry))
        request.session = None
        assert str(site(request)["fresh"]) == str(site(request)["fresh"])
        request.is_preview = True
        assert str(site(request)["fresh"]) != str(site(request)["fresh"])


class TestFragments:
    def test_people_share_the_results_but_not_the_page(self, course, ministry) -> None:
        users = [people.user(people.person(ministry, "Albu", name)) for name in ("Ana", "Zamfira")]
        pages = [
            seen(course.get_parent().url, people.signed_in(user), times=2).content.decode()
            for user in users
        ]
        assert "Zamfira" in pages[1]
        assert "Zamfira" not in pages[0]
        main = [re.search(r"(?s)<main.*</main>", page)[0] for page in pages]
        assert main[0] == main[1]

    def test_each_language_has_its_own(self, course, ministry) -> None:
        browser = people.signed_in(people.user(people.person(ministry)))
        courses.course("Attachment", language="en", translation_of=course)
        romanian = seen(course.url, browser, times=2).content.decode()
        english = Course.objects.get(title="Attachment")
        assert "Dates and places" in seen(english.url, browser, times=2).content.decode()
        assert "Dates and places" not in romanian


class TestBrowsersInUse:
    def visit(self, client: Client, **headers: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/ro/me/", headers=headers)
        said = [query["sql"] for query in captured if "usersessions_usersession" in query["sql"]]
        return sum("UPDATE" in sql for sql in said)

    def test_it_is_noted_once_in_five_minutes(self, ministry) -> None:
        user = people.user(people.person(ministry))
        client = people.signed_in(user)
        self.visit(client)
        assert UserSession.objects.filter(user=user).count() == 1
        assert [self.visit(client), self.visit(client)] == [0, 0]

    @pytest.mark.parametrize(("minutes", "noted"), [(4, 0), (6, 1)])
    def test_another_process_notes_it_anew_when_the_time_is_over(
        self, ministry, minutes: int, noted: int
    ) -> None:
        client = people.signed_in(people.user(people.person(ministry)))
        self.visit(client)
        before = timezone.now() - timedelta(minutes=minutes)
        UserSession.objects.update(last_seen_at=before)
        caches["seen"].clear()  # another process knows nothing of it
        assert self.visit(client) == noted
        [found] = UserSession.objects.all()
        assert (found.last_seen_at > before) is bool(noted)

    def test_a_thousand_browsers_drive_out_no_page_that_is_kept(self) -> None:
        caches["local"].set("a-page", "kept")
        for number in range(1_000):
            caches["seen"].add(f"seen:{number}", True)
        assert caches["local"].get("a-page") == "kept"
        assert caches["seen"].get("seen:0") is True

    def test_another_browser_with_the_same_session_is_noted_at_once(self, ministry) -> None:
        client = people.signed_in(people.user(people.person(ministry)))
        self.visit(client)
        assert self.visit(client, **{"user-agent": "Other/1"}) == 1
        assert UserSession.objects.get().user_agent == "Other/1"

    def test_visitors_are_not_noted(self) -> None:
        seen("/ro/account/login/")
        assert not UserSession.objects.exists()


class TestMovedPages:
    def test_an_old_address_leads_to_where_an_editor_moved_the_page(self, course: Course) -> None:
        Redirect.add_redirect("/ro/veche/", redirect_to=course)
        answer = Client().get("/ro/veche/")
        assert (answer.status_code, answer["Location"]) == (301, course.get_url())

    def test_only_pages_move(self, course: Course) -> None:
        """What is no page is not found, without asking for redirects."""
        Redirect.add_redirect("/ro/verify/unknown/", redirect_to=course)
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get("/ro/verify/unknown/")
        assert answer.status_code == 404
        assert not [query for query in captured if "redirect" in query["sql"]]


class TestContentsOfACourse:
    def test_are_read_once_for_all_readers(self, course: Course) -> None:
        module = lessons.module(course)
        lessons.lesson(module)
        contents(course)
        with CaptureQueriesContext(connection) as captured:
            assert len(contents(course).modules) == 1
        assert len(captured) == 1  # what was done on the site by now

    def test_a_lesson_that_is_published_stands_there_at_once(self, course: Course) -> None:
        module = lessons.module(course)
        lessons.lesson(module)
        before = contents(course)
        late = lessons.lesson(module)
        late.save_revision().publish()
        assert [len(found) for _, found in before.modules] == [1]
        assert [len(found) for _, found in contents(course).modules] == [2]

    def test_what_a_form_changes_and_undoes_is_nobody_elses(self, rf, course: Course) -> None:
        """It reads the word of before, sees what it does itself, and may still fail."""
        sent = rf.post("/")
        freshness_for(sent)
        with transaction.atomic():
            lessons.lesson(lessons.module(course))
            assert len(contents(course, sent).modules) == 1
            transaction.set_rollback(True)
        assert contents(course, rf.get("/")).modules == []

    def test_a_draft_takes_no_room(self, rf, course: Course) -> None:
        request = rf.get("/")
        request.is_preview = True
        before = len(caches["local"]._cache)
        assert contents(course, request).modules == []
        assert len(caches["local"]._cache) == before
        contents(course, rf.get("/"))
        assert len(caches["local"]._cache) == before + 1
