"""The style sheets keep their promises: no physical direction, readable sizes, contrast, one dark scheme."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
TEMPLATES = STATIC.parent / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCREEN = [sheet for sheet in SHEETS if sheet.name not in {"print.css", "letter.css"}]
COMMENT = re.compile(r"/\*.*?\*/", re.S)

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding|inset)-(?:left|right|top|bottom)[\w-]*|"
    r"left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
)
SIDE_VALUE = re.compile(r"(?:float|clear|text-align)\s*:\s*(?:left|right)")

# Words on grounds, as the components pair them: the least is what WCAG asks of small text.
TEXT_PAIRS = [
    ("text", "bg"), ("text", "surface"), ("text", "tint"), ("text", "tint-strong"), ("text", "warm"),
    ("text-muted", "bg"), ("text-muted", "surface"), ("text-muted", "tint"), ("text-muted", "warm"),
    ("link", "bg"), ("link", "surface"), ("link", "tint"), ("link", "warm"), ("link-hover", "tint-strong"),
    ("on-brand", "brand"), ("on-brand", "brand-hover"), ("on-accent", "accent"), ("on-accent", "accent-hover"),
    ("accent-text", "bg"), ("accent-text", "warm"), ("accent-text", "surface"),
    ("on-band", "band"), ("on-band", "band-deep"), ("on-band-muted", "band"), ("on-band-muted", "band-deep"),
    ("on-solid", "positive-solid"), ("on-warning-solid", "warning-solid"), ("on-solid", "negative-solid"),
    ("on-solid", "info-solid"), ("on-solid", "neutral-solid"),
    ("negative", "bg"), ("negative", "surface"), ("positive", "bg"),
    *((tone, f"{tone}-bg") for tone in ("positive", "warning", "negative", "info", "neutral")),
    *(("text", f"{tone}-bg") for tone in ("positive", "warning", "negative", "info", "neutral")),
    *(("text-muted", f"{tone}-bg") for tone in ("positive", "warning", "negative", "info", "neutral")),
]  # fmt: skip
# Edges of controls, focus marks and signs against what lies beside them.
MARK_PAIRS = [
    ("line-strong", "bg"), ("line-strong", "surface"), ("focus", "bg"), ("focus", "tint"),
    ("brand", "bg"), ("brand", "tint"), ("band-focus", "band"), ("band-focus", "band-deep"), ("accent", "band-deep"),
]  # fmt: skip


def source(sheet: Path) -> str:
    """The sheet without its comments."""
    return COMMENT.sub("", sheet.read_text())


def colours(block: str) -> dict[str, str]:
    """Custom properties of a block that are plain colours."""
    return {
        name: value.lower()
        for name, value in re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6});", block)
    }


def schemes() -> dict[str, dict[str, str]]:
    """The colours of the light scheme, of the device's dark and of the chosen dark, each complete."""
    text = source(STATIC / "css" / "tokens.css")
    first = text.index("prefers-color-scheme: dark")
    second = text.index(':root[data-theme="dark"]')
    light = colours(text[:first])
    return {
        "light": light,
        "device": light | colours(text[first:second]),
        "chosen": light | colours(text[second:]),
    }


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "device", "chosen"])
@pytest.mark.parametrize(("words", "ground"), TEXT_PAIRS)
def test_words_are_readable_on_their_ground(scheme: str, words: str, ground: str) -> None:
    values = schemes()[scheme]
    assert contrast(values[words], values[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "device", "chosen"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_edges_and_focus_marks_are_seen(scheme: str, mark: str, ground: str) -> None:
    values = schemes()[scheme]
    assert contrast(values[mark], values[ground]) >= 3


def test_the_two_dark_schemes_are_the_same() -> None:
    both = schemes()
    assert both["device"] == both["chosen"]
    assert both["device"] != both["light"]


def test_other_sheets_name_no_colour() -> None:
    for sheet in SCREEN:
        if sheet.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*\")", source(sheet)), sheet.name


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_no_physical_direction(sheet: Path) -> None:
    text = re.sub(r"@(?:media|page)[^{]*", "", source(sheet))
    assert PHYSICAL.findall(text) == []
    assert SIDE_VALUE.findall(text) == []


@pytest.mark.parametrize(
    "rule", ["margin-left: 0", "left: 0", "width: 3px", "border-top-left-radius: 1px"]
)
def test_the_direction_rule_finds_what_it_forbids(rule: str) -> None:
    assert PHYSICAL.search(f"a {{ {rule} }}")


@pytest.mark.parametrize(
    "rule",
    ["margin-inline-start: 0", "stroke-width: 2", "--line-width: 1px", "max-inline-size: 1rem"],
)
def test_the_direction_rule_lets_logical_ones_pass(rule: str) -> None:
    assert not PHYSICAL.search(f"a {{ {rule} }}")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_everything_comes_from_this_site(sheet: Path) -> None:
    text = source(sheet)
    assert "@import" not in text
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", text)


@pytest.mark.parametrize("sheet", SCREEN, ids=lambda s: s.name)
def test_no_small_or_fixed_sizes_of_type(sheet: Path) -> None:
    for value in re.findall(r"(?:font-size|--text-[\w-]+)\s*:\s*([^;}]+)", source(sheet)):
        assert "px" not in value, f"{value}: pixels do not follow the reader's own size"
        for number in re.findall(r"([\d.]+)rem", value)[:1]:
            # Tags, counts and the small lines of date blocks may be one step below the body
            assert float(number) >= 0.9375


def test_body_text_is_at_least_sixteen_pixels() -> None:
    tokens = source(STATIC / "css" / "tokens.css")
    sizes = [
        float(size) for size in re.findall(r"--text-(?:body|small|lead):\s*([\d.]+)rem", tokens)
    ]
    assert sizes
    assert min(sizes) >= 1
    assert re.search(r":lang\(ar\)\s*{\s*font-size:\s*1\d\d(?:\.\d)?%", tokens)


def test_every_rule_stands_in_a_layer() -> None:
    names = {"reset", "tokens", "base", "layout", "components", "utilities", "print"}
    for sheet in SHEETS:
        assert set(re.findall(r"@layer\s+([\w-]+)\s*{", source(sheet))) <= names
    assert re.search(
        r"@layer reset, tokens, base, layout, components, utilities, print;",
        source(STATIC / "css" / "tokens.css"),
    )


def test_motion_forced_colours_and_print_are_thought_of() -> None:
    everything = "".join(source(sheet) for sheet in SHEETS)
    assert "prefers-reduced-motion" in everything
    assert "forced-colors: active" in everything
    assert "size: A4" in everything
    assert "table-header-group" in everything


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_sheets_stay_small(sheet: Path) -> None:
    assert len(sheet.read_text().splitlines()) <= 300


def test_what_every_page_loads_stays_small() -> None:
    base = (TEMPLATES / "base.html").read_text()
    loaded = [sheet for sheet in SHEETS if f"css/{sheet.name}" in base]
    assert sum(sheet.stat().st_size for sheet in loaded) <= 70_000
    alone = [sheet for sheet in SHEETS if sheet not in loaded]
    assert len(loaded) > len(alone) > 0
    assert all(sheet.stat().st_size <= 8_000 for sheet in alone)


def test_every_used_token_exists() -> None:
    everything = "".join(source(sheet) for sheet in SHEETS)
    known = set(re.findall(r"(--[\w-]+)\s*:", everything))
    assert set(re.findall(r"var\((--[\w-]+)\)", everything)) - known == set()


def test_every_used_icon_exists() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "images" / "icons.svg").read_text()))
    used = set()
    for page in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'icon\.html" with name="([\w-]+)"', page.read_text()))
    assert used
    assert used <= known


def test_pictures_are_drawings_of_our_own() -> None:
    for picture in (STATIC / "images").iterdir():
        assert picture.suffix == ".svg"
        text = picture.read_text()
        assert "<script" not in text
        assert re.findall(r"https?://[^\"]+", text.replace("http://www.w3.org/2000/svg", "")) == []


def test_scripts_are_few_and_call_nobody() -> None:
    scripts = list((STATIC / "js").glob("*.js"))
    assert sum(script.stat().st_size for script in scripts) <= 30_000
    for script in scripts:
        assert not re.search(r"https?://|\beval\(|innerHTML", script.read_text()), script.name
