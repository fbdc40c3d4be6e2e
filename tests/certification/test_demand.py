"""The demand planner: who is counted when, what is free, what is missing; and drafts that come once."""

import csv
import io
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from certification.actions import demand as actions
from certification.actions.demand import course_for, draft_missing
from certification.days import add_months, today
from certification.demand import (
    MONTHS,
    SMALLEST,
    USUAL,
    demand,
    groups,
    missing_places,
    organiser_for,
)
from formats.sheets import read
from people.models import AuditEvent, Person
from tests import cast as casts
from tests.factories import certification as proof
from tests.factories import people as make
from tests.races import at_once
from training.models import Edition

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
numbers = st.lists(st.integers(0, 60), min_size=MONTHS, max_size=MONTHS)


# The arithmetic


@pytest.mark.parametrize(
    ("due", "free", "expected"),
    [
        ([5, 0, 0], [0, 0, 0], [5, 0, 0]),
        ([5, 5, 5], [20, 0, 0], [0, 0, 0]),  # early places serve later needs
        ([5, 0, 0], [0, 9, 0], [5, 0, 0]),  # late places come too late
        ([5, 5, 0], [3, 0, 9], [2, 5, 0]),
        ([0, 4, 0], [2, 0, 0], [0, 2, 0]),
        ([5, 1, 0], [0, 3, 0], [5, 0, 0]),
        ([0, 0, 0], [0, 0, 0], [0, 0, 0]),
    ],
)
def test_missing_places(due, free, expected):
    assert missing_places(due, free) == expected


@given(numbers, numbers)
def test_with_what_is_missing_everybody_has_a_place_in_time_and_not_one_too_many(due, free):
    gap = missing_places(due, free)
    for month in range(MONTHS):
        needed, there = sum(due[: month + 1]), sum(free[: month + 1]) + sum(gap[: month + 1])
        assert there >= needed
        if gap[month]:
            assert there == needed


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ([0, 0, 0], []),
        ([1, 0, 0], [(0, 8)]),
        ([20, 0, 0], [(0, 20)]),
        ([21, 0, 0], [(0, 11), (0, 11)]),
        ([3, 4, 0], [(0, 8)]),  # what is spare in the smallest group serves the next month
        ([3, 4, 5], [(0, 8), (2, 8)]),
        ([0, 45, 0], [(1, 15), (1, 15), (1, 15)]),
    ],
)
def test_groups(missing, expected):
    assert groups(missing) == expected


@given(numbers)
def test_the_groups_give_what_is_missing_in_time_without_a_group_too_many(missing):
    found = groups(missing)
    for month in range(MONTHS):
        assert sum(size for m, size in found if m <= month) >= sum(missing[: month + 1])
    assert all(SMALLEST <= size <= USUAL for _month, size in found)
    without_last = sum(size for _month, size in found[:-1])
    assert not found or without_last < sum(missing)


# Who is counted when


@pytest.fixture
def course(cast):
    return proof.course("Formare")


@pytest.fixture
def programme(cast, course):
    return proof.programme(cast.carer, courses=(course,), rule={"grace_days": 30})


def of(rows, region, language="ro"):
    """The months of one county and language: due, free, missing."""
    for row in rows:
        if row.region == region and row.language == language:
            return row
    return None


def counts(cast, programme, user=None, at=DAY) -> list[int]:
    row = of(demand(user or cast.ion, programme, at=at, now=NOW), cast.timis_region)
    return [line.due for line in row.months] if row else [0] * MONTHS


def only(cast, name: str = "Unul", **fields):
    """One carer of Timiș, and nobody else."""
    for person in (cast.ana.person, cast.vasile, cast.clara.person):
        person.categories.all().delete()
    values = {"region": cast.timis_region, "categories": [cast.carer], **fields}
    return make.person(cast.timis, name, **values)


@pytest.mark.parametrize(
    ("valid_until", "month"),
    [
        (None, None),  # for ever
        (date(2026, 11, 30), 0),
        (date(2026, 11, 20), 0),
        (date(2026, 11, 19), 0),  # in grace
        (date(2026, 1, 1), 0),  # expired
        (date(2026, 12, 1), 1),
        (date(2027, 2, 28), 3),
        (date(2027, 10, 31), 11),
        (date(2027, 11, 1), None),  # after the horizon
    ],
)
def test_in_which_month_somebody_is_due(cast, programme, valid_until, month):
    who = only(cast)
    proof.certificate(who, programme, valid_from=date(2025, 1, 1), valid_until=valid_until)
    assert counts(cast, programme) == [int(number == month) for number in range(MONTHS)]


def test_who_was_never_trained_is_due_now(cast, programme):
    only(cast)
    assert counts(cast, programme) == [1] + [0] * 11


@pytest.mark.parametrize("kind", ["revoked", "suspended"])
def test_whose_certificate_was_taken_back_is_not_counted(cast, programme, kind):
    paper = proof.certificate(only(cast), programme, valid_from=date(2025, 1, 1))
    proof.event(paper, kind, date(2026, 1, 1))
    assert sum(counts(cast, programme)) == 0


@pytest.mark.parametrize(
    ("status", "edition_status", "counted"),
    [
        ("confirmed", "running", False),
        ("offered", "open", False),
        ("waitlisted", "open", True),
        ("applied", "open", True),
        ("cancelled", "open", True),
        ("confirmed", "done", True),
        ("not_completed", "running", True),
    ],
)
def test_who_has_a_place_is_not_counted_again(
    cast, programme, course, status, edition_status, counted
):
    """Of somebody whose certificate ends in two months."""
    who = only(cast)
    proof.certificate(who, programme, valid_from=date(2025, 1, 1), valid_until=date(2027, 1, 15))
    edition = proof.edition(course, cast.timis, status=edition_status)
    fields = {"cancelled": {"cancelled_at": NOW}, "offered": {"offer_until": NOW}}.get(status, {})
    proof.enrolment(edition, who, status, **fields)
    assert sum(counts(cast, programme)) == int(counted)


def test_a_place_in_another_course_does_not_count(cast, programme):
    other = proof.edition(proof.course("Alt curs"), cast.timis, status="open")
    proof.enrolment(other, only(cast))
    assert sum(counts(cast, programme)) == 1


def test_a_renewed_certificate_counts_once_at_its_new_end(cast, programme):
    who = only(cast)
    proof.certificate(who, programme, valid_from=date(2022, 1, 1), valid_until=date(2027, 1, 1))
    proof.certificate(who, programme, valid_from=date(2026, 2, 1), valid_until=date(2027, 6, 1))
    assert counts(cast, programme)[7] == 1 and sum(counts(cast, programme)) == 1


def test_people_are_counted_in_their_county_and_language(cast, programme):
    only(cast)
    make.person(cast.timis, "Doi", region=cast.timis_region, categories=[cast.carer], language="uk")
    town = make.region("RO-TM-9", "Lugoj", parent=cast.timis_region)
    make.person(cast.timis, "Trei", region=town, categories=[cast.carer])
    nowhere = make.person(cast.timis, "Patru", categories=[cast.carer])
    Person.objects.filter(pk=nowhere.pk).update(region=None)
    make.person(cast.timis, "Cinci", region=cast.timis_region, categories=[cast.worker])
    rows = demand(cast.ion, programme, at=DAY, now=NOW)
    found = {(str(row.region), row.language): row.due for row in rows}
    assert found == {("Timiș", "ro"): 2, ("Timiș", "uk"): 1, ("None", "ro"): 1}
    narrow = demand(cast.ion, programme, region="RO-TM", language="uk", at=DAY, now=NOW)
    assert [(row.region, row.language) for row in narrow] == [(cast.timis_region, "uk")]


def test_each_sees_the_people_of_their_own_branch(cast, programme):
    only(cast)
    make.person(cast.cluj, "Clujean", region=cast.cluj_region, categories=[cast.carer])
    for who in (cast.ion, cast.mara, cast.quin):
        rows = demand(who, programme, at=DAY, now=NOW)
        assert [row.region for row in rows] == [cast.timis_region]
    assert [row.region for row in demand(cast.olga, programme, at=DAY, now=NOW)] == [
        cast.cluj_region
    ]
    assert len(demand(cast.vera, programme, at=DAY, now=NOW)) == 2
    assert demand(cast.ana, programme, at=DAY, now=NOW) == []


# What is free


@pytest.mark.parametrize(
    ("status", "days", "planned", "month"),
    [
        ("open", 15, None, 1),
        ("announced", 1, None, 0),
        ("draft", 15, None, 1),
        ("draft", None, date(2027, 3, 1), 4),
        ("draft", None, date(2026, 5, 1), 0),  # planned long ago and still not dated
        ("draft", 30, date(2027, 3, 1), 1),  # the dates say it better than the plan
        ("draft", None, None, None),
        ("open", -1, None, None),
        ("closed", 15, None, None),
        ("cancelled", 15, None, None),
        ("done", 15, None, None),
        ("open", 345, None, 11),
        ("open", 346, None, None),
    ],
)
def test_which_places_count_in_which_month(cast, programme, course, status, days, planned, month):
    only(cast)
    starts = NOW + timedelta(days=days) if days is not None else None
    proof.edition(
        course, cast.timis, region=cast.timis_region, capacity=9, status=status, starts=starts,
        ends=starts and starts + timedelta(hours=2), planned_for=planned,
        status_reason="x" if status == "cancelled" else "",
    )  # fmt: skip
    row = of(demand(cast.ion, programme, at=DAY, now=NOW), cast.timis_region)
    assert [line.free for line in row.months] == [9 * (n == month) for n in range(MONTHS)]


def test_a_place_taken_is_not_free_and_more_taken_than_there_are_is_none(cast, programme, course):
    starts = NOW + timedelta(days=3)
    edition = proof.edition(
        course, cast.timis, region=cast.timis_region, capacity=2, status="open", starts=starts,
        ends=starts,
    )  # fmt: skip

    def free() -> int:
        return of(demand(cast.ion, programme, at=DAY, now=NOW), cast.timis_region).free

    for number, status in enumerate(("confirmed", "waitlisted", "offered", "confirmed")):
        fields = {"offer_until": NOW} if status == "offered" else {}
        proof.enrolment(edition, make.person(cast.timis, f"Om{number}"), status, **fields)
    assert free() == 0
    edition.enrolments.filter(status="confirmed").update(status="cancelled", cancelled_at=NOW)
    assert free() == 1


def test_a_translation_of_the_course_gives_places_too_another_course_does_not(
    cast, course, programme
):
    starts = NOW + timedelta(days=3)
    same = proof.course("Formare", language="ro", translation_key=course.translation_key)
    values = {"region": cast.timis_region, "status": "open", "starts": starts, "ends": starts}
    proof.edition(same, cast.timis, capacity=5, **values)
    proof.edition(proof.course(), cast.timis, capacity=7, **values)
    assert of(demand(cast.ion, programme, at=DAY, now=NOW), cast.timis_region).free == 5


# Drafts


@pytest.fixture
def hall(cast, programme):
    """Twenty-five carers of Timiș who were never trained, and nobody else."""
    only(cast)
    for number in range(24):
        make.person(cast.timis, f"Carer{number}", region=cast.timis_region, categories=[cast.carer])
    return programme


def draft(cast, programme, by=None):
    return draft_missing(
        by=by or cast.mara, programme=programme, region=cast.timis_region, language="ro"
    )


def test_the_missing_editions_are_drafted_once(cast, hall, course):
    made = draft(cast, hall)
    month = today().replace(day=1)
    assert [(e.status, e.capacity, e.planned_for, e.course, e.organiser) for e in made] == [
        ("draft", 13, month, course, cast.timis)
    ] * 2
    assert (made[0].region, made[0].language) == (cast.timis_region, "ro")
    assert made[1].title == f"{made[0].title} (2)" and str(month.year) in made[0].title
    assert not any(edition.sessions.exists() for edition in made)
    assert draft(cast, hall) == []
    assert Edition.objects.count() == 2
    trail = AuditEvent.objects.get(verb="demand.drafted")
    assert trail.data["editions"] == [edition.pk for edition in made]


def test_more_people_later_are_drafted_beside(cast, hall):
    first = draft(cast, hall)
    for number in range(9):
        make.person(cast.timis, f"Nou{number}", region=cast.timis_region, categories=[cast.carer])
    more = draft(cast, hall)
    assert [edition.capacity for edition in more] == [SMALLEST]
    assert more[0].title.endswith("(3)") and more[0] not in first


def test_a_draft_that_is_cancelled_is_missing_again(cast, hall):
    Edition.objects.filter(pk__in=[e.pk for e in draft(cast, hall)]).update(
        status="cancelled", status_reason="x"
    )
    assert len(draft(cast, hall)) == 2


@pytest.mark.parametrize("who", ["ion", "quin", "vera", "olga", "ana", "petar", "doru"])
def test_only_who_schedules_there_drafts(cast, hall, who):
    with pytest.raises(PermissionDenied):
        draft(cast, hall, by=getattr(cast, who))
    assert not Edition.objects.exists()


def test_without_a_course_nothing_is_drafted(cast, hall):
    hall.programme_courses.all().delete()
    with pytest.raises(PermissionDenied):
        draft(cast, hall)


def test_the_course_that_runs_most_often_is_taken(cast, programme, course):
    other = proof.course("Reînnoire")
    programme.courses.add(other)
    assert course_for(programme) == course
    proof.edition(other, cast.timis)
    assert course_for(programme) == other


def test_the_nearest_institution_organises(cast):
    below = make.staff(cast.centru, "coordinator")
    cast.centru.covers.add(cast.timis_region)
    assert organiser_for(cast.mara, cast.timis_region) in (cast.timis, cast.centru)
    assert organiser_for(below, cast.timis_region) == cast.centru
    assert organiser_for(cast.mara, cast.cluj_region) is None
    assert organiser_for(cast.mara, None) is None


# The pages


def url(name: str, *args) -> str:
    with translation.override("en"):
        return reverse(f"certification:{name}", args=args)


@pytest.fixture
def mara(cast) -> Client:
    return cast.browser(cast.mara, language="en")


def test_the_page_says_the_gap_in_words_and_drafts_with_one_click(cast, hall, mara):
    text = mara.get(url("demand")).content.decode()
    assert "25 people need a place in the next 12 months." in text
    assert "0 places are free." in text and "25 places are missing, the first in" in text
    assert "Draft 2 missing editions" in text
    posted = {"programme": hall.pk, "region": "", "language": "", "query": "language=ro"}
    done = mara.post(url("demand-draft"), posted)
    assert done["Location"] == url("demand") + "?language=ro"
    mara.post(url("demand-draft"), posted)
    assert Edition.objects.count() == 2
    after = mara.get(url("demand")).content.decode()
    assert "No place is missing." in after and "missing editions" not in after


def test_one_click_on_a_county_leaves_the_others(cast, hall, mara):
    make.person(cast.timis, "Vecin", region=cast.cluj_region, categories=[cast.carer])
    make.person(cast.timis, "Ukr", region=cast.timis_region, categories=[cast.carer], language="uk")
    posted = {"programme": hall.pk, "region": "RO-TM", "language": "uk"}
    mara.post(url("demand-draft"), posted)
    edition = Edition.objects.get()
    assert (edition.language, edition.capacity) == ("uk", SMALLEST)
    # Cluj is not hers to plan: the click for everything leaves it.
    mara.post(url("demand-draft"), {"programme": hall.pk})
    assert not Edition.objects.filter(region=cast.cluj_region).exists()


@pytest.mark.parametrize("who", ["ion", "quin", "vera"])
def test_who_only_reads_has_no_button(cast, hall, who):
    browser = cast.browser(getattr(cast, who), language="en")
    text = browser.get(url("demand")).content.decode()
    assert "25 people need a place" in text and "demand-draft" not in text
    assert "/demand/draft/" not in text
    assert browser.post(url("demand-draft"), {"programme": hall.pk}).status_code == 404
    assert not Edition.objects.exists()


@pytest.mark.parametrize("query", ["?programme=999999", "?region=xx&language=yy", "?programme=a'b"])
def test_a_filter_that_is_wrong_is_left_out(cast, hall, mara, query):
    assert "25 people need a place" in mara.get(url("demand") + query).content.decode()


def test_without_a_programme_the_page_says_so(cast, mara):
    assert "No programme yet" in mara.get(url("demand")).content.decode()
    assert mara.get(url("demand-file", "csv")).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_has_the_same_numbers(cast, hall, mara, kind):
    answer = mara.get(url("demand-file", kind) + "?language=ro")
    sheet = read(f"demand.{kind}", answer.content)
    assert sheet.headers[0] == "Programme" and len(sheet.rows) == MONTHS
    assert sum(int(row.cells[4]) for row in sheet.rows) == 25
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert lines[1][1:3] == ["Timiș", "Română"]
    assert "Carer" not in answer.content.decode("utf-8", "ignore")
    assert AuditEvent.objects.get(verb="demand.exported").data["rows"] == MONTHS


# Two coordinators at once


def two_clicks(cast, programme) -> int:
    """Both let go together; how many drafts there are."""
    errors = at_once([lambda: draft(cast, programme)] * 2)
    return Edition.objects.count() if not errors else -1


def crowd():
    cast = casts.build()
    course = proof.course("Formare")
    programme = proof.programme(cast.carer, courses=(course,))
    for number in range(6):
        make.person(cast.timis, f"C{number}", region=cast.timis_region, categories=[cast.carer])
    return cast, programme


@pytest.mark.race
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_clicks_at_once_draft_once():
    assert two_clicks(*crowd()) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twin_without_the_lock_both_count_what_is_missing(monkeypatch):
    """If this passes without a clash, the test above proves nothing. The unique title then stops the second."""
    cast, programme = crowd()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    counted, both = actions.demand, threading.Barrier(2)

    def together(*args, **kwargs):
        found = counted(*args, **kwargs)
        both.wait(timeout=20)
        return found

    monkeypatch.setattr(actions, "demand", together)
    assert two_clicks(cast, programme) == -1


def test_months_are_counted_over_the_turn_of_the_year(cast, programme):
    only(cast)
    row = of(demand(cast.ion, programme, at=DAY, now=NOW), cast.timis_region)
    assert [line.month for line in row.months] == [
        add_months(date(2026, 11, 1), number) for number in range(MONTHS)
    ]
