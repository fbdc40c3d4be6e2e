"""The pages of a series and of a copy: the days are shown first, and nothing is written before they are confirmed."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.models import Edition

pytestmark = pytest.mark.usefixtures("in_october")
# Tuesdays; 30 November and 1 December are public holidays in Romania.
FIRST = date(2026, 11, 17)


@pytest.fixture
def in_october():
    with time_machine.travel("2026-10-12 09:00+03:00", tick=True):
        yield


@pytest.fixture
def room(cast):
    return make.room(cast.timis, "Sala Mare")


@pytest.fixture
def bare(cast) -> Edition:
    return make.edition(cast.timis)


def html(response) -> str:
    """With its tags: which boxes are ticked, and what the buttons send."""
    return response.content.decode()


def asked(**changes) -> dict:
    return {
        "day": FIRST.isoformat(), "starts": "10:00", "ends": "12:00", "rhythm": "weekly", "by": "weekday",
        "count": "4", "skip_holidays": "on", "step": "check", **changes,
    }  # fmt: skip


def boxes(text: str) -> list[tuple[str, bool]]:
    """The days offered, and whether each is ticked."""
    found = re.findall(r'name="keep" value="([\d-]+)"( checked)?', text)
    return [(day, bool(ticked)) for day, ticked in found]


def test_the_days_are_shown_and_holidays_made_up_for(mara, bare, room):
    text = html(mara.post(url("series-add", bare.pk), asked(room=room.pk)))
    assert boxes(text) == [
        ("2026-11-17", True), ("2026-11-24", True), ("2026-12-08", True), ("2026-12-15", True),
    ]  # fmt: skip
    assert "Left out as public holidays:" in text
    assert "1 December 2026" in text
    assert not bare.sessions.exists()


def test_with_holidays_they_are_warned_of(mara, bare, room):
    fields = asked(room=room.pk)
    del fields["skip_holidays"]
    text = html(mara.post(url("series-add", bare.pk), fields))
    assert ("2026-12-01", True) in boxes(text)
    assert "It is a public holiday: National Day." in text


def test_the_chosen_days_are_planned(cast, mara, bare, room):
    fields = asked(room=room.pk, trainers=[cast.petar.person.pk], step="save", title="Atașament")
    response = mara.post(
        url("series-add", bare.pk), {**fields, "keep": ["2026-11-17", "2026-12-08", "2026-12-15"]}
    )
    assert response["Location"] == url("manage", bare.pk)
    found = list(bare.sessions.order_by("starts"))
    assert [one.starts.date().isoformat() for one in found] == [
        "2026-11-17",
        "2026-12-08",
        "2026-12-15",
    ]
    assert {(one.title, one.room, one.trainers.count()) for one in found} == {
        ("Atașament", room, 1)
    }
    assert "3 sessions are planned." in mara.get(url("manage", bare.pk)).content.decode()
    again = mara.post(url("series-add", bare.pk), {**fields, "keep": ["2026-11-17"]})
    assert again.status_code == 302
    assert bare.sessions.count() == 3


def test_a_day_that_is_taken_is_not_ticked_and_says_why(cast, mara, bare, room):
    other = make.edition(cast.timis)
    make.session(other, (date(2026, 11, 24) - date(2026, 10, 12)).days, 11, room=room, title="Lege")
    text = html(mara.post(url("series-add", bare.pk), asked(room=room.pk)))
    assert dict(boxes(text))["2026-11-24"] is False
    assert "The room “Sala Mare” is taken: Lege" in text


def test_taken_in_between_nothing_is_planned_and_the_page_says_so(cast, mara, bare, room):
    keep = ["2026-11-17", "2026-11-24"]
    make.session(
        make.edition(cast.timis), (date(2026, 11, 24) - date(2026, 10, 12)).days, 11, room=room
    )
    text = main(mara.post(url("series-add", bare.pk), asked(room=room.pk, step="save", keep=keep)))
    assert "is taken" in text
    assert not bare.sessions.exists()


@pytest.mark.parametrize("keep", [[], ["2030-01-01"], ["x"]])
def test_no_day_at_all_is_mended(mara, bare, room, keep):
    text = main(mara.post(url("series-add", bare.pk), asked(room=room.pk, step="save", keep=keep)))
    assert "Choose at least one day." in text
    assert not bare.sessions.exists()


def test_going_back_keeps_what_was_typed(mara, bare, room):
    text = html(
        mara.post(url("series-add", bare.pk), asked(room=room.pk, step="change", count="7"))
    )
    assert 'value="7"' in text
    assert "error-summary" not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": "1"}, "2"),
        ({"count": "1000"}, "60"),
        ({"count": "x"}, ""),
        ({"rhythm": "daily"}, "daily"),
        ({"day": "2026-13-01"}, ""),
        ({"day": "9999-12-30"}, ""),
        ({"ends": "09:00"}, "The end must be after the start."),
        ({"room": ""}, "Choose a room, or give a link."),
    ],
)
def test_what_cannot_be_is_explained_and_nothing_written(mara, bare, room, changes, words):
    text = main(mara.post(url("series-add", bare.pk), {**asked(room=room.pk), **changes}))
    assert words in text
    assert not bare.sessions.exists()


def test_by_months(mara, bare, room):
    fields = asked(room=room.pk, rhythm="two_monthly", by="date", count="3")
    text = html(mara.post(url("series-add", bare.pk), fields))
    assert [day for day, _ in boxes(text)] == ["2026-11-17", "2027-01-17", "2027-03-17"]


def test_nothing_is_added_to_a_cancelled_edition_or_another_county(cast, mara, bare):
    olga = cast.browser(cast.olga, language="en")
    assert olga.post(url("series-add", bare.pk), asked()).status_code == 404
    assert (
        olga.post(url("copy", bare.pk), {"first_day": "2027-01-12", "step": "save"}).status_code
        == 404
    )
    make.put_status(bare, "cancelled")
    assert mara.get(url("series-add", bare.pk)).status_code == 404
    assert Edition.objects.count() == 1


# One session at a time: what speaks against it is shown once


def one(day: date, room, **more) -> dict:
    return {"day": day.isoformat(), "starts": "10:00", "ends": "12:00", "room": room.pk, **more}


def test_a_holiday_is_warned_of_and_not_forbidden(mara, bare, room):
    fields = one(date(2026, 12, 1), room)
    text = html(mara.post(url("session-add", bare.pk), fields))
    assert "Please look at this first" in text
    assert "It is a public holiday: National Day." in text
    assert not bare.sessions.exists()
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    # Another day, another warning: what was seen of one does not count for the other.
    other = html(
        mara.post(url("session-add", bare.pk), {**one(date(2026, 12, 25), room), "seen": seen})
    )
    assert "Christmas" in other
    assert mara.post(url("session-add", bare.pk), {**fields, "seen": seen}).status_code == 302
    assert bare.sessions.count() == 1


def test_moving_onto_a_holiday_is_warned_of_too(mara, bare, room):
    session = make.session(bare, 36, room=room)
    assert "National Day" in main(
        mara.post(url("session-change", session.pk), one(date(2026, 12, 1), room))
    )
    session.refresh_from_db()
    assert session.sequence == 0


def test_what_cannot_be_comes_before_what_could(cast, mara, bare, room):
    make.session(
        make.edition(cast.timis), (date(2026, 12, 1) - date(2026, 10, 12)).days, 11, room=room
    )
    text = main(mara.post(url("session-add", bare.pk), one(date(2026, 12, 1), room)))
    assert "is taken" in text
    assert "Please look at this first" not in text


def test_the_edition_shows_what_speaks_against_its_sessions(cast, mara, bare, room):
    make.session(bare, (date(2026, 12, 1) - date(2026, 10, 12)).days, room=room)
    make.session(bare, -1, room=room)
    assert "National Day" in main(mara.get(url("manage", bare.pk)))
    assert "National Day" not in main(
        cast.browser(cast.quin, language="en").get(url("manage", bare.pk))
    )


# A copy


@pytest.fixture
def source(cast, room) -> Edition:
    edition = make.edition(cast.timis, title="Seria de toamnă", capacity=3)
    for number in (36, 43):
        make.session(edition, number, room=room, trainers=[cast.petar.person])
    return edition


def test_a_copy_is_shown_then_made(cast, mara, source):
    page = main(mara.get(url("copy", source.pk)))
    assert "Seria de toamnă" in page
    fields = {
        "first_day": "2026-12-01",
        "title": "Seria de iarnă",
        "with_rooms": "on",
        "with_trainers": "on",
    }
    shown = main(mara.post(url("copy", source.pk), {**fields, "step": "check"}))
    assert "It is a public holiday: National Day." in shown
    assert Edition.objects.count() == 1
    made = mara.post(url("copy", source.pk), {**fields, "step": "save"})
    new = Edition.objects.exclude(pk=source.pk).get()
    assert made["Location"] == url("manage", new.pk)
    assert [one.starts.date() - date(2026, 12, 1) for one in new.sessions.order_by("starts")] == [
        timedelta(0), timedelta(days=7),
    ]  # fmt: skip
    assert (new.status, new.title) == ("draft", "Seria de iarnă")


def test_a_copy_onto_taken_days_says_what_it_leaves_out(mara, source):
    fields = {"first_day": "2026-11-17", "with_rooms": "on", "with_trainers": "on"}
    shown = main(mara.post(url("copy", source.pk), {**fields, "step": "check"}))
    assert shown.count("It is left out of the copy.") == 2
    mara.post(url("copy", source.pk), {**fields, "step": "save"})
    new = Edition.objects.exclude(pk=source.pk).get()
    said = mara.get(url("manage", new.pk)).content.decode()
    assert "2 sessions have no room" in said
    assert "2 sessions lack a trainer" in said


@pytest.mark.parametrize("day", ["", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_first_day_that_cannot_be(mara, source, day):
    text = html(mara.post(url("copy", source.pk), {"first_day": day, "step": "save"}))
    assert "error-summary" in text
    assert Edition.objects.count() == 1


def test_user_text_is_text(mara, source, bare, room):
    Edition.objects.filter(pk=source.pk).update(title="<b>x</b>")
    text = main(mara.post(url("copy", source.pk), {"first_day": "2027-01-12", "step": "check"}))
    assert "<b>x</b>" not in text
    text = main(mara.post(url("series-add", bare.pk), asked(room=room.pk, title="<i>y</i>")))
    assert "<i>y</i>" not in text
