"""A certificate is issued when all is there that the rule in force asks before it: not sooner, and not for more."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from certification import batches, errors, queue
from certification.actions import completion, issuing, reliefs, review
from certification.actions.certificates import issue
from certification.actions.circumstances import record
from certification.books import shelves
from certification.earned import earned, missing_of
from certification.models import Certificate, RuleVersion
from certification.queries import standing
from people.models import AuditEvent, Person, PersonCategory
from tests import jobs
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import people as make
from training.models import Enrolment, TrainerResult

from .conftest import LAST_DAY, Training

D = date
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def rule(training: Training) -> RuleVersion:
    return training.programme.versions.get()


def missing(place: Enrolment, training: Training) -> dict[str, int]:
    """What issuing refuses it for, by requirement; nothing where it issues."""
    try:
        issue(enrolment=place, programme=training.programme)
    except errors.RequirementsMissing as error:
        return {one.ask.code: one.lacking for one in error.findings}
    return {}


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        ((600,), 0),
        ((599,), 1),
        ((300, 300), 0),
        ((700, -100), 0),  # corrected down to what is asked
        ((700, -101), 1),
        ((), 600),
    ],
)
def test_the_minutes_of_the_rule(
    cast: Cast, training: Training, rule: RuleVersion, lines: tuple[int, ...], lacking: int
) -> None:
    proof.requirement(rule, "basic", kind="theory", minutes=600)
    for minutes in lines:
        proof.line(cast.vasile, D(2026, 3, 1), minutes)
    proof.line(cast.ana.person, D(2026, 3, 1), 600)  # somebody else's hours are no help
    place = training.completed(cast.vasile)
    assert missing(place, training) == ({"basic": lacking} if lacking else {})
    assert Certificate.objects.count() == (0 if lacking else 1)
    assert proof.last_number(training.authority, 2026) == (0 if lacking else 1)


def test_kind_and_topic_are_asked_separately(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "theory", kind="theory", minutes=300)
    proof.requirement(rule, "practice", kind="practice", minutes=180)
    proof.line(cast.vasile, D(2026, 3, 1), 900)
    place = training.completed(cast.vasile)
    assert missing(place, training) == {"practice": 180}
    proof.line(cast.vasile, D(2026, 3, 2), 180, kind="practice")
    assert missing(place, training) == {}


AFTERWARDS = {
    "each calendar year": {"period": "calendar_year", "minutes": 480},
    "in any twelve months": {"period": "rolling_months", "months": 12, "minutes": 480},
    "supervision each year": {"period": "calendar_year", "kind": "supervision", "count": 2},
    "after a placement ended": {"condition": "placement-ended", "count": 1, "kind": "supervision"},
    "for a renewal": {"path": "renewal", "minutes": 480},
    "nobody knows how much": {"unknown": ["minutes"], "minutes": None},
    "nobody knows how often": {"period": "unknown", "unknown": ["period"], "minutes": 480},
    "of another category": {"minutes": 480, "category": "worker"},
}


@pytest.mark.parametrize("what", AFTERWARDS)
def test_what_comes_after_the_certificate_does_not_stand_in_its_way(
    cast: Cast, training: Training, rule: RuleVersion, what: str
) -> None:
    fields = dict(AFTERWARDS[what])
    if "category" in fields:
        fields["category"] = cast.worker
    if "condition" in fields:
        proof.circumstance(cast.vasile, D(2026, 1, 5), condition=fields["condition"])
    proof.requirement(rule, "later", **fields)
    proof.requirement(rule, "basic", minutes=60)  # so that the requirements are looked at
    proof.line(cast.vasile, D(2026, 1, 1), 60)
    assert missing(training.completed(cast.vasile), training) == {}


def test_a_renewal_asks_for_its_own_path_and_no_longer_for_the_first_one(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=6000)
    proof.requirement(rule, "again", minutes=120, path="renewal")
    proof.certificate(
        cast.vasile, training.programme, issuer=training.authority,
        valid_from=D(2023, 3, 20), valid_until=D(2026, 3, 20),
    )  # fmt: skip
    proof.line(
        cast.vasile, D(2023, 3, 20), 120
    )  # those of the first certificate do not count again
    place = training.completed(cast.vasile)
    assert missing(place, training) == {"again": 120}
    proof.line(cast.vasile, D(2026, 2, 1), 120)
    assert missing(place, training) == {}


def test_a_year_that_was_missed_waits_for_a_review_and_blocks_no_renewal(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=60)
    proof.requirement(rule, "yearly", minutes=480, period="calendar_year")
    proof.certificate(
        cast.vasile, training.programme, issuer=training.authority,
        valid_from=D(2024, 6, 1), valid_until=D(2026, 4, 1),
    )  # fmt: skip
    state = standing(cast.vasile, training.programme, LAST_DAY)
    assert [one.lacking for one in state.findings if one.is_missed] == [480]
    assert any(one.lacking == 480 and not one.is_missed for one in state.findings)
    assert missing(training.completed(cast.vasile), training) == {}


def test_after_the_certificate_ran_out_the_first_path_is_asked_again(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    proof.certificate(
        cast.vasile, training.programme, issuer=training.authority,
        valid_from=D(2022, 1, 1), valid_until=D(2025, 1, 1),
    )  # fmt: skip
    proof.line(cast.vasile, D(2021, 12, 1), 600)
    assert missing(training.completed(cast.vasile), training) == {"basic": 600}


def test_hours_that_come_after_the_course_begin_the_certificate_on_their_day(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    proof.line(cast.vasile, D(2026, 3, 1), 540)
    place = training.completed(cast.vasile)
    proof.line(cast.vasile, D(2026, 3, 12), 30)
    assert missing(place, training) == {"basic": 60}  # what is said is of the day of completion
    proof.line(cast.vasile, D(2026, 3, 15), 30)
    made = issue(enrolment=place, programme=training.programme)
    assert (made.valid_from, made.valid_until) == (D(2026, 3, 15), D(2029, 3, 15))
    assert made.issued_on == D(2026, 3, 20)


def test_hours_that_lie_ahead_do_not_count_yet(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    proof.line(cast.vasile, D(2026, 3, 21), 600)
    assert missing(training.completed(cast.vasile), training) == {"basic": 600}


def test_the_rule_of_the_day_on_which_it_is_earned(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    """The new rule asks less from 14 March on: who completed under the old one has enough that day."""
    rule.effective_to = D(2026, 3, 14)
    rule.save()
    new = proof.rule_version(training.programme, D(2026, 3, 14), validity_months=12)
    proof.requirement(rule, "basic", minutes=600)
    proof.requirement(new, "basic", minutes=300)
    proof.line(cast.vasile, D(2026, 3, 1), 300)
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    assert (made.rule_version_id, made.valid_from) == (new.pk, D(2026, 3, 14))
    assert made.valid_until == D(2027, 3, 14)


def test_a_certificate_that_began_in_between_keeps_its_hours(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    """Theory here, practice there: one certificate follows, not two."""
    proof.requirement(rule, "basic", minutes=600)
    first = training.completed(cast.vasile)
    proof.certificate(
        cast.vasile, training.programme, issuer=training.authority, valid_from=D(2026, 3, 12)
    )
    proof.line(cast.vasile, D(2026, 3, 12), 600)
    assert missing(first, training) == {"basic": 600}


@pytest.mark.parametrize("given", ["passed", "recommended", "failed", ""])
def test_the_trainers_result_belongs_to_the_course_whenever_it_was_written(
    cast: Cast, training: Training, rule: RuleVersion, given: str
) -> None:
    proof.requirement(rule, "result", kind="outcome", count=1)
    place = training.completed(cast.vasile)
    if given:
        TrainerResult.objects.create(enrolment=place, result=given, given_at=NOW)
    good = given in ("passed", "recommended")
    assert missing(place, training) == ({} if good else {"result": 1})
    if good:
        assert Certificate.objects.get().valid_from == LAST_DAY


def test_an_exemption_is_enough_and_is_asked_about_at_once(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    place = finished(training, cast.vasile)
    assert missing(place, training) == {"basic": 600}
    relief = elsewhere.relief(
        cast.vasile, training.programme, kind="exemption", requirement="basic",
        since=D(2026, 3, 1), until=D(2026, 12, 31), status="asked",
    )  # fmt: skip
    assert missing(place, training) == {"basic": 600}  # nobody confirmed it yet
    reliefs.confirm(by=None, relief=relief)
    assert jobs.run(queue.CONSIDER) == 1
    assert Certificate.objects.get(enrolment_id=place.pk).valid_from == LAST_DAY


def test_granted_hours_lead_to_the_certificate_by_themselves(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    place = training.attended(cast.vasile)
    outcome = completion.consider(enrolment=place)
    assert outcome.completed and outcome.certificates == () and outcome.problems == ()
    paper = elsewhere.proof(cast.vasile, minutes=480, day=D(2026, 2, 10))
    review.grant(by=None, evidence=paper, lines=[review.Line("theory", 300)])
    jobs.run(queue.CONSIDER)
    assert not Certificate.objects.exists()  # 240 here and 300 there are not 600
    review.correct(
        by=None, evidence=paper, lines=[review.Line("theory", 360)], words="O oră mai mult."
    )
    jobs.run(queue.CONSIDER)
    assert Certificate.objects.get(enrolment_id=place.pk).valid_from == LAST_DAY


def test_a_circumstance_asks_again_and_nobody_else_is_asked_about(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    mine, other = training.completed(cast.vasile), training.completed(cast.ana.person)
    record(person=cast.vasile, condition="professional", since=D(2026, 1, 1), by=None)
    assert [job.args["enrolment_id"] for job in jobs.waiting(queue.CONSIDER)] == [mine.pk]
    assert other.pk != mine.pk


def test_who_has_one_or_leads_to_none_is_not_asked_about(cast: Cast, training: Training) -> None:
    issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    queue.ask_about(cast.vasile.pk)
    training.programme.courses.clear()
    training.completed(cast.ana.person)
    queue.ask_about(cast.ana.person.pk)
    assert not jobs.waiting(queue.CONSIDER).exists()


def test_hours_of_another_course_ask_about_the_first(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    first = training.completed(cast.vasile, on=D(2026, 3, 1))
    completion.consider(enrolment=training_of_another_course(cast))
    assert first.pk in [job.args["enrolment_id"] for job in jobs.waiting(queue.CONSIDER)]


def training_of_another_course(cast: Cast) -> Enrolment:
    """Two hours in Cluj that count in the ledger, of a course that leads to nothing."""
    course = proof.course("Alt curs", language="ro", requires_lessons=False)
    edition = proof.edition(course, cast.timis)
    place = proof.enrolment(edition, cast.vasile)
    proof.present(proof.session(edition, datetime(2026, 3, 5, 8, tzinfo=UTC)), place)
    return place


def finished(training: Training, who: Person) -> Enrolment:
    place = training.attended(who)
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=LAST_DAY)
    return Enrolment.objects.get(pk=place.pk)


def test_the_preview_says_for_each_what_is_missing(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", kind="practice", minutes=600)
    proof.line(cast.vasile, D(2026, 3, 1), 90, kind="practice")
    proof.line(cast.ana.person, D(2026, 3, 1), 600, kind="practice")
    finished(training, cast.vasile)
    finished(training, cast.ana.person)
    found = {one.enrolment.person_id: one for one in batches.candidates(training.edition)}
    vasile, ana = found[cast.vasile.pk], found[cast.ana.person.pk]
    assert (vasile.problem, [one.lacking for one in vasile.missing]) == (
        "requirements_missing",
        [510],
    )
    assert ana.gets_one and ana.missing == ()
    address = reverse("certification:edition-certificates", args=[training.edition.pk])
    text = cast.browser(cast.ion, language="en").get(address).content.decode().replace("\xa0", " ")
    assert "The rule asks for more before this certificate." in text
    assert "<strong>practice</strong>" in text and "Recorded: 1 h 30 min" in text
    assert "Missing: 8 h 30 min" in text and text.count("Missing:") == 1


def test_the_preview_costs_the_same_however_many_there_are(
    cast: Cast, training: Training, rule: RuleVersion, django_assert_max_num_queries
) -> None:
    proof.requirement(rule, "basic", minutes=600)
    for number in range(12):
        finished(training, make.person(cast.timis, f"Nume{number}", "Ana"))
    with django_assert_max_num_queries(40):
        found = batches.candidates(training.edition)
    assert len(found) == 12 and {one.problem for one in found} == {"requirements_missing"}


def test_an_issue_gives_each_their_own_answer(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    """Who lacked nothing when it was asked for may lack something when it is their turn."""
    finished(training, cast.vasile)
    finished(training, cast.ana.person)
    batch = issuing.start(edition=training.edition, by=cast.ion)
    proof.requirement(rule, "basic", minutes=600)
    proof.line(cast.ana.person, D(2026, 3, 1), 600)
    issuing.work(batch_id=batch.pk)
    states = {i.enrolment.person_id: (i.state, i.problem) for i in batch.items.all()}
    assert states == {
        cast.vasile.pk: ("refused", "requirements_missing"),
        cast.ana.person.pk: ("issued", ""),
    }
    assert proof.last_number(training.authority, 2026) == 1
    assert AuditEvent.objects.filter(verb="certificate.issued").count() == 1
    assert batches.why("requirements_missing") == "The rule asks for more before this certificate."


def test_read_for_many_it_is_the_same_as_for_each(
    cast: Cast, training: Training, rule: RuleVersion
) -> None:
    proof.requirement(rule, "basic", minutes=600, category=cast.carer)
    places = []
    for number in range(6):
        who = make.person(cast.timis, f"Nume{number}", "Ana")
        if number % 2:
            PersonCategory.objects.create(person=who, category=cast.carer, since=D(2025, 1, 1))
        if number > 2:
            proof.line(who, D(2026, 3, number), 200 * number)
        places.append(training.completed(who))
    shelf = shelves([training.programme.pk])
    together = missing_of(places, [training.programme], shelf)
    alone = {
        (place.pk, training.programme.pk): earned(
            place, training.programme, shelf[training.programme.pk]
        ).missing
        for place in places
    }
    assert together == alone
    assert [bool(alone[p.pk, training.programme.pk]) for p in places] == [
        False, True, False, False, False, False,
    ]  # fmt: skip
