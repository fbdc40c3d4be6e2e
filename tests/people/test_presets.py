"""Loading a country's preset: what it brings, that it can be repeated, and that it spares what people changed."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from certification.models import Programme, Requirement, RuleVersion
from courses.models import Topic
from people import presets
from people.actions.presets import load_preset
from people.models import AuditEvent, Category, Helpline, Jurisdiction, Organisation, Region

pytestmark = pytest.mark.django_db
COUNTRIES = ["bg", "eg", "md", "ro", "ua"]
BROUGHT = [
    Jurisdiction,
    Region,
    Category,
    Organisation,
    Helpline,
    Topic,
    Programme,
    RuleVersion,
    Requirement,
]


def load(country: str = "ro", **options: Any) -> presets.Report:
    return load_preset(country=country, by=None, **options)


def counts() -> dict[type[models.Model], int]:
    return {model: model._default_manager.count() for model in BROUGHT}


def command(*words: str) -> str:
    out = StringIO()
    call_command("load_preset", *words, stdout=out)
    return out.getvalue()


# --- what a load brings


@pytest.mark.parametrize(
    ("country", "regions", "bodies", "categories"),
    [
        ("ro", 48, 48, 15),
        ("md", 37, 8, 12),
        ("ua", 27, 26, 14),
        ("bg", 28, 31, 13),
        ("eg", 27, 29, 11),
    ],
)
def test_a_load_brings_the_country(
    country: str, regions: int, bodies: int, categories: int
) -> None:
    report = load(country)
    jurisdiction = Jurisdiction.objects.get()
    assert jurisdiction.regions.count() == regions
    assert jurisdiction.organisations.count() == bodies
    assert jurisdiction.categories.count() == categories
    assert Programme.objects.filter(jurisdiction=jurisdiction).exists()
    assert {change.deed for change in report.changes} <= {presets.Deed.ADDED, presets.Deed.SKIPPED}


def test_all_five_countries_live_side_by_side() -> None:
    for country in COUNTRIES:
        load(country)
    assert Region.objects.count() == 42 + 6 + 37 + 27 + 28 + 27
    assert Topic.objects.count() == len(presets.read("topics.json")["topics"])
    assert Region.find_problems() == ([], [], [], [], [])
    assert Organisation.find_problems() == ([], [], [], [], [])


def test_every_row_is_a_valid_row() -> None:
    for country in COUNTRIES:
        load(country)
    for model in (
        Jurisdiction,
        Region,
        Category,
        Organisation,
        Helpline,
        Topic,
        Programme,
        RuleVersion,
        Requirement,
    ):
        rows = list(model._default_manager.all())
        assert rows, model
        for row in rows:
            row.clean_fields()


def test_the_conventions_of_egypt() -> None:
    load("eg")
    egypt = Jurisdiction.objects.get(code="eg")
    assert (egypt.default_language, egypt.time_zone, egypt.digits) == ("ar", "Africa/Cairo", "arab")
    assert (egypt.week_start, egypt.weekend) == (6, [5, 6])
    assert egypt.name_order == Jurisdiction.NameOrder.GIVEN_FATHER_FAMILY
    assert egypt.level1_label["ar"] == "محافظة"


def test_bucharest_has_sectors_below_it_and_each_its_directorate() -> None:
    load()
    bucharest = Region.objects.get(code="RO-B")
    assert [region.code for region in bucharest.get_children()] == [
        f"RO-B-S{i}" for i in range(1, 7)
    ]
    third = Region.objects.get(code="RO-B-S3")
    assert [body.short_name for body in Organisation.objects.covering(third)] == ["DGASPC Sector 3"]


def test_directorates_stand_below_the_national_body() -> None:
    load()
    timis = Organisation.objects.get(code="ro.dgaspc.tm")
    assert timis.get_parent().code == "ro.anpdca"
    assert [region.code for region in timis.covers.all()] == ["RO-TM"]
    assert timis.name["ro"] == "Direcția Generală de Asistență Socială și Protecția Copilului Timiș"
    assert (timis.email, timis.phone) == ("", "")


def test_units_without_an_agency_are_hidden() -> None:
    load("md")
    assert set(Region.objects.filter(is_hidden=True).values_list("code", flat=True)) == {
        "MD-SN",
        "MD-BD",
    }


def test_a_fact_says_where_it_is_from() -> None:
    load("bg")
    basic = Requirement.objects.get(code="basic", version__effective_to=None)
    assert basic.source.endswith("конс. ДВ, бр. 99/2025, чл. 9(2) (lex.bg 2135539991)")
    assert (basic.as_of, basic.is_verified, basic.minutes) == ("2025-11-21", True, 45 * 60)
    load("ro")
    theory = Requirement.objects.get(code="initial-theory")
    assert (theory.as_of, theory.is_verified, theory.minutes) == ("2024-08-02", False, 50 * 60)


def test_the_helpline() -> None:
    load()
    line = Helpline.objects.get()
    assert (line.number, line.as_of, line.is_verified) == ("0800 500 333", "2025-07", False)


def test_the_kinds_of_authorisation_can_be_asked_for() -> None:
    (atestat,) = presets.authorisation_types("ro")
    assert atestat["code"] == "ro.atestat"
    assert atestat["names"]["ro"] == "Atestat de asistent maternal"
    assert {"eg.karnih"} == {one["code"] for one in presets.authorisation_types("eg")}


# --- repeating


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_second_load_changes_nothing(country: str) -> None:
    load(country)
    before = counts()
    report = load(country)
    assert {change.deed for change in report.changes} <= {
        presets.Deed.UNCHANGED,
        presets.Deed.SKIPPED,
    }
    assert not report.has_written
    assert counts() == before


def test_a_second_load_asks_little_of_the_database(django_assert_max_num_queries: Any) -> None:
    load()
    with django_assert_max_num_queries(60):
        load()


def test_a_dry_run_reports_and_writes_nothing() -> None:
    before = counts()
    report = load(dry_run=True)
    assert report.has_written
    assert counts() == before
    assert not AuditEvent.objects.filter(verb="load_preset").exists()
    assert load().counts() == report.counts()


def test_a_load_is_in_the_audit_trail_once() -> None:
    load()
    load()
    event = AuditEvent.objects.get(verb="load_preset")
    assert event.data["counts"]["regions"] == {"added": 48}


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="bg, eg, md, ro, ua"):
        load("fr")


# --- the command


def test_the_command_tells_what_it_did() -> None:
    first = command("ro")
    assert first.startswith("ro: loaded\n")
    assert "  regions: 48 added\n" in first
    assert "  bodies: 48 added\n" in first
    assert "  regions: 48 unchanged\n" in command("ro")


def test_the_command_tells_old_and_new() -> None:
    load()
    Helpline.objects.update(number="021 000 000")
    assert (
        'kept ro.domestic-violence number: "021 000 000" (by hand) although the preset says "0800 500 333"'
        in command("ro")
    )


def test_the_command_loads_several_and_can_only_look() -> None:
    told = command("bg", "md", "--dry-run")
    assert "bg: would be loaded (dry run)" in told
    assert "md: would be loaded (dry run)" in told
    assert "skipped bg.priemni-semeystva 2024-08-02 upgrading-no-child offered, not asked" in told
    assert not Jurisdiction.objects.exists()


def test_the_command_refuses_an_unknown_country() -> None:
    with pytest.raises(CommandError, match="no preset «fr»"):
        command("fr")


def test_each_room_has_registered_its_loader() -> None:
    assert list(presets.loaders()) == ["people", "topics", "programmes"]
