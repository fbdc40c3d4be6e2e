"""The board's numbers: they are the list's, of every day and of every way to break down, and cost the same for many."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.http import Http404, QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from certification.board import ACT_SOON, LABELS, LACKING, Board, Figures, Line, board, last_day
from certification.board_sql import DAYS as ENDS
from certification.board_words import columns
from certification.forms_standing import StandingFilter
from certification.models import StaleStanding
from certification.queries import Filters, standing_counts, standing_rows
from certification.standing import State
from people.models import Organisation, PersonCategory, User
from tests.cast import Cast
from tests.certification.test_periods import refresh_all
from tests.certification.test_standing_agrees import (
    DAYS,
    LEAP,
    PEOPLE,
    RULES,
    START,
    examples,
    forgotten,
    write_certificates,
    write_enrolments,
)
from tests.factories import certification as proof
from tests.factories import people as make

D = date
DAY = D(2026, 3, 12)


def listed(user: User, query: dict[str, str], programme: str, day: date) -> int:
    """How many rows the list has for the address behind a number of the board."""
    asked = {"programme": programme, **query, "at": day.isoformat()}
    form = StandingFilter(QueryDict("", mutable=True) | asked, user=user)
    filters = form.filters(DAY)
    assert not form.errors, form.errors
    rows = standing_rows(user, filters)
    counts = standing_counts(user, filters)
    assert len(rows) == (counts[filters.state] if filters.state else sum(counts.values()))
    return len(rows)


def lines_of(found: Board) -> Iterator[Line]:
    yield from found.programmes
    yield from found.groups


def agrees(user: User, filters: Filters, by: str, *, narrowed: Organisation | None = None) -> Board:
    """Every number of the board is the number of rows behind it."""
    within = {"organisation": str(narrowed.pk)} if narrowed else {}
    found = board(user, replace(filters, branch=narrowed.path if narrowed else ""), by=by)
    for line in lines_of(found):
        programme = line.query.get("programme", found.chosen.key)
        for column in columns():
            query = {**within, **line.query, **column.query}
            said = (line.label, column.label, filters.at)
            assert listed(user, query, programme, filters.at) == column.read(line.figures), said
    return found


def agrees_with_rows(user: User, filters: Filters, by: str) -> Board:
    """The same at a lower price: one list for each row of the board, counted here."""
    found = board(user, filters, by=by)
    for line in lines_of(found):
        data = {"programme": found.chosen.key, **line.query, "at": filters.at.isoformat()}
        form = StandingFilter(QueryDict("", mutable=True) | data, user=user)
        rows = [row.standing for row in standing_rows(user, form.filters(DAY))]
        states = Counter(one.state for one in rows)
        assert {state: line.figures.of(state) for state in State} == {s: states[s] for s in State}
        good = {State.VALID, State.EXPIRING, State.REVIEW_DUE}
        ends = [one.valid_until for one in rows if one.state in good and one.valid_until]
        for days in ENDS:
            last = filters.at + timedelta(days=days)
            assert line.figures.within(days) == sum(1 for end in ends if end <= last)
    return found


def settle(cast: Cast, places: list[int]) -> list:
    """People of several institutions, places and categories, so that every group has somebody."""
    found = []
    for n, place in enumerate(places):
        where = (cast.timis, cast.lugoj, cast.centru, cast.cluj)[place % 4]
        county = (cast.timis_region, cast.cluj_region, None)[place % 3]
        found.append(
            make.person(
                where, f"Om{n}", categories=[cast.carer], region=county,
                locality=("", "Lugoj", "Făget")[place % 3],
            )
        )  # fmt: skip
        if place % 5 == 0:
            make.member(found[-1], cast.lugoj, "trainer")
        if place % 4 == 1:
            PersonCategory.objects.create(
                person=found[-1], category=cast.worker, since=START - timedelta(days=9)
            )
    return found


@pytest.mark.slow
@examples(25)
@given(
    rules=RULES,
    people=PEOPLE,
    places=st.lists(st.integers(0, 59), min_size=3, max_size=3),
    by=st.sampled_from(sorted(LABELS)),
    ahead=st.sampled_from([0, 1, 30, 59, 60, 61, 90, 400]),
    day=DAYS,
    fresh=st.sampled_from(["nobody", "some", "everybody"]),
)
def test_every_number_of_the_board_is_the_length_of_its_list(
    cast: Cast, rules, people, places, by: str, ahead: int, day: date, fresh: str
) -> None:
    with forgotten():
        courses = {True: proof.course(), False: proof.course()}
        programme = proof.programme(cast.carer, cast.worker, courses=(courses[True],), rule=None)
        proof.rule_version(programme, START - timedelta(days=1), **rules)
        proof.programme(cast.worker)
        turns = [LEAP]
        for who, (certificates, enrolments) in zip(settle(cast, places), people, strict=False):
            turns += write_certificates(who, programme, certificates, cast.timis)
            turns += write_enrolments(who, enrolments, courses, cast.timis)
        if fresh != "nobody":
            refresh_all()
        if fresh == "some":
            StaleStanding.objects.create(person=cast.ana.person_id)
        for at in (day, max(turns) - timedelta(days=ahead)):
            found = agrees_with_rows(cast.ion, Filters(at=at), by)
            for line in found.programmes:
                assert line.figures.total == sum(line.figures.of(state) for state in State)
            if by in ("county", "locality") and found.chosen:
                assert sum(one.figures.total for one in found.groups) == found.chosen.figures.total


@pytest.fixture
def programme(cast: Cast):
    """Somebody in every standing of a certificate, in two counties."""
    made = proof.programme(
        cast.carer, rule={"renewal_window_days": 90, "grace_days": 30}, code="ro.foster"
    )
    far = D(2028, 1, 1)
    lives = {
        "Valabil": (far, None), "Azi": (DAY, None), "In30": (DAY + timedelta(30), None),
        "In31": (DAY + timedelta(31), None), "In60": (DAY + timedelta(60), None),
        "In90": (DAY + timedelta(90), None), "In91": (DAY + timedelta(91), None),
        "Grație": (DAY - timedelta(5), None), "Expirat": (D(2025, 1, 1), None),
        "Retras": (DAY + timedelta(9), "revoked"), "Suspendat": (far, "suspended"),
    }  # fmt: skip
    for name, (until, happened) in lives.items():
        who = make.person(
            cast.lugoj, name, "Om", categories=[cast.carer], region=cast.timis_region, locality="Lugoj"
        )  # fmt: skip
        one = proof.certificate(
            who, made, issuer=cast.timis, valid_from=D(2023, 1, 1), valid_until=until
        )
        if happened:
            proof.event(one, happened, D(2024, 1, 1), "Un motiv")
    return made


def test_each_state_and_each_term_by_hand(cast: Cast, programme) -> None:
    whole = board(cast.ion, Filters(at=DAY), by="institution").chosen
    assert {state: whole.figures.of(state) for state in State} == {
        "never": 2, "in_progress": 0, "expired": 1, "revoked": 1, "suspended": 1, "in_grace": 1, "expiring": 5,
        "review_due": 0, "valid": 2,
    }  # fmt: skip
    # The day itself counts, the last day counts, the day after it does not; what was revoked does not end.
    assert {days: whole.figures.within(days) for days in ENDS} == {30: 2, 60: 4, 90: 5}
    assert whole.figures.total == 13 and whole.figures.lacking == 5


@pytest.mark.parametrize("by", sorted(LABELS))
def test_board_and_list_agree_in_each_breaking_down(cast: Cast, programme, by: str) -> None:
    found = agrees(cast.ion, Filters(at=DAY), by)
    assert found.groups and sum(one.figures.total for one in found.groups) == 13
    agrees(cast.ion, Filters(at=DAY), by, narrowed=cast.lugoj)
    agrees(cast.vera, Filters(at=D(2025, 6, 1)), by)


def test_institutions_are_those_one_step_below_and_the_directorate_itself(
    cast: Cast, programme
) -> None:
    found = board(cast.ion, Filters(at=DAY), by="institution")
    assert {one.label: one.figures.total for one in found.groups} == {
        "Primăria Lugoj": 12, "DGASPC Timiș": 1,
    }  # fmt: skip
    by_name = {one.label: one for one in found.groups}
    assert by_name["DGASPC Timiș"].query == {"organisation": str(cast.timis.pk), "alone": "on"}
    assert by_name["Primăria Lugoj"].below is None  # nothing lies below it


def test_the_country_by_county_and_by_directorate(cast: Cast, programme) -> None:
    counties = board(cast.vera, Filters(at=DAY), by="county")
    assert {one.label: one.figures.total for one in counties.groups} == {"Timiș": 13, "Cluj": 1}
    below = board(cast.vera, Filters(at=DAY), by="institution").groups
    assert {one.label: one.figures.total for one in below} == {"DGASPC Timiș": 13, "DGASPC Cluj": 1}
    assert {one.below for one in below} == {cast.timis.pk, cast.cluj.pk}


def test_an_officer_of_two_towns_sees_the_two_and_nothing_between(cast: Cast, programme) -> None:
    two = make.staff(cast.lugoj, "officer", "Doi", "Doi", email="doi@example.org")
    make.member(two.person, cast.turda, "officer")
    make.person(cast.turda, "Clujean", categories=[cast.carer])
    found = agrees(two, Filters(at=DAY), "institution")
    assert {one.label: one.figures.total for one in found.groups} == {
        "Primăria Lugoj": 11 + 1, "Primăria Turda": 1,
    }  # fmt: skip


def test_an_officer_sees_no_number_of_another_county(cast: Cast, programme) -> None:
    for by in sorted(LABELS):
        found = board(cast.olga, Filters(at=DAY), by=by)
        assert found.chosen.figures.total == 1
        assert [one.figures.total for one in found.groups] == [1]
        assert "Lugoj" not in " ".join(one.label for one in lines_of(found))
        # Nor when the other county's institution is put into the question.
        assert board(cast.olga, Filters(at=DAY, branch=cast.timis.path), by=by) == Board()
    assert board(cast.ana, Filters(at=DAY), by="institution") == Board()


def test_whoever_left_before_the_day_is_not_counted(cast: Cast, programme) -> None:
    membership = cast.vasile.memberships.get()
    membership.until = DAY - timedelta(days=1)
    membership.save()
    make.member(cast.vasile, cast.turda, "learner", since=DAY)

    def totals(user: User, day: date) -> int:
        return board(user, Filters(at=day), by="institution").chosen.figures.total

    assert (totals(cast.ion, DAY - timedelta(days=1)), totals(cast.ion, DAY)) == (13, 12)
    assert (totals(cast.olga, DAY - timedelta(days=1)), totals(cast.olga, DAY)) == (1, 2)
    found = agrees(cast.ion, Filters(at=DAY), "institution")
    assert {one.label: one.figures.total for one in found.groups}["Primăria Lugoj"] == 11


def test_somebody_at_two_institutions_stands_in_both_rows_and_once_in_the_whole(
    cast: Cast, programme
) -> None:
    make.member(cast.vasile, cast.centru, "learner")
    make.member(cast.vasile, cast.centru, "trainer")
    found = agrees(cast.ion, Filters(at=DAY), "institution")
    assert {one.label: one.figures.total for one in found.groups} == {
        "Primăria Lugoj": 12, "Centrul Timișoara": 1, "DGASPC Timiș": 1,
    }  # fmt: skip
    assert found.chosen.figures.total == 13


def test_compared_with_another_day(cast: Cast, programme) -> None:
    later = DAY + timedelta(days=40)
    found = board(cast.ion, Filters(at=later), by="institution", versus=DAY)
    alone = board(cast.ion, Filters(at=DAY), by="institution")
    assert found.chosen.before == alone.chosen.figures
    assert {one.key: one.before for one in found.groups} == {
        one.key: one.figures for one in alone.groups
    }
    assert found.chosen.figures.of(State.IN_GRACE) == 2  # In30 and In31
    assert found.chosen.figures.of(State.EXPIRED) == 3  # Azi and Grație joined


def test_a_group_of_one_of_the_two_days_only_stands_there_with_zero(cast: Cast, programme) -> None:
    begins = DAY + timedelta(days=1)
    make.member(cast.vasile, cast.centru, "learner", since=begins)
    for at, versus, now, before in ((DAY, begins, 0, 1), (begins, DAY, 1, 0)):
        found = board(cast.ion, Filters(at=at), by="institution", versus=versus)
        one = next(one for one in found.groups if one.label == "Centrul Timișoara")
        assert (one.figures.total, one.before.total) == (now, before)


def test_the_most_people_to_train_stand_first_then_the_larger_part(cast: Cast) -> None:
    programme = proof.programme(cast.carer)
    for place, trained in ((cast.lugoj, 3), (cast.centru, 1)):
        for n in range(3):
            who = make.person(place, f"Om{n}", categories=[cast.carer])
            if n < trained:
                proof.certificate(who, programme, issuer=cast.timis, valid_from=D(2024, 1, 1))
    found = board(cast.ion, Filters(at=DAY), by="institution").groups
    # DGASPC: 1 of 1 lacks; the centre 2 of 3; Lugoj 1 of 4.
    assert [one.label for one in found] == ["Centrul Timișoara", "DGASPC Timiș", "Primăria Lugoj"]


def test_the_programme_asked_of_most_people_is_broken_down_unless_another_is_chosen(
    cast: Cast,
) -> None:
    small, large = proof.programme(cast.worker), proof.programme(cast.carer)
    make.person(cast.lugoj, "Asistent", categories=[cast.worker])
    found = board(cast.ion, Filters(at=DAY), by="category")
    assert found.chosen.key == str(large.pk) and len(found.programmes) == 2
    other = board(cast.ion, Filters(at=DAY, programme=small.pk), by="category")
    assert other.chosen.key == str(small.pk)
    assert [one.query for one in other.groups] == [{"category": str(cast.worker.pk)}]
    assert other.programmes == found.programmes  # all of them, whichever is chosen


def test_one_board_costs_the_same_statements_for_one_institution_and_for_thirty(
    cast: Cast, programme
) -> None:
    def cost(by: str) -> int:
        user = User.objects.get(pk=cast.ion.pk)
        with CaptureQueriesContext(connection) as asked:
            board(user, Filters(at=DAY), by=by, versus=D(2025, 1, 1))
        return len(asked)

    cost("county")  # the zone of the law is kept from now on
    few = {by: cost(by) for by in sorted(LABELS)}
    for n in range(30):
        place = make.organisation(
            f"Primăria {n}", parent=cast.timis, kind=Organisation.Kind.TOWN_HALL
        )
        make.person(place, f"Om{n}", categories=[cast.carer], locality=f"Satul {n}")
    assert {by: cost(by) for by in sorted(LABELS)} == few
    # Roles; whose periods are stale; the count of both days; the programmes; the names of the groups.
    assert max(few.values()) <= 5


def test_the_last_day_is_as_far_as_a_certificate_lasts(cast: Cast) -> None:
    assert last_day(LEAP) == D(2029, 2, 28)  # no rule: sixty months
    proof.programme(cast.carer)
    assert last_day(DAY) == D(2029, 3, 12)  # 36 months


def test_figures_know_nothing_of_what_they_were_not_given() -> None:
    empty = Figures()
    assert (empty.total, empty.lacking, empty.within(30), empty.of(*ACT_SOON)) == (0, 0, 0, 0)
    assert {*ACT_SOON, *LACKING} | {State.VALID, State.IN_PROGRESS} == set(State)


def test_addresses_of_the_list_can_be_typed_wrong(cast: Cast, programme) -> None:
    """What the list does not know it leaves out; what it knows it obeys."""

    def rows(query: str) -> int:
        data = QueryDict("", mutable=True) | dict(parse_qsl(query))
        return len(standing_rows(cast.ion, StandingFilter(data, user=cast.ion).filters(DAY)))

    assert rows("") == 13
    assert [rows(f"within={days}") for days in (30, 60, 90)] == [2, 4, 5]
    assert rows("within=31") == rows("within=x") == rows("within=-1") == 13
    assert rows("alone=on") == 13  # alone without an institution says nothing
    assert rows(f"organisation={cast.timis.pk}&alone=on") == 1
    assert rows("organisation=cluj") == 13  # no number: left out and said at the field
    with pytest.raises(Http404):
        rows(f"organisation={cast.cluj.pk}")  # not one of ours: no such address
    assert rows("region=RO-TM") == 13 and rows("region=RO-CJ") == 0 and rows("region=-") == 0
    assert rows("locality=Lugoj") == 11 and rows("locality=-") == 2 and rows("locality=Lugo") == 0
    assert rows("state=expiring&within=30") == 2 and rows("state=never&within=30") == 0
