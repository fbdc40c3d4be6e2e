"""Rules that ask regularly, with all that turns on them: the list in SQL and the pure function say the same.

Generated: changes of the rule with and without transitions, calendar years and months that roll over leap days, hours
of every kind with corrections and topics, circumstances that begin and end, second categories, paper certificates,
extensions, exemptions, reviews, courses and other certificates that count.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.models import Programme
from certification.queries import standing
from certification.standing import State
from courses.models import Course, Topic
from people.models import Person, PersonCategory
from tests.cast import Cast
from tests.certification.agreeing import compare
from tests.certification.test_standing_agrees import examples, forgotten
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import people as make

D = date
START, LEAP = D(2023, 1, 1), D(2024, 2, 29)
TURNS = [D(2023, 12, 31), D(2024, 1, 1), LEAP, D(2024, 12, 31), D(2025, 1, 1), D(2025, 6, 30)]
DAYS = st.one_of(
    st.sampled_from([*TURNS, D(2024, 3, 31), D(2024, 10, 27)]),
    st.integers(0, 1000).map(lambda n: START + timedelta(days=n)),
)
SPANS = st.tuples(DAYS, st.sampled_from([None, 0, 1, 30, 200, 366]))

ASKS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["any", "theory", "practice", "supervision"]),
        "figure": st.sampled_from(
            ["600 minutes", "60 minutes", "1 time", "2 times", "nobody knows"]
        ),
        "period": st.sampled_from(["calendar_year", "calendar_year", 1, 12, 24]),
        "condition": st.sampled_from(["", "", "child-placed", "no-child-placed"]),
        "is_of_workers": st.booleans(),
        "topic": st.sampled_from(["", "", "law"]),
        "counts": st.sampled_from(["", "", "topic", "course", "other", "course for 60"]),
        "unknown": st.sampled_from([[], [], [], ["mandatory"]]),
    }
)
VERSIONS = st.lists(
    st.fixed_dictionaries(
        {
            "asks": st.lists(ASKS, min_size=1, max_size=2),
            "grace_days": st.sampled_from([0, 60]),
            "transition": st.sampled_from(["none", "none", "holders", "begun", "both"]),
            "cutoff": st.sampled_from([None, 0, 100]),
            "keeps": st.sampled_from([None, 0, 150]),
            "lasts": st.sampled_from([120, 365, 366]),
        }
    ),
    min_size=1,
    max_size=3,
)
LIVES = st.fixed_dictionaries(
    {
        "certificates": st.lists(
            st.fixed_dictionaries(
                {
                    "from": st.one_of(st.just(D(2022, 12, 31)), DAYS),
                    "lasts": st.sampled_from([None, 365, 800]),
                    "is_paper": st.booleans(),
                    "struck": st.sampled_from([None, None, D(2025, 3, 1)]),
                    "reviewed": st.lists(DAYS, max_size=1),
                    "extended": st.sampled_from([None, 100, 400]),
                }
            ),
            min_size=1,
            max_size=2,
        ),
        "lines": st.lists(
            st.tuples(
                DAYS,
                st.sampled_from([600, 300, 60, 60, -60, -300]),
                st.sampled_from(["theory", "practice", "any", "supervision"]),
                st.sampled_from(["", "law", "instead"]),
            ),
            max_size=6,
        ),
        "placed": st.lists(SPANS, max_size=2),
        "worker": st.lists(SPANS, max_size=1),
        "exempt": st.lists(st.tuples(DAYS, st.integers(0, 400), st.sampled_from(["", "a0"])), max_size=1),
        "enrolled": st.lists(st.tuples(DAYS, st.sampled_from(["confirmed", "completed", "cancelled"])), max_size=1),
        "other": st.lists(DAYS, max_size=1),
    }
)  # fmt: skip


class World:
    """One programme under one history of rules."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.topics = {
            code: Topic.objects.get_or_create(code=code, defaults={"name": {"en": code}})[0]
            for code in ("law", "instead")
        }
        self.course: Course = proof.course()
        self.other = proof.programme(cast.worker)
        self.programme: Programme = proof.programme(cast.carer, courses=(self.course,), rule=None)
        self.turns: list[date] = list(TURNS)

    def write_rules(self, versions: list[dict[str, Any]]) -> None:
        since = START - timedelta(days=400)
        for n, one in enumerate(versions):
            until = since + timedelta(days=one["lasts"] + (400 if n == 0 else 0))
            has_former = n > 0 and one["transition"] != "none"
            later = {
                name: since + timedelta(days=one[key])
                for name, key in (("transition_before", "cutoff"), ("transition_until", "keeps"))
                if has_former and one[key] is not None
            }
            version = proof.rule_version(
                self.programme, since, None if n == len(versions) - 1 else until,
                grace_days=one["grace_days"], transition=one["transition"] if has_former else "none", **later,
            )  # fmt: skip
            for m, ask in enumerate(one["asks"]):
                self.write_ask(version, f"a{m}", ask)
            self.turns += [since, *later.values()]
            since = until

    def write_ask(self, version: Any, code: str, one: dict[str, Any]) -> None:
        figure, _, what = one["figure"].partition(" ")
        name = {"minutes": "minutes", "time": "count", "times": "count"}.get(what)
        period = one["period"]
        counts = {
            "topic": {"topic": self.topics["instead"]},
            "course": {"course": self.course},
            "course for 60": {"course": self.course, "minutes": 60},
            "other": {"programme": self.other},
        }
        proof.requirement(
            version, code, kind=one["kind"], condition=one["condition"], unknown=one["unknown"],
            period=period if isinstance(period, str) else "rolling_months",
            months=None if isinstance(period, str) else period,
            category=self.cast.worker if one["is_of_workers"] else None,
            topic=self.topics[one["topic"]] if one["topic"] else None,
            counts=[counts[one["counts"]]] if one["counts"] else [],
            **({name: int(figure)} if name else {}),
        )  # fmt: skip

    def write_lives(self, lives: list[dict[str, Any]]) -> set[int]:
        """Each is a carer's; their numbers."""
        people = [
            make.person(self.cast.lugoj, f"Om{n}", categories=[self.cast.carer])
            for n in range(len(lives))
        ]
        for who, life in zip(people, lives, strict=True):
            self.write_life(who, life)
        return {who.pk for who in people}

    def write_life(self, who: Person, life: dict[str, Any]) -> None:
        for one in life["certificates"]:
            self.write_certificate(who, one)
        for on, minutes, kind, topic in life["lines"]:
            proof.line(who, on, minutes, kind=kind, topic=self.topics.get(topic))
        last = None
        for since, days in sorted(life["placed"], key=str):
            if last is None or since > last:
                last = since + timedelta(days=days) if days is not None else D(2030, 1, 1)
                proof.circumstance(who, since, last if days is not None else None)
        for since, days in life["worker"]:
            until = since + timedelta(days=days) if days is not None else None
            PersonCategory.objects.create(
                person=who, category=self.cast.worker, since=since, until=until
            )
        for since, days, code in life["exempt"]:
            until = since + timedelta(days=days)
            elsewhere.relief(who, self.programme, since=since, until=until, requirement=code)
        for on in life["other"]:
            proof.certificate(who, self.other, issuer=self.cast.timis, valid_from=on, content=False)
        for on, status in life["enrolled"]:
            self.enrol(who, on, status)

    def write_certificate(self, who: Person, one: dict[str, Any]) -> None:
        begins, lasts = one["from"], one["lasts"]
        until = begins + timedelta(days=lasts) if lasts else None
        if one["is_paper"]:
            struck = (
                {"struck_on": one["struck"], "struck_reason": "a mistake"} if one["struck"] else {}
            )
            number = f"P{who.pk}-{len(self.turns)}"  # two of one life may have the same days
            made = elsewhere.earlier(
                who, self.programme, number=number, valid_from=begins, valid_until=until,
                organisation=self.cast.timis, recorded_on=max(begins, D(2024, 1, 1)),
                **(struck if begins <= D(2025, 3, 1) else {}),
            )  # fmt: skip
        else:
            made = proof.certificate(
                who, self.programme, issuer=self.cast.timis, valid_from=begins, valid_until=until, content=False
            )  # fmt: skip
            for on in one["reviewed"]:
                proof.event(made, "reviewed", max(on, begins))
        if one["extended"] and until:
            key = {"earlier" if one["is_paper"] else "certificate": made}
            longer = until + timedelta(days=one["extended"])
            since = until - timedelta(days=9)
            elsewhere.relief(
                who, self.programme, kind="extension", since=since, until=longer, **key
            )
        self.turns += [begins, *([until] if until else [])]

    def enrol(self, who: Person, on: date, status: str) -> None:
        queued = datetime.combine(on, time(22, 30), UTC)  # past midnight where the law holds
        edition = proof.edition(self.course, self.cast.timis, ends=queued + timedelta(days=90))
        later = queued + timedelta(days=60)
        extra = {"cancelled": {"cancelled_at": later}, "completed": {"completed_on": later.date()}}
        proof.enrolment(edition, who, status, queued_at=queued, **extra.get(status, {}))


@pytest.mark.slow
@examples(20)
@given(
    versions=VERSIONS,
    lives=st.lists(LIVES, min_size=1, max_size=2),
    days=st.lists(DAYS, max_size=3),
)
def test_list_and_function_agree_on_what_was_missed(
    cast: Cast, versions: list[dict[str, Any]], lives: list[dict[str, Any]], days: list[date]
) -> None:
    with forgotten():
        world = World(cast)
        world.write_rules(versions)
        written = world.write_lives(lives)
        for day in sorted({*world.turns, *days})[-12:]:
            listed = compare(cast, world.programme, day, filters=False)
            assert not listed or written <= listed, "some are asked, others alike are not"


def test_the_generated_world_does_miss_something(cast: Cast) -> None:
    """The twin: with the same words, a life that missed the year is found, and one that did it is not."""
    world = World(cast)
    ask = {
        "kind": "any", "figure": "600 minutes", "period": "calendar_year", "condition": "child-placed",
        "is_of_workers": False, "topic": "", "counts": "", "unknown": [],
    }  # fmt: skip
    version = {"asks": [ask], "grace_days": 0, "transition": "none", "cutoff": None, "keeps": None}
    world.write_rules([{**version, "lasts": 365}])
    paper = {
        "from": D(2022, 12, 31),
        "lasts": None,
        "is_paper": False,
        "reviewed": [],
        "extended": None,
    }
    life = {
        "certificates": [paper], "lines": [], "placed": [(START, None)], "worker": [], "exempt": [],
        "enrolled": [], "other": [],
    }  # fmt: skip
    lazy, busy = (
        make.person(cast.lugoj, name, categories=[cast.carer]) for name in ("Lazy", "Busy")
    )
    world.write_life(lazy, life)
    world.write_life(busy, {**life, "lines": [(D(2023, 12, 31), 600, "practice", "")]})
    compare(cast, world.programme, D(2024, 1, 1))
    assert standing(lazy, world.programme, D(2024, 1, 1)).state == State.REVIEW_DUE
    assert standing(busy, world.programme, D(2024, 1, 1)).state == State.VALID
