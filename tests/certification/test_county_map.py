"""The map: outlines whose licence is named, steps that never speak by colour alone, links to exactly the people."""

import html
import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from certification.board import Figures, Line
from certification.board_words import gap_of
from certification.county_map import FOLDER, STEPS, county_map, step_of
from certification.models import Programme
from config.settings import BASE_DIR
from tests.cast import Cast
from tests.certification.test_standing_pages import lives_of_every_kind, names
from tests.factories import people as make

BOARD = "/en/standing/board/"
FILES = sorted(FOLDER.glob("*.json"))
# The Ukrainian outlines show Sevastopol as a part of Crimea.
NOT_DRAWN = {"ua": {"UA-40"}}


def line(code: str, lacking: int, total: int) -> Line:
    states = {"never": lacking, "valid": total - lacking}
    return Line(code, code, Figures(states), query={"region": code})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestOutlines:
    def test_says_whose_they_are_and_is_small(self, file) -> None:
        said = json.loads(file.read_text("utf-8"))
        assert said["licence"] == "CC BY 4.0" and said["licence_url"].startswith("https://")
        assert said["author"] == "MapSVG" and said["changes"]
        assert said["source"].startswith("https://mapsvg.com/maps/")  # the author's own page
        assert file.stat().st_size < 60_000

    def test_every_county_of_the_preset_is_drawn_once(self, file) -> None:
        regions = json.loads((BASE_DIR / "presets" / file.stem / "regions.json").read_text("utf-8"))
        rows = regions["regions"] if isinstance(regions, dict) else regions
        wanted = {one["code"] for one in rows if one["code"].count("-") == 1}
        drawn = json.loads(file.read_text("utf-8"))["regions"]
        assert wanted - set(drawn) == NOT_DRAWN.get(file.stem, set())
        assert set(drawn) <= wanted

    def test_outlines_are_closed_and_inside_the_picture(self, file) -> None:
        said = json.loads(file.read_text("utf-8"))
        _x, _y, width, height = said["view_box"]
        for code, path in said["regions"].items():
            assert re.fullmatch(r"(M[\d.]+,[\d.]+( [\d.]+,[\d.]+){2,}Z)+", path), code
            points = [
                tuple(map(float, one.split(","))) for one in re.findall(r"[\d.]+,[\d.]+", path)
            ]
            assert all(-4 <= x <= width + 4 and -4 <= y <= height + 4 for x, y in points), code


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("RO-TM", 3, 10), ("RO-CJ", 4, 10), ("RO-AR", 9, 100)],
            "The greatest gap: RO-CJ: 4 of 10",
        ),
        ([("RO-TM", 3, 10), ("RO-CJ", 30, 100)], "The greatest gap: RO-CJ: 30 of 100"),
        ([("RO-TM", 0, 10), ("RO-CJ", 0, 100)], ""),
    ],
)
def test_the_title_names_the_county_that_lacks_most(rows, said) -> None:
    drawn = county_map("ro", [line(*row) for row in rows])
    assert drawn
    found = gap_of(drawn.areas)
    assert found.startswith(said) and bool(found) == bool(said)


def test_there_are_maps_of_romania_and_ukraine() -> None:
    assert [file.stem for file in FILES] == ["ro", "ua"]


@pytest.mark.parametrize(
    ("lacking", "total", "step"),
    [
        (0, 9, 0), (1, 1000, 1), (1, 10, 1), (11, 100, 2), (25, 100, 2), (26, 100, 3), (1, 2, 3), (51, 100, 4),
        (3, 3, 4), (0, 0, None),
    ],
)  # fmt: skip
def test_steps(lacking: int, total: int, step: int | None) -> None:
    assert step_of(line("RO-TM", lacking, total)) == step


@given(total=st.integers(1, 500), part=st.floats(0, 1), more=st.integers(0, 50))
def test_more_who_lack_one_never_make_a_county_lighter(total: int, part: float, more: int) -> None:
    lacking = int(total * part)
    darker = step_of(line("RO-TM", min(lacking + more, total), total))
    assert step_of(line("RO-TM", lacking, total)) <= darker <= len(STEPS)


def test_a_county_without_people_is_drawn_and_leads_nowhere() -> None:
    found = county_map("ro", [line("RO-TM", 1, 2), line("RO-CJ", 0, 4), line("RO-AB", 0, 0)])
    areas = {one.code: one for one in found.areas}
    assert len(areas) == 42
    assert (areas["RO-TM"].step, areas["RO-TM"].percent) == (3, 50)
    assert (areas["RO-CJ"].step, areas["RO-CJ"].percent) == (0, 0)
    assert areas["RO-AB"].line is None and areas["RO-BV"].step is None


@pytest.mark.parametrize(
    ("country", "codes"),
    [("eg", ["EG-C", "EG-ALX"]), ("ro", ["RO-TM"]), ("ro", ["-", "RO-TM"]), ("ro", []), ("ua", ["RO-TM", "RO-CJ"])],
)  # fmt: skip
def test_no_map_without_outlines_or_with_one_county(country: str, codes: list[str]) -> None:
    assert county_map(country, [line(code, 1, 2) for code in codes]) is None


class TestPage:
    @pytest.fixture(autouse=True)
    def clock(self):
        with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
            yield

    @pytest.fixture
    def programme(self, cast: Cast) -> Programme:
        made = lives_of_every_kind(cast)
        for n, (place, region) in enumerate(
            [(cast.lugoj, cast.timis_region), (cast.turda, cast.cluj_region)] * 2
        ):
            make.person(place, f"Hartă{n}", categories=[cast.carer], region=region)
        return made

    def test_each_county_opens_its_people_and_says_its_numbers(
        self, cast: Cast, programme: Programme
    ) -> None:
        browser = cast.browser(cast.vera)
        text = browser.get(BOARD, {"by": "county"}).content.decode()
        found = re.findall(r'<a href="([^"]*)" aria-label="([^"]*)"><title>', text)
        assert len(found) == 2
        for href, said in found:
            total = int(re.search(r"of (\d+) without", said)[1])
            assert len(names(browser.get(html.unescape(href)))) == total > 0
        assert any(said.startswith("Timiș: ") and said.endswith(" %") for _href, said in found)

    def test_steps_have_patterns_a_legend_and_a_credit(
        self, cast: Cast, programme: Programme
    ) -> None:
        text = cast.browser(cast.vera).get(BOARD, {"by": "county"}).content.decode()
        for step in range(1, len(STEPS) + 1):
            assert f'id="map-{step}"' in text and f"url(#map-{step})" in text
        for words in ("0 %", "1–10 %", "11–25 %", "26–50 %", "&gt; 50 %", "nobody is listed"):
            assert words in text
        assert "Outlines: MapSVG" in text and 'rel="license">CC BY 4.0</a>' in text
        assert "<table" in text.split('class="map"', 1)[1]  # the numbers beneath

    def test_an_officer_of_one_county_sees_bars_only(
        self, cast: Cast, programme: Programme
    ) -> None:
        text = cast.browser(cast.olga).get(BOARD, {"by": "county"}).content.decode()
        assert 'class="map"' not in text and "Timiș" not in text
        other = cast.browser(cast.vera).get(BOARD, {"by": "institution"}).content.decode()
        assert 'class="map"' not in other
