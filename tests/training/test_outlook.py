"""Present so far, still possible, out of reach: from marks to the sentence, and what never happens by itself."""

from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training import asked, cards
from training.asked import Asked, asked_of
from training.queries import AttendanceShare, Outlook, attendance_of, shares
from training.queries.attendance import share_of

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LENGTHS = st.lists(st.integers(1, 600), min_size=1, max_size=12)


def sessions_of(lengths, minutes):
    """Rows as the query gives them, one session a day."""
    starts = [BEGIN + timedelta(days=day) for day in range(len(lengths))]
    return [
        (start, start + timedelta(minutes=length), found)
        for start, length, found in zip(starts, lengths, minutes, strict=True)
    ]


def marked(lengths):
    """Lengths with marks, some still open, some longer than the session (it was cut short after the roll)."""
    return st.tuples(
        st.just(lengths),
        st.lists(
            st.one_of(st.none(), st.integers(0, 700)), min_size=len(lengths), max_size=len(lengths)
        ),
    )


MARKED = LENGTHS.flatmap(marked)


@given(rows=MARKED)
def test_present_and_possible_are_never_more_than_planned(rows):
    share = share_of(sessions_of(*rows), BEGIN)
    assert share.minutes_planned == sum(rows[0])
    assert share.minutes_present + share.minutes_still_possible <= share.minutes_planned
    assert 0 <= share.percent <= share.best_percent <= 100


@given(rows=MARKED, percent=st.integers(0, 100))
def test_enough_and_lost_exclude_each_other_and_agree_with_the_certificate(rows, percent):
    outlook = Outlook(share_of(sessions_of(*rows), BEGIN), percent)
    share = outlook.share
    assert not (outlook.has_enough and outlook.is_lost)
    # As certification weighs it: without rounding.
    assert outlook.has_enough == (share.minutes_present * 100 >= percent * share.minutes_planned)
    most = share.minutes_present + share.minutes_still_possible
    assert outlook.is_lost == (most * 100 < percent * share.minutes_planned)
    assert outlook.needed == ceil(percent * share.minutes_planned / 100)


@given(rows=MARKED, percent=st.integers(0, 100), data=st.data())
def test_what_is_lost_stays_lost_and_enough_stays_enough_as_marks_come_in(rows, percent, data):
    lengths, minutes = rows
    before = Outlook(share_of(sessions_of(lengths, minutes), BEGIN), percent)
    open_ones = [at for at, found in enumerate(minutes) if found is None]
    assume(open_ones)
    for at in data.draw(st.permutations(open_ones)):
        minutes = [*minutes[:at], data.draw(st.integers(0, lengths[at])), *minutes[at + 1 :]]
        after = Outlook(share_of(sessions_of(lengths, minutes), BEGIN), percent)
        assert after.is_lost or not before.is_lost
        assert after.has_enough or not before.has_enough
        before = after
    assert before.has_enough != before.is_lost  # at the end one of the two


def test_a_correction_may_bring_it_back():
    lengths = [60, 60]
    lost = Outlook(share_of(sessions_of(lengths, [0, None]), BEGIN), 80)
    assert lost.is_lost
    assert not Outlook(share_of(sessions_of(lengths, [60, None]), BEGIN), 80).is_lost


@pytest.mark.parametrize(
    ("present", "possible", "words"),
    [
        (0, 240, "Present so far: 0 min of 4 h. Still needed: 3 h 12 min."),
        (192, 0, "Present so far: 3 h 12 min of 4 h. That is enough."),
        (191, 0, "Present so far: 3 h 11 min of 4 h. Can no longer reach 3 h 12 min."),
        (71, 120, "Present so far: 1 h 11 min of 4 h. Can no longer reach 3 h 12 min."),
        (72, 120, "Present so far: 1 h 12 min of 4 h. Still needed: 2 h."),
    ],
)
def test_the_sentence_for_the_trainer(present, possible, words):
    outlook = Outlook(AttendanceShare(present, 240, possible, all_over=False), 80)
    assert cards.outlook_line(outlook).replace("\xa0", " ") == words


def test_nothing_planned_says_nothing():
    assert cards.outlook_line(Outlook(AttendanceShare(0, 0, 0, all_over=False), 80)) == ""


@pytest.fixture
def running(cast):
    """Two sessions of two hours, one yesterday, one tomorrow; Ana and Vasile have places."""
    edition = make.edition(cast.timis)
    first = make.session(edition, 1, trainers=[cast.petar.person])
    make.session(edition, 2)
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    make.move_to(first, 0)
    return edition


def test_everybody_at_once_is_each_alone(cast, running, django_assert_num_queries):
    first = running.sessions.first()
    ana, vasile = running.enrolments.order_by("pk")
    make.attendance(first, ana, 30, mark="late")
    with django_assert_num_queries(3):
        found = shares(running)
    assert found == {ana.pk: attendance_of(ana), vasile.pk: attendance_of(vasile)}
    assert found[ana.pk] == AttendanceShare(30, 240, 120, all_over=False)


def test_a_session_cut_short_after_the_roll_counts_what_it_lasted(running):
    first, ana = running.sessions.first(), running.enrolments.first()
    make.attendance(first, ana, 120)
    type(first).objects.filter(pk=first.pk).update(ends=first.starts + timedelta(minutes=30))
    share = attendance_of(ana)
    assert (share.minutes_present, share.minutes_planned) == (30, 150)


# What is asked


def test_without_a_programme_the_usual_is_asked(running):
    assert asked_of(running) == Asked(80, False)


def test_without_anybody_who_knows_the_usual_is_asked(running, monkeypatch):
    monkeypatch.setattr(asked, "_source", [])
    assert asked_of(running) == asked.USUAL


def test_the_page_of_the_roll_and_of_the_place_say_it(cast, petar, running):
    first, ana = running.sessions.first(), running.enrolments.get(person=cast.ana.person)
    make.attendance(first, ana, 0, mark="absent")
    roll = main(petar.get(url("roll", first.pk))).replace("\xa0", " ")
    assert "Present so far: 0 min of 4 h. Can no longer reach 3 h 12 min." in roll
    assert "Present so far: 0 min of 4 h. Still needed: 3 h 12 min." in roll
    mine = main(cast.browser(cast.ana, language="en").get(url("enrolment", ana.pk)))
    assert "you can no longer reach the time that is needed" in mine
    assert "Still possible 2 h" in mine.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(72, "You still need 2 h."), (120, "You still need 1 h 12 min.")],
)
def test_what_a_learner_reads(cast, running, minutes, words):
    ana = running.enrolments.get(person=cast.ana.person)
    make.attendance(running.sessions.first(), ana, minutes, mark="late")
    text = main(cast.browser(cast.ana, language="en").get(url("enrolment", ana.pk)))
    assert words in text.replace("\xa0", " ")
