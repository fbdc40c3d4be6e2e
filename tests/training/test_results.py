"""The trainer's result: who gives it, when, its trail, and that its person reads it in kind words."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from people.models import AuditEvent
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions.enrolments import cancel
from training.actions.errors import NotAParticipant
from training.actions.results import give_result
from training.actions.room_errors import NoResultYet, ReasonForFailing, ResultStands
from training.models import Enrolment, TrainerResult
from training.signals import attendance_recorded


@pytest.fixture
def place(cast):
    """Ana's, in an edition that began today and that Petar leads."""
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    made = make.place(cast.ana.person, edition)
    make.move_to(session, 0)
    return made


def give(place, by, result="passed", text=""):
    return give_result(enrolment=place, by=by, result=result, text=text)


@pytest.mark.parametrize("who", ["petar", "mara", "adm"])
@pytest.mark.parametrize("result", ["passed", "recommended", "failed"])
def test_who_gives_it(cast, place, who, result):
    row = give(place, getattr(cast, who), result, "Mai lipsește practica.")
    assert (row.result, row.given_by) == (result, getattr(cast, who))
    [event] = AuditEvent.objects.about(row)
    assert (event.verb, event.data) == ("result.given", {"old": "", "new": result})
    assert event.person_id == cast.ana.person_id


@pytest.mark.parametrize("who", ["ana", "clara", "ion", "olga", "quin", "vera", "doru", "nour"])
def test_who_may_not(cast, place, who):
    with pytest.raises(PermissionDenied):
        give(place, getattr(cast, who))
    assert not TrainerResult.objects.exists()


def test_a_change_leaves_the_old_one_in_the_trail_without_words(cast, place):
    give(place, cast.petar, "failed", "Mai lipsește practica.")
    row = give(place, cast.mara, "recommended", "A recuperat tot.")
    event = AuditEvent.objects.about(row).filter(verb="result.changed").get()
    assert event.data == {"old": "failed", "new": "recommended"}
    assert (row.result, row.text, row.given_by) == ("recommended", "A recuperat tot.", cast.mara)
    assert TrainerResult.objects.count() == 1


def test_twice_is_once(cast, place):
    heard = []

    def listen(sender, enrolment_ids, **kwargs):
        heard.append(enrolment_ids)

    attendance_recorded.connect(listen)
    try:
        first, second = (give(place, cast.petar, "passed", " Bine. ") for _ in range(2))
    finally:
        attendance_recorded.disconnect(listen)
    assert first.pk == second.pk and second.text == "Bine."
    assert heard == [[place.pk]]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_failing_somebody_needs_words(cast, place, text):
    with pytest.raises(ReasonForFailing):
        give(place, cast.petar, "failed", text)


def test_not_before_it_begins(cast):
    edition = make.coming(cast.timis)
    place = make.place(cast.ana.person, edition)
    with pytest.raises(NoResultYet):
        give(place, cast.mara)
    empty = make.place(cast.ana.person, make.edition(cast.timis))
    with pytest.raises(NoResultYet):
        give(empty, cast.mara)


def test_only_people_with_a_place(cast, place):
    cancel(enrolment=place, by=None)
    with pytest.raises(NotAParticipant):
        give(place, cast.petar)


def test_a_completed_course_is_not_failed_here(cast, place):
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=make.at(0).date())
    with pytest.raises(ResultStands):
        give(place, cast.petar, "failed", "x")
    assert give(place, cast.petar, "recommended").result == "recommended"


def test_the_database_knows_three_results(place):
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainerResult.objects.create(enrolment=place, result="perhaps")


def test_another_trainer_of_the_county_may_not(cast, place):
    place.edition.sessions.get().trainers.all().delete()
    with pytest.raises(PermissionDenied):
        give(place, cast.petar)


# Pages


def test_from_the_list_to_the_learners_page(cast, petar, place):
    listing = petar.get(url("results", place.edition_id))
    assert url("result", place.pk) in listing.content.decode()
    empty = petar.post(url("result", place.pk), {"result": "failed", "text": ""})
    assert "Write what is still missing." in main(empty)
    assert 'value="failed"' in empty.content.decode() and "checked" in empty.content.decode()
    nothing = petar.post(url("result", place.pk), {})
    assert "Choose a result." in main(nothing)
    done = petar.post(
        url("result", place.pk),
        {"result": "failed", "text": "Mai vino <b>o dată</b>."},
        follow=True,
    )
    assert "not passed yet" in main(done)
    mine = cast.browser(cast.ana, language="en").get(url("enrolment", place.pk))
    assert "You are not there yet. That can still change" in main(mine)
    assert "Mai vino &lt;b&gt;o dată" in mine.content.decode()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("passed", "Well done: you have passed."),
        ("recommended", "Well done: you have passed, and your trainer recommends you."),
    ],
)
def test_kind_words(cast, place, result, words):
    give(place, cast.petar, result)
    mine = main(cast.browser(cast.ana, language="en").get(url("enrolment", place.pk)))
    assert words in mine


def test_nobody_else_reads_it(cast, place):
    give(place, cast.petar, "failed", "Numai pentru Ana.")
    for who in (cast.clara, cast.olga, cast.nour):
        browser = cast.browser(who, language="en")
        for address in (
            url("enrolment", place.pk),
            url("result", place.pk),
            url("results", place.edition_id),
        ):
            assert browser.get(address).status_code == 404
    assert list(TrainerResult.objects.visible_to(cast.ana)) != []
    for who in (cast.clara, cast.olga):
        assert list(TrainerResult.objects.visible_to(who)) == []
