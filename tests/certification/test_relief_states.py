"""Every act on an exemption in every state, by whoever asked and by a second person; and whom it spares what."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification import errors
from certification.actions import reliefs as actions
from certification.actions.certificates import issue
from certification.law import Ask, Book, History, Line, Shelf, Spell
from certification.models import Certificate, Relief
from certification.requirements import Answer, findings
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from tests.factories.evidence import relief

from .conftest import LAST_DAY, Training

D = date
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
ACTS = {
    "confirm": actions.confirm,
    "refuse": partial(actions.refuse, answer="Documentul nu spune atât."),
    "withdraw": actions.withdraw,
    "end": partial(actions.end, on=D(2026, 6, 1), answer="S-a întors mai devreme."),
}
SECOND, NOT_NOW, NOT_YOURS = actions.SecondPersonNeeded, errors.NotNow, PermissionDenied
# state -> act -> what comes of it for who asked, and for a second person.
TABLE = {
    "asked": {
        "confirm": (SECOND, "confirmed"), "refuse": (SECOND, "refused"), "withdraw": ("withdrawn", NOT_YOURS),
        "end": (NOT_NOW, NOT_NOW),
    },
    "confirmed": {
        "confirm": (SECOND, "confirmed"), "refuse": (SECOND, NOT_NOW), "withdraw": (NOT_NOW, NOT_YOURS),
        "end": ("confirmed", "confirmed"),
    },
    "refused": {
        "confirm": (SECOND, NOT_NOW), "refuse": (SECOND, "refused"), "withdraw": (NOT_NOW, NOT_YOURS),
        "end": (NOT_NOW, NOT_NOW),
    },
    "withdrawn": {
        "confirm": (SECOND, NOT_NOW), "refuse": (SECOND, NOT_NOW), "withdraw": ("withdrawn", NOT_YOURS),
        "end": (NOT_NOW, NOT_NOW),
    },
}  # fmt: skip
CASES = [
    (state, act, who, outcome)
    for state, acts in TABLE.items()
    for act, outcomes in acts.items()
    for who, outcome in zip(("asker", "second"), outcomes, strict=True)
]


@pytest.fixture(autouse=True)
def clock(request, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def second(cast: Cast):
    return make.staff(cast.timis, "officer", "Doina", "Dan")


def in_state(cast: Cast, second, state: str) -> Relief:
    made = actions.ask(
        by=cast.ion, person=cast.ana.person, programme=proof.programme(cast.carer), kind="exemption",
        since=D(2026, 1, 1), until=D(2026, 12, 31), reason="parental", document="Decizia 5",
    )  # fmt: skip
    ways = {
        "confirmed": ("confirm", second),
        "refused": ("refuse", second),
        "withdrawn": ("withdraw", cast.ion),
    }
    if state in ways:
        act, by = ways[state]
        made = ACTS[act](by=by, relief=made)
    assert made.status == state
    return made


@pytest.mark.parametrize(
    ("state", "act", "who", "outcome"), CASES, ids=[f"{s} {a} {w}" for s, a, w, _ in CASES]
)
def test_every_act_in_every_state(cast: Cast, second, state, act, who, outcome) -> None:
    made = in_state(cast, second, state)
    by, before = cast.ion if who == "asker" else second, AuditEvent.objects.count()
    if not isinstance(outcome, str):
        with pytest.raises(outcome):
            ACTS[act](by=by, relief=made)
        assert Relief.objects.get(pk=made.pk).status == state
        assert AuditEvent.objects.count() == before
        return
    assert ACTS[act](by=by, relief=made).status == outcome
    changed = state != outcome or act == "end"
    assert AuditEvent.objects.count() == before + changed
    ACTS[act](by=by, relief=made)  # sent again it is the same
    assert AuditEvent.objects.count() == before + changed


SPARED = {
    "of that requirement": ({"requirement": "basic"}, True),
    "of all of them": ({"requirement": ""}, True),
    "of another one": ({"requirement": "other"}, False),
    "asked for only": ({"requirement": "basic", "status": "asked"}, False),
    "refused": ({"requirement": "basic", "status": "refused", "answer": "Nu."}, False),
    "taken back": ({"requirement": "basic", "status": "withdrawn"}, False),
    "over before": ({"requirement": "basic", "until": LAST_DAY - timedelta(days=1)}, False),
    "begins afterwards": ({"requirement": "basic", "since": D(2026, 3, 21)}, False),
    "its first day": ({"requirement": "basic", "since": LAST_DAY}, True),
    "its last day": ({"requirement": "basic", "until": LAST_DAY}, True),
    "of another programme": ({"requirement": "basic", "programme": "other"}, False),
}


@pytest.mark.parametrize("case", SPARED)
def test_whom_it_spares_what_before_a_certificate(
    cast: Cast, training: Training, case: str
) -> None:
    fields, spared = SPARED[case]
    values = dict(fields)
    programme = training.programme
    if values.pop("programme", ""):
        programme = proof.programme(cast.carer, code="ro.other")
    proof.requirement(training.programme.versions.get(), "basic", minutes=600)
    relief(cast.vasile, programme, **{"since": D(2026, 1, 1), **values})
    place = training.completed(cast.vasile)
    if spared:
        made = issue(enrolment=place, programme=training.programme)
        assert made.valid_from == LAST_DAY
    else:
        with pytest.raises(errors.RequirementsMissing):
            issue(enrolment=place, programme=training.programme)
        assert not Certificate.objects.exists()


DAYS = st.dates(min_value=D(2024, 1, 1), max_value=D(2026, 12, 31))
BASIC = Ask(1, "basic", "theory", minutes=600)
SHELF = Shelf((Book(1, D(2020, 1, 1), asks=(BASIC,)),))


LINES = st.lists(st.tuples(DAYS, st.integers(1, 700)), max_size=4)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=DAYS, since=DAYS, length=st.integers(0, 400), lines=LINES)
def test_spared_exactly_within_its_days_else_what_the_lines_say(at, since, length, lines) -> None:
    """Any exemption, any ledger, any day: not asked within its days; else met or missing by the sum of that day."""
    until = since + timedelta(days=length)
    history = History(
        lines=tuple(Line(n, on, minutes, "theory") for n, (on, minutes) in enumerate(lines)),
        exemptions=(Spell("basic", since, until),),
    )
    (found,) = findings(SHELF, history, at)
    total = sum(minutes for on, minutes in lines if on <= at)
    if since <= at <= until:
        assert found.answer == Answer.NOT_ASKED
    elif total >= 600:
        assert found.answer == Answer.MET and found.lacking == 0
    else:
        assert (found.answer, found.lacking) == (Answer.MISSING, 600 - total)
