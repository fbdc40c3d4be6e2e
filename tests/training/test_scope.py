"""The other county, and everybody without the right, gets 404 whatever they try."""

import pytest

from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.insisting import insist
from tests.training.test_learner_views import url
from training.models import Enrolment, Session


def times(day: int, starts: str = "10:00", ends: str = "12:00") -> dict[str, str]:
    return {"day": make.at(day).date().isoformat(), "starts": starts, "ends": ends}


@pytest.fixture
def theirs(cast):
    """Everything of Timiș that could leak."""
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, room=make.room(cast.timis, "Sala secretă"))
    place = make.place(cast.ana.person, edition)
    nominated = make.place(cast.vasile, edition, nominated_by=cast.lugoj)
    e, s = edition.pk, session.pk
    return {
        "manage": url("manage", e),
        "participants": url("participants", e),
        "change": url("change", e),
        "status": url("status", e, "cancelled"),
        "session-add": url("session-add", e),
        "session-change": url("session-change", s),
        "session-cancel": url("session-cancel", s),
        "sheet": url("sheet", s),
        "roll": url("roll", s),
        "participant-add": url("participant-add", e),
        "place-cancel": url("place-cancel", place.pk),
        "letter": url("letter", place.pk),
        "letter-nominated": url("letter", nominated.pk),
        "room-add": url("room-add", session.room.venue_id),
    }


MAY_LOOK = {"manage", "participants"}
OWN_LETTERS = {"letter-nominated"}
ALLOWED = {
    "ana": set(),
    "clara": set(),
    "olga": set(),
    "petar": set(),
    "nour": set(),
    "doru": OWN_LETTERS,
    "ion": MAY_LOOK | OWN_LETTERS,
    "quin": MAY_LOOK,
    "vera": MAY_LOOK,
}


@pytest.mark.parametrize("who", ALLOWED)
def test_who_may_open_and_post_what(cast, theirs, who):
    browser = cast.browser(getattr(cast, who))
    opened = {name for name, page in theirs.items() if browser.get(page).status_code != 404}
    assert opened == ALLOWED[who]
    for name, page in theirs.items():
        if name not in ALLOWED[who]:
            assert browser.post(page, {"reason": "x"}).status_code == 404, name
    assert Session.objects.filter(is_cancelled=True).count() == 0
    assert Enrolment.objects.filter(status="cancelled").count() == 0


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("schedule", "ion olga quin vera petar ana doru nour"),
        ("venues", "ion olga quin vera petar ana doru nour"),
        ("venue-add", "ion olga quin vera petar ana doru nour"),
        ("editions", "ana doru nour"),
        ("nominate", "ana petar quin vera nour"),
    ],
)
def test_pages_without_an_object_are_for_their_roles(cast, name, who):
    for role in who.split():
        assert cast.browser(getattr(cast, role)).get(url(name)).status_code == 404, role


def test_lists_of_another_county_hold_nothing_of_this_one(cast, theirs):
    olga = cast.browser(cast.olga)
    for page in (url("editions"), url("nominate"), url("my-sessions")):
        text = olga.get(page).content.decode()
        assert "Popescu" not in text
        assert "Țurcanu" not in text
    assert "/manage/" not in olga.get(url("editions")).content.decode()


def test_every_page_of_staff_asks_to_sign_in(cast, theirs):
    nobody = cast.browser(None)
    lists = [url(name) for name in ("editions", "nominate", "my-sessions", "calendar", "venues")]
    for page in [*theirs.values(), *lists]:
        for response in (nobody.get(page), nobody.post(page)):
            assert response.status_code == 302, page
            assert "/account/" in response["Location"]


def test_a_letter_says_where_somebody_lives_to_those_who_may_know_it(cast, theirs, doru, mara):
    """A town hall nominated somebody who moved to another county since; the organiser writes all the same."""
    assert doru.get(theirs["letter-nominated"]).status_code == 200
    assert theirs["letter-nominated"] in doru.get(url("nominate")).content.decode()
    make_people.end_roles(cast.vasile)
    make_people.member(cast.vasile, cast.cluj, "learner")
    cast.vasile.postal_address = "Strada Ascunsă 7, Turda"
    cast.vasile.save()
    assert doru.get(theirs["letter-nominated"]).status_code == 404
    assert theirs["letter-nominated"] not in doru.get(url("nominate")).content.decode()
    assert "Ascunsă" in mara.get(theirs["letter-nominated"]).content.decode()


def test_two_ids_must_belong_together(cast, mara, edition):
    """A room, a trainer, an organiser of another county is not a choice."""
    room = make.room(cast.cluj)
    stranger = make_people.staff(cast.cluj, "trainer", "Străin").person
    assert (
        "error-summary"
        in insist(
            mara, url("session-add", edition.pk), {**times(9), "room": room.pk}
        ).content.decode()
    )
    fields = {**times(9), "link": "https://a.example.org", "trainers": [stranger.pk]}
    assert "error-summary" in insist(mara, url("session-add", edition.pk), fields).content.decode()
    assert edition.sessions.count() == 1
