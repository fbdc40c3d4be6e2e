"""The preset files are sound: their form, their counts, their languages, and a source for every fact."""

import json
from collections import Counter

import pytest

from tests.presets.reading import (
    COUNTRIES,
    FILES,
    PARTS,
    ROOT,
    objects_in,
    read,
)
from tests.presets.schema_check import errors

SCHEMA = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
LEVEL_1 = {"ro": 42, "md": 37, "ua": 27, "bg": 28, "eg": 27}
LEVEL_2 = {"ro": 6, "md": 0, "ua": 0, "bg": 0, "eg": 0}
BODIES = {
    "ro": {"agency": 1, "directorate": 47},
    "md": {"ministry": 1, "directorate": 2, "agency": 5},
    "ua": {"ministry": 1, "centre": 25},
    "bg": {"ministry": 1, "agency": 2, "directorate": 28},
    "eg": {"ministry": 1, "directorate": 28},
}


def definition(path: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{path.rsplit('/', 1)[-1].removesuffix('.json')}"}


# --- form


def test_the_layout_is_the_same_for_all() -> None:
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.json")}
    assert found == {*FILES, "schema.json"}


def test_there_is_no_code_among_the_data() -> None:
    assert not [
        path for path in ROOT.rglob("*") if path.is_file() and path.suffix not in (".json", ".md")
    ]


@pytest.mark.parametrize("path", FILES)
def test_follows_the_schema(path: str) -> None:
    assert list(errors(read(path), definition(path), SCHEMA)) == []


@pytest.mark.parametrize("path", FILES)
def test_fits_exactly_one_form_of_the_schema(path: str) -> None:
    fitting = [one for one in SCHEMA["anyOf"] if not any(errors(read(path), one, SCHEMA))]
    assert fitting == [definition(path)]


@pytest.mark.parametrize("path", [*FILES, "schema.json"])
def test_is_utf8_without_mark_and_stays_readable(path: str) -> None:
    raw = (ROOT / path).read_bytes()
    text = raw.decode("utf-8")
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert text.endswith("}\n")
    assert "\r" not in text
    assert "\t" not in text
    assert "\\u" not in text, "letters are written as letters"
    assert text.count("\n") <= 1000, "split the file"


@pytest.mark.parametrize(
    ("value", "rule", "complaint"),
    [
        ("x", {"type": "integer"}, "no integer"),
        (True, {"type": "integer"}, "no integer"),
        (0, {"type": "integer", "minimum": 1}, "less than"),
        (101, {"maximum": 100}, "more than"),
        ("", {"type": "string", "minLength": 1}, "empty"),
        ("Ro", {"pattern": "^[a-z]+$"}, "does not match"),
        ({}, {"required": ["en"]}, "en is missing"),
        ({"de": "x"}, {"properties": {}, "additionalProperties": False}, "not expected"),
        ({"de": 1}, {"additionalProperties": {"type": "string"}}, "no string"),
        ({"De": 1}, {"propertyNames": {"pattern": "^[a-z]+$"}}, "does not match"),
        ([1, 1], {"uniqueItems": True}, "the same twice"),
        ([], {"minItems": 1}, "fewer than"),
        (["x"], {"items": {"const": "y"}}, "is not 'y'"),
        (3, {"enum": [1, 2]}, "none of"),
        (3, {"anyOf": [{"type": "string"}, {"type": "null"}]}, "none of the forms"),
        (3, {"$ref": "#/$defs/date"}, "no string"),
    ],
)
def test_the_checker_finds_faults(value: object, rule: dict[str, object], complaint: str) -> None:
    found = list(errors(value, rule, SCHEMA))
    assert len(found) == 1
    assert complaint in found[0]


def test_the_checker_refuses_a_rule_that_it_does_not_know() -> None:
    with pytest.raises(NotImplementedError, match="multipleOf"):
        list(errors(3, {"multipleOf": 2}, SCHEMA))


# --- counts


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_unit_of_the_territory_is_there(country: str) -> None:
    levels = Counter(one["level"] for one in read(f"{country}/regions.json")["regions"])
    assert levels[1] == LEVEL_1[country]
    assert levels[2] == LEVEL_2[country]


@pytest.mark.parametrize("country", COUNTRIES)
def test_codes_are_of_the_country_and_unique(country: str) -> None:
    codes = [one["code"] for one in read(f"{country}/regions.json")["regions"]]
    assert len(codes) == len(set(codes))
    assert all(code.startswith(f"{country.upper()}-") for code in codes)
    for part in PARTS:
        named = [one for _at, one in objects_in(read(f"{country}/{part}.json")) if "names" in one]
        own = [one["code"] for one in named if "." in one.get("code", "")]
        assert len(own) == len(set(own))
        assert all(code.startswith(f"{country}.") for code in own)


def test_the_sectors_of_bucharest_lie_in_bucharest() -> None:
    sectors = [one for one in read("ro/regions.json")["regions"] if one["kind"] == "sector"]
    assert [one["code"] for one in sectors] == [f"RO-B-S{i}" for i in range(1, 7)]
    assert {one["parent"] for one in sectors} == {"RO-B"}
    assert {one["scheme"] for one in sectors} == {"own"}


def test_only_the_two_units_without_an_agency_are_hidden() -> None:
    hidden = {
        one["code"]
        for c in COUNTRIES
        for one in read(f"{c}/regions.json")["regions"]
        if one["hidden"]
    }
    assert hidden == {"MD-SN", "MD-BD"}


def test_the_list_of_arabic_names_is_that_of_the_domain_notes() -> None:
    names = {one["code"][3:]: one["names"]["ar"] for one in read("eg/regions.json")["regions"]}
    given = (
        "C القاهرة, ALX الإسكندرية, GZ الجيزة, KB القليوبية, DK الدقهلية, SHR الشرقية, GH الغربية, MNF المنوفية, "
        "BH البحيرة, KFS كفر الشيخ, DT دمياط, PTS بورسعيد, IS الإسماعيلية, SUZ السويس, SIN شمال سيناء, "
        "JS جنوب سيناء, BNS بني سويف, FYM الفيوم, MN المنيا, AST أسيوط, SHG سوهاج, KN قنا, LX الأقصر, "
        "ASN أسوان, BA البحر الأحمر, WAD الوادي الجديد, MT مطروح"
    )
    assert names == dict(one.split(" ", 1) for one in given.split(", "))


@pytest.mark.parametrize("country", COUNTRIES)
def test_supervising_bodies_by_kind(country: str) -> None:
    data = read(f"{country}/bodies.json")
    assert Counter(one["kind"] for one in data["bodies"]) == BODIES[country]


def test_what_is_known_of_moldova_is_less_than_what_exists() -> None:
    data = read("md/bodies.json")
    agencies = [one for one in data["bodies"] if one["kind"] == "agency"]
    assert data["expected"]["agency"] == 10 > len(agencies)
    assert all(one["covers"] is None and "covers" in one["unknown"] for one in agencies)


@pytest.mark.parametrize("country", ["ro", "ua", "bg", "eg"])
def test_every_region_with_a_body_has_one(country: str) -> None:
    covered = Counter(
        code
        for one in read(f"{country}/bodies.json")["bodies"]
        if isinstance(one["covers"], list)
        for code in one["covers"]
    )
    regions = {one["code"] for one in read(f"{country}/regions.json")["regions"]}
    without = {"ro": {"RO-B"}, "ua": {"UA-40", "UA-43"}}.get(country, set())
    assert set(covered) == regions - without
    assert set(covered.values()) == {1}


def test_bucharest_has_six_directorates_and_the_counties_forty_one() -> None:
    bodies = [one for one in read("ro/bodies.json")["bodies"] if one["kind"] == "directorate"]
    sectors = [one for one in bodies if one["covers"][0].startswith("RO-B-S")]
    assert len(sectors) == 6
    assert len(bodies) - len(sectors) == 41
    timis = next(one for one in bodies if one["covers"] == ["RO-TM"])
    assert (
        timis["names"]["ro"]
        == "Direcția Generală de Asistență Socială și Protecția Copilului Timiș"
    )
    assert timis["short"] == "DGASPC Timiș"


# --- references


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_is_referred_to_exists(country: str) -> None:
    core, bodies = read(f"{country}/core.json"), read(f"{country}/bodies.json")["bodies"]
    words, topics = read("vocabulary.json"), {one["code"] for one in read("topics.json")["topics"]}
    categories = {one["code"] for one in core["categories"]}
    acts = {one["code"] for one in core["legal_acts"]}
    regions = read(f"{country}/regions.json")["regions"]
    region_codes = {one["code"] for one in regions}
    known = {
        kind: {one["code"] for one in words[kind]}
        for kind in words
        if isinstance(words[kind], list)
    }
    assert {one["kind"] for one in regions} <= known["region_kinds"]
    assert {one["parent"] for one in regions} <= {None, *region_codes}
    seen: set[str | None] = {None}
    for one in bodies:
        assert one["kind"] in known["body_kinds"]
        assert one["parent"] in seen, "a parent stands before its children"
        seen.add(one["code"])
        assert set(one["covers"] if isinstance(one["covers"], list) else []) <= region_codes
    for one in core["categories"]:
        assert set(one["legal_basis"]) <= acts
    for one in core["authorisation_types"]:
        assert set(one["categories"]) <= categories
        assert one["issuing_body_kind"] in known["body_kinds"]
    for one in read(f"{country}/programmes.json")["programmes"]:
        assert set(one["categories"]) <= categories
        for version in one["versions"]:
            assert set(version["legal_acts"]) <= acts
            for asked in version["requirements"]:
                assert asked["category"] in {None, *one["categories"]}
                assert asked["topic"] in {None, *topics}
                assert asked["condition"] in {None, *known["conditions"]}
                assert asked["kind"] in known["requirement_kinds"]
                assert asked["period"] in {None, *known["periods"]}


def test_the_topics_form_a_tree_of_two_levels() -> None:
    topics = read("topics.json")["topics"]
    codes = [one["code"] for one in topics]
    assert len(codes) == len(set(codes))
    roots = {one["code"] for one in topics if one["parent"] is None}
    assert {one["parent"] for one in topics} - {None} <= roots
    for country in COUNTRIES:
        assert any(country in one["seen_in"] for one in topics)


@pytest.mark.parametrize("country", COUNTRIES)
def test_versions_of_a_programme_do_not_overlap(country: str) -> None:
    for programme in read(f"{country}/programmes.json")["programmes"]:
        versions = programme["versions"]
        for earlier, later in zip(versions, versions[1:], strict=False):
            assert earlier["effective_to"] == later["effective_from"], programme["code"]
        assert versions[-1]["effective_to"] is None
        for version in versions:
            codes = [one["code"] for one in version["requirements"]]
            assert len(codes) == len(set(codes))
