"""The waiting list: whose turn it is by each rule, groups, offers that are answered, and offers that nobody answers."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.models import Message
from people.models import AuditEvent
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training import queries
from training.actions import editions, enrolments, waiting
from training.actions.errors import Refused
from training.actions.groups import enrol_group
from training.actions.urgency import set_urgency
from training.actions.waiting_errors import GroupTooBig, OfferIsOver, RuleInUse
from training.models import Edition, Enrolment
from training.signals import waiting_list_asked
from training.tasks import pass_on_offers

Status = Enrolment.Status
Urgency = Enrolment.Urgency
HOUR = timedelta(hours=1)


def people(cast, number: int) -> list:
    return [make_people.person(cast.timis) for _ in range(number)]


def sent(person, name: str) -> int:
    return jobs.messages().filter(person=person, name=name).count()


def trail(enrolment: Enrolment) -> list[str]:
    return list(AuditEvent.objects.about(enrolment).order_by("id").values_list("verb", flat=True))


def fresh(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("edition").get(pk=enrolment.pk)


def states(edition: Edition) -> list[str]:
    return list(edition.enrolments.order_by("pk").values_list("status", flat=True))


def full(cast, number: int = 3, *, capacity: int = 1, **fields) -> list[Enrolment]:
    """An edition with offers, full, and people who wait."""
    edition = make.coming(cast.timis, capacity=capacity, **{"offer_hours": 48, **fields})
    return [make.place(p, edition) for p in people(cast, number)]


def ran_out(enrolment: Enrolment) -> None:
    """The deadline was a moment ago."""
    past = timezone.now() - timedelta(seconds=1)
    Enrolment.objects.filter(pk=enrolment.pk).update(offer_until=past)


# Whose turn it is


@pytest.fixture
def listener():
    """Somebody who knows certificates: the urgencies that they answer with, and what they were asked."""
    answers, asked = {}, []

    def answer(sender, edition_id, enrolment_ids, **kwargs):
        asked.append((edition_id, enrolment_ids))
        set_urgency({pk: answers.get(pk, "") for pk in enrolment_ids})

    # Only this one: what certification knows is tested there.
    receivers, waiting_list_asked.receivers = waiting_list_asked.receivers, []
    waiting_list_asked.sender_receivers_cache.clear()
    waiting_list_asked.connect(answer, weak=False)
    yield answers, asked
    waiting_list_asked.receivers = receivers
    waiting_list_asked.sender_receivers_cache.clear()


RULES = [
    # rule, urgencies in order of arrival, places in the order in which they move up
    ("arrival", ["", "expiring", "never_trained"], [0, 1, 2]),
    ("expiring", ["", "expiring", "never_trained", "expiring"], [1, 3, 0, 2]),
    ("never_trained", ["", "expiring", "never_trained", "never_trained"], [2, 3, 0, 1]),
    ("expiring", ["", "", ""], [0, 1, 2]),
    ("never_trained", ["never_trained", "", "never_trained"], [0, 2, 1]),
]


@pytest.mark.parametrize(("rule", "urgencies", "order"), RULES)
def test_the_rule_orders_the_list(cast, listener, rule, urgencies, order):
    answers, _asked = listener
    first, *rest = full(cast, len(urgencies) + 1, queue_rule=rule, offer_hours=0)
    answers.update({e.pk: urgency for e, urgency in zip(rest, urgencies, strict=True)})
    set_urgency(answers)
    wanted = [rest[number].pk for number in order]
    ranked = list(first.edition.enrolments.with_rank())
    assert [e.pk for e in ranked] == wanted
    assert [e.rank for e in ranked] == list(range(1, len(rest) + 1))
    for enrolment in ranked:
        assert queries.rank(enrolment) == enrolment.rank
    enrolments.cancel(enrolment=first, by=None)
    assert fresh(rest[order[0]]).status == Status.CONFIRMED


def test_both_ways_of_counting_the_rank_agree_on_any_list(cast):
    dice = random.Random(3)
    for rule in Edition.QueueRule.values:
        rows = full(cast, 14, queue_rule=rule)
        for row in rows[1:]:
            row.urgency = dice.choice(Urgency.values)
            row.queued_at = rows[0].queued_at + dice.choice([0, 1, 2]) * HOUR
            row.save()
        edition = rows[0].edition
        by_window = {e.pk: e.rank for e in edition.enrolments.with_rank()}
        counted = edition.enrolments.waiting().with_own_rank().values_list("pk", "rank")
        assert dict(counted) == by_window
        assert sorted(by_window.values()) == list(range(1, 14))


def test_who_has_no_turn_has_no_rank(cast):
    confirmed, offered, _waits = full(cast, 3)
    enrolments.cancel(enrolment=confirmed, by=None)
    assert queries.rank(confirmed) is None
    assert queries.rank(offered) is None


def test_whoever_knows_certificates_is_asked_before_the_list_is_read(cast, listener):
    answers, asked = listener
    first, second, third = full(cast, 3, queue_rule="expiring", offer_hours=0)
    assert [len(ids) for _edition, ids in asked] == [1, 2]
    answers[third.pk] = Urgency.EXPIRING
    enrolments.cancel(enrolment=first, by=None)
    assert (fresh(second).status, fresh(third).status) == (Status.WAITLISTED, Status.CONFIRMED)


def test_a_newcomer_whom_the_rule_prefers_reads_the_rank_that_it_gives(cast, listener):
    answers, _asked = listener
    first, *_rest = full(cast, 3, queue_rule="never_trained", offer_hours=0)
    person = people(cast, 1)[0]
    # The answer is known by the time the enrolment has a number: the highest so far plus one.
    answers[Enrolment.objects.latest("pk").pk + 1] = Urgency.NEVER_TRAINED
    made = make.place(person, first.edition)
    assert made.rank == 1
    assert queries.rank(made) == 1


def test_nobody_is_asked_where_arrival_decides(cast, listener):
    _answers, asked = listener
    first, *_rest = full(cast, 3)
    enrolments.cancel(enrolment=first, by=None)
    assert asked == []


def test_urgency_is_written_only_where_somebody_waits(cast):
    first, second, _third = full(cast, 3, queue_rule="expiring")
    set_urgency({first.pk: Urgency.EXPIRING, second.pk: Urgency.EXPIRING})
    assert (fresh(first).urgency, fresh(second).urgency) == ("", "expiring")


def test_the_rule_stays_while_people_wait_by_it(cast):
    first, *_ = full(cast, 2)
    with pytest.raises(RuleInUse):
        editions.update(by=None, edition=first.edition, queue_rule="expiring")
    editions.update(by=None, edition=first.edition, queue_rule="arrival", offer_hours=24)
    enrolments.cancel(enrolment=_[0], by=None)
    assert (
        editions.update(by=None, edition=first.edition, queue_rule="expiring").queue_rule
        == "expiring"
    )


# Offers


def test_a_free_place_is_offered_with_a_deadline(cast):
    first, second, third = full(cast)
    before = timezone.now()
    enrolments.cancel(enrolment=first, by=None)
    offered = fresh(second)
    assert offered.status == Status.OFFERED
    assert before + 48 * HOUR <= offered.offer_until <= timezone.now() + 48 * HOUR
    assert offered.is_offer_open
    assert fresh(third).status == Status.WAITLISTED
    assert (sent(second.person, "place_offered"), sent(second.person, "place_freed")) == (1, 0)
    assert trail(second) == ["enrolment.waitlisted", "enrolment.offered"]


def test_an_offer_never_lasts_beyond_the_first_session(cast):
    first, second = full(cast, 2, offer_hours=720)
    enrolments.cancel(enrolment=first, by=None)
    assert fresh(second).offer_until == first.edition.starts


def test_without_offers_the_place_is_theirs_at_once(cast):
    first, second = full(cast, 2, offer_hours=0)
    enrolments.cancel(enrolment=first, by=None)
    assert fresh(second).status == Status.CONFIRMED
    assert sent(second.person, "place_freed") == 1


def test_an_offered_place_is_taken(cast):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    late = people(cast, 1)[0]
    assert make.place(late, first.edition).status == Status.WAITLISTED
    assert fresh(third).status == Status.WAITLISTED


@pytest.mark.parametrize("times", [1, 2, 3])
def test_yes_gives_the_place_once(cast, times):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    for _ in range(times):
        place = waiting.answer(enrolment=fresh(second), yes=True, by=None)
    assert place.status == Status.CONFIRMED
    assert place.offer_until is None
    assert sent(second.person, "enrolment_confirmed") == 1
    assert trail(second).count("enrolment.offer_accepted") == 1
    assert fresh(third).status == Status.WAITLISTED


@pytest.mark.parametrize("times", [1, 2])
def test_no_passes_the_place_on_once(cast, times):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    jobs.run()
    for _ in range(times):
        place = waiting.answer(enrolment=fresh(second), yes=False, by=None)
    assert place.is_cancelled
    assert not place.offer_ran_out
    assert fresh(third).status == Status.OFFERED
    assert jobs.messages().filter(name="place_offered").count() == 2
    assert sent(second.person, "enrolment_cancelled") == 1


def test_an_offer_that_ran_out_passes_on(cast):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    ran_out(second)
    assert not fresh(second).is_offer_open
    moved = waiting.pass_on(edition=first.edition)
    assert [e.pk for e in moved] == [third.pk]
    assert fresh(second).is_cancelled
    assert fresh(second).offer_ran_out
    assert sent(second.person, "offer_ran_out") == 1
    assert sent(second.person, "enrolment_cancelled") == 0
    assert sent(third.person, "place_offered") == 1
    assert trail(second)[-1] == "enrolment.offer_ran_out"


def test_the_worker_passes_on_and_may_run_twice(cast):
    first, second, third = full(cast)
    other, other_second, _ = full(cast)
    for place in (first, other):
        enrolments.cancel(enrolment=place, by=None)
    ran_out(second)
    for _ in range(3):
        pass_on_offers(0)
    assert (fresh(second).status, fresh(third).status) == (Status.CANCELLED, Status.OFFERED)
    assert fresh(other_second).status == Status.OFFERED
    assert jobs.messages().filter(name="offer_ran_out").count() == 1


def test_offers_run_out_one_after_the_other_until_nobody_waits(cast):
    first, *rest = full(cast, 4)
    enrolments.cancel(enrolment=first, by=None)
    for place in rest:
        assert fresh(place).status == Status.OFFERED
        ran_out(place)
        waiting.pass_on(edition=first.edition)
    assert states(first.edition) == [Status.CANCELLED] * 4
    assert make.place(people(cast, 1)[0], first.edition).status == Status.CONFIRMED


def test_whoever_comes_next_finds_what_the_clock_decided(cast):
    """No worker has run: the newcomer does not pass the one who waits, and gets the place where nobody does."""
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    ran_out(second)
    late = make.place(people(cast, 1)[0], first.edition)
    assert (fresh(third).status, late.status) == (Status.OFFERED, Status.WAITLISTED)
    alone, next_one = full(cast, 2)
    enrolments.cancel(enrolment=alone, by=None)
    ran_out(next_one)
    assert make.place(people(cast, 1)[0], alone.edition).status == Status.CONFIRMED


@pytest.mark.parametrize("yes", [True, False])
def test_an_answer_that_comes_too_late_is_told_so(cast, yes):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    ran_out(second)
    with pytest.raises(OfferIsOver) as refused:
        waiting.answer(enrolment=fresh(second), yes=yes, by=None)
    assert "time to answer is over" in refused.value.message
    # What the clock decided stays, although the answer was refused.
    assert (fresh(second).status, fresh(third).status) == (Status.CANCELLED, Status.OFFERED)


@pytest.mark.parametrize(("first_word", "then"), [(True, False), (False, True)])
def test_the_first_answer_counts(cast, first_word, then):
    first, second, _third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    place = waiting.answer(enrolment=fresh(second), yes=first_word, by=None)
    with pytest.raises(OfferIsOver):
        waiting.answer(enrolment=fresh(second), yes=then, by=None)
    assert fresh(second).status == place.status


@pytest.mark.parametrize("state", ["confirmed", "waitlisted"])
def test_who_was_offered_nothing_has_nothing_to_refuse(cast, state):
    first, second, _ = full(cast)
    place = {"confirmed": first, "waitlisted": second}[state]
    with pytest.raises(Refused):
        waiting.answer(enrolment=fresh(place), yes=False, by=None)
    assert fresh(place).status == state


def test_an_offer_may_also_be_cancelled(cast):
    first, second, third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    enrolments.cancel(enrolment=fresh(second), by=None, reason="Nu mai pot.")
    assert fresh(third).status == Status.OFFERED


def test_more_places_are_offered_to_as_many(cast):
    first, *rest = full(cast, 5)
    editions.update(by=None, edition=first.edition, capacity=3)
    assert [fresh(place).status for place in rest] == ["offered", "offered", *["waitlisted"] * 2]


def test_offers_end_where_the_edition_is_cancelled(cast):
    first, second, _third = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    editions.change_status(by=None, edition=first.edition, status="cancelled", reason="Fără sală.")
    assert set(states(first.edition)) == {Status.CANCELLED}
    ran_out(second)
    assert waiting.pass_on(edition=first.edition) == []


@pytest.mark.parametrize("who", ["mara", "adm"])
def test_who_may_answer_for_somebody(cast, who):
    first, second, _ = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    user = getattr(cast, who)
    assert waiting.answer(enrolment=fresh(second), yes=True, by=user).status == Status.CONFIRMED


@pytest.mark.parametrize("who", ["ana", "clara", "ion", "olga", "petar", "quin", "vera", "doru"])
def test_who_may_not_answer_for_somebody(cast, who):
    first, second, _ = full(cast)
    enrolments.cancel(enrolment=first, by=None)
    with pytest.raises(PermissionDenied):
        waiting.answer(enrolment=fresh(second), yes=True, by=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        waiting.note_call(enrolment=fresh(second), by=getattr(cast, who))
    assert fresh(second).status == Status.OFFERED


def test_the_nominator_may_answer_for_those_whom_they_nominated(cast):
    first, *_ = full(cast, 1)
    vasile = make.place(cast.vasile, first.edition, by=cast.doru, nominated_by=cast.lugoj)
    enrolments.cancel(enrolment=first, by=None)
    assert waiting.answer(enrolment=fresh(vasile), yes=True, by=cast.doru).has_place


def test_a_call_in_vain_is_noted(cast):
    first, second, _ = full(cast)
    assert waiting.note_call(enrolment=fresh(second), by=cast.mara).called_at is None
    enrolments.cancel(enrolment=first, by=None)
    assert waiting.note_call(enrolment=fresh(second), by=cast.mara).called_at
    assert trail(second)[-1] == "enrolment.called"
    waiting.answer(enrolment=fresh(second), yes=True, by=cast.mara)
    assert fresh(second).called_at is None


def test_somebody_without_email_gets_the_offer_as_a_letter(cast):
    edition = make.coming(cast.timis, capacity=1, offer_hours=24)
    first = make.place(people(cast, 1)[0], edition)
    place = make.place(cast.vasile, edition)
    enrolments.cancel(enrolment=first, by=None)
    message = jobs.messages().get(person=cast.vasile, name="place_offered")
    assert message.channel == Message.Channel.LETTER
    assert place.code in message.text
    assert "/offers/" not in message.text
    assert [p.pk for p in queries.people_to_call(edition)] == [place.pk]


ILLEGAL = [
    {"status": "offered", "offer_until": None},
    {"status": "confirmed", "offer_until": "now"},
    {"status": "waitlisted", "offer_until": "now"},
    {"status": "confirmed", "called_at": "now"},
]


@pytest.mark.parametrize("values", ILLEGAL)
def test_the_database_knows_no_offer_without_a_deadline(cast, values):
    place = full(cast, 1)[0]
    now = timezone.now()
    changes = {name: now if value == "now" else value for name, value in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=place.pk).update(**changes)


def test_the_database_knows_no_offer_for_ever(cast, edition):
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(offer_hours=721)


# Groups


def test_a_group_gets_places_when_there_are_enough(cast):
    edition = make.coming(cast.timis, capacity=3)
    made = enrol_group(people=people(cast, 3), edition=edition, by=None)
    assert {e.status for e in made} == {Status.CONFIRMED}


def test_a_group_waits_as_a_whole(cast):
    edition = make.coming(cast.timis, capacity=3)
    alone = make.place(people(cast, 1)[0], edition)
    made = enrol_group(people=people(cast, 3), edition=edition, by=None)
    assert [(e.status, e.rank) for e in made] == [("waitlisted", n) for n in (1, 2, 3)]
    assert len({e.party for e in made}) == 1
    # Two places are free, but not three; nobody who comes later passes without a turn.
    late = make.place(people(cast, 1)[0], edition)
    assert late.status == Status.WAITLISTED
    enrolments.cancel(enrolment=alone, by=None)
    assert {fresh(e).status for e in made} == {Status.CONFIRMED}
    assert fresh(late).status == Status.WAITLISTED


def test_places_that_are_too_few_for_a_group_go_to_the_next_who_fits(cast):
    edition = make.coming(cast.timis, capacity=3)
    held = [make.place(p, edition) for p in people(cast, 3)]
    group = enrol_group(people=people(cast, 3), edition=edition, by=None)
    single = make.place(people(cast, 1)[0], edition)
    enrolments.cancel(enrolment=held[0], by=None)
    assert fresh(single).status == Status.CONFIRMED
    assert [queries.rank(e) for e in group] == [1, 2, 3]
    # All or none, also when places become free one by one.
    enrolments.cancel(enrolment=held[1], by=None)
    assert {fresh(e).status for e in group} == {Status.WAITLISTED}
    enrolments.cancel(enrolment=held[2], by=None)
    enrolments.cancel(enrolment=single, by=None)
    assert {fresh(e).status for e in group} == {Status.CONFIRMED}


def test_a_group_that_somebody_leaves_needs_one_place_less(cast):
    edition = make.coming(cast.timis, capacity=2)
    held = [make.place(p, edition) for p in people(cast, 2)]
    pair = enrol_group(people=people(cast, 2), edition=edition, by=None)
    enrolments.cancel(enrolment=held[0], by=None)
    assert fresh(pair[0]).status == Status.WAITLISTED
    enrolments.cancel(enrolment=pair[1], by=None)
    assert fresh(pair[0]).status == Status.CONFIRMED


def test_a_group_is_offered_its_places_together_and_each_answers(cast):
    edition = make.coming(cast.timis, capacity=2, offer_hours=24)
    held = [make.place(p, edition) for p in people(cast, 2)]
    pair = enrol_group(people=people(cast, 2), edition=edition, by=None)
    for place in held:
        enrolments.cancel(enrolment=place, by=None)
    assert {fresh(e).status for e in pair} == {Status.OFFERED}
    assert jobs.messages().filter(name="place_offered").count() == 2


def test_a_group_is_urgent_only_if_all_of_it_are(cast):
    edition = make.coming(cast.timis, capacity=2, queue_rule="expiring")
    for person in people(cast, 2):
        make.place(person, edition)
    single = make.place(people(cast, 1)[0], edition)
    pair = enrol_group(people=people(cast, 2), edition=edition, by=None)
    set_urgency({pair[0].pk: Urgency.EXPIRING, pair[1].pk: Urgency.NONE})
    assert queries.rank(single) == 1
    set_urgency({e.pk: Urgency.EXPIRING for e in pair})
    assert [queries.rank(e) for e in (*pair, single)] == [1, 2, 3]


def test_a_group_that_can_never_fit_is_refused(cast, edition):
    with pytest.raises(GroupTooBig) as refused:
        enrol_group(people=people(cast, 3), edition=edition, by=None)
    assert "3 people can never come together" in refused.value.message
    assert not Enrolment.objects.exists()


def test_asking_again_for_a_group_changes_nothing(cast, edition):
    two = people(cast, 2)
    first = enrol_group(people=two, edition=edition, by=None)
    again = enrol_group(people=two, edition=edition, by=None)
    assert [e.pk for e in again] == [e.pk for e in first]
    assert jobs.messages().filter(person__in=two).count() == 2


def test_a_group_of_people_whom_one_may_not_nominate_is_refused_whole(cast, edition):
    with pytest.raises(PermissionDenied):
        enrol_group(
            people=[cast.vasile, cast.ana.person],
            edition=edition,
            by=cast.doru,
            nominated_by=cast.lugoj,
        )
    assert not Enrolment.objects.exists()


def test_a_group_is_refused_where_enrolment_is_closed(cast, edition):
    editions.change_status(by=None, edition=edition, status="closed")
    with pytest.raises(Refused):
        enrol_group(people=people(cast, 2), edition=edition, by=None)
    assert not Enrolment.objects.exists()
