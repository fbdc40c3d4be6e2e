"""The database's knowledge of one person as plain data: all of it, of nobody else, as it was known on the day."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from certification.books import shelves
from certification.dossier import Dossier
from certification.law import Counts, Deed, Held, Line, Spell
from certification.models import Programme
from courses.models import Course, TestAttempt, Topic
from people.models import PersonCategory
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from training.models import TrainerResult

D = date
DAY = D(2026, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return proof.course("Bazele")


@pytest.fixture
def programme(cast: Cast, course: Course) -> Programme:
    return proof.programme(cast.carer, courses=(course,), code="ro.foster")


def history(cast: Cast, programme: Programme, at: date = DAY):
    return Dossier(cast.ana.person, at).history(programme)


def test_lines_with_their_topics_in_order_and_nobody_elses(cast: Cast, programme) -> None:
    topic = Topic.objects.create(code="law", name={"en": "Law"})
    late = proof.line(cast.ana.person, D(2025, 5, 2), 60, topic=topic, kind="practice")
    soon = proof.line(cast.ana.person, D(2025, 5, 1), -30)
    proof.line(cast.vasile, D(2025, 5, 1), 600)
    assert history(cast, programme).lines == (
        Line(soon.pk, D(2025, 5, 1), -30, "theory", "", "correction"),
        Line(late.pk, D(2025, 5, 2), 60, "practice", "law", "session"),
    )


def test_categories_and_circumstances_with_their_days(cast: Cast, programme) -> None:
    PersonCategory.objects.create(
        person=cast.ana.person, category=cast.worker, since=D(2024, 1, 1), until=D(2024, 12, 31)
    )
    proof.circumstance(cast.ana.person, D(2025, 1, 1), D(2025, 6, 30))
    proof.circumstance(cast.vasile, D(2025, 1, 1))
    found = history(cast, programme)
    assert Spell("ro-social-worker", D(2024, 1, 1), D(2024, 12, 31)) in found.categories
    assert found.circumstances == (Spell("child-placed", D(2025, 1, 1), D(2025, 6, 30)),)


def test_certificates_of_the_programme_and_of_others(cast: Cast, programme) -> None:
    other = proof.programme(cast.worker, code="ro.other")
    own = proof.certificate(cast.ana.person, programme, valid_from=D(2024, 3, 1))
    proof.event(own, "reviewed", D(2025, 3, 1))
    proof.event(own, "suspended", D(2025, 4, 1))
    foreign = proof.certificate(cast.ana.person, other, valid_from=D(2023, 3, 1))
    proof.certificate(cast.vasile, programme, valid_from=D(2024, 3, 1))
    paper = elsewhere.earlier(cast.ana.person, programme, valid_from=D(2019, 5, 6))
    found = history(cast, programme)
    assert found.certificates == (
        Held(own.pk, D(2024, 3, 1), None, "ro.foster", reviews=(D(2025, 3, 1),)),
        Held(paper.pk, D(2019, 5, 6), None, "ro.foster", "earlier"),
    )
    assert [one.id for one in found.others] == [foreign.pk]
    assert Dossier(cast.ana.person, DAY).programmes == {programme.pk, other.pk}


EXTENSIONS = [
    ("before it begins", D(2026, 1, 31), {}, D(2026, 3, 1)),
    ("from its first day", D(2026, 2, 1), {}, D(2026, 9, 1)),
    ("ended early", D(2026, 5, 1), {"ended_on": D(2026, 5, 1)}, D(2026, 3, 1)),
    ("not confirmed", D(2026, 5, 1), {"status": "asked"}, D(2026, 3, 1)),
    ("refused", D(2026, 5, 1), {"status": "refused"}, D(2026, 3, 1)),
]


@pytest.mark.parametrize(
    ("day", "fields", "ends"), [row[1:] for row in EXTENSIONS], ids=[row[0] for row in EXTENSIONS]
)
def test_extensions_as_they_were_known(cast: Cast, programme, day: date, fields, ends) -> None:
    days = {"valid_from": D(2024, 3, 1), "valid_until": D(2026, 3, 1)}
    held = proof.certificate(cast.ana.person, programme, **days)
    elsewhere.relief(
        cast.ana.person, programme, kind="extension", certificate=held, since=D(2026, 2, 1),
        until=D(2026, 9, 1), **fields,
    )  # fmt: skip
    file = Dossier(cast.ana.person, day)
    assert [one.valid_until for one in file.records(programme)] == [ends]
    assert [one.valid_until for one in file.history(programme).certificates] == [ends]


def test_what_has_no_end_is_not_extended_and_a_shorter_extension_shortens_nothing(
    cast: Cast, programme
) -> None:
    endless = proof.certificate(cast.ana.person, programme, valid_from=D(2024, 3, 1))
    long = proof.certificate(
        cast.ana.person, programme, valid_from=D(2024, 3, 1), valid_until=D(2026, 9, 1)
    )
    for held in (endless, long):
        days = {"since": D(2026, 2, 1), "until": D(2026, 4, 1)}
        elsewhere.relief(cast.ana.person, programme, kind="extension", certificate=held, **days)
    found = Dossier(cast.ana.person, DAY).records(programme)
    assert {one.id: one.valid_until for one in found} == {endless.pk: None, long.pk: D(2026, 9, 1)}


def test_a_paper_certificate_is_there_until_it_is_struck(cast: Cast, programme) -> None:
    elsewhere.earlier(
        cast.ana.person, programme, struck_on=D(2026, 2, 1), struck_reason="a mistake"
    )
    found = {
        day: len(Dossier(cast.ana.person, day).records(programme))
        for day in (D(2026, 1, 31), D(2026, 2, 1))
    }
    assert found == {D(2026, 1, 31): 1, D(2026, 2, 1): 0}


def test_confirmed_exemptions_of_this_programme_to_their_last_day(cast: Cast, programme) -> None:
    other = proof.programme(cast.carer)
    given = {"since": D(2026, 1, 1), "until": D(2026, 12, 31)}
    elsewhere.relief(cast.ana.person, programme, requirement="yearly", **given)
    elsewhere.relief(cast.ana.person, programme, **given, ended_on=D(2026, 7, 1))
    elsewhere.relief(cast.ana.person, programme, status="asked", requirement="x", **given)
    elsewhere.relief(cast.ana.person, other, **given)
    found = set(history(cast, programme).exemptions)
    assert found == {
        Spell("yearly", D(2026, 1, 1), D(2026, 12, 31)),
        Spell("", D(2026, 1, 1), D(2026, 6, 30)),
    }


BEGUN = [
    # how it stands        more                                              begun           under way since
    ("applied", {}, [], None),
    ("waitlisted", {}, [], None),
    ("offered", {}, [Spell("", D(2026, 2, 2))], D(2026, 2, 2)),
    ("confirmed", {}, [Spell("", D(2026, 2, 2))], D(2026, 2, 2)),
    ("completed", {"completed_on": D(2026, 2, 20)}, [Spell("", D(2026, 2, 2))], None),
    ("cancelled", {"cancelled_at": datetime(2026, 2, 10, tzinfo=UTC)}, [Spell("", D(2026, 2, 2), D(2026, 2, 9))], None),
    ("cancelled", {"cancelled_at": datetime(2026, 3, 10, tzinfo=UTC)}, [Spell("", D(2026, 2, 2), D(2026, 3, 9))],
     D(2026, 2, 2)),
    ("cancelled", {"cancelled_at": datetime(2026, 2, 1, 23, tzinfo=UTC)}, [], None),
    ("not_completed", {}, [Spell("", D(2026, 2, 2), D(2026, 3, 20))], D(2026, 2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "fields", "begun", "since"), BEGUN, ids=[f"{row[0]} {n}" for n, row in enumerate(BEGUN)]
)  # fmt: skip
def test_who_has_begun_and_whose_course_is_under_way(
    cast: Cast, programme, course: Course, status: str, fields, begun, since
) -> None:
    """Queued on 1 February at 23 h in UTC: where the law holds it is the second already."""
    edition = proof.edition(course, cast.timis, ends=datetime(2026, 3, 20, 12, tzinfo=UTC))
    queued = datetime(2026, 2, 1, 23, tzinfo=UTC)
    proof.enrolment(edition, cast.ana.person, status, queued_at=queued, **fields)
    assert list(history(cast, programme).begun) == begun
    assert Dossier(cast.ana.person, DAY).enrolled_on(programme, DAY) == since


def test_a_course_that_does_not_lead_there_begins_nothing(cast: Cast, programme) -> None:
    proof.enrolment(proof.edition(proof.course(), cast.timis), cast.ana.person)
    found = history(cast, programme)
    assert found.begun == () and Dossier(cast.ana.person, DAY).enrolled_on(programme, DAY) is None


def test_deeds_are_passed_tests_positive_results_and_completed_courses(
    cast: Cast, programme, course: Course
) -> None:
    key, who = course.translation_key, cast.ana.person
    edition = proof.edition(course, cast.timis)
    place = proof.enrolment(edition, who, "completed", completed_on=D(2026, 2, 20))
    at = datetime(2026, 2, 19, 10, tzinfo=UTC)
    passed = TrainerResult.objects.create(enrolment=place, result="passed", given_at=at)
    for number, good in ((1, False), (2, True)):
        TestAttempt.objects.create(
            person=who, course_key=key, test_key=key, number=number, language="ro", score=number,
            questions=2, passed=good, handed_in_at=at,
        )  # fmt: skip
    test = TestAttempt.objects.get(passed=True)
    assert history(cast, programme).deeds == (
        Deed("outcome", D(2026, 2, 19), passed.pk, str(key)),
        Deed("test", D(2026, 2, 19), test.pk, str(key)),
        Deed("course", D(2026, 2, 20), place.pk, str(key)),
    )
    TrainerResult.objects.update(result="failed")
    assert [deed.kind for deed in history(cast, programme).deeds] == ["test", "course"]


def test_results_of_other_courses_prove_nothing_here_but_the_course_itself_may_count(
    cast: Cast, programme
) -> None:
    edition = proof.edition(proof.course(), cast.timis)
    place = proof.enrolment(edition, cast.ana.person, "completed", completed_on=D(2026, 2, 20))
    TrainerResult.objects.create(enrolment=place, result="passed", given_at=timezone.now())
    assert [deed.kind for deed in history(cast, programme).deeds] == ["course"]


def test_books_are_published_versions_with_all_that_is_asked(cast: Cast, programme) -> None:
    version = programme.versions.get()
    other, course = proof.programme(cast.carer, code="ro.other"), proof.course()
    proof.requirement(
        version, "x", kind="theory", minutes=90, months=12, condition="professional", is_separate=True,
        category=cast.carer, unknown=["period"], position=1,
        counts=[{"programme": other, "minutes": 30}, {"course": course}],
    )  # fmt: skip
    proof.rule_version(programme, D(2036, 1, 1), status="draft")
    (book,) = shelves([programme.pk])[programme.pk].books
    (ask,) = book.asks
    assert (book.id, book.since, book.cutoff) == (version.pk, proof.LONG_AGO, proof.LONG_AGO)
    assert (ask.code, ask.minutes, ask.months, ask.category) == ("x", 90, 12, "ro-foster-carer")
    assert (ask.condition, ask.is_separate, ask.unknown) == ("professional", True, ("period",))
    assert set(ask.counts) == {
        Counts("programme", "ro.other", 30),
        Counts("course", str(course.translation_key)),
    }


def test_a_whole_person_is_read_in_few_queries(
    cast: Cast, programme, django_assert_max_num_queries
) -> None:
    for n in range(5):
        held = proof.certificate(cast.ana.person, programme, valid_from=D(2020 + n, 1, 1))
        proof.event(held, "reviewed", D(2025, 1, 1))
        proof.line(cast.ana.person, D(2025, 1, 1 + n), 60)
    with django_assert_max_num_queries(15):
        file = Dossier(cast.ana.person, DAY)
        assert len(file.records(programme)) == 5
        assert len(file.history(programme).lines) == 5
