"""A form that is sent twice has one effect: double click, back, retry, two tabs. Another form is not lost."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils import timezone

from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import url
from training import once as module
from training import tasks, urls
from training.models import Enrolment, Submission, Venue
from training.once import once

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORMS = sorted((TEMPLATES / "training").rglob("*.html"))
FIELD = re.compile(r'name="once" value="([0-9a-f]{32}\.[0-9]+)"')


def token(browser, address: str) -> str:
    """The hidden field of the page, as the browser would send it."""
    found = FIELD.search(browser.get(address).content.decode())
    assert found, address
    return found[1]


@pytest.fixture
def ana(cast):
    return cast.browser(cast.ana, language="en")


# Every form, every address


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.name)
def test_every_form_of_training_carries_the_field(path):
    """After {% csrf_token %} write {{ request.once_field }}."""
    text = path.read_text()
    assert text.count("{% csrf_token %}") == text.count("{% csrf_token %}{{ request.once_field }}")


def test_the_form_component_carries_it_too():
    assert "{{ request.once_field }}" in (TEMPLATES / "components/form.html").read_text()


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda p: p.name)
def test_every_address_of_training_is_wrapped(pattern):
    assert pattern.callback.__wrapped__
    assert pattern.callback.__code__ is once(lambda request: None).__code__


# One effect


@pytest.fixture
def venue_form(cast, mara):
    """Adding a venue has no protection of its own: only the key keeps it from happening twice."""
    page = mara.get(url("venue-add")).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields.pop("csrfmiddlewaretoken", None)
    typed = {"name": "Casa Albă", "address": "Strada 1", "room": "Sala 1", "capacity": "20"}
    return {"organisation": str(cast.timis.pk), **typed, **fields}


def test_a_double_click_has_one_effect_and_shows_the_same_page(mara, venue_form):
    first, second, third = (mara.post(url("venue-add"), venue_form) for _ in range(3))
    assert first.status_code == 302, first.context["form"].errors
    assert first["Location"] == second["Location"] == third["Location"]
    assert Venue.objects.filter(name="Casa Albă").count() == 1
    assert Submission.objects.count() == 1


def test_twin_without_the_key_there_are_two(mara, venue_form):
    """If this fails, the test above proves nothing."""
    venue_form.pop("once")
    for _ in range(2):
        mara.post(url("venue-add"), venue_form)
    assert Venue.objects.filter(name="Casa Albă").count() == 2
    assert not Submission.objects.exists()


def test_two_tabs_opened_side_by_side_have_one_effect(mara, venue_form):
    other = {**venue_form, "once": token(mara, url("venue-add"))}
    assert other == venue_form
    for tab in (venue_form, other):
        mara.post(url("venue-add"), tab)
    assert Venue.objects.filter(name="Casa Albă").count() == 1


def test_two_tabs_with_different_answers_have_two(mara, venue_form):
    """What somebody typed is never thrown away silently."""
    mara.post(url("venue-add"), venue_form)
    mara.post(url("venue-add"), {**venue_form, "name": "Casa Verde"})
    assert set(Venue.objects.values_list("name", flat=True)) >= {"Casa Albă", "Casa Verde"}


def test_a_page_opened_afterwards_is_another_form(mara, venue_form):
    mara.post(url("venue-add"), venue_form)
    again = {**venue_form, "once": token(mara, url("venue-add"))}
    assert again["once"] != venue_form["once"]
    mara.post(url("venue-add"), again)
    assert Venue.objects.filter(name="Casa Albă").count() == 2


def test_a_form_with_a_mistake_may_be_sent_again(mara, venue_form):
    for _ in range(2):
        wrong = mara.post(url("venue-add"), {**venue_form, "name": ""})
        assert wrong.status_code == 200
        assert wrong.context["form"].errors
    assert not Submission.objects.exists()
    assert venue_form["once"] in wrong.content.decode()
    assert mara.post(url("venue-add"), venue_form).status_code == 302


def test_one_persons_key_is_not_anothers(cast, edition, ana):
    clara = cast.browser(cast.clara, language="en")
    sent = token(ana, url("enrol", edition.pk))
    assert sent == token(clara, url("enrol", edition.pk))
    for browser in (ana, clara):
        browser.post(url("enrol", edition.pk), {"once": sent})
    people = set(Enrolment.objects.values_list("person", flat=True))
    assert people == {cast.ana.person_id, cast.clara.person_id}


def test_enrolling_twice_and_going_back_shows_the_same_place(cast, edition, ana):
    sent = {"once": token(ana, url("enrol", edition.pk))}
    first = ana.post(url("enrol", edition.pk), sent)
    place = Enrolment.objects.get()
    ana.post(url("enrolment-cancel", place.pk), {"reason": ""})
    # The back button, long after: the old form does not enrol anew.
    assert ana.post(url("enrol", edition.pk), sent)["Location"] == first["Location"]
    assert Enrolment.objects.count() == 1
    assert jobs.messages().filter(name="enrolment_confirmed").count() == 1
    # The page opened anew does.
    fresh = {"once": token(ana, url("enrol", edition.pk))}
    ana.post(url("enrol", edition.pk), fresh)
    assert Enrolment.objects.count() == 2


def test_where_nothing_came_of_it_nothing_is_kept(cast, edition, ana):
    """Another county's place: 404, and the key is free."""
    place = make.place(cast.clara.person, edition)
    sent = {"once": f"{'0' * 32}.0", "reason": ""}
    assert ana.post(url("enrolment-cancel", place.pk), sent).status_code == 404
    assert not Submission.objects.exists()


BAD = ["", "x", f"{'0' * 32}", f"{'0' * 32}.", f"{'0' * 32}.{'1' * 19}", f"{'g' * 32}.1",
       f"{'0' * 32}.1\0", "٠" * 32 + ".1", "a" * 5000]  # fmt: skip


@pytest.mark.parametrize("sent", BAD)
def test_a_field_that_is_not_ours_counts_as_none(cast, edition, ana, sent):
    assert ana.post(url("enrol", edition.pk), {"once": sent}).status_code == 302
    assert Enrolment.objects.count() == 1
    assert not Submission.objects.exists()


# The key


def request(rf=None, *, path: str = "/en/x/", user=None, **data):
    made = (rf or RequestFactory()).post(path, {"once": f"{'0' * 32}.0", **data})
    made.user = user
    return made


class User:
    def __init__(self, pk):
        self.pk = pk


SAME = [
    ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, True),
    ({"a": "1"}, {"a": "1", "csrfmiddlewaretoken": "zzz"}, True),
    ({"a": ["1", "2"]}, {"a": ["1", "2"]}, True),
    ({"a": ["1", "2"]}, {"a": ["2", "1"]}, False),
    ({"a": "1"}, {"a": "2"}, False),
    ({"a": "1"}, {"a": "1", "b": ""}, False),
    ({"a": "1,b"}, {"a": "1", "b": ""}, False),
    ({}, {"once": f"{'0' * 32}.1"}, False),
]


@pytest.mark.parametrize(("one", "other", "is_same"), SAME)
def test_what_makes_two_posts_the_same(one, other, is_same):
    keys = [module.key_of(request(user=User(1), **data)) for data in (one, other)]
    assert (keys[0] == keys[1]) is is_same


def test_sender_and_address_make_the_key_too():
    keys = {
        module.key_of(request(user=User(1))),
        module.key_of(request(user=User(2))),
        module.key_of(request(user=User(None))),
        module.key_of(request(user=User(1), path="/en/y/")),
    }
    assert len(keys) == 4


def test_a_file_counts_by_what_is_in_it_and_stays_readable():
    def sent(content: bytes):
        return request(user=User(1), file=SimpleUploadedFile("a.csv", content))

    one = sent(b"Ana")
    assert module.key_of(one) == module.key_of(sent(b"Ana")) != module.key_of(sent(b"Ion"))
    assert one.FILES["file"].read() == b"Ana"


# What is kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (HttpResponseRedirect("/en/there/"), 1),
        (HttpResponse("again"), 0),
        (HttpResponse(status=409), 0),
    ],
)
def test_only_where_one_was_sent_on_to_is_kept(cast, answer, kept):
    view = once(lambda request: answer)
    assert view(request(user=cast.ana)) is answer
    assert Submission.objects.count() == kept


@pytest.mark.django_db
def test_a_post_that_breaks_leaves_nothing(cast):
    def view(request):
        Venue.objects.create(organisation=cast.timis, name="Pe jumătate")
        raise ValueError

    with pytest.raises(ValueError):
        once(view)(request(user=cast.ana))
    assert not Submission.objects.exists()
    assert not Venue.objects.filter(name="Pe jumătate").exists()


# A repetition is answered first of all


def test_a_repetition_asks_for_the_session_and_where_the_first_led(
    cast, edition, ana, django_assert_num_queries
):
    address = url("enrol", edition.pk)
    sent = {"once": token(ana, address)}
    first = ana.post(address, sent)
    with django_assert_num_queries(2):
        again = plain(ana, address, sent)
    assert again.status_code == first.status_code == 302
    assert again["Location"] == first["Location"]
    assert edition.enrolments.count() == 1


def test_the_same_form_of_somebody_else_is_no_repetition(cast, edition, ana):
    address, sent = url("enrol", edition.pk), {"once": f"{'0' * 32}.0"}
    first = plain(ana, address, sent)
    other = plain(cast.browser(cast.petar, language="en"), address, sent)
    assert first["Location"] != other["Location"]
    assert edition.enrolments.count() == 2


def test_whoever_signed_out_is_led_to_sign_in(cast, edition, ana):
    address, sent = url("enrol", edition.pk), {"once": f"{'0' * 32}.0"}
    place = plain(ana, address, sent)["Location"]
    ana.logout()
    assert plain(ana, address, sent)["Location"] != place


def test_an_answer_that_differs_is_no_repetition(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    address = url("enrolment-cancel", place.pk)
    assert plain(ana, address, {"once": f"{'0' * 32}.0", "reason": "x" * 1000}).status_code == 200
    assert plain(ana, address, {"once": f"{'0' * 32}.0", "reason": ""}).status_code == 302
    place.refresh_from_db()
    assert place.is_cancelled


def plain(browser: Client, address: str, sent: dict[str, str]) -> HttpResponse:
    """A form without files, as browsers send it; the test client sends all as if there were some."""
    return browser.post(address, urlencode(sent), content_type="application/x-www-form-urlencoded")


def test_looking_writes_nothing(cast, edition, ana):
    ana.get(url("enrol", edition.pk) + f"?once={'0' * 32}.0")
    assert not Submission.objects.exists()


def test_what_was_sent_is_forgotten_after_a_day(cast, edition, ana):
    ana.post(url("enrol", edition.pk), {"once": token(ana, url("enrol", edition.pk))})
    tasks.forget_sent(0)
    assert Submission.objects.count() == 1
    Submission.objects.update(sent_at=timezone.now() - tasks.KEEP_SENT)
    tasks.forget_sent(0)
    assert not Submission.objects.exists()


def test_a_person_without_an_account_has_no_key(cast, edition):
    """The link of an offer is answered without signing in; the address itself tells the persons apart."""
    assert make_people.person(cast.timis).pk
    one, other = (request(path=f"/en/training/offers/{n}~x/", user=User(None)) for n in (1, 2))
    assert module.key_of(one) != module.key_of(other)
