"""The roll on a phone, by the trainer who leads the session."""

import re

import pytest

from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.models import Attendance


@pytest.fixture
def roll(cast):
    """A session of today with Ana and Vasile, led by Petar."""
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    places = [make.place(cast.ana.person, edition), make.place(cast.vasile, edition)]
    make.move_to(session, 0)
    return session, *places


def marks(*pairs, **more) -> dict[str, str]:
    found = {}
    for place, mark, *minutes in pairs:
        found[f"mark_{place.pk}"] = mark
        found[f"minutes_{place.pk}"] = str(minutes[0]) if minutes else ""
    return {**found, **more}


def test_the_roll_from_first_mark_to_finish(cast, petar, roll):
    session, ana, vasile = roll
    here = url("roll", session.pk)
    assert here in petar.get(url("my-sessions")).content.decode()
    saved = petar.post(here, marks((ana, "late", 90)), follow=True)
    assert "1 of 2 people are marked" in main(saved)
    assert "has no mark yet" in main(petar.post(here, marks((ana, "late", 90), finish="1")))
    petar.post(here, {**marks((ana, "late", "٩٥")), "all_present": "1"})
    assert {(a.enrolment_id, a.mark, a.minutes) for a in Attendance.objects.all()} == {
        (ana.pk, "late", 95),
        (vasile.pk, "present", 120),
    }
    assert (
        petar.post(here, marks((ana, "late", 95), (vasile, "present"), finish="1"))["Location"]
        == here
    )
    session.refresh_from_db()
    assert session.roll_closed_at
    page = petar.get(here).content.decode()
    assert re.search(rf'name="mark_{ana.pk}" value="late" checked', page)
    assert 'value="95"' in page


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ("", "Enter how many minutes the person was there."),
        ("multe", "Enter the minutes as a number."),
        ("999", "between 1 and 120"),
        ("0", "between 1 and 120"),
    ],
)
def test_minutes_that_are_wrong_stand_at_the_person(cast, petar, roll, minutes, words):
    session, ana, vasile = roll
    response = petar.post(
        url("roll", session.pk), marks((ana, "left_early", minutes), (vasile, "absent"))
    )
    text = response.content.decode()
    assert words in text
    assert "error-summary" in text
    assert re.search(rf'name="mark_{vasile.pk}" value="absent" checked', text)
    assert not Attendance.objects.exists()


def test_marks_of_others_and_nonsense_are_left_out(cast, petar, roll):
    session, ana, vasile = roll
    stranger = make.place(cast.clara.person, make.coming(cast.cluj))
    petar.post(
        url("roll", session.pk),
        {**marks((ana, "dancing"), (stranger, "present")), "mark_x": "present"},
    )
    assert not Attendance.objects.exists()


def test_the_roll_before_its_day_shows_names_only(cast, petar, edition):
    session = make.session(edition, 3, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    response = petar.get(url("roll", session.pk))
    assert "Ana Popescu" in main(response)
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "from the day of the session" in main(petar.post(url("roll", session.pk), {}))
