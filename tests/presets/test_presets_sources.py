"""Every fact says where it is from, of when it is and whether it was checked."""

import re

import pytest

from tests.presets.reading import COUNTRIES, FILES, everything_in, read


@pytest.mark.parametrize("path", FILES)
def test_every_fact_names_a_source_of_the_files_table(path: str) -> None:
    data = read(path)
    references = [
        (at, value)
        for at, value in everything_in(data)
        if isinstance(value, str) and re.search(r"\.(day_off_)?source$|\.sources\.\w+$", at)
    ]
    used = set()
    for at, reference in references:
        assert reference.split(" ", 1)[0] in data["sources"], f"{at}: {reference}"
        used.add(reference.split(" ", 1)[0])
    if "source" in data:
        used.add(data["source"])
    assert used == set(data["sources"]), "no source is listed in vain"
    kept = (
        "categories",
        "authorisation_types",
        "helplines",
        "legal_acts",
        "bodies",
        "programmes",
        "topics",
    )
    for kind in kept:
        assert all("source" in one for one in data.get(kind, []))
    for kind in ("regions", "conditions"):
        assert kind not in data or "source" in data


@pytest.mark.parametrize("path", FILES)
def test_every_source_says_of_when_it_is(path: str) -> None:
    for name, one in read(path)["sources"].items():
        assert one["as_of"] or one.get("note"), f"{name}: neither a date nor why there is none"


@pytest.mark.parametrize("path", FILES)
def test_only_the_text_of_the_law_is_verified(path: str) -> None:
    verified = {name for name, one in read(path)["sources"].items() if one["verified"]}
    assert verified <= {"BGN"}
    for name in verified:
        assert read(path)["sources"][name]["kind"] == "law_text"


@pytest.mark.parametrize("country", COUNTRIES)
def test_one_source_is_told_in_one_way(country: str) -> None:
    core, programmes = (
        read(f"{country}/{part}.json")["sources"] for part in ("core", "programmes")
    )
    for name in set(core) & set(programmes):
        assert core[name] == programmes[name]


def test_no_data_about_people_and_no_invented_contacts() -> None:
    for country in COUNTRIES:
        for one in read(f"{country}/bodies.json")["bodies"]:
            assert one["email"] is None
            assert one["phone"] is None
    numbers = {
        one["code"]: one["number"] for c in COUNTRIES for one in read(f"{c}/core.json")["helplines"]
    }
    assert numbers == {"ro.domestic-violence": "0800 500 333"}
