"""Trainers are asked and volunteer: one click, once, by the right people, in time; and never two sessions at once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.models import Message
from people.models import AuditEvent
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import editions, engagements
from training.actions.engagements import answer, ask, fingerprint, volunteer, withdraw
from training.actions.errors import EditionCancelled, EditionOver
from training.actions.trainer_errors import (
    AlreadyAnswered,
    AnswerTooLate,
    NotATrainer,
    NoTrainerNeeded,
    TrainerHasNoTime,
)
from training.models import Edition, Engagement, SessionTrainer

TOKEN = "a-token-of-this-test"


@pytest.fixture
def trainer(cast):
    return cast.petar.person


@pytest.fixture
def two(cast) -> Edition:
    """An edition with two sessions and no trainer."""
    made = make.edition(cast.timis, title="Grupa de marți")
    make.session(made, 7)
    make.session(made, 8)
    return made


def asked(cast, edition, **fields) -> Engagement:
    """A question whose token this test knows."""
    made = ask(by=cast.mara, edition=edition, trainer=cast.petar.person)
    values = {"token_hash": fingerprint(TOKEN), **fields}
    Engagement.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


def led(trainer) -> list[int]:
    rows = SessionTrainer.objects.filter(trainer=trainer, is_cancelled=False)
    return sorted(rows.values_list("session_id", flat=True))


# Asking


def test_a_question_is_asked_once_and_the_mail_has_its_link(cast, two, trainer):
    first = ask(by=cast.mara, edition=two, trainer=trainer)
    assert ask(by=cast.mara, edition=two, trainer=trainer) == first
    mail = Message.objects.get(name="trainer_asked")
    assert mail.person == trainer
    token = mail.text.split("/training/teaching/answer/")[1].split("/")[0]
    assert len(token) >= 22  # 128 bits in 64 letters
    assert first.token_hash == fingerprint(token) and token not in first.token_hash
    assert engagements.by_token(token) == first
    assert led(trainer) == []
    trail = AuditEvent.objects.get(verb="trainer.asked")
    assert token not in str(trail.data) and trail.person_id == trainer.pk


def test_the_time_to_answer_ends_with_the_last_session_that_needs_somebody(cast, two, trainer):
    soon = make.edition(cast.timis)
    session = make.session(soon, 2)
    assert ask(by=None, edition=soon, trainer=trainer).expires_at == session.starts
    week = ask(by=None, edition=two, trainer=trainer)
    assert week.expires_at == week.created_at + timedelta(days=7)


@pytest.mark.parametrize("who", ["ana", "ion", "olga", "petar", "vera", "doru"])
def test_only_who_schedules_may_ask(cast, two, trainer, who):
    with pytest.raises(PermissionDenied):
        ask(by=getattr(cast, who), edition=two, trainer=trainer)
    assert not Engagement.objects.exists() and not Message.objects.exists()


def test_nobody_is_asked_in_vain(cast, two, trainer):
    with pytest.raises(NotATrainer):
        ask(by=None, edition=two, trainer=cast.ana.person)
    full = make.edition(cast.timis)
    make.session(full, 9, trainers=[trainer])
    with pytest.raises(NoTrainerNeeded):
        ask(by=None, edition=full, trainer=trainer)
    editions.change_status(by=None, edition=two, status="cancelled", reason="Zi liberă")
    with pytest.raises(EditionCancelled):
        ask(by=None, edition=two, trainer=trainer)
    Edition.objects.filter(pk=full.pk).update(status="done")
    with pytest.raises(EditionOver):
        volunteer(by=None, edition=full, trainer=trainer)


def test_after_a_no_and_after_silence_one_may_ask_again(cast, two, trainer):
    first = asked(cast, two)
    answer(by=None, engagement=first, yes=False)
    second = ask(by=cast.mara, edition=two, trainer=trainer)
    assert second != first
    with time_machine.travel(second.expires_at + timedelta(hours=1), tick=False):
        make.session(two, 60)
        third = ask(by=cast.mara, edition=two, trainer=trainer)
    second.refresh_from_db()
    assert third != second and second.state == "withdrawn"


# Answering


def test_yes_puts_down_for_every_session_that_needs_somebody(cast, two, trainer):
    other = make_people.staff(cast.timis, "trainer").person
    taken = make.session(two, 9, trainers=[other])
    question = asked(cast, two)
    found = answer(by=None, engagement=question, yes=True)
    assert [s.pk for s in found] == led(trainer) and len(found) == 2
    assert taken.pk not in led(trainer)
    question.refresh_from_db()
    assert question.state == "accepted" and question.answered_at
    told = Message.objects.get(name="trainer_said")
    assert told.person == cast.mara.person and trainer.full_name in told.text
    again = answer(by=None, engagement=question, yes=True)
    assert [s.pk for s in again] == [s.pk for s in found]
    assert Message.objects.filter(name="trainer_said").count() == 1
    with pytest.raises(AlreadyAnswered):
        answer(by=None, engagement=question, yes=False)
    assert len(led(trainer)) == 2


def test_who_no_longer_schedules_there_is_not_told(cast, two, trainer):
    question = asked(cast, two)
    make_people.end_roles(cast.mara.person)
    answer(by=None, engagement=Engagement.objects.get(pk=question.pk), yes=True)
    assert len(led(trainer)) == 2
    assert not Message.objects.filter(name="trainer_said").exists()


def test_no_changes_nothing_but_is_told(cast, two, trainer):
    question = asked(cast, two)
    assert answer(by=cast.petar, engagement=question, yes=False) == []
    assert led(trainer) == []
    assert Message.objects.get(name="trainer_said").person == cast.mara.person
    with pytest.raises(AlreadyAnswered):
        answer(by=None, engagement=question, yes=True)


def test_a_session_at_the_same_time_is_left_for_others(cast, two, trainer):
    make.session(make.edition(cast.timis), 7, 11, trainers=[trainer])
    found = answer(by=None, engagement=asked(cast, two), yes=True)
    assert [session.starts for session in found] == [make.at(8)]


def test_yes_without_any_time_stays_unanswered(cast, two, trainer):
    question = asked(cast, two)
    elsewhere = make.edition(cast.timis)
    for day in (7, 8):
        make.session(elsewhere, day, 11, trainers=[trainer])
    with pytest.raises(TrainerHasNoTime), transaction.atomic():
        answer(by=None, engagement=question, yes=True)
    question.refresh_from_db()
    assert question.state == "open" and len(led(trainer)) == 2


def test_too_late_is_too_late(cast, two, trainer):
    question = asked(cast, two)
    with time_machine.travel(question.expires_at, tick=False), pytest.raises(AnswerTooLate):
        answer(by=None, engagement=question, yes=True)
    assert led(trainer) == []


@pytest.mark.parametrize("who", ["ana", "mara", "olga", "adm"])
def test_nobody_answers_for_the_trainer(cast, two, trainer, who):
    question = asked(cast, two)
    with pytest.raises(PermissionDenied):
        answer(by=getattr(cast, who), engagement=question, yes=True)


@pytest.mark.parametrize("who", ["petar", "ana", "ion", "olga"])
def test_an_offer_is_answered_by_who_schedules(cast, two, trainer, who):
    offer = volunteer(by=cast.petar, edition=two, trainer=trainer)
    with pytest.raises(PermissionDenied):
        answer(by=getattr(cast, who), engagement=offer, yes=True)
    assert led(trainer) == []
    answer(by=cast.mara, engagement=offer, yes=True)
    assert len(led(trainer)) == 2
    assert Message.objects.get(name="trainer_offer_answered").person == trainer


def test_an_offer_is_made_once_by_oneself_and_taken_back(cast, two, trainer):
    with pytest.raises(PermissionDenied):
        volunteer(by=cast.mara, edition=two, trainer=trainer)
    offer = volunteer(by=cast.petar, edition=two, trainer=trainer)
    assert volunteer(by=cast.petar, edition=two, trainer=trainer) == offer
    with pytest.raises(PermissionDenied):
        withdraw(by=cast.mara, engagement=offer)
    withdraw(by=cast.petar, engagement=offer)
    assert withdraw(by=cast.petar, engagement=offer).state == "withdrawn"
    with pytest.raises(AlreadyAnswered):
        answer(by=cast.mara, engagement=offer, yes=True)


def test_a_question_is_taken_back_by_the_branch(cast, two):
    question = asked(cast, two)
    for who in (cast.petar, cast.olga):
        with pytest.raises(PermissionDenied):
            withdraw(by=who, engagement=question)
    withdraw(by=cast.mara, engagement=question)
    with pytest.raises(AlreadyAnswered):
        answer(by=None, engagement=question, yes=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_hash": None},
        {"expires_at": None},
        {"state": "accepted"},
        {"answered_at": timezone.now()},
        {"origin": "volunteered"},
    ],
)
def test_the_database_refuses_half_a_question(cast, two, wrong):
    question = asked(cast, two)
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.filter(pk=question.pk).update(**wrong)


# The page of the link


@pytest.fixture
def stranger(cast):
    return cast.browser(None, language="en")


def test_opening_the_link_changes_nothing_and_pressing_yes_does(cast, two, trainer, stranger):
    question = asked(cast, two)
    for method in (stranger.get, stranger.head, stranger.options):
        method(url("teaching-answer", TOKEN))
    question.refresh_from_db()
    assert question.state == "open" and led(trainer) == []
    page = stranger.get(url("teaching-answer", TOKEN))
    assert "Yes, I lead it" in main(page) and "Grupa de marți" in main(page)
    assert page["X-Robots-Tag"] == "noindex" and "no-store" in page["Cache-Control"]
    done = stranger.post(url("teaching-answer", TOKEN), {"answer": "yes"})
    assert "You said yes" in main(done) and len(led(trainer)) == 2
    again = stranger.post(url("teaching-answer", TOKEN), {"answer": "yes"})
    assert main(again) == main(done) and len(led(trainer)) == 2
    other = main(stranger.post(url("teaching-answer", TOKEN), {"answer": "no"}))
    assert "This question has been answered already." in other and "You said yes" in other


@pytest.mark.parametrize("posted", [{}, {"answer": ""}, {"answer": "perhaps"}])
def test_an_answer_that_is_none_changes_nothing(cast, two, stranger, posted):
    question = asked(cast, two)
    assert stranger.post(url("teaching-answer", TOKEN), posted).status_code == 200
    question.refresh_from_db()
    assert question.state == "open"


def test_an_unknown_token_is_no_page(stranger, db):
    assert stranger.get(url("teaching-answer", "x" * 22)).status_code == 404
    assert stranger.post(url("teaching-answer", "x" * 22), {"answer": "yes"}).status_code == 404


def test_the_link_of_one_question_opens_no_other(cast, two, stranger):
    asked(cast, two)
    other = make.coming(cast.timis, title="Altă grupă")
    second = ask(by=cast.mara, edition=other, trainer=cast.petar.person)
    assert "Altă grupă" not in main(stranger.get(url("teaching-answer", TOKEN)))
    stranger.post(url("teaching-answer", TOKEN), {"answer": "no"})
    second.refresh_from_db()
    assert second.state == "open"


def test_a_late_link_says_so(cast, two, stranger):
    question = asked(cast, two)
    with time_machine.travel(question.expires_at + timedelta(minutes=1), tick=False):
        page = main(stranger.get(url("teaching-answer", TOKEN)))
        posted = main(stranger.post(url("teaching-answer", TOKEN), {"answer": "yes"}))
    assert "An answer is no longer needed." in page and "Yes, I lead it" not in page
    assert "The time to answer is over." in posted


# Our own pages


def test_a_trainer_offers_and_takes_back(cast, two, petar):
    page = main(petar.get(url("teaching-open")))
    assert "Grupa de marți" in page and "Offer to lead it" in page
    petar.post(url("volunteer", two.pk))
    petar.post(url("volunteer", two.pk))
    offer = Engagement.objects.get()
    assert "You have offered to lead it." in main(petar.get(url("teaching-open")))
    petar.post(url("engagement", offer.pk), {"answer": "withdraw"})
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_nobody_offers_where_they_have_no_role_or_see_nothing(cast, two, petar):
    abroad = make.coming(cast.cluj)
    draft = make.coming(cast.timis, status="draft")
    assert petar.post(url("volunteer", abroad.pk)).status_code == 404
    assert petar.post(url("volunteer", draft.pk)).status_code == 404
    assert cast.browser(cast.ana).post(url("volunteer", two.pk)).status_code == 404
    page = main(petar.get(url("teaching-open")))
    assert url("edition", abroad.pk) not in page and url("edition", draft.pk) not in page


def test_a_coordinator_asks_sees_and_decides(cast, two, trainer, mara):
    find = url("find-trainers", two.sessions.first().pk)
    assert "Ask to lead the edition" in main(mara.get(find))
    sent = mara.post(url("ask-trainer", two.pk), {"trainer": trainer.pk, "next": find})
    assert sent["Location"] == find
    assert "waits for an answer" in main(mara.get(find))
    away = {"trainer": trainer.pk, "next": "https://evil.example.org/"}
    assert mara.post(url("ask-trainer", two.pk), away)["Location"] == url("manage", two.pk)
    question = Engagement.objects.get()
    mara.post(url("engagement", question.pk), {"answer": "withdraw"})
    offer = volunteer(by=None, edition=two, trainer=trainer)
    assert "volunteered" in main(mara.get(url("manage", two.pk)))
    mara.post(url("engagement", offer.pk), {"answer": "yes"})
    assert len(led(trainer)) == 2


def test_a_trainer_who_is_not_of_the_institution_cannot_be_asked(cast, two, mara):
    abroad = make_people.staff(cast.cluj, "trainer").person
    for number in (abroad.pk, cast.ana.person_id, "x", ""):
        mara.post(url("ask-trainer", two.pk), {"trainer": number})
    assert not Engagement.objects.exists()


def test_who_may_see_a_question(cast, two):
    question = asked(cast, two)
    for who in ("mara", "petar", "ion", "quin", "vera", "adm"):
        assert question in Engagement.objects.visible_to(getattr(cast, who)), who
    for who in ("ana", "olga", "doru", "clara", "nour"):
        assert question not in Engagement.objects.visible_to(getattr(cast, who)), who
