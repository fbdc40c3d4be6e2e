"""Many certificates from a spreadsheet: the same answers as one by one, no guessing by the hundred, nothing kept."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from certification import misses
from certification.actions import events
from certification.actions.certificates import issue
from certification.bulk_check import FAMILY, MOST_ROWS, NUMBER, ColumnMissing, check
from certification.days import today
from certification.models import Certificate
from formats.sheets import SheetError, write_csv, write_xlsx
from tests.cast import Cast

from .conftest import Training

pytestmark = pytest.mark.usefixtures("clock")
HEADERS = ["Number", "Family name"]


@pytest.fixture
def pair(cast: Cast, training: Training) -> list[Certificate]:
    """Vasile's counts, Ana's was revoked."""
    made = [
        issue(enrolment=training.completed(who), programme=training.programme)
        for who in (cast.vasile, cast.ana.person)
    ]
    events.revoke(certificate=made[1], by=None, reason="x")
    return made


def looked(
    rows: list[list], name: str = "lista.csv", headers: list[str] | None = None, most: int = 30
):
    wrong: list[int] = []
    data = (write_xlsx if name.endswith("xlsx") else write_csv)(headers or HEADERS, rows)
    return check(
        name, data, today(), may_go_on=lambda: len(wrong) < most, missed=lambda: wrong.append(1)
    )


def verdicts(lines) -> list[str]:
    return [line.finding.verdict if line.finding else "-" for line in lines]


@pytest.mark.parametrize("name", ["lista.csv", "lista.xlsx"])
def test_each_row_is_answered(pair: list[Certificate], name: str) -> None:
    rows = [
        [pair[0].number, "Turcanu"], [pair[0].number, "ȚURCANU "], [pair[1].number, "Popescu"],
        [pair[0].number, "Popescu"],
        ["TM/2026/77777", "Turcanu"], ["", "Turcanu"], [pair[0].number, ""], ["tm 2026 1", "turcanu"],
    ]  # fmt: skip
    found = verdicts(looked(rows, name))
    assert found == ["valid", "valid", "revoked", *["not_found"] * 4, "valid"]


@pytest.mark.parametrize("number", NUMBER)
@pytest.mark.parametrize("family", [FAMILY[0], FAMILY[-1]])
def test_columns_are_found_by_their_titles(
    pair: list[Certificate], number: str, family: str
) -> None:
    headers = ["Nr. crt.", family.title(), number.upper()]
    lines = looked([[1, "Țurcanu", pair[0].number]], headers=headers)
    assert verdicts(lines) == ["valid"]


@pytest.mark.parametrize(
    ("headers", "missing"), [(["Nume", "x"], "number"), (["Număr", "x"], "family_name")]
)
def test_a_column_that_is_missing_is_named(db, headers: list[str], missing: str) -> None:
    with pytest.raises(ColumnMissing, match=missing):
        looked([["a", "b"]], headers=headers)


def test_after_too_many_wrong_ones_the_rest_is_left(pair: list[Certificate]) -> None:
    rows = [[f"TM/2026/{n:05d}", "Nimeni"] for n in range(60_000, 60_010)] + [
        [pair[0].number, "Turcanu"]
    ]
    assert verdicts(looked(rows, most=5)) == [*["not_found"] * 5, *["-"] * 6]


def test_it_takes_so_many_rows_and_no_more(db) -> None:
    looked([["TM/2026/1", "x"]] * MOST_ROWS, most=1)
    with pytest.raises(SheetError, match="too_many_rows"):
        looked([["TM/2026/1", "x"]] * (MOST_ROWS + 1))


# The page


def send(rows: list[list], kind: str = "", name: str = "l.csv", headers: list[str] | None = None):
    file = SimpleUploadedFile(name, write_csv(headers or HEADERS, rows))
    return Client().post(reverse("certification:verify-list"), {"file": file, "as": kind})


def test_the_page_answers_row_by_row_and_shows_no_more_than_one_check_would(
    pair: list[Certificate],
) -> None:
    text = send([[pair[0].number, "Turcanu"], [pair[0].number, "Altul"]]).content.decode()
    assert "Valid" in text and "Not found" in text and "9 March 2029" in text
    assert "Vasile" not in text and "Bazele" not in text


def test_as_a_spreadsheet(pair: list[Certificate]) -> None:
    answer = send([[pair[0].number, "Turcanu"], ["=1+1", "@x"]], "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Line", "Number", "Family name", "Result", "Valid until", "Explanation")
    assert rows[1][:5] == (2, pair[0].number, "Turcanu", "Valid", "9 March 2029")
    assert rows[2][3] == "Not found"


def test_as_csv_a_formula_stays_a_text(pair: list[Certificate]) -> None:
    answer = send([["=HYPERLINK(1)", "Turcanu"]], "csv")
    assert b"'=HYPERLINK(1)" in answer.content and answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_list_is_one_that_is_understood(db, kind: str) -> None:
    data = Client().get(reverse("certification:verify-template", args=[kind])).content
    with pytest.raises(SheetError, match="no_rows"):
        check(f"t.{kind}", data, today(), may_go_on=lambda: True, missed=lambda: None)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "l.csv", "empty"),
        (b"%PDF-1.7", "l.pdf", "XLSX or CSV"),
        (write_csv(["a", "b"], [["1", "2"]]), "l.csv", "no column «Number»"),
        (write_csv(["Number", "b"], [["1", "2"]]), "l.csv", "no column «Family name»"),
    ],
    ids=["empty", "pdf", "no-number", "no-name"],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(
    db, data: bytes, name: str, words: str
) -> None:
    answer = Client().post(
        reverse("certification:verify-list"), {"file": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 200 and words in answer.content.decode()


def test_no_file(db) -> None:
    assert "Choose a file." in Client().post(reverse("certification:verify-list")).content.decode()


def test_guessing_through_lists_ends_where_guessing_one_by_one_ends(
    pair: list[Certificate],
) -> None:
    wrong = [[f"TM/2026/{n:05d}", "Nimeni"] for n in range(60_000, 60_000 + misses.MISSES + 5)]
    text = send([*wrong, [pair[0].number, "Turcanu"]]).content.decode()
    assert "6 rows were not looked at" in text and "Not looked at" in text
    assert send([[pair[0].number, "Turcanu"]]).status_code == 429
    one = {"number": pair[0].number, "family_name": "Turcanu"}
    assert Client().post(reverse("certification:verify"), one).status_code == 429


def test_whoever_sends_many_lists_has_to_wait(pair: list[Certificate]) -> None:
    for _time in range(misses.FILES):
        assert send([[pair[0].number, "Turcanu"]]).status_code == 200
    assert send([[pair[0].number, "Turcanu"]]).status_code == 429
