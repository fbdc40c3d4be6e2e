"""Programmes from the presets: the rule in force on a day, what is asked, and what happens when the law changes."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from certification.actions import posts
from certification.actions.programmes import set_second_person
from certification.models import Condition, Post, Programme, Requirement, RuleVersion
from people import presets
from people.actions.presets import load_preset
from people.models import Category
from people.presets import Deed, files

pytestmark = pytest.mark.django_db
RO, BG = "ro.asistent-maternal", "bg.priemni-semeystva"
NOW = date(2026, 11, 1)


def load(country: str = "ro") -> presets.Report:
    return load_preset(country=country, by=None)


def in_force(code: str, day: date) -> RuleVersion:
    return RuleVersion.objects.in_force(day).get(programme__code=code)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """The programme as a later release might ship it: change what you are given."""
    edited = copy.deepcopy(files.read("ro/programmes.json"))

    def read(path: str) -> Any:
        return edited if path == "ro/programmes.json" else files.read(path)

    monkeypatch.setattr("people.presets.loading.read", read)
    return lambda code: next(one for one in edited["programmes"] if one["code"] == code)


@pytest.mark.parametrize(
    ("code", "day", "validity", "months", "review"),
    [
        (RO, date(2003, 6, 23), "months", 36, None),
        (RO, date(2024, 7, 31), "months", 36, None),
        (RO, date(2024, 8, 1), "indefinite", None, 24),
        (RO, NOW, "indefinite", None, 24),
        ("md.asistent-parental-profesionist", NOW, "unknown", None, None),
        ("ua.simeini-formy", NOW, "unknown", None, None),
        (BG, date(2024, 8, 1), "indefinite", None, 12),
        (BG, NOW, "indefinite", None, 12),
        ("eg.tadrib-ilzami", NOW, "unknown", None, None),
    ],
)
def test_the_rule_in_force_on_a_day(
    code: str, day: date, validity: str, months: int | None, review: int | None
) -> None:
    load(code[:2])
    rule = in_force(code, day)
    assert (rule.validity, rule.validity_months) == (validity, months)
    assert rule.review_interval_months == review
    assert rule.attendance_percent == 80


def test_there_is_no_rule_before_the_first_one() -> None:
    load()
    assert not RuleVersion.objects.in_force(date(2003, 6, 22)).exists()


@pytest.mark.parametrize(
    ("code", "day", "asked"),
    [
        (RO, date(2024, 7, 31), {"initial": ("any", 60 * 60, None, "once")}),
        (
            RO,
            NOW,
            {
                "initial-theory": ("theory", 50 * 60, None, "once"),
                "initial-practice": ("practice", 30 * 60, None, "once"),
                "yearly-course": ("any", None, 1, "calendar_year"),
            },
        ),
        (
            BG,
            NOW,
            {
                "basic": ("any", 45 * 60, None, "once"),
                "trainer-report": ("outcome", None, 1, "once"),
                "professional": ("any", 24 * 60, None, "once"),
                "upgrading-child-placed": ("any", 24 * 60, None, "calendar_year"),
                "supervision-individual": ("supervision", None, 2, "calendar_year"),
                "supervision-group": ("supervision", None, 3, "calendar_year"),
                "supervision-placement-ended": ("supervision", None, 1, "once"),
                "profile-changed": ("any", None, 1, "once"),
            },
        ),
        (
            "eg.tadrib-ilzami",
            NOW,
            {
                "course": ("any", None, None, "before_first_placement"),
                "passed": ("outcome", None, 1, "before_first_placement"),
            },
        ),
    ],
)
def test_what_is_asked(code: str, day: date, asked: dict[str, tuple[Any, ...]]) -> None:
    load(code[:2])
    rows = in_force(code, day).requirements.all()
    assert {row.code: (row.kind, row.minutes, row.count, row.period) for row in rows} == asked


def test_kinds_and_periods_are_choices_of_the_model() -> None:
    for country in presets.countries():
        load(country)
    assert set(Requirement.objects.values_list("kind", flat=True)) <= set(Requirement.Kind.values)
    assert set(Requirement.objects.values_list("period", flat=True)) <= set(
        Requirement.Period.values
    )


def test_the_vocabulary_of_the_files_is_that_of_the_models() -> None:
    words = files.read("vocabulary.json")
    for kind, known in (
        ("conditions", Condition.values),
        ("periods", [one for one in Requirement.Period.values if one != "unknown"]),
        ("requirement_kinds", Requirement.Kind.values),
    ):
        assert sorted(one["code"] for one in words[kind]) == sorted(known)


def test_separate_hours_transitions_and_equivalences_are_taken_over() -> None:
    load("bg")
    rule = in_force(BG, NOW)
    assert (rule.transition, rule.transition_before, rule.transition_until) == (
        "begun",
        date(2025, 1, 1),
        None,
    )
    rows = {row.code: row for row in rule.requirements.all()}
    assert rows["basic"].is_separate and rows["professional"].is_separate
    assert not rows["upgrading-child-placed"].is_separate
    equal = rows["supervision-placement-ended"].equivalences.values_list("topic__code", flat=True)
    assert sorted(equal) == ["supervision-group", "supervision-individual"]


def test_a_certificate_of_another_programme_counts_and_what_was_taken_away_stays_away() -> None:
    load("ua")
    row = Requirement.objects.get(version__programme__code="ua.usynovliuvachi", code="course")
    (equal,) = row.equivalences.all()
    assert equal.programme.code == "ua.simeini-formy"
    equal.delete()
    load("ua")
    assert not row.equivalences.exists()


def test_category_condition_and_topic_of_what_is_asked() -> None:
    load("bg")
    rows = {row.code: row for row in in_force(BG, NOW).requirements.all()}
    assert rows["professional"].category.code == "bg.profesionalno-priemno-semeystvo"
    assert rows["basic"].category is None
    assert rows["supervision-group"].condition == "child-placed"
    assert rows["supervision-group"].topic.code == "supervision-group"


def test_what_is_only_offered_is_no_requirement_and_is_told() -> None:
    told = {change.code: change.reason for change in load("bg").of(Deed.SKIPPED)}
    assert told[f"{BG} 2024-08-02 supervision-no-child"] == "offered, not asked"


def test_what_is_unknown_is_loaded_as_unknown() -> None:
    load("md")
    row = Requirement.objects.get(
        version__programme__code="md.asistent-parental-profesionist", code="continuing"
    )
    assert (row.minutes, row.count, row.period) == (None, None, "unknown")
    assert set(row.unknown) == {"minutes", "count", "period", "mandatory"}


SILENT = ("effective_from", "review_interval_months", "renewal_window_days", "grace_days")


@pytest.mark.parametrize("country", ["ro", "md", "ua", "bg", "eg"])
def test_figures_around_a_certificate_that_no_law_was_seen_to_set_are_loaded_as_unknown(
    country: str,
) -> None:
    load(country)
    for fact in files.read(f"{country}/programmes.json")["programmes"]:
        for told in fact["versions"]:
            since = date.fromisoformat(told["effective_from"])
            version = RuleVersion.objects.get(programme__code=fact["code"], effective_from=since)
            assert set(version.unknown) == {name for name in SILENT if name in told["unknown"]}
            assert {"renewal_window_days", "grace_days"} <= set(version.unknown), (
                "no country's is known"
            )
            no_review = "review_interval_months" in version.unknown
            assert no_review == (version.review_interval_months is None)


def test_a_country_that_was_loaded_before_unknown_figures_were_kept_gets_them_and_keeps_its_own() -> (
    None
):
    """Loaded by an earlier release; somebody has entered an interval of reviews since."""
    load("md")
    rules = RuleVersion.objects.filter(programme__jurisdiction__code="md")
    for one in rules:
        one.preset.pop("unknown")
        one.unknown = []
        one.save()
    mine = rules.get(programme__code="md.asistent-parental-profesionist")
    mine.review_interval_months = 12
    mine.save()
    changed = {change.code: change.fields for change in load("md").of(Deed.CHANGED)}
    assert len(changed) == rules.count()
    mine.refresh_from_db()
    assert (mine.review_interval_months, set(mine.unknown)) == (
        12,
        {"renewal_window_days", "grace_days"},
    )
    other = rules.exclude(pk=mine.pk).get()
    assert "review_interval_months" in other.unknown
    assert load("md").of(Deed.CHANGED) == []


def test_an_interval_that_becomes_known_is_unknown_no_more(
    later: Callable[[str], dict[str, Any]],
) -> None:
    load()
    old = later(RO)["versions"][0]
    old["unknown"].remove("review_interval_months")
    old["review_interval_months"] = 36
    (changed,) = load().of(Deed.CHANGED)
    assert set(changed.fields) == {"review_interval_months", "unknown"}
    assert in_force(RO, date(2020, 1, 1)).review_interval_months == 36


def test_a_version_tells_the_source_of_each_figure() -> None:
    load()
    rule = in_force(RO, NOW)
    assert "OG 27/2024, as reported by" in rule.source
    assert "attendance_percent: Own proposal of this platform, not law" in rule.source
    assert (rule.as_of, rule.is_verified) == ("2024-08-02", False)


def test_our_own_proposals_do_not_make_a_law_unverified_and_inference_does() -> None:
    load("bg")
    assert in_force(BG, NOW).is_verified
    assert not in_force(BG, date(2024, 8, 1)).is_verified


def test_the_notes_speak_all_languages() -> None:
    load("bg")
    assert {"en", "ro", "uk", "bg", "ar"} == set(in_force(BG, NOW).note)


def test_a_programme_is_asked_of_its_categories() -> None:
    load("ua")
    programme = Programme.objects.get(code="ua.simeini-formy")
    assert programme.categories.count() == 6


def test_a_new_law_ends_the_former_and_begins_on_its_day(
    later: Callable[[str], dict[str, Any]],
) -> None:
    load()
    programme = later(RO)
    programme["versions"][-1]["effective_to"] = "2027-01-01"
    programme["versions"].append(
        {
            **copy.deepcopy(programme["versions"][-1]),
            "effective_from": "2027-01-01",
            "effective_to": None,
            "review_interval_months": 12,
        }
    )
    report = load()
    assert in_force(RO, date(2026, 12, 31)).review_interval_months == 24
    assert in_force(RO, date(2027, 1, 1)).review_interval_months == 12
    (changed,) = report.of(Deed.CHANGED)
    assert changed.fields == {"effective_to": (None, "2027-01-01")}
    assert [one.code for one in report.of(Deed.ADDED) if one.kind == "versions"] == [
        f"{RO} 2027-01-01"
    ]


def test_a_figure_found_later_is_filled_in(later: Callable[[str], dict[str, Any]]) -> None:
    load()
    yearly = next(
        one for one in later(RO)["versions"][-1]["requirements"] if one["code"] == "yearly-course"
    )
    yearly["minutes"], yearly["count"] = 480, None  # hours or times, never both
    (changed,) = load().of(Deed.CHANGED)
    assert changed.fields == {"minutes": (None, 480), "count": (1, None)}
    assert in_force(RO, NOW).requirements.get(code="yearly-course").minutes == 480


def test_a_figure_set_by_hand_stays(later: Callable[[str], dict[str, Any]]) -> None:
    load()
    rule = in_force(RO, NOW)
    rule.attendance_percent, rule.renewal_window_days = 90, 30
    rule.save()
    later(RO)["versions"][-1]["attendance_percent"] = 75
    (kept,) = load().of(Deed.KEPT)
    assert kept.fields == {"attendance_percent": (90, 75)}
    rule.refresh_from_db()
    assert (rule.attendance_percent, rule.renewal_window_days) == (90, 30)


def test_a_day_corrected_by_hand_is_the_same_version(
    later: Callable[[str], dict[str, Any]],
) -> None:
    load()
    old, new = RuleVersion.objects.filter(programme__code=RO).order_by("effective_from")
    old.effective_to = new.effective_from = date(2024, 8, 9)
    new.save()
    old.save()
    report = load()
    assert RuleVersion.objects.filter(programme__code=RO).count() == 2
    assert in_force(RO, date(2024, 8, 5)) == old
    assert {name for change in report.of(Deed.KEPT) for name in change.fields} == {
        "effective_from",
        "effective_to",
    }


def test_a_version_made_by_hand_is_not_overrun(later: Callable[[str], dict[str, Any]]) -> None:
    load()
    new = in_force(RO, NOW)
    RuleVersion.objects.filter(pk=new.pk).update(effective_to=date(2027, 1, 1))
    RuleVersion.objects.create(
        programme=new.programme, effective_from=date(2027, 1, 1), legal_basis={"ro": "Legea"}
    )
    versions = later(RO)["versions"]
    versions.append({**copy.deepcopy(versions[-1]), "effective_from": "2027-06-01"})
    report = load()
    (skipped,) = report.of(Deed.SKIPPED)
    assert (skipped.code, skipped.reason) == (
        f"{RO} 2027-06-01",
        "a version made by hand holds at that time",
    )
    assert in_force(RO, date(2027, 7, 1)).legal_basis == {"ro": "Legea"}


def test_a_requirement_no_longer_in_the_preset_is_named_and_stays(
    later: Callable[[str], dict[str, Any]],
) -> None:
    load()
    requirements = later(RO)["versions"][-1]["requirements"]
    requirements[:] = [one for one in requirements if one["code"] != "yearly-course"]
    assert [one.code for one in load().of(Deed.GONE)] == ["yearly-course"]
    assert in_force(RO, NOW).requirements.filter(code="yearly-course").exists()


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (RO, False),
        ("ro.plasament", False),
        ("md.asistent-parental-profesionist", False),
        ("ua.simeini-formy", False),
        (BG, True),
        ("eg.tadrib-ilzami", False),
    ],
)
def test_whether_two_people_have_to_agree_comes_with_the_preset(code: str, asked: bool) -> None:
    load(code[:2])
    assert Programme.objects.get(code=code).second_person is asked


def test_an_administrators_answer_about_the_second_person_is_kept() -> None:
    load("bg")
    set_second_person(programme=Programme.objects.get(code=BG), asked=False, by=None)
    load("bg")
    assert Programme.objects.get(code=BG).second_person is False


def test_a_country_that_was_loaded_before_there_was_an_answer_gets_the_presets() -> None:
    load("bg")
    row = Programme.objects.get(code=BG)
    row.second_person = False
    del row.preset["second_person"]
    row.save()
    load("bg")
    assert Programme.objects.get(code=BG).second_person is True


# Posts


@pytest.mark.parametrize("country", ["ro", "md", "ua", "bg", "eg"])
def test_the_posts_of_a_country_come_under_their_own_names_and_ask_nothing_of_institutions(
    country: str,
) -> None:
    """Which institutions must have one is no fact that was read: the board of posts stays empty until somebody says."""
    load(country)
    found = list(Post.objects.all())
    asked = [fact["category"] for fact in files.read(f"{country}/programmes.json")["posts"]]
    assert [row.code for row in found] == sorted(asked) and len(found) > 1
    for row in found:
        category = Category.objects.get(code=row.code)
        assert (row.name, row.source) == (category.name, category.source) and row.source
        assert category.kind == "staff" and row.kinds == []
        assert all(category in programme.categories.all() for programme in row.programmes.all())


def test_a_post_requires_what_the_law_asks_of_whoever_holds_it() -> None:
    load("bg")
    load("ro")
    required = {
        (post.code, programme.code)
        for post in Post.objects.all()
        for programme in post.programmes.all()
    }
    assert required == {
        ("bg.rakovoditel-sotsialna-usluga", "bg.slujiteli"),
        ("ro.persoana-responsabila-participare", "ro.participarea-copiilor"),
    }


def test_a_second_load_changes_nothing_and_keeps_what_an_administrator_set() -> None:
    load()
    post = Post.objects.get(code="ro.manager-de-caz")
    programme = Programme.objects.get(code=RO)
    posts.require_programmes(by=None, post=post, programmes=[programme], kinds=["town_hall"])
    report = load()
    post.refresh_from_db()
    assert list(post.programmes.all()) == [programme] and post.kinds == ["town_hall"]
    assert [
        (one.code, one.deed)
        for one in report.changes
        if one.kind == "posts" and one.deed != Deed.UNCHANGED
    ] == [("ro.manager-de-caz", Deed.KEPT)]


def test_a_post_that_a_later_preset_no_longer_has_stays_and_is_named(later) -> None:
    load()
    later(RO)  # the file may be changed from here on
    files_now = presets.loading.read("ro/programmes.json")
    gone = files_now["posts"].pop()
    report = load()
    assert Post.objects.filter(code=gone["category"]).exists()
    assert [one.code for one in report.of(Deed.GONE)] == [gone["category"]]
