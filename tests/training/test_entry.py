"""The fast grid for paper sheets: what a cell means, and that nothing is half-written."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training import entry
from training.entry import Cell
from training.models import Attendance


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", Cell()),
        ("  ", Cell()),
        ("p", Cell("present")),
        (" P ", Cell("present")),
        ("p 90", Cell("present", 90)),
        ("a", Cell("absent")),
        ("e", Cell("excused")),
        ("a 0", Cell("absent")),
        ("l 90", Cell("late", 90)),
        ("l90", Cell("late", 90)),
        ("d 45", Cell("left_early", 45)),
        ("120", Cell("present", 120)),
        ("90", Cell("late", 90)),
        ("٩٠", Cell("late", 90)),
        ("l ٩٠", Cell("late", 90)),
        ("９０", Cell("late", 90)),
    ],
)
def test_what_a_cell_means(text, cell):
    assert entry.read(text, 120) == cell


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "one of the letters above"),
        ("present", "one of the letters above"),
        ("p p", "one of the letters above"),
        ("-5", "one of the letters above"),
        ("9.5", "one of the letters above"),
        ("999999", "one of the letters above"),
        ("l", "how many minutes"),
        ("d", "how many minutes"),
        ("a 30", "has no minutes"),
        ("e 1", "has no minutes"),
    ],
)
def test_a_cell_that_means_nothing_says_how_to_mend_it(text, words):
    cell = entry.read(text, 120)
    assert words in cell.error and not cell.mark


@given(text=st.text(max_size=12), planned=st.integers(1, 1000))
def test_no_text_breaks_it(text, planned):
    cell = entry.read(text, planned)
    assert not (cell.mark and cell.error)
    assert cell.minutes is None or cell.minutes >= 0


@given(
    mark=st.sampled_from(["present", "late", "left_early", "absent", "excused"]),
    planned=st.integers(1, 1000),
    data=st.data(),
)
@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_a_mark_that_is_shown_is_read_again(language, mark, planned, data):
    minutes = 0 if mark in ("absent", "excused") else data.draw(st.integers(1, planned))
    with translation.override(language):
        cell = entry.read(entry.shown(mark, minutes, planned), planned)
    whole = planned if mark == "present" else 0
    assert (cell.mark, cell.minutes if cell.minutes is not None else whole) == (mark, minutes)


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_five_letters_in_every_language(language):
    with translation.override(language):
        assert len({letter.casefold() for letter in entry.own_letters().values()}) == 5


@pytest.fixture
def session(cast):
    """Two hours of today, led by Petar; Ana and Vasile have places."""
    edition = make.edition(cast.timis)
    made = make.session(edition, 7, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    make.move_to(made, 0)
    return made


def typed(session, ana="", vasile="", **more):
    first, second = session.edition.enrolments.order_by("pk")
    return {f"m{first.pk}": ana, f"m{second.pk}": vasile, **more}


def marks(session):
    rows = Attendance.objects.filter(session=session).order_by("enrolment")
    return [(row.mark, row.minutes, row.reason, row.method) for row in rows]


def test_the_code_on_the_sheet_opens_the_grid(petar, session):
    arrived = petar.get(f"/s/{session.pk}/", follow=True)
    assert arrived.redirect_chain[-1][0] == url("entry", session.pk)
    assert "Ana Popescu" in main(arrived)


def test_a_sheet_typed_in(petar, session):
    excuse = session.edition.enrolments.last().pk
    here = url("entry", session.pk)
    done = petar.post(
        here, typed(session, "l 100", "e", **{f"r{excuse}": " Spital  azi "}), follow=True
    )
    assert "2 of 2 people are marked" in main(done)
    assert marks(session) == [
        ("late", 100, "", "paper"),
        ("excused", 0, "Spital azi", "paper"),
    ]
    page = petar.get(here).content.decode()
    assert re.search(r'value="l 100"', page) and 'value="Spital azi"' in page


def test_what_stands_is_not_written_again(cast, petar, session):
    ana = session.edition.enrolments.first()
    make.attendance(session, ana, 120)
    petar.post(url("entry", session.pk), typed(session, "p", "a"))
    assert marks(session) == [("present", 120, "", "roll_call"), ("absent", 0, "", "paper")]
    petar.post(url("entry", session.pk), typed(session, "", ""))
    assert len(marks(session)) == 2  # an emptied cell unsays nothing


def test_a_correction_with_its_reason_leaves_a_trail(petar, session):
    ana = session.edition.enrolments.first()
    row = make.attendance(session, ana, 0, mark="absent")
    petar.post(
        url("entry", session.pk), typed(session, "p 60", **{f"r{ana.pk}": "Eroare pe foaie"})
    )
    assert marks(session) == [("present", 60, "Eroare pe foaie", "paper")]
    event = AuditEvent.objects.about(row).get()
    assert (event.verb, event.data["old"]) == ("attendance.corrected", ["absent", 0])


@pytest.mark.parametrize("wrong", ["x", "l", "999", "l 0"])
def test_one_wrong_cell_writes_nothing_and_keeps_all(petar, session, wrong):
    page = petar.post(url("entry", session.pk), typed(session, "p", wrong)).content.decode()
    assert not Attendance.objects.exists()
    assert "error-summary" in page and f'value="{wrong}"' in page and 'value="p"' in page


def test_finishing_from_the_grid(petar, session):
    answer = petar.post(url("entry", session.pk), typed(session, "p", finish="1"))
    assert "1 person has no mark yet." in main(answer)
    assert marks(session) == []
    petar.post(url("entry", session.pk), typed(session, "p", "a", finish="1"))
    session.refresh_from_db()
    assert session.roll_closed_at


def test_a_sheet_before_its_day(cast, petar, edition):
    session = make.session(edition, 3, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    place = edition.enrolments.get()
    answer = petar.post(url("entry", session.pk), {f"m{place.pk}": "p"})
    assert "from the day of the session" in main(answer)


def test_a_stranger_in_the_post_is_left_out(cast, petar, session):
    stranger = make.place(cast.clara.person, make.coming(cast.cluj))
    petar.post(url("entry", session.pk), {f"m{stranger.pk}": "p", "mx": "p"})
    assert not Attendance.objects.exists()
