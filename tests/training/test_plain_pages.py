"""What somebody reads who is in a hurry or reads little: where and when is said, and nothing is said four times."""

from datetime import timedelta

import pytest
import time_machine

from people.queries import support_for
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training import cards
from training.actions import engagements
from training.models import ReminderRule, Session


def with_directions(room) -> None:
    room.venue.directions = "Autobuzul 33"
    room.venue.save()


def test_the_way_there_is_told_once_for_each_room(cast):
    here, there = make.room(cast.timis), make.room(cast.timis)
    with_directions(here)
    there.venue.directions = "Tramvaiul 2"
    there.venue.save()
    edition = make.edition(cast.timis)
    for day, room in enumerate((here, here, there, here), start=5):
        make.session(edition, day, room=room)
    place = make.place(cast.ana.person, edition)
    ana = cast.browser(cast.ana)
    for page in (url("edition", edition.pk), url("enrolment", place.pk)):
        text = main(ana.get(page))
        assert text.count("Tramvaiul 2") == 1
        assert text.count("Autobuzul 33") == 2, "again after another room"
        assert text.count(here.name) == 3, "the room itself stands at each session"


def test_the_page_that_moves_a_place_says_where_it_is_now(cast):
    edition = make.coming(cast.timis, day=7)
    place = make.place(cast.ana.person, edition)
    make.coming(cast.timis, course=edition.course, day=30)
    text = main(cast.browser(cast.ana, language="en").get(url("enrolment-move", place.pk)))
    assert f"The place now: {cards.when(edition)}" in text


def test_a_question_to_a_trainer_says_when(cast):
    edition = make.edition(cast.timis)
    make.session(edition, 21)
    edition.refresh_from_db()
    engagements.ask(by=None, edition=edition, trainer=cast.petar.person)
    petar = cast.browser(cast.petar, language="en")
    text = main(petar.get(url("teaching")))
    assert cards.when(edition) in text
    engagements.withdraw(by=None, engagement=edition.engagements.get())
    assert cards.when(edition) not in main(petar.get(url("teaching")))


@pytest.mark.parametrize(("day", "says"), [(-1, True), (0, True), (1, False)])
def test_a_roll_is_open_from_its_day_on(cast, day, says):
    session = make.session(make.edition(cast.timis), 9, trainers=[cast.petar.person])
    make.move_to(session, day)
    text = main(cast.browser(cast.petar, language="en").get(url("my-sessions")))
    assert ("roll open" in text) == says


def test_the_day_of_a_roll_is_the_day_there():
    """In Cairo it is the next day already; at the same moment in Lisbon it is not."""
    starts = make.at(5, 8, zone="Africa/Cairo")
    session = Session(starts=starts, ends=starts + timedelta(hours=1), time_zone="Africa/Cairo")
    for minutes, due in ((-1, False), (0, True)):
        with time_machine.travel(session.roll_opens + timedelta(minutes=minutes), tick=False):
            assert session.is_due == due


def test_reminders_are_asked_in_sentences(cast, mara):
    edition = make.coming(cast.timis)
    text = main(mara.get(url("reminders", edition.pk)))
    for kind in ReminderRule.Kind:
        label = str(kind.label)
        assert label[0].upper() + label[1:] in text
    assert "(optional)" not in text, "never is an answer, too"


def test_one_button_says_i_am_here_all_the_way(cast):
    edition = make.edition(cast.timis)
    session = make.session(edition, 7)
    place = make.place(cast.ana.person, edition)
    ana = cast.browser(cast.ana, language="en")
    assert "I am here" not in main(ana.get(url("enrolment", place.pk)))
    with time_machine.travel(session.starts, tick=False):
        for page in (url("enrolment", place.pk), url("check-in-code")):
            assert "I am here" in main(cast.browser(cast.ana, language="en").get(page))


def test_the_letters_of_a_paper_sheet_stand_in_a_list(cast):
    session = make.session(make.edition(cast.timis), 9, trainers=[cast.petar.person])
    make.place(cast.ana.person, session.edition)
    make.move_to(session, 0)
    page = cast.browser(cast.petar, language="en").get(url("entry", session.pk))
    text = page.content.decode()
    letters = text.partition('class="entry-letters"')[2].partition("</ul>")[0]
    assert letters.count("<kbd>") == letters.count("<li>") == 5
    assert 'aria-describedby="letters"' in text


def test_searching_comes_before_choosing_and_the_bar_holds_one_act(cast):
    edition = make.coming(cast.timis)
    page = cast.browser(cast.doru).get(url("nominate-people", edition.pk))
    text = page.content.decode().partition("</main>")[0]
    before, _bar, bar = text.partition("sticky-actions")
    for name in ("nominate-list", "nominate-person"):
        assert url(name, edition.pk) in before and url(name, edition.pk) not in bar
    assert url("nominate-check", edition.pk) in bar


def test_who_helps_is_kept_a_minute_for_each_person_and_language(cast, django_assert_num_queries):
    first = support_for(cast.ana)
    assert first
    with django_assert_num_queries(0):
        assert support_for(cast.ana) == first
    assert support_for(cast.clara) != first
