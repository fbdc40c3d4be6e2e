"""Exports: no text becomes a formula, numbers and dates stay what they are."""

# ruff: noqa: DTZ001 - moments in a spreadsheet have no time zone

import csv
import io
import time
import tracemalloc
from datetime import UTC, date, datetime
from datetime import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from formats.sheets import write_csv, write_xlsx
from formats.sheets_model import FORMULA_STARTS
from formats.sheets_write import guarded

ATTACKS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u3000=1",
    "＝1+1",
    "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", "\x00=1", "\x07=1", '=HYPERLINK("http://x.example")', "\u202e=1",
    "\tAna",
]  # fmt: skip
HARMLESS = ["Ana", "a=b", "Ștefan", "'Ana", "", "1-2", "М’ясоїд", "أحمد", "7.5"]


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_get_an_apostrophe(text: str) -> None:
    assert guarded(text).startswith("'")
    (row,) = list(
        csv.reader(
            io.StringIO(write_csv(["a"], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
        )
    )[1:]
    assert row[0].startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays(text: str) -> None:
    assert guarded(text) == text


def dangerous(cell: str) -> bool:
    return cell.strip("\t\r\n \u00a0\u200b\u200e\u200f\ufeff\u3000").startswith(
        tuple(FORMULA_STARTS)
    )


SLY = st.text(
    alphabet=st.one_of(
        st.sampled_from(FORMULA_STARTS + " \t\r\n'\";,\u00a0\u200b\u202e\ufeff\x00"),
        st.characters(),
    ),
    max_size=12,
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(SLY, min_size=4, max_size=4), min_size=5, max_size=5))
def test_ten_thousand_sly_cells_of_a_csv(rows: list[list[str]]) -> None:
    text = write_csv(["a", "b", "c", "d"], rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(read) == 6 and all(len(row) == 4 for row in read)
    assert not [cell for row in read for cell in row if dangerous(cell)]


@settings(max_examples=60, deadline=None)
@given(st.lists(SLY, min_size=20, max_size=20))
def test_sly_cells_of_a_workbook_stay_text(cells: list[str]) -> None:
    data = write_xlsx(["Text"], [[cell] for cell in cells])
    sheet = load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for (cell,) in sheet.iter_rows(min_row=2)} <= {
        "s",
        "n",
    }  # "n" is an empty cell
    assert not [
        cell
        for (cell,) in sheet.iter_rows()
        if isinstance(cell.value, str) and cell.data_type == "f"
    ]


def test_text_that_looks_like_a_formula_stays_text_when_somebody_edits_it() -> None:
    sheet = load_workbook(io.BytesIO(write_xlsx(["a"], [["=1+1"], ["Ana"], ["#N/A"]]))).active
    assert [(c.value, c.data_type, bool(c.quotePrefix)) for (c,) in sheet.iter_rows(min_row=2)] == [
        ("=1+1", "s", True),
        ("Ana", "s", False),
        ("#N/A", "s", False),
    ]


def test_csv_is_what_office_programs_here_open() -> None:
    data = write_csv(
        ["Nume", "Ore"], [["Ștefănescu; Ana", 12.0], ["Їжак", None], ["A\nB", date(2026, 3, 7)]]
    )
    assert data.startswith(b"\xef\xbb\xbf")
    assert (
        data.decode("utf-8-sig")
        == 'Nume;Ore\r\n"Ștefănescu; Ana";12\r\nЇжак;\r\n"A\nB";2026-03-07\r\n'
    )
    assert write_csv(["a", "b"], [], delimiter=",") == b"\xef\xbb\xbfa,b\r\n"


def test_numbers_and_dates_stay_numbers_and_dates() -> None:
    moment = datetime(2026, 3, 7, 14, 5, tzinfo=UTC)
    row = ["Ana", 12, -1.5, date(2026, 3, 7), moment, clock(14, 5), True, None]
    sheet = load_workbook(io.BytesIO(write_xlsx(list("abcdefgh"), [row]))).active
    cells = sheet[2]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "d", "d", "d", "b", "n"]
    assert [cell.value for cell in cells][1:6] == [
        12, -1.5, datetime(2026, 3, 7), datetime(2026, 3, 7, 14, 5), clock(14, 5)
    ]  # fmt: skip
    assert [cells[3].number_format, cells[4].number_format] == ["mm-dd-yy", "m/d/yy h:mm"]


@pytest.mark.parametrize("rtl", [False, True])
def test_the_sheet_is_ready_to_work_with(rtl: bool) -> None:
    data = write_xlsx(
        ["الاسم", "Localitatea de domiciliu"],
        [["x" * 100, "y"]] * 3,
        title="Listă [2026]/*:?",
        rtl=rtl,
    )
    book = load_workbook(io.BytesIO(data))
    sheet = book.active
    assert bool(sheet.sheet_view.rightToLeft) is rtl
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B4"
    assert sheet.title == "Listă  2026"
    assert book.properties.title == "Listă [2026]/*:?"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width == 60
    assert sheet.column_dimensions["B"].width == len("Localitatea de domiciliu") + 3
    assert sheet.print_title_rows == "$1:$1"


def test_odd_titles_and_empty_tables() -> None:
    for title in ("", "'", "[]", "x" * 50, "\x00"):
        assert (
            load_workbook(io.BytesIO(write_xlsx(["a"], [], title=title))).active["A1"].value == "a"
        )
    sheet = load_workbook(io.BytesIO(write_xlsx(["a"], [["x" * 40_000]]))).active
    assert len(sheet["A2"].value) == 32_767


def test_ten_thousand_rows_stream() -> None:
    tracemalloc.start()
    started = time.process_time()
    data = write_xlsx(
        ["Nume", "Data", "Ore"], ((f"Nume {n}", date(2026, 1, 1), n) for n in range(10_000))
    )
    took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 60
    assert peak < 60 * 2**20
    assert len(data) < 2 * 2**20
