"""Checking a list: the worker reads it, asks where several fit, gives the file back; hostile files are refused."""

import csv
import io
import re
import time
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from certification.actions import checks as actions
from certification.models import CheckList, CheckRow
from certification.tasks import resume_checks
from formats.sheets import Limits, SheetError, write_csv, write_xlsx
from people.models import AuditEvent, Membership, Person, PersonCategory
from tests import jobs
from tests.certification.due_world import carer
from tests.factories import people as make

CHECK = "/en/standing/check/"
JOB = "certification.check_names"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def sheet(*rows, headers=("Nume de familie", "Prenume", "Născut", "Notă")) -> bytes:
    return write_xlsx(headers, rows)


def start(cast, programme, data: bytes, *, by=None, name="lista.xlsx", at=date(2026, 3, 12)):
    return actions.start(by=by or cast.ion, programme=programme, at=at, file_name=name, data=data)


def checked(cast, programme, data: bytes, **more) -> CheckList:
    made = start(cast, programme, data, **more)
    jobs.run(JOB)
    made.refresh_from_db()
    return made


def states(found: CheckList) -> list[str]:
    return list(found.rows.values_list("state", flat=True))


@pytest.fixture
def mixed(cast, programme) -> CheckList:
    """Found, several of the name, nobody, nothing, another county's."""
    carer(cast, programme, "Albu", date(2026, 4, 1))
    for place in (cast.lugoj, cast.centru):
        make.person(place, "Ionel", "Dan", categories=[cast.carer])
    rows = [
        ["Albu", "Om", date(1980, 5, 17), "=1+1"],
        ["Ionel", "Dan", None, 12],
        ["Nimeni", "Nicăieri", None, None],
        [None, None, None, "x"],
        ["Mureșan", "Clara", None, None],
    ]
    return checked(cast, programme, sheet(*rows))


def file_of(cast, found: CheckList, kind="xlsx", by=None, language="en"):
    path = f"/{language}/standing/check/{found.pk}/result.{kind}"
    answer = cast.browser(by or cast.ion, language=language).get(path)
    assert answer.status_code == 200
    return answer.content


def table(data: bytes) -> list[list]:
    return [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()
    ]


def test_the_worker_answers_each_row(mixed, cast):
    assert mixed.status == "done" and mixed.data is None
    assert states(mixed) == ["found", "unsure", "missing", "refused", "missing"]
    first = mixed.rows.first()
    assert first.person.family_name == "Albu" and first.standing["state"] == "expiring"
    events = AuditEvent.objects.filter(verb="standing.checked")
    assert [event.person_id for event in events] == [first.person_id]


def test_the_file_comes_back_with_new_columns(mixed, cast):
    headers, albu, ionel, nobody, nothing, clara = table(file_of(cast, mixed))
    assert headers[:5] == ["Nume de familie", "Prenume", "Născut", "Notă", "Result"]
    found = dict(zip(headers, albu, strict=True))
    # What came as a day is a day; what looks like a formula is text.
    days = (found["Născut"].date(), found["Valid until"].date())
    assert days == (date(1980, 5, 17), date(2026, 4, 1))
    assert (found["Result"], found["Standing"]) == ("found", "expiring")
    assert found["Institution"] == "Primăria Lugoj" and "1 April 2026" in found["Why"]
    assert ionel[3] == 12 and ionel[4] == "needs your choice"
    assert nobody[4] == clara[4] == "not found" and nobody[5:-1] == [None] * 8
    assert clara[-1] == nobody[-1] and nothing[4] == "cannot be read"
    cell = load_workbook(io.BytesIO(file_of(cast, mixed))).active["D2"]
    assert cell.data_type == "s"
    event = AuditEvent.objects.filter(verb="check.exported").first()
    assert event.data == {"file": "xlsx", "rows": 5}


def test_the_same_as_csv_and_in_the_language_of_the_reader(mixed, cast):
    text = file_of(cast, mixed, "csv", language="ro").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 6 and rows[1][3] == "'=1+1" and "1 aprilie 2026" in rows[1][-1]


def choose(cast, found: CheckList, line: int, person, by=None):
    return cast.browser(by or cast.ion).post(f"{CHECK}{found.pk}/{line}/", {"person": person})


def test_one_click_and_the_file_is_whole(mixed, cast):
    text = cast.browser(cast.ion).get(f"{CHECK}{mixed.pk}/").content.decode()
    options = re.findall(r'name="person" value="(\d+)"', text)
    assert len(options) == 2 and "Primăria Lugoj" in text and "Centrul Timișoara" in text
    assert choose(cast, mixed, 3, options[1]).status_code == 302
    row = mixed.rows.get(line=3)
    assert (row.state, str(row.person_id)) == ("found", options[1])
    assert row.standing["state"] == "never" and row.candidates == []
    assert "needs your choice" not in str(table(file_of(cast, mixed)))
    # Once more, or another one: it stays.
    choose(cast, mixed, 3, options[0])
    assert str(mixed.rows.get(line=3).person_id) == options[1]


def test_none_of_them(mixed, cast):
    choose(cast, mixed, 3, "none")
    assert mixed.rows.get(line=3).code == "left_out"


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999999999999", "-1"])
def test_whoever_was_not_asked_about_cannot_be_chosen(mixed, cast, value):
    choose(cast, mixed, 3, value)
    choose(cast, mixed, 3, cast.clara.person_id)
    choose(cast, mixed, 3, cast.vasile.pk)
    assert mixed.rows.get(line=3).state == "unsure"


def test_another_officer_gets_404_everywhere(mixed, cast):
    paths = ["", "?part=1", "result.csv", "result.xlsx"]
    for reader in (cast.olga, cast.vera, cast.adm, cast.mara, cast.ana):
        browser = cast.browser(reader)
        assert {browser.get(f"{CHECK}{mixed.pk}/{path}").status_code for path in paths} == {404}
        assert choose(cast, mixed, 3, "none", by=reader).status_code == 404
    for reader in (cast.mara, cast.quin, cast.ana):
        assert cast.browser(reader).get(CHECK).status_code == 404
    assert mixed.file_name not in cast.browser(cast.olga).get(CHECK).content.decode()


def test_gone_after_a_day(mixed, cast):
    with time_machine.travel(datetime(2026, 3, 13, 10, tzinfo=UTC), tick=False):
        assert cast.browser(cast.ion).get(f"{CHECK}{mixed.pk}/").status_code == 404
        assert actions.forget_expired() == 6
    assert not CheckRow.objects.exists()


def test_somebody_who_left_the_branch_is_not_in_the_file_any_more(mixed, cast):
    row = mixed.rows.first()
    row.person.memberships.update(until=date(2026, 3, 1))
    albu = table(file_of(cast, mixed))[1]
    assert albu[4] == "not found" and albu[5:-1] == [None] * 8


def test_the_programme_may_not_be_asked_of_somebody(cast, programme):
    make.person(cast.lugoj, "Lupu", "Dan", categories=[cast.worker])
    found = checked(cast, programme, sheet(["Lupu", "Dan"]))
    line = table(file_of(cast, found))[1]
    assert line[4] == "found" and line[-1] == "This programme is not asked of this person."


def test_as_of_a_past_day(cast, programme):
    carer(cast, programme, "Albu", date(2026, 3, 1))
    found = checked(cast, programme, sheet(["Albu", "Om"]), at=date(2024, 1, 1))
    assert found.rows.get().standing["state"] == "valid"


# The worker


def test_a_job_that_was_cut_off_goes_on(cast, programme, monkeypatch):
    monkeypatch.setattr(actions, "PART", 2)
    for number in range(5):
        make.person(cast.lugoj, f"Rând{number}", "Om")
    made = start(cast, programme, sheet(*[[f"Rând{n}", "Om"] for n in range(5)]))
    parts = actions._part
    monkeypatch.setattr(actions, "_part", lambda found, known: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(MemoryError):
        actions.work(list_id=made.pk)
    made.refresh_from_db()
    assert made.status == "running" and states(made) == ["waiting"] * 5
    monkeypatch.setattr(actions, "_part", parts)
    actions.work(list_id=made.pk)
    actions.work(list_id=made.pk)
    assert states(made) == ["found"] * 5
    assert AuditEvent.objects.filter(verb="standing.checked").count() == 5
    actions.work(list_id=0)


def test_a_list_that_stands_still_is_asked_for_again(cast, programme):
    made = start(cast, programme, sheet(["Albu", "Om"]))
    jobs.waiting(JOB).delete()
    resume_checks(0)
    assert not jobs.waiting(JOB).exists()
    CheckList.objects.filter(pk=made.pk).update(worked_at=datetime(2026, 3, 12, 8, tzinfo=UTC))
    resume_checks(0)
    assert jobs.waiting(JOB).count() == 1


def test_the_page_shows_how_far_it_is_with_and_without_javascript(cast, programme):
    browser = cast.browser(cast.ion)
    made = start(cast, programme, sheet(["Albu", "Om"], ["Popescu", "Ana"]))
    text = browser.get(f"{CHECK}{made.pk}/").content.decode()
    assert '<noscript><meta http-equiv="refresh"' in text and 'hx-trigger="every 2s"' in text
    CheckList.objects.filter(pk=made.pk).update(status="running", data=None)
    for line in (2, 3):
        made.rows.create(
            line=line,
            state="missing" if line == 2 else "waiting",
            code="nobody" if line == 2 else "",
        )
    part = browser.get(f"{CHECK}{made.pk}/?part=1").content.decode()
    assert "1 of 2" in part and "<html" not in part
    assert browser.get(f"{CHECK}{made.pk}/result.csv").status_code == 404  # not yet
    CheckList.objects.filter(pk=made.pk).update(status="done")
    assert "hx-trigger" not in browser.get(f"{CHECK}{made.pk}/").content.decode()


def test_the_database_keeps_a_found_row_to_a_person(cast, programme):
    made = start(cast, programme, b"x")
    for wrong in ({"state": "found"}, {"state": "missing", "person": cast.vasile}):
        with pytest.raises(IntegrityError), transaction.atomic():
            made.rows.create(line=9, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckList.objects.filter(pk=made.pk).update(status="refused", data=None)


@pytest.mark.parametrize("parts", [1, 4])
def test_the_names_of_the_branch_are_read_once_for_all_parts(cast, programme, monkeypatch, parts):
    """Of which there may be twenty, and tens of thousands of names."""
    monkeypatch.setattr(actions, "PART", 12 // parts)
    people = [make.person(cast.lugoj, f"Rând{n}", "Om", categories=[cast.carer]) for n in range(12)]
    made = start(cast, programme, sheet(*[[f"Rând{n}", "Om"] for n in range(12)]))
    with CaptureQueriesContext(connection) as asked:
        actions.work(list_id=made.pk)
    assert list(made.rows.values_list("person", flat=True)) == [one.pk for one in people]
    reads = [q["sql"] for q in asked if '"latin_name" FROM "people_person"' in q["sql"]]
    assert (
        len([sql for sql in reads if sql.startswith("SELECT") and "search_vector" not in sql]) == 1
    )


@pytest.mark.parametrize("number", [2, 12])
def test_of_whom_nothing_is_asked_is_said_for_all_of_them_at_once(
    cast, programme, number, django_assert_max_num_queries
):
    """A list of social workers under a programme of carers: one of them holds its certificate."""
    people = [
        make.person(cast.lugoj, f"Rând{n}", "Om", categories=[cast.worker]) for n in range(number)
    ]
    carer(cast, programme, "Albu", date(2026, 4, 1))
    Person.objects.get(family_name="Albu").categories.update(until=date(2025, 1, 1))
    made = start(
        cast, programme, sheet(["Albu", "Om"], *[[one.family_name, "Om"] for one in people])
    )
    with django_assert_max_num_queries(50):
        actions.work(list_id=made.pk)
    first, *others = made.rows.all()
    assert first.standing["state"] == "expiring"
    assert [row.standing for row in others] == [{}] * number


@pytest.mark.slow
def test_five_thousand_rows_take_the_worker_less_than_a_minute(cast, programme):
    """Of five thousand people in the branch; the goal is quality.md L7."""
    folk = [
        Person(family_name=f"Rândul{n:04}", given_name="Ana", language="ro") for n in range(5_000)
    ]
    Person.objects.bulk_create(folk)
    Membership.objects.bulk_create(
        Membership(person=one, organisation=cast.lugoj, role="participant", since=date(2020, 1, 1))
        for one in folk
    )
    PersonCategory.objects.bulk_create(
        PersonCategory(person=one, category=cast.carer, since=date(2020, 1, 1)) for one in folk
    )
    data = write_csv(["Nume", "Prenume"], [[f"Randul{n:04}", "Ana"] for n in range(5_000)])
    made = start(cast, programme, data, name="lista.csv")
    begun = time.monotonic()
    actions.work(list_id=made.pk)
    assert time.monotonic() - begun < 60
    assert (
        set(made.rows.values_list("state", flat=True)) == {"found"} and made.rows.count() == 5_000
    )


# Hostile files


def bomb() -> bytes:
    out = io.BytesIO(write_xlsx(["Nume"], [["x"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b"0" * (31 * 2**20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.xlsx", bomb(), "unpacked_too_big"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old_excel"),
        ("a.pdf", b"%PDF-1.7", "wrong_type"),
        ("a.csv", b"<html>", "wrong_type"),
        ("a.csv", b"Nume\n\x00\x01", "binary"),
        ("a.csv", b"Observatii\nx", "wrong_template"),
        ("a.csv", b"Nume\n", "no_rows"),
        ("a.csv", b"Nume,Nume\na,b", "duplicate_header"),
        ("a.csv", b"Nume\n" + b"Popa\n" * 5001, "too_many_rows"),
        ("a.csv", b"Nume\n" + b"x" * 6000, "cell_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused_with_a_reason(cast, programme, name, data, code):
    found = checked(cast, programme, data, name=name)
    assert (found.status, found.problem, found.data) == ("refused", code, None)
    assert not found.rows.exists()
    text = cast.browser(cast.ion).get(f"{CHECK}{found.pk}/").content.decode()
    assert "The file cannot be read" in text and "result.xlsx" not in text


def test_a_file_that_is_too_big_is_not_even_kept(cast, programme):
    with pytest.raises(SheetError) as refusal:
        start(cast, programme, b"x" * (Limits().file_bytes + 1))
    assert refusal.value.code == "too_big" and not CheckList.objects.exists()


def test_wrong_rows_say_line_column_and_reason(cast, programme):
    rows = [["x" * 200, "Om"], ["Nimeni", "Om"]]
    found = checked(cast, programme, sheet(*rows))
    text = cast.browser(cast.ion).get(f"{CHECK}{found.pk}/").content.decode()
    assert "This is longer than 160 characters." in text and "Nume de familie" in text
    assert re.search(r'data-label="Line">2</td>', text) and re.search(
        r'data-label="Line">3</td>', text
    )


def test_whoever_may_not_take_lists_out_has_none_checked(cast, programme, mixed):
    for reader in (cast.mara, cast.quin, cast.ana):
        with pytest.raises(PermissionDenied), transaction.atomic():
            start(cast, programme, sheet(["Popescu", "Ana"]), by=reader)
    with pytest.raises(PermissionDenied), transaction.atomic():
        actions.choose(by=cast.vera, row=mixed.rows.get(line=3), person=None)


def test_from_the_page_to_the_worker(cast, programme):
    browser = cast.browser(cast.ion)
    wrong = browser.post(CHECK, {"programme": programme.pk})
    assert "Choose a file." in wrong.content.decode()
    file = io.BytesIO(write_csv(["Nume", "Prenume"], [["Popescu", "Ana"]]))
    file.name = "<i>lista.csv"
    answer = browser.post(CHECK, {"file": file, "programme": programme.pk, "at": ""}, follow=True)
    text = answer.content.decode()
    assert "&lt;i&gt;lista" in text and jobs.run(JOB) == 1
    assert states(CheckList.objects.get()) == ["found"]
    assert "lista" in browser.get(CHECK).content.decode()
    template = browser.get(f"{CHECK}template.csv").content.decode("utf-8-sig")
    assert template.startswith("Family name;Given name;")


def test_a_form_that_is_sent_twice_is_one_list_and_the_next_one_another(cast, programme):
    """A double click, the back button, a second tab: one file for the worker. Twin: without the field there are two."""
    browser = cast.browser(cast.ion)

    def sent(token: str, data: bytes) -> str:
        file = io.BytesIO(data)
        file.name = "lista.csv"
        return browser.post(CHECK, {"file": file, "programme": programme.pk, "once": token})[
            "Location"
        ]

    def token() -> str:
        return re.search(r'name="once" value="([^"]+)"', browser.get(CHECK).content.decode())[1]

    first, other = b"Nume\nPopescu\n", b"Nume\nIonescu\n"
    page = token()
    assert sent(page, first) == sent(page, first) and CheckList.objects.count() == 1
    assert jobs.waiting(JOB).count() == 1
    sent(page, other)  # corrected and sent from the same page
    sent(token(), first)  # asked for once more, from a fresh page
    assert CheckList.objects.count() == 3
    sent("", first)
    sent("", first)
    assert CheckList.objects.count() == 5


def test_nobody_of_another_branch_by_any_column(cast, programme):
    found = checked(cast, programme, sheet(["Popescu", "Ana"], ["Țurcanu", "Vasile"]), by=cast.olga)
    assert states(found) == ["missing", "missing"]
    assert timedelta(hours=24) == found.expires_at - found.created_at
