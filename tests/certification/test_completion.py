"""When is a training completed? A table over attendance, sessions, lessons and test; then what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from certification.actions.completion import consider
from certification.models import Certificate, HoursEntry
from courses.models import CourseHours, LessonProgress, TestAttempt
from courses.queries import CourseProgress
from notifications.models import Message
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from training.actions.households import enrol_together, keep_together
from training.asked import Asked, asked_of
from training.models import Enrolment, TrainerResult

from .conftest import Training, make_training

D = date
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def fresh(place: Enrolment) -> Enrolment:
    return Enrolment.objects.get(pk=place.pk)


def minutes_of(place: Enrolment) -> list[tuple[str, int]]:
    lines = HoursEntry.objects.filter(person=place.person_id).order_by("reference")
    return [(line.reference.partition(":")[2].partition(":")[2], line.minutes) for line in lines]


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [
        (120, 120, ()),
        (120, 72, ()),  # 192 of 240: exactly 80 %
        (120, 71, ("attendance",)),  # 79.6 % is not 80
        (120, 0, ("attendance",)),
        (0, 0, ("attendance",)),
    ],
)
def test_attendance(
    cast: Cast, training: Training, first: int, second: int, missing: tuple
) -> None:
    place = training.attended(cast.ana.person, first, second)
    outcome = consider(enrolment=place)
    assert outcome.missing == missing and outcome.completed == (not missing)
    assert Certificate.objects.filter(enrolment_id=place.pk).exists() == (not missing)
    assert fresh(place).status == ("completed" if not missing else "confirmed")


def test_adults_of_one_household_have_a_seat_and_a_certificate_each(
    cast: Cast, training: Training
) -> None:
    """Enrolled together; what one of them missed is not the other's."""
    home = [make.person(cast.timis, "Popa", given) for given in ("Dan", "Mia", "Ion")]
    training.edition.status = "open"
    training.edition.save()
    with time_machine.travel(training.first.starts - timedelta(days=20), tick=False):
        keep_together(by=None, people=home)
        places = enrol_together(people=home, edition=training.edition, by=make.fresh(cast.adm))
    assert [place.status for place in places] == ["confirmed"] * 3
    assert len({place.party for place in places}) == 1
    for place, minutes in zip(places, [120, 120, 0], strict=True):
        proof.present(training.first, place, minutes)
        proof.present(training.second, place, minutes)
        consider(enrolment=place)
    held = Certificate.objects.order_by("serial")
    assert [one.person_id for one in held] == [place.person_id for place in places[:2]]
    assert [one.serial for one in held] == [1, 2]
    assert [one.content.snapshot["holder"] for one in held] == ["Dan Popa", "Ion Popa"]
    assert fresh(places[2]).status == "confirmed"


@pytest.mark.parametrize(
    ("percent", "completed"), [(0, True), (50, True), (51, False), (100, False)]
)
def test_the_rule_says_how_much_attendance(cast: Cast, percent: int, completed: bool) -> None:
    training = make_training(cast, attendance_percent=percent)
    assert consider(enrolment=training.attended(cast.ana.person, 120, 0)).completed == completed


def test_the_rule_in_force_on_the_day_of_completion_says_so(cast: Cast, training: Training) -> None:
    """The last session was on 9 March: from then on half is enough, although on the 12th all is needed."""
    training.programme.versions.all().delete()
    proof.rule_version(training.programme, D(2026, 1, 1), D(2026, 3, 10), attendance_percent=50)
    proof.rule_version(training.programme, D(2026, 3, 10), attendance_percent=100)
    outcome = consider(enrolment=training.attended(cast.ana.person, 120, 0))
    assert outcome.completed and outcome.certificates[0].valid_from == D(2026, 3, 9)


def test_cancelled_sessions_are_not_asked_for(cast: Cast, training: Training) -> None:
    training.second.is_cancelled, training.second.cancel_reason = True, "flood"
    training.second.save()
    assert consider(enrolment=training.attended(cast.ana.person, 120)).completed


def test_sessions_to_come_are_waited_for(cast: Cast, training: Training, clock) -> None:
    place = training.attended(cast.ana.person)
    clock.move_to(training.second.ends - timedelta(minutes=5))
    outcome = consider(enrolment=place)
    assert outcome.missing == ("sessions",) and outcome.look_again == training.second.ends
    clock.move_to(training.second.ends)
    assert consider(enrolment=place).completed


def test_a_finished_roll_is_as_good_as_the_end_of_the_session(
    cast: Cast, training: Training, clock
) -> None:
    place = training.attended(cast.ana.person)
    clock.move_to(training.second.ends - timedelta(minutes=5))
    training.second.roll_closed_at = training.second.ends - timedelta(minutes=6)
    training.second.save()
    assert consider(enrolment=place).completed


def test_an_edition_without_sessions_is_over_only_if_it_is_online(
    cast: Cast, training: Training
) -> None:
    for online in (False, True):
        edition = proof.edition(training.course, cast.timis, is_online=online)
        outcome = consider(enrolment=proof.enrolment(edition, cast.ana.person))
        assert outcome.completed == online
        assert outcome.missing == (() if online else ("sessions",))


@pytest.mark.parametrize(
    ("done", "has_test", "passed", "asks", "missing"),
    [
        (3, True, True, True, ()),
        (2, True, True, True, ("lessons",)),
        (2, True, True, False, ()),
        (3, True, False, True, ("test",)),
        (3, False, False, True, ()),
        (0, True, False, True, ("lessons", "test")),
    ],
)
def test_lessons_and_test(
    cast: Cast,
    training: Training,
    monkeypatch,
    done: int,
    has_test: bool,
    passed: bool,
    asks: bool,
    missing: tuple,
) -> None:
    progress = CourseProgress(done, 3, has_test, passed, int(passed), asks)
    monkeypatch.setattr(
        "certification.actions.completion.course_progress", lambda _person, _course: progress
    )
    outcome = consider(enrolment=training.attended(cast.ana.person))
    assert outcome.missing == missing and outcome.completed == (not missing)


def test_the_day_of_completion_is_that_of_the_last_thing_done(
    cast: Cast, training: Training
) -> None:
    """The sessions ended on the 9th, the last lesson was on the 10th, the test passed on the 11th after midnight."""
    key = training.course.translation_key
    LessonProgress.objects.create(
        person=cast.ana.person,
        course_key=key,
        lesson_key=key,
        done_at=datetime(2026, 3, 10, 12, tzinfo=UTC),
    )
    for number, (passed, day) in enumerate([(False, 8), (True, 10), (True, 11)], 1):
        TestAttempt.objects.create(
            person=cast.ana.person, course_key=key, test_key=key, number=number, language="ro", score=1, questions=1,
            passed=passed, handed_in_at=datetime(2026, 3, day, 22, 30, tzinfo=UTC),
        )  # fmt: skip
    consider(enrolment=training.attended(cast.ana.person))
    assert Certificate.objects.get().valid_from == D(2026, 3, 11)  # 00:30 in Bucharest


@pytest.mark.parametrize("status", ["applied", "waitlisted", "offered", "cancelled"])
def test_only_those_with_a_place(cast: Cast, training: Training, status: str) -> None:
    extra = {"cancelled_at": NOW} if status == "cancelled" else {}
    assert consider(enrolment=training.place(cast.ana.person, status, **extra)).missing == (
        "place",
    )


def test_somebody_recorded_as_not_completed_may_still_complete(
    cast: Cast, training: Training
) -> None:
    place = training.attended(cast.ana.person)
    Enrolment.objects.filter(pk=place.pk).update(status="not_completed")
    assert consider(enrolment=place).completed


def test_a_second_look_changes_nothing(cast: Cast, training: Training) -> None:
    place = training.attended(cast.ana.person)
    one, two = consider(enrolment=place), consider(enrolment=place)
    assert one.certificates == two.certificates
    assert minutes_of(place) == [
        (f"session:{training.first.pk}", 120),
        (f"session:{training.second.pk}", 120),
    ]
    assert Message.objects.filter(name="certificate_issued").count() == 1
    assert AuditEvent.objects.filter(verb="hours.credited").count() == 1


def test_a_corrected_roll_becomes_a_correcting_line(cast: Cast, training: Training) -> None:
    place = training.attended(cast.ana.person)
    consider(enrolment=place)
    for minutes in (100, 110):
        proof.present(training.second, place, minutes)
        consider(enrolment=place)
    second = f"session:{training.second.pk}"
    assert minutes_of(place) == [
        (f"session:{training.first.pk}", 120), (second, 120), (f"{second}:correction:1", -20),
        (f"{second}:correction:2", 10),
    ]  # fmt: skip
    assert sum(minutes for _ref, minutes in minutes_of(place)) == 230  # as the roll says


def test_a_session_cancelled_afterwards_is_taken_back(cast: Cast, training: Training) -> None:
    place = training.attended(cast.ana.person)
    consider(enrolment=place)
    training.second.is_cancelled, training.second.cancel_reason = True, "error"
    training.second.save()
    consider(enrolment=place)
    assert sum(minutes for _ref, minutes in minutes_of(place)) == 120


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        ([], "theory"),
        ([("theory", 60)], "theory"),
        ([("practice", 60), ("practice", 30)], "practice"),
        ([("supervision", 60)], "supervision"),
        (
            [("theory", 60), ("practice", 30)],
            "any",
        ),  # a session does not say which: no figure is made up
        ([("online", 60)], "theory"),
        ([("online", 60), ("practice", 30)], "practice"),
    ],
)
def test_what_kind_of_hours_a_session_gives(
    cast: Cast, training: Training, hours: list, kind: str
) -> None:
    for number, (of, minutes) in enumerate(hours):
        CourseHours.objects.create(
            course=training.course, kind=of, minutes=minutes, sort_order=number
        )
    consider(enrolment=training.attended(cast.ana.person))
    assert set(HoursEntry.objects.filter(source="session").values_list("kind", flat=True)) == {kind}


@pytest.mark.parametrize(("done", "total", "credited"), [(3, 3, 45), (2, 3, 0), (0, 0, 0)])
def test_online_lessons_are_credited_once_they_are_all_done(
    cast: Cast, training: Training, monkeypatch, done: int, total: int, credited: int
) -> None:
    for number, minutes in enumerate((30, 15)):
        CourseHours.objects.create(
            course=training.course, kind="online", minutes=minutes, sort_order=number
        )
    progress = CourseProgress(done, total, False, False, 0, False)
    monkeypatch.setattr(
        "certification.actions.completion.course_progress", lambda _person, _course: progress
    )
    outcome = consider(enrolment=training.attended(cast.ana.person))
    lines = HoursEntry.objects.filter(source="lesson")
    assert sum(line.minutes for line in lines) == credited
    printed = {
        line["kind"]: line["minutes"] for line in outcome.certificates[0].content.snapshot["hours"]
    }
    assert printed == {"theory": 240, **({"online": 45} if credited else {})}


def test_a_course_without_a_programme_is_completed_without_a_certificate(
    cast: Cast, training: Training
) -> None:
    training.programme.courses.clear()
    outcome = consider(enrolment=training.attended(cast.ana.person, 120, 72))
    assert outcome.completed and outcome.certificates == () and outcome.problems == ()
    assert not consider(
        enrolment=training.attended(cast.vasile, 120, 71)
    ).completed  # the usual 80 %


def test_each_programme_asks_for_its_own_attendance(cast: Cast, training: Training) -> None:
    strict = proof.programme(
        cast.carer, courses=(training.course,), rule={"attendance_percent": 100}
    )
    outcome = consider(enrolment=training.attended(cast.ana.person, 120, 100))
    assert [c.programme for c in outcome.certificates] == [training.programme]
    outcome = consider(enrolment=training.attended(cast.vasile))
    assert {c.programme for c in outcome.certificates} == {training.programme, strict}


def test_a_missing_authority_does_not_undo_the_completion(cast: Cast, training: Training) -> None:
    edition = proof.edition(training.course, cast.cluj, is_online=True)
    place = proof.enrolment(edition, cast.clara.person)
    outcome = consider(enrolment=place)
    assert outcome.completed and outcome.problems == ("ro.foster: no_authority",)
    assert fresh(place).status == "completed"
    proof.authority(cast.cluj, "CJ")
    assert [c.number for c in consider(enrolment=place).certificates] == ["CJ/2026/00001"]


def test_by_a_person_with_the_right(cast: Cast, training: Training) -> None:
    outcome = consider(enrolment=training.attended(cast.ana.person), by=cast.ion)
    assert outcome.certificates[0].issued_by == cast.ion.pk
    assert {line.recorded_by for line in HoursEntry.objects.all()} == {cast.ion.pk}


def test_a_programme_may_ask_for_the_trainers_result(cast: Cast, training: Training) -> None:
    rule = training.programme.versions.get()
    rule.requirements.create(code="outcome", kind="outcome")
    place = training.attended(cast.ana.person, 120, 120)
    assert consider(enrolment=place).missing == ("result",)
    result = TrainerResult.objects.create(enrolment=place, result="failed", text="x")
    assert consider(enrolment=place).missing == ("result",)
    assert not Certificate.objects.filter(enrolment_id=place.pk).exists()
    TrainerResult.objects.filter(pk=result.pk).update(result="recommended")
    assert len(consider(enrolment=place).certificates) == 1


def test_a_result_is_asked_only_for_the_certificate_that_asks(
    cast: Cast, training: Training
) -> None:
    course = training.programme.courses.get()
    strict = proof.programme(cast.carer, courses=(course,))
    strict.versions.get().requirements.create(code="outcome", kind="outcome")
    place = training.attended(cast.ana.person, 120, 120)
    issued = consider(enrolment=place).certificates
    assert [one.programme_id for one in issued] == [training.programme.pk]
    TrainerResult.objects.create(enrolment=place, result="passed")
    issued = consider(enrolment=place).certificates
    assert {one.programme_id for one in issued} == {training.programme.pk, strict.pk}


def test_training_learns_what_is_asked(cast: Cast, training: Training) -> None:
    edition = training.attended(cast.ana.person, 120, 0).edition
    assert asked_of(edition) == Asked(80, False)
    strict = proof.programme(cast.carer, courses=(edition.course,), rule={"attendance_percent": 60})
    strict.versions.get().requirements.create(code="outcome", kind="outcome")
    assert asked_of(edition) == Asked(60, True)
    type(strict).objects.filter(pk=strict.pk).update(is_active=False)
    assert asked_of(edition) == Asked(80, False)
