"""Whoever's records change is stale in the same transaction: until the periods are made anew, the records are read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Event, Thread

import pytest
from django.core.cache import caches
from django.db import connections, transaction
from django.utils import timezone

from certification import periods, tasks
from certification.actions import periods as writing
from certification.actions.periods import refresh
from certification.board import counted
from certification.days import law_zone
from certification.models import (
    Equivalence,
    ProgrammeCourse,
    RuleVersion,
    StaleStanding,
    StandingPeriod,
)
from certification.models.hours import HoursEntry
from certification.periods_sql import LIVE, WRITE
from certification.queries import Filters, statement
from certification.standing_sql import ROWS
from people.actions import erasure, merges
from people.models import Person, PersonCategory
from people.permissions import Permission
from tests.cast import Cast
from tests.certification.test_periods import refresh_all, rows
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import people as make
from tests.races import outcomes

D = date
DAY = D(2026, 3, 12)
# What the triggers of a table mean; a table that a standing is worked out from has one for each deed.
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'stale_standing%%' AND tgenabled <> 'D'
"""
# Only some columns of these matter, and nothing begins or ends with a row.
ONLY_CHANGED = {"training_edition", "wagtailcore_page"}
DEEDS = ("insert", "update", "delete")


@pytest.fixture
def programme(cast: Cast):
    """Asked of carers; Ana has a certificate of it, Vasile has none."""
    made = proof.programme(cast.carer, courses=(proof.course(),), code="ro.foster")
    proof.certificate(
        cast.ana.person, made, issuer=cast.timis, valid_from=D(2025, 1, 1), content=False
    )
    refresh_all()
    return made


def stale() -> set[int | None]:
    return set(StaleStanding.objects.values_list("person", flat=True))


def on_board(cast: Cast, day: date = DAY) -> dict[tuple[int, str], int]:
    (found,) = counted(cast.ion, [Filters(at=day)], None)
    return {
        (number, state): people
        for (number, _key), figures in found.items()
        for state, people in figures.states.items()
    }


def by_the_records(cast: Cast, day: date = DAY) -> dict[tuple[int, str], int]:
    text, values = statement(LIVE, cast.ion, Filters(at=day), Permission.VIEW_STANDING)
    found = rows(f"SELECT programme_id, state, COUNT(*) FROM ({text}) one GROUP BY 1, 2", values)
    return {(programme, state): people for programme, state, people in found}


def of_certificate(cast: Cast, programme) -> None:
    proof.certificate(
        cast.vasile, programme, issuer=cast.timis, valid_from=D(2025, 6, 1), content=False
    )


def of_paper(cast: Cast, programme) -> None:
    elsewhere.earlier(cast.vasile, programme, valid_from=D(2025, 6, 1), organisation=cast.timis)


def of_event(cast: Cast, programme) -> None:
    proof.event(programme.certificates.get(), "revoked", D(2025, 7, 1), "A reason")


def of_hours(cast: Cast, programme) -> None:
    proof.line(cast.vasile, D(2025, 6, 1))


def of_relief(cast: Cast, programme) -> None:
    elsewhere.relief(cast.vasile, programme, since=DAY, until=DAY)


def of_circumstance(cast: Cast, programme) -> None:
    proof.circumstance(cast.vasile, DAY)


def of_category(cast: Cast, programme) -> None:
    PersonCategory.objects.filter(person=cast.vasile).update(until=D(2025, 6, 1))


def of_place(cast: Cast, programme) -> None:
    course = programme.courses.get()
    ends = datetime(2026, 6, 1, tzinfo=UTC)
    proof.enrolment(
        proof.edition(course, cast.timis, ends=ends), cast.vasile, queued_at=ends.replace(month=2)
    )


@pytest.mark.parametrize(
    ("write", "whose"),
    [
        (of_certificate, "vasile"), (of_paper, "vasile"), (of_event, "ana"), (of_hours, "vasile"),
        (of_relief, "vasile"), (of_circumstance, "vasile"), (of_category, "vasile"), (of_place, "vasile"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)  # fmt: skip
def test_who_writes_makes_just_that_person_stale_and_the_board_is_never_behind(
    cast: Cast, programme, write: Callable[[Cast, object], None], whose: str
) -> None:
    before = on_board(cast)
    assert before == by_the_records(cast)
    write(cast, programme)
    person = cast.ana.person if whose == "ana" else cast.vasile
    assert stale() == {person.pk}
    now = on_board(cast)
    assert now == by_the_records(cast)
    refresh_all()
    assert on_board(cast) == now


@pytest.mark.parametrize(
    "write", [of_certificate, of_paper, of_event, of_category, of_place], ids=lambda one: one.__name__
)  # fmt: skip
def test_those_writes_do_change_the_board(cast: Cast, programme, write) -> None:
    """The twin: without the row that says who is stale, the board would show what was."""
    before = on_board(cast)
    write(cast, programme)
    StaleStanding.objects.all().delete()
    assert on_board(cast) == before != by_the_records(cast)


def test_who_gave_something_away_is_stale_too(cast: Cast, programme) -> None:
    line = proof.line(cast.vasile, D(2025, 6, 1))
    place = proof.enrolment(proof.edition(programme.courses.get(), cast.timis), cast.vasile)
    refresh_all()
    type(place).objects.filter(pk=place.pk).update(person=cast.ana.person)
    assert stale() == {cast.vasile.pk, cast.ana.person_id}
    refresh_all()
    place.delete()
    assert stale() == {cast.ana.person_id}
    assert HoursEntry.objects.get() == line


def test_a_merge_and_its_undo_concern_both(cast: Cast, programme) -> None:
    ana = cast.ana.person
    kept = make.person(cast.lugoj, "Popescu", "Anna", categories=[cast.carer])
    proof.line(ana, D(2025, 2, 1))
    refresh_all()
    before = on_board(cast)
    made = merges.merge(by=cast.adm, kept=kept, merged=ana)
    assert stale() == {kept.pk, ana.pk}
    merged = on_board(cast)
    assert merged == by_the_records(cast) != before
    refresh_all()
    assert on_board(cast) == merged
    merges.undo(by=cast.adm, merge=made)
    assert stale() == {kept.pk, ana.pk}
    refresh_all()
    assert on_board(cast) == before == by_the_records(cast)


def test_of_an_erased_person_nothing_is_worked_out_again(cast: Cast, programme) -> None:
    """Their category ends with the erasure, which makes them stale once more; their certificate stays."""
    mine = StandingPeriod.objects.filter(person=cast.ana.person_id)
    assert mine.exists()
    erasure.erase(by=None, person=cast.ana.person, reason="request")
    assert stale() == {cast.ana.person_id} and not mine.exists()
    refresh_all()
    assert not mine.exists() and programme.certificates.exists()


def test_an_edition_that_ends_later_concerns_who_is_in_it(cast: Cast, programme) -> None:
    edition = proof.edition(programme.courses.get(), cast.timis, ends=timezone.now())
    proof.enrolment(edition, cast.vasile)
    refresh_all()
    type(edition).objects.filter(pk=edition.pk).update(capacity=99)
    assert stale() == set()
    type(edition).objects.filter(pk=edition.pk).update(ends=datetime(2027, 1, 1, tzinfo=UTC))
    assert stale() == {cast.vasile.pk}


@pytest.mark.parametrize("what", ["rule", "programme", "course", "zone"])
def test_a_rule_that_changes_concerns_everybody(cast: Cast, programme, what: str) -> None:
    match what:
        case "rule":
            programme.versions.update(grace_days=999)
        case "programme":
            type(programme).objects.filter(pk=programme.pk).update(is_active=False)
        case "course":
            programme.courses.add(proof.course())
        case "zone":
            type(cast.jurisdiction).objects.filter(pk=cast.jurisdiction.pk).update(time_zone="UTC")
    assert stale() == {None}
    assert on_board(cast) == by_the_records(cast)
    refresh_all()
    assert on_board(cast) == by_the_records(cast)


@pytest.mark.parametrize(
    "write",
    [
        lambda version: RuleVersion.objects.filter(pk=0).update(grace_days=1),
        lambda version: ProgrammeCourse.objects.filter(pk=0).delete(),
        lambda version: proof.rule_version(version.programme, D(2031, 1, 1), status="draft"),
    ],
    ids=["no-row", "nothing-deleted", "draft"],
)
def test_what_changes_no_rule_makes_nobody_stale(cast: Cast, programme, write) -> None:
    write(programme.versions.get())
    assert stale() == set()


def test_a_draft_concerns_everybody_from_the_moment_when_it_is_published(
    cast: Cast, programme
) -> None:
    programme.versions.update(effective_to=D(2031, 1, 1))
    draft = proof.rule_version(programme, D(2031, 1, 1), status="draft")
    refresh_all()
    asked = draft.requirements.create(code="x", kind="theory", period="once", position=1)
    Equivalence.objects.create(requirement=asked, programme=proof.programme(cast.worker))
    StaleStanding.objects.all().delete()  # of the other programme
    asked.delete()
    RuleVersion.objects.filter(pk=draft.pk).update(grace_days=30)
    assert stale() == set()
    RuleVersion.objects.filter(pk=draft.pk).update(status="published")
    assert stale() == {None}


@pytest.fixture
def at_night(cast: Cast, programme) -> list[date]:
    """Vasile has a place since an hour that belongs to another day in Bucharest than in London."""
    edition = proof.edition(
        programme.courses.get(), cast.timis, ends=datetime(2026, 6, 1, tzinfo=UTC)
    )
    proof.enrolment(edition, cast.vasile, queued_at=datetime(2026, 3, 11, 23, tzinfo=UTC))
    caches["local"].clear()
    refresh_all()
    return [D(2026, 3, 11), D(2026, 3, 12)]


def test_a_worker_that_does_not_know_the_new_zone_yet(cast: Cast, programme, at_night) -> None:
    """Each process keeps the zone for a minute: what was worked out in the old one counts in the old one only."""
    type(cast.jurisdiction).objects.filter(pk=cast.jurisdiction.pk).update(time_zone="UTC")
    refresh_all()
    caches["local"].clear()
    found = [on_board(cast, day) for day in at_night]
    assert found == [by_the_records(cast, day) for day in at_night]
    refresh_all()
    assert [on_board(cast, day) for day in at_night] == found
    assert periods._stale(cast.ion, [Filters(at=DAY)]) == {0: periods.NOBODY}


@pytest.mark.parametrize("what", ["jurisdiction", "release"])
def test_what_no_table_says_counts_too(
    cast: Cast, programme, at_night, settings, monkeypatch, what
) -> None:
    """The deployment serves another country now, or a new release judges by another text."""
    if what == "jurisdiction":
        settings.JURISDICTION, settings.TIME_ZONE = "xx", "UTC"
        caches["local"].clear()
    else:
        monkeypatch.setattr(writing.sql, "WRITE", f"{WRITE}-- mended")
    assert periods._stale(cast.ion, [Filters(at=DAY)]) == {0: periods.EVERYBODY}
    assert [on_board(cast, day) for day in at_night] == [by_the_records(cast, d) for d in at_night]
    refresh_all()
    assert periods._stale(cast.ion, [Filters(at=DAY)]) == {0: periods.NOBODY}
    assert [on_board(cast, day) for day in at_night] == [by_the_records(cast, d) for d in at_night]


def test_a_rule_that_changes_between_two_questions_leaves_nobody_out(
    cast: Cast, programme, monkeypatch
) -> None:
    """The board asks who is stale, then counts: what comes between the two is for the next look."""
    of_hours(cast, programme)
    before, ask = by_the_records(cast), periods._stale

    def asked(user, days):
        found = ask(user, days)
        programme.versions.update(grace_days=7)
        return found

    monkeypatch.setattr(periods, "_stale", asked)
    assert on_board(cast) == before
    assert None in stale()


def test_every_table_that_a_standing_is_worked_out_from_tells_when_it_changes(db) -> None:
    read = set(re.findall(r"(?:FROM|JOIN) ((?:[a-z]+_)?[a-z]+_[a-z_]+)\b", ROWS + WRITE))
    rooms = ("people_", "certification_", "training_", "wagtailcore_")
    ours = {name for name in read if name.startswith(rooms)}
    found = set(rows(TRIGGERS, {}))
    assert len(ours) >= 15
    # Looked up for its words alone, and never changed.
    for table in ours - ONLY_CHANGED:
        assert {(table, f"stale_standing_{deed}") for deed in DEEDS} <= found, table
    for table in ONLY_CHANGED:
        assert (table, "stale_standing_update") in found


def test_nobody_is_worked_out_twice_and_nothing_is_left(cast: Cast, programme) -> None:
    for _twice in range(2):
        of_hours_of = [proof.line(cast.vasile, D(2025, month, 1)) for month in (1, 2, 3)]
        assert len(of_hours_of) == 3 == StaleStanding.objects.count()
        assert (refresh(), refresh()) == (1, 0)
    mine = StandingPeriod.objects.filter(person=cast.vasile.pk)
    assert list(mine.values_list("state", "until")) == [("never", None)]


def test_some_at_a_time_and_the_task_takes_all(cast: Cast, programme) -> None:
    people = [make.person(cast.lugoj, categories=[cast.carer]) for _one in range(5)]
    assert [refresh(most=2) for _turn in range(4)] == [2, 2, 1, 0]
    StaleStanding.objects.create(person=None)
    tasks.refresh_periods(0)
    assert stale() == set()
    assert StandingPeriod.objects.filter(person__in=[one.pk for one in people]).count() == 5


def test_what_fails_leaves_everything_as_it_was(cast: Cast, programme, monkeypatch) -> None:
    of_hours(cast, programme)
    before = list(StandingPeriod.objects.order_by("pk").values())
    monkeypatch.setattr(writing.sql, "WRITE", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        refresh()
    assert stale() == {cast.vasile.pk}
    assert list(StandingPeriod.objects.order_by("pk").values()) == before


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def write_later(self, cast: Cast, written: Event, go: Event) -> Thread:
        """Somebody writes hours and is not done yet."""

        def write() -> None:
            with transaction.atomic():
                proof.line(Person.objects.get(pk=cast.vasile.pk), D(2025, 6, 1))
                written.set()
                go.wait(timeout=20)
            connections.close_all()

        thread = Thread(target=write)
        thread.start()
        assert written.wait(timeout=20)
        return thread

    @pytest.fixture
    def programme(self, cast: Cast):
        made = proof.programme(cast.carer, code="ro.foster")
        refresh_all()
        return made

    def test_what_was_not_seen_yet_is_worked_out_next_time(self, cast: Cast, programme) -> None:
        StaleStanding.objects.create(person=cast.vasile.pk)
        written, go = Event(), Event()
        thread = self.write_later(cast, written, go)
        assert refresh() == 1
        go.set()
        thread.join(timeout=20)
        assert stale() == {cast.vasile.pk}
        assert refresh() == 1

    def test_twin_whoever_takes_the_rows_away_last_forgets_somebody(
        self, cast: Cast, programme
    ) -> None:
        StaleStanding.objects.create(person=cast.vasile.pk)
        written, go = Event(), Event()
        thread = self.write_later(cast, written, go)
        writing._write([cast.vasile.pk], str(law_zone()))
        go.set()
        thread.join(timeout=20)
        StaleStanding.objects.filter(person=cast.vasile.pk).delete()
        assert stale() == set(), "the hours were written, and nobody will ever count them"

    def test_two_workers_take_turns(self, cast: Cast, programme) -> None:
        people = [make.person(cast.lugoj, categories=[cast.carer]) for _one in range(6)]
        done = outcomes([lambda: refresh(most=3) for _worker in range(3)])
        assert sorted(done) == [0, 3, 3]
        assert StandingPeriod.objects.filter(person__in=[one.pk for one in people]).count() == 6
        assert stale() == set()


def test_a_state_that_lasts_has_one_row(cast: Cast, programme) -> None:
    """However many days could have been a turn."""
    person = cast.vasile.pk
    proof.certificate(
        cast.vasile, programme, issuer=cast.timis, valid_from=D(2025, 2, 1), valid_until=D(2028, 1, 1),
        content=False,
    )  # fmt: skip
    refresh_all()
    found = StandingPeriod.objects.filter(person=person).order_by("since")
    states = list(found.values_list("state", flat=True))
    assert states == ["never", "valid", "expiring", "expired"]
    spans = list(found.values_list("since", "until"))
    assert [until for _since, until in spans[:-1]] == [since for since, _until in spans[1:]]
    assert spans[-1][1] is None
