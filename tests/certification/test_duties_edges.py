"""The days on which something turns: the list in SQL and the function say the same, and what a lawyer would say."""

from datetime import date
from typing import Any

import pytest

from certification.queries import standing
from people.models import PersonCategory
from tests.cast import Cast
from tests.certification.agreeing import compare
from tests.certification.test_duties_agree import World
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import people as make

D = date
pytestmark = pytest.mark.django_db
HELD = D(2023, 5, 1)
NEW_YEAR = D(2025, 1, 1)
# A life is lines of (what, …); everybody holds a certificate since 1 May 2023 unless it says another day.
EDGES: list[tuple[str, dict[str, Any], list[tuple[Any, ...]], date, str]] = [
    # the case                             what is asked               the life                       the day   standing
    ("nothing done", {}, [], NEW_YEAR, "review_due"),
    ("the last day of the year", {}, [], D(2024, 12, 31), "valid"),
    ("done on 31 December", {}, [("line", D(2024, 12, 31), 600)], NEW_YEAR, "valid"),
    ("done on 1 January of the year", {}, [("line", D(2024, 1, 1), 600)], NEW_YEAR, "valid"),
    ("done a day before the year", {}, [("line", D(2023, 12, 31), 600)], NEW_YEAR, "review_due"),
    ("a minute too little", {}, [("line", D(2024, 2, 29), 599)], NEW_YEAR, "review_due"),
    ("corrected below", {}, [("line", D(2024, 5, 1), 600), ("line", D(2024, 5, 1), -1)], NEW_YEAR, "review_due"),
    ("certified on 31 December before", {}, [("held", D(2023, 12, 31))], NEW_YEAR, "review_due"),
    ("certified on 1 January", {}, [("held", D(2024, 1, 1))], NEW_YEAR, "valid"),
    ("reviewed on 31 December", {}, [("reviewed", D(2024, 12, 31))], NEW_YEAR, "review_due"),
    ("reviewed on 1 January", {}, [("reviewed", D(2025, 1, 1))], NEW_YEAR, "valid"),
    ("reviewed the day after the question", {}, [("reviewed", D(2025, 1, 2))], NEW_YEAR, "review_due"),
    ("exempt to 30 December", {}, [("exempt", D(2024, 1, 1), D(2024, 12, 30))], NEW_YEAR, "review_due"),
    ("exempt to 31 December", {}, [("exempt", D(2024, 12, 31), D(2024, 12, 31))], NEW_YEAR, "valid"),
    ("exempt until it was ended on 31 December", {}, [("exempt", D(2024, 1, 1), D(2025, 5, 1), D(2024, 12, 31))],
     NEW_YEAR, "review_due"),
    ("exempt until it was ended on 1 January", {}, [("exempt", D(2024, 1, 1), D(2025, 5, 1), D(2025, 1, 1))],
     NEW_YEAR, "valid"),
    ("a child from 1 January", {"condition": "child-placed"}, [("placed", D(2024, 1, 1), None)],
     NEW_YEAR, "review_due"),
    ("a child from 2 January", {"condition": "child-placed"}, [("placed", D(2024, 1, 2), None)], NEW_YEAR, "valid"),
    ("a child to 31 December", {"condition": "child-placed"}, [("placed", D(2023, 1, 1), D(2024, 12, 31))],
     NEW_YEAR, "review_due"),
    ("a child to 30 December", {"condition": "child-placed"}, [("placed", D(2023, 1, 1), D(2024, 12, 30))],
     NEW_YEAR, "valid"),
    ("no child on both days", {"condition": "no-child-placed"}, [("placed", D(2024, 1, 2), D(2024, 12, 30))],
     NEW_YEAR, "review_due"),
    ("no child, but on the first day", {"condition": "no-child-placed"}, [("placed", D(2024, 1, 1), D(2024, 1, 1))],
     NEW_YEAR, "valid"),
    ("of workers, and is one all the year", {"is_of_workers": True}, [("worker", D(2024, 1, 1), D(2024, 12, 31))],
     NEW_YEAR, "review_due"),
    ("of workers, and was one too late", {"is_of_workers": True}, [("worker", D(2024, 1, 2), None)], NEW_YEAR, "valid"),
    ("of workers, and was one too short", {"is_of_workers": True}, [("worker", D(2023, 1, 1), D(2024, 12, 30))],
     NEW_YEAR, "valid"),
    ("two times on two days", {"figure": "2 times"}, [("line", D(2024, 5, 1), 9), ("line", D(2024, 5, 2), 9)],
     NEW_YEAR, "valid"),
    ("two times on one day", {"figure": "2 times"}, [("line", D(2024, 5, 1), 9), ("line", D(2024, 5, 1), 8)],
     NEW_YEAR, "review_due"),
    ("a time that was taken back", {"figure": "1 time"}, [("line", D(2024, 5, 1), 9), ("line", D(2024, 5, 1), -9)],
     NEW_YEAR, "review_due"),
    ("mixed hours may be theory", {"kind": "theory"}, [("line", D(2024, 5, 1), 600, "any")], NEW_YEAR, "valid"),
    ("practice is not theory", {"kind": "theory"}, [("line", D(2024, 5, 1), 600, "practice")], NEW_YEAR, "review_due"),
    ("not known whether it is asked", {"unknown": ["mandatory"]}, [], NEW_YEAR, "valid"),
    ("no figure", {"figure": "nobody knows"}, [], NEW_YEAR, "valid"),
    ("the topic", {"topic": "law"}, [("line", D(2024, 5, 1), 600, "theory", "law")], NEW_YEAR, "valid"),
    ("another topic", {"topic": "law"}, [("line", D(2024, 5, 1), 600, "theory", "instead")], NEW_YEAR, "review_due"),
    ("a topic that counts", {"topic": "law", "counts": "topic"},
     [("line", D(2024, 5, 1), 600, "supervision", "instead")],
     NEW_YEAR, "valid"),
    ("a course that counts", {"counts": "course"}, [("course", D(2024, 5, 1))], NEW_YEAR, "valid"),
    ("a course that counts for a part", {"counts": "course for 60"}, [("course", D(2024, 5, 1))],
     NEW_YEAR, "review_due"),
    ("a part and the rest", {"counts": "course for 60"}, [("course", D(2024, 5, 1)), ("line", D(2024, 6, 1), 540)],
     NEW_YEAR, "valid"),
    ("a certificate that counts", {"counts": "other"}, [("other", D(2024, 12, 31))], NEW_YEAR, "valid"),
    ("a certificate of the next year", {"counts": "other"}, [("other", D(2025, 1, 1))], NEW_YEAR, "review_due"),
    ("twelve months over the leap day: the last good one", {"period": 12}, [("line", D(2024, 2, 29), 600)],
     D(2025, 2, 28), "valid"),
    ("twelve months over the leap day: over", {"period": 12}, [("line", D(2024, 2, 29), 600)],
     D(2025, 3, 1), "review_due"),
    ("a month from 28 February", {"period": 1}, [("line", D(2025, 2, 28), 600)], D(2025, 3, 27), "valid"),
    ("a month from 28 February: over", {"period": 1}, [("line", D(2025, 2, 28), 600)], D(2025, 3, 28), "review_due"),
    ("twelve months, reviewed within", {"period": 12}, [("reviewed", D(2024, 3, 2))], D(2025, 3, 1), "valid"),
    ("twelve months, reviewed before", {"period": 12}, [("reviewed", D(2024, 3, 1))], D(2025, 3, 1), "review_due"),
    ("certified twelve months ago", {"period": 12}, [("held", D(2024, 3, 1))], D(2025, 2, 28), "valid"),
    ("certified twelve months and a day ago", {"period": 12}, [("held", D(2024, 3, 1))], D(2025, 3, 1), "review_due"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "life", "day", "state"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES]
)
def test_on_that_day(cast: Cast, asked, life, day: date, state: str) -> None:
    world = World(cast)
    ask = {
        "kind": "any", "figure": "600 minutes", "period": "calendar_year", "condition": "", "is_of_workers": False,
        "topic": "", "counts": "", "unknown": [], **asked,
    }  # fmt: skip
    version = {"asks": [ask], "grace_days": 0, "transition": "none", "cutoff": None, "keeps": None}
    world.write_rules([{**version, "lasts": 365}])
    who = make.person(cast.lugoj, "Om", categories=[cast.carer])
    held = next((one[1] for one in life if one[0] == "held"), HELD)
    certificate = proof.certificate(
        who, world.programme, issuer=cast.timis, valid_from=held, content=False
    )
    for what, *more in life:
        live(world, who, certificate, what, more)
    assert standing(who, world.programme, day).state == state
    compare(cast, world.programme, day, filters=False)


def live(world: World, who, certificate, what: str, more: list[Any]) -> None:
    """One line of a life."""
    if what == "line":
        on, minutes, *rest = more
        topic = world.topics[rest[1]] if len(rest) > 1 else None
        proof.line(who, on, minutes, kind=rest[0] if rest else "theory", topic=topic)
    elif what == "reviewed":
        proof.event(certificate, "reviewed", more[0])
    elif what == "exempt":
        since, until, *ended = more
        ends = {"ended_on": ended[0]} if ended else {}
        elsewhere.relief(who, world.programme, since=since, until=until, **ends)
    elif what == "placed":
        proof.circumstance(who, *more)
    elif what == "worker":
        PersonCategory.objects.create(
            person=who, category=world.cast.worker, since=more[0], until=more[1]
        )
    elif what == "course":
        edition = proof.edition(world.course, world.cast.timis)
        proof.enrolment(edition, who, "completed", completed_on=more[0])
    elif what == "other":
        proof.certificate(
            who, world.other, issuer=world.cast.timis, valid_from=more[0], content=False
        )


EXTENDED = [
    # the extension's days                     the day          standing
    (D(2024, 6, 1), D(2024, 6, 30), None, D(2024, 5, 31), "expired"),
    (D(2024, 6, 1), D(2024, 6, 30), None, D(2024, 6, 1), "expiring"),
    (D(2024, 6, 1), D(2024, 6, 30), None, D(2024, 6, 30), "expiring"),
    (D(2024, 6, 1), D(2024, 6, 30), None, D(2024, 7, 1), "expired"),
    (D(2024, 6, 1), D(2024, 6, 30), D(2024, 6, 15), D(2024, 6, 14), "expiring"),
    (D(2024, 6, 1), D(2024, 6, 30), D(2024, 6, 15), D(2024, 6, 15), "expired"),
]


@pytest.mark.parametrize(
    ("since", "until", "ended", "day", "state"), EXTENDED, ids=[str(n) for n in range(len(EXTENDED))]
)  # fmt: skip
@pytest.mark.parametrize("is_paper", [False, True], ids=["ours", "on paper"])
def test_an_extension_holds_from_its_first_day_to_its_last(
    cast: Cast, is_paper: bool, since, until, ended, day: date, state: str
) -> None:
    """The certificate ended on 1 May 2024; renewal begins 90 days before the end."""
    world = World(cast)
    world.write_rules(
        [{"asks": [], "grace_days": 0, "transition": "none", "cutoff": None, "keeps": None, "lasts": 365}]
    )  # fmt: skip
    who = make.person(cast.lugoj, "Om", categories=[cast.carer])
    if is_paper:
        made = elsewhere.earlier(who, world.programme, valid_from=HELD, valid_until=D(2024, 5, 1))
    else:
        days = {"valid_from": HELD, "valid_until": D(2024, 5, 1)}
        made = proof.certificate(who, world.programme, issuer=cast.timis, **days)
    key = {"earlier" if is_paper else "certificate": made, "ended_on": ended}
    elsewhere.relief(who, world.programme, kind="extension", since=since, until=until, **key)
    assert standing(who, world.programme, day).state == state
    compare(cast, world.programme, day, filters=False)


def test_a_struck_paper_certificate_counts_no_more_and_ours_speaks_before_paper(cast: Cast) -> None:
    world = World(cast)
    world.write_rules(
        [{"asks": [], "grace_days": 0, "transition": "none", "cutoff": None, "keeps": None, "lasts": 365}]
    )  # fmt: skip
    who = make.person(cast.lugoj, "Om", categories=[cast.carer])
    paper = elsewhere.earlier(
        who, world.programme, valid_from=HELD, recorded_on=D(2024, 1, 1), struck_on=D(2024, 6, 1), struck_reason="x"
    )  # fmt: skip
    days = (D(2024, 5, 31), D(2024, 6, 1))
    found = [standing(who, world.programme, day) for day in days]
    assert [one.state for one in found] == ["valid", "never"]
    assert (found[0].earlier_id, found[0].certificate_id) == (paper.pk, None)
    assert "DGASPC Arad" in found[0].reason
    ours = proof.certificate(
        who, world.programme, issuer=cast.timis, valid_from=HELD, content=False
    )
    assert standing(who, world.programme, days[0]).certificate_id == ours.pk
    for day in days:
        compare(cast, world.programme, day, filters=False)
