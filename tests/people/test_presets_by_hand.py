"""A later edition of a preset arrives; what people changed by hand, moved or added stays as they made it."""

import copy
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from people import presets
from people.actions.presets import load_preset
from people.models import Category, Helpline, Jurisdiction, Organisation
from people.presets import files

pytestmark = pytest.mark.django_db


def load() -> presets.Report:
    return load_preset(country="ro", by=None)


@pytest.fixture
def next_edition(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The files as a later release might ship them: change what you are given."""
    edited: dict[str, Any] = {}

    def read(path: str) -> Any:
        return edited.setdefault(path, copy.deepcopy(files.read(path)))

    monkeypatch.setattr("people.presets.loading.read", read)
    monkeypatch.setattr("people.presets.read", read)
    return {
        f"{country}/{part}": read(f"{country}/{part}.json")
        for country in ["ro"]
        for part in ("core", "regions", "bodies", "programmes")
    }


def one(rows: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(row for row in rows if row["code"] == code)


# --- a later edition


def test_a_change_of_the_preset_arrives_and_is_told(next_edition: dict[str, Any]) -> None:
    load()
    one(next_edition["ro/core"]["categories"], "ro.tutore")["names"]["en"] = "Legal guardian"
    one(next_edition["ro/core"]["helplines"], "ro.domestic-violence")["number"] = "112"
    report = load()
    assert Category.objects.get(code="ro.tutore").name["en"] == "Legal guardian"
    told = {change.code: change.fields for change in report.of(presets.Deed.CHANGED)}
    assert told["ro.domestic-violence"] == {"number": ("0800 500 333", "112")}
    assert set(told) == {"ro.tutore", "ro.domestic-violence"}
    assert load().of(presets.Deed.CHANGED) == []


def test_what_the_preset_no_longer_holds_is_named_and_stays(next_edition: dict[str, Any]) -> None:
    load()
    categories = next_edition["ro/core"]["categories"]
    categories.remove(one(categories, "ro.educator"))
    report = load()
    assert [change.code for change in report.of(presets.Deed.GONE)] == ["ro.educator"]
    assert Category.objects.filter(code="ro.educator").exists()


def test_a_body_gets_the_regions_that_the_preset_adds(next_edition: dict[str, Any]) -> None:
    load()
    one(next_edition["ro/bodies"]["bodies"], "ro.dgaspc.tm")["covers"] = ["RO-TM", "RO-AR"]
    report = load()
    timis = Organisation.objects.get(code="ro.dgaspc.tm")
    assert {region.code for region in timis.covers.all()} == {"RO-TM", "RO-AR"}
    (change,) = report.of(presets.Deed.CHANGED)
    assert change.fields == {"covers": (["RO-TM"], ["RO-AR", "RO-TM"])}


def test_a_new_body_finds_its_place_in_the_tree(next_edition: dict[str, Any]) -> None:
    load()
    bodies = next_edition["ro/bodies"]["bodies"]
    bodies.append({**one(bodies, "ro.dgaspc.tm"), "code": "ro.new", "covers": None})
    load()
    assert Organisation.objects.get(code="ro.new").get_parent().code == "ro.anpdca"
    assert Organisation.find_problems() == ([], [], [], [], [])


# --- what people changed stays


def test_a_name_changed_by_hand_stays(next_edition: dict[str, Any]) -> None:
    load()
    timis = Organisation.objects.get(code="ro.dgaspc.tm")
    timis.short_name = "DGASPC TM"
    timis.save()
    one(next_edition["ro/bodies"]["bodies"], "ro.dgaspc.tm")["short"] = "DGASPC Timișoara"
    report = load()
    timis.refresh_from_db()
    assert timis.short_name == "DGASPC TM"
    (kept,) = report.of(presets.Deed.KEPT)
    assert kept.fields == {"short_name": ("DGASPC TM", "DGASPC Timișoara")}


def test_the_other_fields_of_a_row_changed_by_hand_still_follow(
    next_edition: dict[str, Any],
) -> None:
    load()
    Category.objects.filter(code="ro.tutore").update(name={"ro": "Tutore legal"})
    one(next_edition["ro/core"]["categories"], "ro.tutore")["group"] = "staff"
    load()
    guardian = Category.objects.get(code="ro.tutore")
    assert (guardian.name, guardian.kind) == ({"ro": "Tutore legal"}, "staff")


def test_what_was_changed_by_hand_stays_load_after_load(next_edition: dict[str, Any]) -> None:
    load()
    Helpline.objects.update(number="021 000 000")
    for number in ("111", "112"):
        one(next_edition["ro/core"]["helplines"], "ro.domestic-violence")["number"] = number
        load()
    assert Helpline.objects.get().number == "021 000 000"


def test_what_agrees_again_follows_again(next_edition: dict[str, Any]) -> None:
    load()
    Helpline.objects.update(number="112")
    helpline = one(next_edition["ro/core"]["helplines"], "ro.domestic-violence")
    helpline["number"] = "112"
    load()
    helpline["number"] = "113"
    load()
    assert Helpline.objects.get().number == "113"


def test_rows_that_were_there_before_any_preset_are_kept() -> None:
    country = Jurisdiction.objects.create(
        code="ro", name={"ro": "România"}, default_language="ro", time_zone="Europe/Bucharest"
    )
    Category.objects.create(
        jurisdiction=country, code="ro.tutore", name={"ro": "Tutore (vechi)"}, kind="carer"
    )
    report = load()
    assert Category.objects.get(code="ro.tutore").name == {"ro": "Tutore (vechi)"}
    assert {"ro", "ro.tutore"} == {change.code for change in report.of(presets.Deed.KEPT)}


def test_a_body_moved_or_filled_in_by_hand_stays_so() -> None:
    load()
    timis, cluj = (Organisation.objects.get(code=f"ro.dgaspc.{code}") for code in ("tm", "cj"))
    timis.move(cluj, "last-child")
    Organisation.objects.filter(code="ro.dgaspc.tm").update(
        email="office@example.org", is_active=False
    )
    load()
    timis = Organisation.objects.get(code="ro.dgaspc.tm")
    assert timis.get_parent().code == "ro.dgaspc.cj"
    assert (timis.email, timis.is_active) == ("office@example.org", False)


def test_what_people_added_is_left_alone() -> None:
    load()
    romania = Jurisdiction.objects.get(code="ro")
    Organisation.objects.get(code="ro.dgaspc.tm").add_child(
        jurisdiction=romania, name={"ro": "Primăria Lugoj"}, kind="town_hall", language="ro"
    )
    report = load()
    assert not report.has_written
    assert not report.of(presets.Deed.GONE)


def command_output() -> str:
    out = StringIO()
    call_command("load_preset", "ro", stdout=out)
    return out.getvalue()


def test_the_command_tells_changes_and_what_is_gone(next_edition: dict[str, Any]) -> None:
    load()
    one(next_edition["ro/core"]["categories"], "ro.tutore")["group"] = "staff"
    next_edition["ro/core"]["helplines"].clear()
    told = command_output()
    assert 'changed ro.tutore kind: "carer" -> "staff"' in told
    assert "gone ro.domestic-violence" in told
