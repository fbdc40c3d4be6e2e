"""FiraGO on paper and on pages: every letter that five languages need, in few bytes."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from formats.fonts import FACES, typst_fonts, write_once
from formats.web_fonts import RANGES, WEIGHTS, code_points, web_font, web_fonts

ALPHABETS = {
    "latin": "aăâbcdefghiîjklmnopqrsșştțţuvwxyzAĂÂÎȘŞȚŢáéíóöőúüűßçñłøæœ0123456789„”«»“’–—…·•§№°×−→←",
    "cyrillic": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяъыэёАБВГҐДЕЄЖЗИІЇЙЮЯЪ\u02bc",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآٱةىؤئءـًٌٍَُِّْ٠١٢٣٤٥٦٧٨٩،؛؟پچڤگ\u0654",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "fonts"
    web_fonts(folder)
    return folder


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("script", RANGES)
def test_a_subset_has_its_alphabet_and_is_small(web: Path, script: str, weight: int) -> None:
    path = web_font(web, script, weight)
    assert path.name == f"firago-{script}-{weight}.woff2"
    font = TTFont(path)
    has = set(font.getBestCmap())
    assert [c for c in ALPHABETS[script] if ord(c) not in has] == []
    assert has <= code_points(RANGES[script])
    assert "fpgm" not in font and font.flavor == "woff2"
    assert path.stat().st_size < 25_000
    assert "Open Font License" in font["name"].getDebugName(13)


def test_a_first_page_stays_light(web: Path) -> None:
    """The fonts of an Arabic page with Latin names on it, both weights, are half of what a first view may weigh."""
    sizes = {path.name: path.stat().st_size for path in web.iterdir()}
    assert len(sizes) == 6
    assert sum(size for name, size in sizes.items() if "latin" in name or "arabic" in name) < 75_000


@pytest.mark.parametrize("weight", WEIGHTS)
def test_arabic_letters_can_join(web: Path, weight: int) -> None:
    font = TTFont(web_font(web, "arabic", weight))
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina", "rlig"} <= features
    assert "GPOS" in font and "GDEF" in font


def test_ranges_do_not_overlap_and_are_what_the_style_sheet_says() -> None:
    ranges = {script: code_points(text) for script, text in RANGES.items()}
    assert not ranges["latin"] & ranges["cyrillic"] and not ranges["latin"] & ranges["arabic"]
    css = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
    said = [
        code_points(part.split(";")[0].replace("\n", " "))
        for part in css.split("unicode-range:")[1:]
    ]  # fmt: skip
    for script, points in ranges.items():
        assert said.count(points) == len(WEIGHTS), script


def test_code_points() -> None:
    assert code_points("U+0041-0043, U+00E9") == {0x41, 0x42, 0x43, 0xE9}
    assert code_points("") == set()


def test_fonts_are_written_once(tmp_path: Path, web: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in web.iterdir()}
    web_fonts(web)
    assert {path: path.stat().st_mtime_ns for path in web.iterdir()} == before
    folder = typst_fonts(tmp_path / "a b" / "fonts")
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert typst_fonts(folder) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == written
    assert {path.name for path in written} == {f"firago-{face}.ttf" for face in FACES}
    assert {
        TTFont(path)["name"].getDebugName(16) or TTFont(path)["name"].getDebugName(1)
        for path in written
    } == {"FiraGO"}


def test_a_lost_file_is_written_again(web: Path) -> None:
    lost = web_font(web, "cyrillic", 400)
    content = lost.read_bytes()
    lost.unlink()
    web_fonts(web)
    assert lost.read_bytes() == content


def test_writing_leaves_nothing_half_done(tmp_path: Path) -> None:
    write_once(tmp_path / "x", b"abc")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644
