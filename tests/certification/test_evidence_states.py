"""Every act on a proof in every state it can be in: what it becomes, what counts then, or why nothing happens."""

from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from certification import evidence_errors as errors
from certification import queue
from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.review import Line
from certification.models import Evidence
from notifications.models import Message
from people.models import AuditEvent
from tests import jobs
from tests.cast import Cast
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import photo, proof

State = Evidence.State
HALF, ALL = [Line("theory", 240)], [Line("theory", 480)]


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def minutes(person) -> int:
    return person.hours.aggregate(total=Sum("minutes"))["total"] or 0


WAYS = {
    "waiting": [],
    "asked": [partial(review.ask, words="Ce zi?")],
    "proposed": [partial(review.grant, lines=HALF)],
    "granted": [partial(review.grant, lines=HALF)],
    "refused": [partial(review.refuse, words="Nu este o formare.")],
}
ACTS = {
    "ask": partial(review.ask, words="Cine a semnat?"),
    "refuse": partial(review.refuse, words="Altceva."),
    "grant": partial(review.grant, lines=ALL),
    "correct": partial(review.correct, lines=ALL, words="Toate orele."),
    "confirm": review.confirm,
    "send back": partial(review.send_back, words="Prea multe."),
}
DECIDED = errors.Decided
# state -> act -> the state afterwards with the minutes that count then, or the refusal. One person decides alone,
# but for what is proposed: there two have to agree.
TABLE = {
    "waiting": {
        "ask": ("asked", 0), "refuse": ("refused", 0), "grant": ("granted", 480), "correct": DECIDED,
        "confirm": DECIDED, "send back": DECIDED,
    },
    "asked": {
        "ask": DECIDED, "refuse": ("refused", 0), "grant": DECIDED, "correct": DECIDED, "confirm": DECIDED,
        "send back": DECIDED,
    },
    "proposed": {
        "ask": DECIDED, "refuse": DECIDED, "grant": DECIDED, "correct": DECIDED, "confirm": ("granted", 240),
        "send back": ("waiting", 0),
    },
    "granted": {
        "ask": DECIDED, "refuse": DECIDED, "grant": DECIDED, "correct": ("granted", 480), "confirm": DECIDED,
        "send back": DECIDED,
    },
    "refused": {
        "ask": DECIDED, "refuse": DECIDED, "grant": DECIDED, "correct": DECIDED, "confirm": DECIDED,
        "send back": DECIDED,
    },
}  # fmt: skip
CASES = [(state, act, TABLE[state][act]) for state in TABLE for act in ACTS]


@pytest.fixture
def second(cast: Cast):
    """Another officer of Timiș."""
    return make.staff(cast.timis, "officer", "Doina", "Dan")


def brought_to(cast: Cast, state: str) -> Evidence:
    """Eight hours of first aid, in that state by the acts that lead there."""
    if state == "proposed":
        issue.programme(cast.carer, second_person=True)
    made = proof(cast.ana.person, cast.ana)
    for act in WAYS[state]:
        made = act(by=cast.ion, evidence=made)
    assert made.state == state
    return made


@pytest.mark.parametrize(("state", "act", "becomes"), CASES, ids=[f"{s} {a}" for s, a, _ in CASES])
def test_every_act_in_every_state(cast: Cast, second, state: str, act: str, becomes) -> None:
    made = brought_to(cast, state)
    before = minutes(cast.ana.person), AuditEvent.objects.count(), Message.objects.count()
    if becomes is DECIDED:
        with pytest.raises(DECIDED):
            ACTS[act](by=second, evidence=made)
        after = minutes(cast.ana.person), AuditEvent.objects.count(), Message.objects.count()
        assert after == before and Evidence.objects.get(pk=made.pk).state == state
        return
    done = ACTS[act](by=second, evidence=made)
    assert (done.state, minutes(cast.ana.person)) == becomes
    steps = made.steps.count()
    assert AuditEvent.objects.count() > before[1]
    if act == "send back":
        return  # a second time it is no longer with the second person
    again = ACTS[act](by=second, evidence=made)
    assert (again.state, minutes(cast.ana.person), made.steps.count()) == (*becomes, steps)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["ana", "olga", "mara", "doru", "petar", "vera"])
def test_nobody_else_acts_in_any_state(cast: Cast, act: str, who: str) -> None:
    """The person, the officer of another county, and the roles of the county that do not review."""
    state = next(s for s in TABLE if TABLE[s][act] is not DECIDED)
    made = brought_to(cast, state)
    with pytest.raises((PermissionDenied, errors.OwnProof)):
        ACTS[act](by=getattr(cast, who), evidence=made)
    assert Evidence.objects.get(pk=made.pk).state == state and minutes(cast.ana.person) == (
        240 if state == "granted" else 0
    )


@pytest.mark.parametrize("state", ["asked", "waiting", "proposed", "granted", "refused"])
def test_an_answer_fits_a_question_only(cast: Cast, state: str) -> None:
    made = brought_to(cast, state)
    if state == "asked":
        done = sending.answer(by=cast.ana, evidence=made, words="Marți.", files=[photo("blue")])
        assert done.state == State.WAITING and done.files.count() == 2
        return
    with pytest.raises(DECIDED):
        sending.answer(by=cast.ana, evidence=made, words="Marți.", files=[])
    assert Evidence.objects.get(pk=made.pk).state == state


@pytest.mark.parametrize("state", ["asked", "waiting", "proposed", "granted", "refused"])
def test_what_was_decided_is_not_taken_back(cast: Cast, state: str) -> None:
    made = brought_to(cast, state)
    if state in ("granted", "refused"):
        with pytest.raises(DECIDED):
            sending.withdraw(by=cast.ana, evidence=made)
        assert Evidence.objects.get(pk=made.pk).state == state
    else:
        assert sending.withdraw(by=cast.ana, evidence=made).state == State.WITHDRAWN
    assert minutes(cast.ana.person) == (240 if state == "granted" else 0)


def test_only_hours_that_count_ask_about_courses(cast: Cast, second) -> None:
    """A question, a proposal or a refusal changes nobody's hours."""
    course = issue.course("Bazele", language="ro", requires_lessons=False)
    issue.programme(cast.carer, courses=(course,), second_person=True)
    issue.authority(cast.timis, "TM")
    place = issue.enrolment(
        issue.edition(course, cast.timis), cast.ana.person, "completed", completed_on="2026-03-01"
    )
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    sending.answer(by=cast.ana, evidence=made, words="Marți.", files=[])
    review.grant(by=cast.ion, evidence=made, lines=HALF)
    assert not jobs.waiting(queue.CONSIDER).exists()
    review.confirm(by=second, evidence=made)
    assert [job.args for job in jobs.waiting(queue.CONSIDER)] == [{"enrolment_id": place.pk}]
