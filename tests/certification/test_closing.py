"""The next edition that would close what is missing: of a course that counts, with a place, near, in the language."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from certification.closing import closing_editions
from certification.law import Ask, Counts
from certification.models import Programme
from certification.requirements import Answer, Finding
from courses.models import Course, CourseHours
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import courses
from tests.factories import training as make
from training.models import Edition

pytestmark = pytest.mark.django_db
YEARLY = Ask(1, "yearly", "any", "calendar_year", "both", minutes=600)
FIRST = Ask(2, "basic", "any", minutes=600)


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return proof.programme(cast.carer, courses=(taught("Bazele", "theory"),))


def taught(title: str, kind: str, topic: str = "") -> Course:
    """A course with ten hours of that kind."""
    made = courses.course(title)
    made.hours.add(
        CourseHours(kind=kind, minutes=600, topic=courses.topic(topic) if topic else None)
    )
    made.save()
    return made


def edition(cast: Cast, course: Course, *, day: int = 7, **fields) -> Edition:
    organiser = fields.pop("organiser", cast.timis)
    region = fields.pop("region", cast.ana.person.region)
    made = make.coming(organiser, day=day, course=course)
    Edition.objects.filter(pk=made.pk).update(region=region, **fields)
    return made


def missing(ask: Ask, *, last: date | None = None, **fields) -> Finding:
    ends = last or timezone.localdate() + timedelta(days=300)
    return Finding(ask, fields.pop("answer", Answer.MISSING), last=ends, **fields)


def closes(cast: Cast, programme: Programme, finding: Finding, limit: int = 9) -> list[int]:
    found = closing_editions(cast.ana.person, programme, finding, limit=limit)
    return [one.pk for one in found]


def test_the_programmes_own_course_closes_what_comes_before_the_first_certificate(
    cast: Cast, programme: Programme
) -> None:
    own, other = programme.courses.get(), taught("Altceva", "theory")
    here, _there = edition(cast, own), edition(cast, other)
    assert closes(cast, programme, missing(FIRST)) == [here.pk]


@pytest.mark.parametrize(
    ("ask", "kind", "topic", "fits"),
    [
        (YEARLY, "theory", "", True),
        (YEARLY, "online", "", True),
        (YEARLY, "supervision", "", False),
        (Ask(3, "s", "supervision", "calendar_year", "both", times=2), "supervision", "", True),
        (Ask(3, "s", "supervision", "calendar_year", "both", times=2), "theory", "", False),
        (Ask(4, "l", "any", "calendar_year", "both", minutes=60, topic="law"), "theory", "law", True),
        (Ask(4, "l", "any", "calendar_year", "both", minutes=60, topic="law"), "theory", "play", False),
        (Ask(4, "l", "any", "calendar_year", "both", minutes=60, topic="law", counts=(Counts("topic", "play"),)),
         "theory", "play", True),
    ],
    ids=["theory", "online", "supervision is no training", "supervision", "training is no supervision", "the topic",
         "another topic", "a topic that counts"],
)  # fmt: skip
def test_courses_with_hours_of_that_kind_and_topic(
    cast: Cast, programme: Programme, ask: Ask, kind: str, topic: str, fits: bool
) -> None:
    found = edition(cast, taught("Curs", kind, topic))
    assert closes(cast, programme, missing(ask)) == ([found.pk] if fits else [])


def test_a_course_that_counts_in_its_place(cast: Cast, programme: Programme) -> None:
    course = courses.course("Echivalent")
    ask = Ask(5, "x", "practice", "calendar_year", "both", minutes=60,
              counts=(Counts("course", str(course.translation_key)),))  # fmt: skip
    found = edition(cast, course)
    assert closes(cast, programme, missing(ask)) == [found.pk]


def test_near_and_in_ones_language_comes_first(cast: Cast, programme: Programme) -> None:
    own = programme.courses.get()
    far = edition(cast, own, day=3, region=cast.clara.person.region)
    foreign = edition(cast, own, day=4, language="en")
    near = edition(cast, own, day=20)
    assert closes(cast, programme, missing(FIRST)) == [near.pk, far.pk, foreign.pk]
    assert closes(cast, programme, missing(FIRST), limit=1) == [near.pk]


def test_full_editions_and_those_after_the_deadline_close_nothing(
    cast: Cast, programme: Programme
) -> None:
    own = programme.courses.get()
    full, late = edition(cast, own, day=5), edition(cast, own, day=40)
    Edition.objects.filter(pk=full.pk).update(capacity=1)
    make.place(cast.vasile, full)
    soon = timezone.localdate() + timedelta(days=20)
    assert closes(cast, programme, missing(YEARLY, last=soon)) == []
    assert closes(cast, programme, missing(YEARLY)) == [late.pk]


@pytest.mark.parametrize("answer", [Answer.MET, Answer.UNKNOWN, Answer.NOT_ASKED])
def test_what_is_not_missing_needs_no_edition(cast: Cast, programme: Programme, answer) -> None:
    edition(cast, programme.courses.get())
    assert closes(cast, programme, missing(YEARLY, answer=answer)) == []


def test_a_period_that_is_over_cannot_be_closed(cast: Cast, programme: Programme) -> None:
    edition(cast, programme.courses.get())
    assert closes(cast, programme, missing(YEARLY, is_missed=True)) == []
