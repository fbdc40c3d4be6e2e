"""Spreadsheets from strangers: every refusal has its name, nothing else ever comes out."""

# ruff: noqa: DTZ001 - moments in a spreadsheet have no time zone

import io
import resource
import time
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from formats import sheets
from formats.names import clean
from formats.sheets import CODES, Limits, SheetError, read
from formats.sheets_model import unguarded

CSV = "Nume;Prenume;Localitate\r\nȘtefănescu;Ana;Timișoara\r\n"


def refused(name: str, data: bytes, limits: Limits | None = None) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read(name, data, limits=limits)
    assert set(caught.value.params) == set(CODES[caught.value.code])
    return caught.value


def workbook(rows: list[list[object]], **settings: object) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for key, value in settings.items():
        setattr(book, key, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The same zip with parts added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{ns}"><sheetData>{rows}</sheetData></worksheet>'.encode()


PLAIN = workbook(
    [
        ["Nume", "Data", "Ore"],
        ["Ștefan", date(2026, 3, 7), 12.0],
        [None, None, None],
        ["Ana", None, 1.5],
    ]
)
FIRST_SHEET = "xl/worksheets/sheet1.xml"
STRINGS, TYPES = "xl/sharedStrings.xml", "[Content_Types].xml"


def with_shared_strings() -> bytes:
    """A workbook as Excel writes it: the texts in a part of their own."""
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        types = archive.read(TYPES).decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = types.replace(
        "</Types>", f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'
    )
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = (
        f'<?xml version="1.0"?><sst xmlns="{ns}"><si><t>Nume</t></si><si><t>Ștefan</t></si></sst>'
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    )
    return changed(
        PLAIN, {TYPES: types.encode(), STRINGS: strings.encode(), FIRST_SHEET: sheet_xml(rows)}
    )


EXCEL = with_shared_strings()


# --- CSV ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings(encoding: str) -> None:
    sheet = read("a.csv", CSV.encode(encoding))
    assert sheet.headers == ("Nume", "Prenume", "Localitate")
    assert sheet.rows[0].cells == ("Ștefănescu", "Ana", "Timișoara")
    assert sheet.rows[0].line == 2


OLD_PAGES = [
    ("cp1250", "Nume;Oraş\nŞtefănescu Ţepeş;Timişoara\nIstván Győző;Mureş\n", "Ștefănescu Țepeș"),
    ("cp1250", "Nume;Oraş\nPopescu;Iaşi\n", "Popescu"),
    ("cp1250", "NUME;ORAŞ\nŢÎRLEA;IAŞI\n", "ȚÎRLEA"),
    ("cp1251", "Прізвище;Місто\nЩербань;Київ\n", "Щербань"),
    ("cp1251", "Фамилия;Град\nЪглов;Стара Загора\n", "Ъглов"),
    ("cp1251", "ПРІЗВИЩЕ;МІСТО\nЩЕРБАНЬ;КИЇВ\n", "ЩЕРБАНЬ"),
    ("cp1251", "Name;City\nІванна;Lviv\n", "Іванна"),
    ("cp1256", "الاسم;المدينة\nمحمد أحمد;القاهرة\n", "محمد أحمد"),
    ("cp1256", "Name;City\nفاطمة;Cairo\n", "فاطمة"),
]


@pytest.mark.parametrize(("encoding", "text", "name"), OLD_PAGES)
def test_old_code_pages_are_told_apart(encoding: str, text: str, name: str) -> None:
    assert read("a.csv", text.encode(encoding)).rows[0].cells[0] == name


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_delimiters(delimiter: str) -> None:
    data = f'a{delimiter}"b; , \t"{delimiter}c\n1{delimiter}"x{delimiter}y"{delimiter}3'.encode()
    assert [row.cells for row in read("a.tsv", data).rows] == [
        ("1", f"x{delimiter}y".replace("\t", " "), "3")
    ]


def test_the_separator_line_of_excel_and_line_numbers() -> None:
    sheet = read("a.csv", b'sep=|\r\na|b\r\n\r\n"two\r\nlines"|1\r\nx|2\r\n')
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (4, ("two lines", "1")),
        (6, ("x", "2")),
    ]


def test_tricks_inside_cells_are_removed() -> None:
    sheet = read("a.csv", "Nume;Nr\n\u202eAna\u202c\u200f ;\u200e '=1+1\n".encode())
    assert sheet.rows[0].cells == ("Ana", "'=1+1".removeprefix("'"))


def test_too_wide_rows_are_marked_and_short_rows_filled() -> None:
    rows = read("a.csv", b"a,b\n1,2,3\n4\n").rows
    assert [(row.cells, row.problem) for row in rows] == [
        (("1", "2"), "row_too_wide"),
        (("4", None), ""),
    ]


REFUSED_CSV = [
    (b"", "empty_file", {}),
    (b"\xef\xbb\xbf \r\n", "empty_file", {}),
    (b"\x00\x00\x00", "empty_file", {}),
    (b";;;\n;;\n", "empty_file", {}),
    (b"a;b\n", "no_rows", {}),
    (b"--;..\n1;2\n", "no_headers", {}),
    (b"a;;c\n1;2;3\n", "nameless_column", {"column": 2}),
    (b"Nume;x;NUME\n1;2;3\n", "duplicate_header", {"name": "NUME", "column": 3}),
    (b'a;b\n1;2\n"x;3\n', "quotes", {"line": 3}),
    (b'a;b\n"x"y;3\n', "quotes", {"line": 2}),
    (b"a;b\n1;2\n\x003;4 odd\n", "binary", {"line": 3}),
    (b"a;b\n" + b"x" * 5001 + b";1\n", "cell_too_long", {"line": 2, "column": 1, "limit": 5000}),
    (b"a;b\n" + b"\x81\x8d\x8f\x90\x9d" * 10 + b";1\n", "encoding", {}),
    (b"\xff\xfea\x00b", "encoding", {}),
    (b";".join(b"c%d" % n for n in range(41)) + b"\n1\n", "too_many_columns", {"limit": 40}),
    (b"a;b\n" + b";".join([b"1"] * 41), "too_many_columns", {"limit": 40}),
    (b"a\n" + b"1\n" * 5001, "too_many_rows", {"limit": 5000}),
    (b"a;b\n" + b"x;" * 1_000_000, "too_many_columns", {"limit": 40}),
    (b"x" * (5 * 2**20 + 1), "too_big", {"megabytes": 5}),
]


@pytest.mark.parametrize(
    ("data", "code", "params"),
    REFUSED_CSV,
    ids=[f"{c}-{n}" for n, (_, c, _) in enumerate(REFUSED_CSV)],
)
def test_refused_csv(data: bytes, code: str, params: dict[str, object]) -> None:
    error = refused("lista.csv", data)
    assert (error.code, error.params) == (code, params)


def test_five_thousand_rows_are_read() -> None:
    assert len(read("a.csv", b"a;b\n" + b"1;2\n" * 5000).rows) == 5000


OTHER = [
    ("a.pdf", b"%PDF-1.7 x", "wrong_type"),
    ("a.csv", b"%PDF-1.7 x", "wrong_type"),
    ("a.csv", b"\x89PNG\r\n\x1a\n", "wrong_type"),
    ("a.xls", b"<html><table><tr><td>1", "wrong_type"),
    ("a.csv", b"<table><tr><td>1", "wrong_type"),
    ("a.ods", b"PK\x03\x04 nothing", "damaged"),
    ("a.exe", b"MZ abc", "wrong_type"),
    ("a.xlsx", b"a;b\n1;2\n", "damaged"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 600, "old_excel"),
    (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 99 + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
]


@pytest.mark.parametrize(("name", "data", "code"), OTHER)
def test_other_kinds_of_file(name: str, data: bytes, code: str) -> None:
    assert refused(name, data).code == code


@settings(max_examples=600, deadline=None)
@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: ("a;b\n" + text).encode("utf-16"))
)
def test_no_bytes_make_it_fail_in_another_way(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx", "a"):
        try:
            sheet = read(name, data)
        except SheetError as error:
            assert set(error.params) == set(CODES[error.code])
        else:
            assert all(len(row.cells) == len(sheet.headers) and row.line >= 1 for row in sheet.rows)


CELLS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_is_written_is_read_back(rows: list[list[str]], encoding: str) -> None:
    data = sheets.write_csv(["Unu", "Doi", "Trei"], rows)
    sheet = read_or_none(data.decode("utf-8-sig").encode(encoding))
    expected = [tuple(cell or None for cell in map(sheets_clean, row)) for row in rows]
    expected = [row for row in expected if any(row)]
    assert [row.cells for row in sheet.rows] == expected if sheet else not expected


def read_or_none(data: bytes) -> sheets.Sheet | None:
    try:
        return read("a.csv", data)
    except SheetError as error:
        assert error.code == "no_rows"
        return None


def sheets_clean(text: str) -> str:
    return unguarded(clean(text))


# --- XLSX --------------------------------------------------------------------------------------------------------


def test_a_workbook_with_dates_numbers_and_an_empty_line() -> None:
    sheet = read("oameni.xlsx", PLAIN)
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, ("Ștefan", datetime(2026, 3, 7), 12)),
        (4, ("Ana", None, 1.5)),
    ]
    assert [sheet.rows[0].text(column) for column in range(3)] == ["Ștefan", "2026-03-07", "12"]
    assert sheet.column("oră", "ORE") == 2 and sheet.column("nimic") is None


def test_a_workbook_is_known_by_its_bytes_not_its_name() -> None:
    assert read("lista.csv", PLAIN).headers == ("Nume", "Data", "Ore")


def test_a_workbook_as_excel_writes_it() -> None:
    assert read("a.xlsx", EXCEL).rows[0].cells == ("Ștefan",)


def test_dates_counted_from_1904() -> None:
    data = workbook([["Data"], [date(2026, 3, 7)]], epoch=CALENDAR_MAC_1904)
    assert read("a.xlsx", data).rows[0].cells == (datetime(2026, 3, 7),)


def test_formulas_are_never_run_and_their_text_is_never_shown() -> None:
    data = workbook([["a", "b"], ["=1+1", '=HYPERLINK("http://x.example")'], ["x", None]])
    assert [row.cells for row in read("a.xlsx", data).rows] == [("x", None)]


def test_the_first_visible_sheet_is_read() -> None:
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    second = book.create_sheet("Oameni")
    second.append(["Nume"])
    second.append(["Ana"])
    out = io.BytesIO()
    book.save(out)
    assert read("a.xlsx", out.getvalue()).rows[0].cells == ("Ana",)


def test_links_to_other_files_are_ignored() -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    assert read("a.xlsx", changed(PLAIN, {"xl/externalLinks/externalLink1.xml": link})).rows


def test_a_wrong_word_about_its_own_size_is_not_believed() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nume</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
    lying = sheet_xml(rows).replace(b"<sheetData>", b'<dimension ref="A1:A1"/><sheetData>')
    assert read("a.xlsx", changed(PLAIN, {FIRST_SHEET: lying})).rows[0].cells == (7,)


BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize("part", [FIRST_SHEET, STRINGS, "xl/workbook.xml", TYPES])
@pytest.mark.parametrize("xml", [BILLION, XXE, b"<not xml", b"", b"\x00" * 50])
def test_hostile_parts(part: str, xml: bytes) -> None:
    assert refused("a.xlsx", changed(EXCEL, {part: xml})).code in {
        "damaged",
        "no_sheet",
        "no_rows",
        "empty_file",
    }


def test_a_document_type_of_any_kind_is_refused() -> None:
    plain = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    )
    assert read("a.xlsx", changed(PLAIN, {FIRST_SHEET: plain})).rows
    typed = plain.replace(b"<worksheet", b"<!DOCTYPE worksheet><worksheet")
    assert refused("a.xlsx", changed(PLAIN, {FIRST_SHEET: typed})).code == "damaged"


def test_macros_are_refused() -> None:
    assert refused("a.xlsx", changed(PLAIN, {"xl/vbaProject.bin": b"code"})).code == "macros"


def test_a_zip_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert refused("a.ods", out.getvalue()).code == "wrong_type"


def test_a_locked_zip() -> None:
    data = bytearray(PLAIN)
    at = data.index(b"PK\x01\x02") + 8
    data[at] |= 1
    assert refused("a.xlsx", bytes(data)).code == "password"


def bombs() -> list[tuple[str, bytes, str]]:
    million_cells = sheet_xml("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>")
    many_rows = sheet_xml("<row/>" * 7_000)
    zeros = b"0" * (31 * 2**20)
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"<si><t>a</t></si>" * 500_000
        + b"</sst>"
    )
    far = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    )
    return [
        ("cells", changed(PLAIN, {FIRST_SHEET: million_cells}), "unpacked_too_big"),
        ("rows", changed(PLAIN, {FIRST_SHEET: many_rows}), "too_many_rows"),
        ("zeros", changed(PLAIN, {"xl/media/a.bin": zeros}), "unpacked_too_big"),
        ("strings", changed(EXCEL, {STRINGS: strings}), "unpacked_too_big"),
        ("parts", changed(PLAIN, {f"xl/worksheets/sheet{n}.xml": b"<a/>" for n in range(2, 10_000)}), "too_many_parts"),
        ("far row", changed(PLAIN, {FIRST_SHEET: far}), "too_many_rows"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "data", "code"), bombs(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_bombs_are_refused_at_once(label: str, data: bytes, code: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    assert refused("a.xlsx", data).code == code
    assert time.process_time() - started < 2.5, label  # a second on a quiet machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024, label


def test_formatting_far_to_the_right_costs_nothing() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nume</t></is></c><c r="XFD1"/></row>'
    rows += "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="XFD{n}"/></row>' for n in range(2, 2_000)
    )
    started = time.process_time()
    assert len(read("a.xlsx", changed(PLAIN, {FIRST_SHEET: sheet_xml(rows)})).rows) == 1_998
    assert time.process_time() - started < 4


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_never_fails_in_another_way(at: int, noise: bytes) -> None:
    data = PLAIN[:at] + noise + PLAIN[at + len(noise) :]
    try:
        read("a.xlsx", data)
    except SheetError as error:
        assert error.code in CODES
