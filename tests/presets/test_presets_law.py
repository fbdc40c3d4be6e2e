"""The figures of the five countries' rules, one line each, as a lawyer would read them. None is invented."""

from typing import Any

import pytest

from tests.presets.reading import (
    COUNTRIES,
    objects_in,
    programme,
    read,
    requirement,
    source,
    version,
)

HOUR = 60
NOW = "2026-11-01"
RO, MD, BG, EG = (
    "ro.asistent-maternal",
    "md.asistent-parental-profesionist",
    "bg.priemni-semeystva",
    "eg.tadrib-ilzami",
)

UPGRADING = "BGN чл. 23(3), 23(2), 5д(1)"
FIGURES = [
    # programme, on the day, requirement, hours, times, how often, source, verified
    (RO, "2024-07-31", "initial", 60, None, "once", "L679", False),
    (RO, "2024-08-01", "initial-theory", 50, None, "once", "RA", False),
    (RO, "2024-08-01", "initial-practice", 30, None, "once", "RA", False),
    (RO, NOW, "yearly-course", None, 1, "calendar_year", "RA", False),
    (MD, NOW, "initial", 50, None, "once", "FL", False),
    (BG, "2024-08-01", "basic", None, None, "once", "BGN чл. 9(1) т. 4", True),
    (BG, "2024-08-01", "professional", 24, None, "once", "BGN чл. 26(2)", True),
    (BG, NOW, "basic", 45, None, "once", "BGN чл. 9(2)", True),
    (BG, NOW, "trainer-report", None, 1, "once", "BGN чл. 9(1) т. 4", True),
    (BG, NOW, "professional", 24, None, "once", "BGN чл. 26(2)", True),
    (BG, NOW, "upgrading-child-placed", 24, None, "calendar_year", UPGRADING, True),
    (BG, NOW, "supervision-individual", None, 2, "calendar_year", "BGN чл. 5д(2)", True),
    (BG, NOW, "supervision-group", None, 3, "calendar_year", "BGN чл. 5д(2)", True),
    (BG, NOW, "supervision-no-child", None, 1, "calendar_year", "BGN чл. 5д(3)", True),
    (BG, NOW, "supervision-placement-ended", None, 1, "once", "BGN чл. 23(5)", True),
    (EG, NOW, "course", None, None, "before_first_placement", "DK", False),
    (EG, NOW, "passed", None, 1, "before_first_placement", "MT", False),
]


@pytest.mark.parametrize(
    ("code", "day", "name", "hours", "times", "period", "where", "verified"), FIGURES
)
def test_figure(
    code: str,
    day: str,
    name: str,
    hours: int | None,
    times: int | None,
    period: str,
    where: str,
    verified: bool,
) -> None:
    asked = requirement(code, day, name)
    assert asked["minutes"] == (None if hours is None else hours * HOUR)
    assert asked["count"] == times
    assert asked["period"] == period
    assert asked["source"] == where
    assert source(f"{code[:2]}/programmes.json", where)["verified"] is verified


VALIDITY = [
    # programme, on the day, validity, months, months between reviews
    (RO, "2024-07-31", "months", 36, None),
    (RO, "2024-08-01", "indefinite", None, 24),
    (MD, NOW, "unknown", None, None),
    ("ua.simeini-formy", NOW, "unknown", None, None),
    (BG, NOW, "none", None, 12),
    (EG, NOW, "unknown", None, None),
]


@pytest.mark.parametrize(("code", "day", "kind", "months", "review"), VALIDITY)
def test_validity_and_review(
    code: str, day: str, kind: str, months: int | None, review: int | None
) -> None:
    rules = version(code, day)
    assert rules["validity"] == {"kind": kind, "months": months}
    assert rules["review_interval_months"] == review


CASES = [
    # who, condition, category -> hours and supervisions asked by law in Bulgaria in a year
    (
        "with a placed child",
        "child-placed",
        24 * HOUR,
        {"supervision-individual": 2, "supervision-group": 3},
    ),
    ("without a placed child", "no-child-placed", 0, {}),
]


@pytest.mark.parametrize(("who", "condition", "minutes", "supervisions"), CASES)
def test_bulgarian_year(
    who: str, condition: str, minutes: int, supervisions: dict[str, int]
) -> None:
    yearly = [
        one
        for one in version(BG, NOW)["requirements"]
        if one["period"] == "calendar_year"
        and one["condition"] == condition
        and one.get("mandatory", True)
    ]
    assert sum(one["minutes"] or 0 for one in yearly) == minutes, who
    assert {
        one["topic"]: one["count"] for one in yearly if one["kind"] == "supervision"
    } == supervisions


def test_bulgarian_professional_family_needs_69_hours_before_approval_and_a_voluntary_one_45() -> (
    None
):
    def hours(category: str) -> int:
        once = [one for one in version(BG, NOW)["requirements"] if one["period"] == "once"]
        return (
            sum(one["minutes"] or 0 for one in once if one["category"] in (None, category)) // HOUR
        )

    assert hours("bg.dobrovolno-priemno-semeystvo") == 45
    assert hours("bg.profesionalno-priemno-semeystvo") == 45 + 24


def test_romanian_rules_apply_on_their_own_sides_of_the_date() -> None:
    def hours(day: str) -> int:
        return sum(one["minutes"] or 0 for one in version(RO, day)["requirements"]) // HOUR

    assert hours("2003-06-23") == hours("2024-07-31") == 60
    assert hours("2024-08-01") == hours(NOW) == 80
    assert version(RO, "2024-07-31")["legal_acts"] == ["ro.hg-679-2003"]
    assert version(RO, "2024-08-01")["legal_acts"][0] == "ro.og-27-2024"


def test_theory_and_practice_are_told_apart_only_where_the_law_does() -> None:
    told = {
        one["code"]
        for country in COUNTRIES
        for programme in read(f"{country}/programmes.json")["programmes"]
        for rules in programme["versions"]
        for one in rules["requirements"]
        if one["kind"] in ("theory", "practice")
    }
    assert told == {"initial-theory", "initial-practice"}


def test_egypt_is_known_by_days_only() -> None:
    asked = requirement(EG, NOW, "course")
    assert asked["days"] == 5
    assert asked["unknown"] == ["minutes"]


def test_ukraine_has_no_hours_at_all_and_days_only_as_a_note() -> None:
    asked = version("ua.simeini-formy", NOW)["requirements"]
    assert all(one["minutes"] is None and "days" not in one for one in asked)
    course, patronage = asked[0], asked[1]
    assert "9 (Chernihiv 2023), 7 (Lviv" in course["note"]
    assert patronage["category"] == "ua.patronatnyi-vykhovatel"
    assert "13 (Chernihiv 2023)" in patronage["note"]


def every_requirement() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{one['code']} {rules['effective_from']} {asked['code']}", asked)
        for country in COUNTRIES
        for one in read(f"{country}/programmes.json")["programmes"]
        for rules in one["versions"]
        for asked in rules["requirements"]
    ]


def test_every_figure_in_the_files_stands_in_the_table_above() -> None:
    told = {
        (code, name, hours and hours * HOUR, times)
        for code, _day, name, hours, times, *_rest in FIGURES
    }
    others = {
        # offered, not asked; and counts of one that are no figures of a law
        *((BG, "upgrading-no-child", 24 * HOUR, None), (BG, "profile-changed", None, 1)),
        *(
            ("ro.plasament", "course", None, 1),
            ("ro.participarea-copiilor", "preparation", None, 1),
        ),
        ("ua.simeini-formy", "recommendation", None, 1),
    }
    found = {
        (one["code"], asked["code"], asked["minutes"], asked["count"])
        for country in COUNTRIES
        for one in read(f"{country}/programmes.json")["programmes"]
        for rules in one["versions"]
        for asked in rules["requirements"]
        if asked["minutes"] or asked["count"]
    }
    assert found - others <= told
    assert others <= found


def test_a_missing_figure_says_whether_it_is_unknown_or_not_set_by_law() -> None:
    for place, asked in every_requirement():
        silent = asked["minutes"] is None and asked["count"] is None
        if silent:
            assert {"minutes", "count"} & {
                *asked.get("unknown", []),
                *asked.get("not_set_by_law", []),
            }, place
        for name in asked.get("unknown", []):
            assert asked.get(name) is None or name == "period", f"{place}: {name} is known"


def test_an_unknown_part_of_a_version_is_null_and_listed() -> None:
    for country in COUNTRIES:
        for one in read(f"{country}/programmes.json")["programmes"]:
            for rules in one["versions"]:
                assert (rules["validity"]["kind"] == "unknown") == ("validity" in rules["unknown"])
                assert (rules["validity"]["kind"] == "months") == (
                    rules["validity"]["months"] is not None
                )
                for name in ("review_interval_months", "renewal_window_days", "grace_days"):
                    assert (rules[name] is None) == (name in rules["unknown"]), (
                        f"{one['code']}: {name}"
                    )
                if rules["effective_from_basis"] == "known_since":
                    assert "effective_from" in rules["unknown"]


def test_what_no_law_says_is_marked_as_our_own_proposal() -> None:
    for country in COUNTRIES:
        path = f"{country}/programmes.json"
        assert source(path, "PLATFORM")["kind"] == "platform"
        for _at, rules in objects_in(read(path)):
            if "requirements" in rules:
                assert rules["attendance_percent"] == 80
                assert rules["pass_percent"] == 70
                assert (
                    rules["sources"]["attendance_percent"]
                    == rules["sources"]["pass_percent"]
                    == "PLATFORM"
                )


def test_transition_of_bulgaria_is_told_in_every_language() -> None:
    note = version(BG, NOW)["note"]
    assert all("2025" in text and "39" in text for text in note.values())


def test_numbers_of_memory_are_left_out() -> None:
    """20 h a year in Moldova and every 2 years in Ukraine were remembered, never read."""
    assert requirement(MD, NOW, "continuing")["minutes"] is None
    assert requirement("ua.simeini-formy", NOW, "continuing")["period"] is None
    assert len(programme(MD)["versions"]) == 1
