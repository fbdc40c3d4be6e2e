"""Writing and publishing a version of the rules: nothing before its day or afterwards, a second person if asked."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification import rule_errors as errors
from certification.actions import rules
from certification.models import (
    Circumstance,
    Equivalence,
    Programme,
    Requirement,
    RuleVersion,
)
from certification.programme_queries import rule_of, rules_of
from certification.queries import standing
from certification.standing import State
from courses.models import Topic
from people.models import AuditEvent
from tests.cast import Cast
from tests.certification.agreeing import compare
from tests.factories import certification as proof
from tests.factories import people as make

D = date
TODAY, DAY = D(2026, 3, 1), D(2026, 7, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        yield


@pytest.fixture
def programme(cast: Cast) -> Programme:
    made = proof.programme(cast.carer, rule=None)
    version = proof.rule_version(made, D(2020, 1, 1), renewal_window_days=30)
    topic = Topic.objects.create(code="law", name={"en": "Law"})
    proof.requirement(version, "basic", is_separate=True, counts=[{"topic": topic}])
    proof.requirement(version, "yearly", period="calendar_year", minutes=1200)
    return made


def begin(cast: Cast, programme: Programme, day: date = DAY) -> RuleVersion:
    return rules.draft(programme=programme, effective_from=day, by=cast.adm)


def in_force(programme: Programme, day: date) -> RuleVersion:
    return RuleVersion.objects.in_force(day).get(programme=programme)


def test_a_draft_is_a_copy_and_nobodys_rule(cast: Cast, programme: Programme) -> None:
    old = in_force(programme, TODAY)
    made = begin(cast, programme)
    assert made.is_draft and (made.renewal_window_days, made.validity_months) == (30, 36)
    rows = {row.code: row for row in made.requirements.all()}
    assert set(rows) == {"basic", "yearly"}
    assert (rows["yearly"].minutes, rows["yearly"].period) == (1200, "calendar_year")
    assert rows["basic"].is_separate
    assert [one.topic.code for one in rows["basic"].equivalences.all()] == ["law"]
    assert in_force(programme, DAY) == old
    assert AuditEvent.objects.about(programme).first().verb == "rules.drafted"


def test_one_draft_at_a_time(cast: Cast, programme: Programme) -> None:
    begin(cast, programme)
    with pytest.raises(errors.AnotherDraft):
        begin(cast, programme, DAY + timedelta(days=1))


def test_a_programme_without_any_rule_begins_with_an_empty_draft(cast: Cast) -> None:
    made = begin(cast, proof.programme(cast.carer, rule=None))
    assert made.requirements.count() == 0 and not made.legal_basis


def test_published_it_holds_from_its_day_and_the_former_until_then(
    cast: Cast, programme: Programme
) -> None:
    old, made = in_force(programme, TODAY), begin(cast, programme)
    rules.change(version=made, by=cast.adm, renewal_window_days=180)
    assert rules.publish(version=made, by=cast.adm).status == "published"
    assert in_force(programme, DAY - timedelta(days=1)) == old
    assert in_force(programme, DAY).renewal_window_days == 180
    assert AuditEvent.objects.about(programme).first().verb == "rules.published"


def test_a_version_before_a_later_one_ends_with_it(cast: Cast, programme: Programme) -> None:
    rules.publish(version=begin(cast, programme, D(2027, 1, 1)), by=cast.adm)
    between = rules.publish(version=begin(cast, programme, DAY), by=cast.adm)
    assert between.effective_to == D(2027, 1, 1)
    days = [in_force(programme, day).effective_from for day in (TODAY, DAY, D(2027, 1, 1))]
    assert days == [D(2020, 1, 1), DAY, D(2027, 1, 1)]


REFUSALS = [
    ("its day has come", {"effective_from": TODAY}, errors.DayHasCome),
    ("its day is past", {"effective_from": D(2025, 1, 1)}, errors.DayHasCome),
    ("no legal act", {"legal_basis": {}}, errors.BasisNeeded),
    ("a legal act without words", {"legal_basis": {"ro": ""}}, errors.BasisNeeded),
]


@pytest.mark.parametrize(
    ("values", "error"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_what_cannot_be_published(cast: Cast, programme: Programme, values, error) -> None:
    made = rules.change(version=begin(cast, programme), by=cast.adm, **values)
    with pytest.raises(error):
        rules.publish(version=made, by=cast.adm)
    assert in_force(programme, DAY).effective_from == D(2020, 1, 1)


def test_two_versions_never_begin_on_one_day(cast: Cast, programme: Programme) -> None:
    rules.publish(version=begin(cast, programme), by=cast.adm)
    with pytest.raises(errors.DayIsTaken):
        rules.publish(version=begin(cast, programme), by=cast.adm)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.drafts().update(status="published")


def test_what_is_published_is_never_changed(cast: Cast, programme: Programme) -> None:
    made = rules.publish(version=begin(cast, programme), by=cast.adm)
    (row, *_more) = made.requirements.all()
    for attempt in (
        lambda: rules.change(version=made, by=cast.adm, grace_days=9),
        lambda: rules.put_requirement(version=made, by=cast.adm, requirement=row, minutes=1),
        lambda: rules.remove_requirement(requirement=row, by=cast.adm),
        lambda: rules.discard(version=made, by=cast.adm),
        lambda: rules.publish(version=made, by=cast.adm),
    ):
        with pytest.raises(errors.NotADraft):
            attempt()


def test_a_second_person_publishes_what_the_first_proposed(
    cast: Cast, programme: Programme
) -> None:
    Programme.objects.filter(pk=programme.pk).update(second_person=True)
    other = make.staff(cast.anpdca, "administrator")
    made = rules.publish(version=begin(cast, programme), by=cast.adm)
    assert made.status == "proposed"
    with pytest.raises(errors.SecondPublisherNeeded):
        rules.publish(version=made, by=cast.adm)
    assert in_force(programme, DAY).effective_from == D(2020, 1, 1)
    assert rules.publish(version=made, by=other).status == "published"
    made.refresh_from_db()
    assert (made.proposed_by, made.published_by) == (cast.adm.pk, other.pk)


def test_what_was_changed_after_the_proposal_is_proposed_anew(
    cast: Cast, programme: Programme
) -> None:
    """Else the first person could change what the second one read."""
    Programme.objects.filter(pk=programme.pk).update(second_person=True)
    other = make.staff(cast.anpdca, "administrator")
    made = rules.publish(version=begin(cast, programme), by=cast.adm)
    rules.put_requirement(version=made, by=cast.adm, code="more", kind="any", minutes=60)
    made = rules.publish(version=made, by=other)
    assert (made.status, made.proposed_by) == ("proposed", other.pk)


@pytest.mark.parametrize("who", ["ion", "mara", "vera", "petar", "ana", "a county's administrator"])
def test_only_who_manages_programmes_writes_rules(cast: Cast, programme: Programme, who) -> None:
    """And that at the top: a rule holds in every county."""
    user = getattr(cast, who, None) or make.staff(cast.timis, "administrator")
    made = begin(cast, programme)
    for attempt in (
        lambda: rules.draft(programme=programme, effective_from=DAY, by=user),
        lambda: rules.change(version=made, by=user, grace_days=9),
        lambda: rules.put_requirement(version=made, by=user, code="x", kind="any"),
        lambda: rules.publish(version=made, by=user),
        lambda: rules.discard(version=made, by=user),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_requirements_row_by_row(cast: Cast, programme: Programme) -> None:
    made = begin(cast, programme)
    row = rules.put_requirement(
        version=made, by=cast.adm, code="law", kind="theory", minutes=120, path="renewal"
    )  # fmt: skip
    for minutes in (60, None, 90):  # said again: the figure changes, it is still one
        equal = rules.add_equal(requirement=row, by=cast.adm, programme=programme, minutes=minutes)
    assert (row.position, row.equivalences.get(), equal.minutes) == (3, equal, 90)
    rules.remove_equal(equal=equal, by=cast.adm)
    rules.put_requirement(version=made, by=cast.adm, requirement=row, minutes=180)
    row.refresh_from_db()
    assert row.minutes == 180 and not row.equivalences.exists()
    with pytest.raises(errors.CodeIsTaken):
        rules.put_requirement(version=made, by=cast.adm, code="basic", kind="any", minutes=1)
    rules.remove_requirement(requirement=row, by=cast.adm)
    assert set(made.requirements.values_list("code", flat=True)) == {"basic", "yearly"}
    rules.discard(version=made, by=cast.adm)
    assert not programme.versions.drafts().exists()


IMPOSSIBLE = [
    ("minutes and times", {"minutes": 60, "count": 1}),
    ("no minutes at all", {"minutes": 0}),
    ("rolling without months", {"minutes": 60, "period": "rolling_months", "path": "both"}),
    ("months of a calendar year", {"minutes": 60, "period": "calendar_year", "months": 6, "path": "both"}),
    ("yearly, but only for a renewal", {"minutes": 60, "period": "calendar_year", "path": "renewal"}),
    ("yearly and separate", {"minutes": 60, "period": "calendar_year", "path": "both", "is_separate": True}),
    ("a test in minutes", {"minutes": 60, "kind": "test"}),
    ("a yearly outcome", {"count": 1, "kind": "outcome", "period": "calendar_year", "path": "both"}),
    ("a condition of one's own", {"minutes": 60, "condition": "full-moon"}),
]  # fmt: skip


@pytest.mark.parametrize(
    "values", [row[1] for row in IMPOSSIBLE], ids=[row[0] for row in IMPOSSIBLE]
)
def test_impossible_in_the_database(programme: Programme, values) -> None:
    version = programme.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        proof.requirement(version, "new", **values)


def test_an_interval_of_reviews_is_known_or_unknown_never_both(programme: Programme) -> None:
    version = programme.versions.get()
    version.unknown, version.review_interval_months = ["grace_days", "review_interval_months"], 24
    with pytest.raises(IntegrityError, match="unknown_review"), transaction.atomic():
        version.save()
    version.review_interval_months = None
    version.save()
    assert RuleVersion.objects.get(pk=version.pk).unknown == [
        "grace_days",
        "review_interval_months",
    ]


def test_a_draft_takes_over_what_is_not_known(cast: Cast, programme: Programme) -> None:
    programme.versions.update(unknown=["grace_days"])
    assert begin(cast, programme).unknown == ["grace_days"]


@pytest.mark.parametrize(
    "values",
    [{}, {"minutes": 5}, {"both": True}],
    ids=["of nothing", "a topic with minutes", "of two things"],
)
def test_an_equivalence_is_of_one_thing(programme: Programme, values) -> None:
    topic = Topic.objects.get(code="law")
    given = {"topic": topic, **values} if values else {}
    if given.pop("both", False):
        given["programme"] = programme
    with pytest.raises(IntegrityError), transaction.atomic():
        Equivalence.objects.create(requirement=Requirement.objects.first(), **given)


CIRCUMSTANCES = [
    ("twice on one day", ("child-placed", D(2025, 5, 31), None), False),
    ("the day after", ("child-placed", D(2025, 6, 1), None), True),
    ("another condition", ("professional", D(2025, 1, 1), None), True),
    ("the opposite, which follows by itself", ("no-child-placed", D(2026, 1, 1), None), False),
    ("ends before it begins", ("child-placed", D(2026, 1, 2), D(2026, 1, 1)), False),
]


@pytest.mark.parametrize(
    ("spell", "fits"), [row[1:] for row in CIRCUMSTANCES], ids=[row[0] for row in CIRCUMSTANCES]
)
def test_circumstances_do_not_overlap(cast: Cast, spell, fits: bool) -> None:
    who = cast.ana.person
    proof.circumstance(who, D(2025, 1, 1), D(2025, 5, 31))
    condition, since, until = spell
    if fits:
        assert proof.circumstance(who, since, until, condition).pk
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Circumstance.objects.create(person=who, condition=condition, since=since, until=until)


def test_another_carer_may_have_the_same_circumstance(cast: Cast) -> None:
    proof.circumstance(cast.ana.person, D(2025, 1, 1))
    assert proof.circumstance(cast.vasile, D(2025, 1, 1)).person == cast.vasile


TRANSITIONS = [
    # who keeps the former rule     until            the day          whose rule
    ("none", {}, D(2026, 7, 1), "new"),
    ("holders", {}, D(2026, 7, 1), "former"),
    ("begun", {}, D(2026, 7, 1), "new"),
    ("both", {}, D(2026, 7, 1), "former"),
    ("holders", {"transition_until": D(2026, 12, 31)}, D(2026, 12, 31), "former"),
    ("holders", {"transition_until": D(2026, 12, 31)}, D(2027, 1, 1), "new"),
    ("holders", {"transition_before": D(2024, 3, 1)}, D(2026, 7, 1), "new"),
    ("holders", {"transition_before": D(2024, 3, 2)}, D(2026, 7, 1), "former"),
    ("holders", {}, D(2026, 6, 30), "former"),
    ("holders", {}, D(2027, 3, 1), "former"),
    ("holders", {}, D(2027, 3, 2), "new"),
]


@pytest.mark.parametrize(
    ("kind", "days", "at", "whose"),
    TRANSITIONS,
    ids=[f"{row[0]} {n}" for n, row in enumerate(TRANSITIONS)],
)
def test_who_holds_a_certificate_from_before_keeps_the_former_rule(
    cast: Cast, programme: Programme, kind, days, at: date, whose: str
) -> None:
    """Ana's certificate is of 1 March 2024 and ends on 1 March 2027; the new rule comes on 1 July 2026."""
    former, ana = in_force(programme, TODAY), cast.ana.person
    proof.certificate(ana, programme, valid_from=D(2024, 3, 1), valid_until=D(2027, 3, 1))
    values = {"transition": kind, "renewal_window_days": 400, **days}
    made = rules.change(version=begin(cast, programme), by=cast.adm, **values)
    rules.publish(version=made, by=cast.adm)
    found = rule_of(ana, programme, at)
    compare(cast, programme, at, filters=False)
    assert ("former" if found == former else "new") == whose
    assert rule_of(cast.vasile, programme, D(2026, 7, 1)) == in_force(programme, DAY)


def test_who_began_before_is_certified_under_the_former_rule(cast: Cast) -> None:
    course = proof.course()
    programme = proof.programme(cast.carer, courses=(course,))
    edition = proof.edition(course, cast.timis)
    places = [
        proof.enrolment(edition, who, queued_at=f"2026-{month}-01T10:00:00Z")
        for who, month in ((cast.ana.person, "06"), (cast.vasile, "07"))
    ]
    former = programme.versions.get()
    made = rules.change(
        version=begin(cast, programme), by=cast.adm, transition="begun", renewal_window_days=400
    )
    new = rules.publish(version=made, by=cast.adm)
    found = [[rule.pk for rule in rules_of(place, D(2026, 8, 1))] for place in places]
    assert found == [[former.pk], [new.pk]]
    for place in places:
        days = {"valid_from": D(2026, 7, 15), "valid_until": D(2027, 7, 15)}
        proof.certificate(place.person, programme, issuer=cast.timis, **days)
    states = [standing(place.person, programme, D(2026, 8, 1)).state for place in places]
    assert states == [State.VALID, State.EXPIRING]
    compare(cast, programme, D(2026, 8, 1), filters=False)


def test_the_window_of_the_former_rule_is_kept_with_it(cast: Cast, programme: Programme) -> None:
    """180 days in the new rule, 30 in the former: whoever keeps the former is not yet told to renew."""
    for who in (cast.ana.person, cast.vasile):
        begins = D(2024, 3, 1) if who == cast.vasile else D(2023, 12, 1)
        proof.certificate(who, programme, issuer=cast.timis, valid_from=begins, valid_until=D(2026, 11, 1))  # fmt: skip
    values = {
        "transition": "holders",
        "transition_before": D(2024, 1, 1),
        "renewal_window_days": 180,
    }
    rules.publish(version=rules.change(version=begin(cast, programme), by=cast.adm, **values), by=cast.adm)  # fmt: skip
    states = [standing(who, programme, DAY).state for who in (cast.ana.person, cast.vasile)]
    assert states == [State.REVIEW_DUE, State.REVIEW_DUE]  # nobody did the 20 hours of 2025
    for who in (cast.ana.person, cast.vasile):
        proof.line(who, D(2025, 5, 5), 1200)
    states = [standing(who, programme, DAY).state for who in (cast.ana.person, cast.vasile)]
    assert states == [State.VALID, State.EXPIRING]
