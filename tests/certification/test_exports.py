"""Files that come regularly, and the report of the board: the same numbers, for their owner alone, gone after a day."""

import csv
import io
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader

from certification.actions import exports as actions
from certification.models import ExportFile, ExportPlan
from certification.tasks import ask_for_exports
from formats.board_report import Bar, Report, Section, report
from formats.fonts import typst_fonts
from notifications.models import Message
from people.models import AuditEvent
from tests import jobs
from tests.certification.test_standing_pages import lives_of_every_kind
from tests.factories import people as make

EXPORTS = "/en/standing/exports/"
JOB = "certification.make_export"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False) as travel:
        yield travel


@pytest.fixture
def lives(cast):
    return lives_of_every_kind(cast)


def plan(cast, by=None, query: str = "", **more) -> ExportPlan:
    fields = {"what": "board", "kind": "csv", "rhythm": "weekly", "language": "en", **more}
    return actions.plan(by=by or cast.ion, query=QueryDict(query), **fields)


def at_work(clock, day: int) -> int:
    """The worker on that day of March: how many files were asked for."""
    clock.move_to(datetime(2026, 3, day, 9, tzinfo=UTC))
    ask_for_exports(0)
    return jobs.run(JOB)


# When


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_day_is_a_monday_or_a_first_and_comes_later(day):
    monday, first = actions.next_day("weekly", day), actions.next_day("monthly", day)
    assert monday.weekday() == 0 and 1 <= (monday - day).days <= 7
    assert first.day == 1 and 1 <= (first - day).days <= 31


def test_on_monday_the_owner_gets_a_mail_with_a_link(cast, lives, clock):
    made = plan(cast)
    assert made.next_on == date(2026, 3, 16)
    assert at_work(clock, 15) == 0
    assert at_work(clock, 16) == 1
    file = ExportFile.objects.get()
    mail = Message.objects.get(name="export_ready")
    assert mail.person == cast.ion.person and f"/standing/exports/{file.pk}/" in mail.text
    assert f"/stop/{made.token}/" in mail.text and "Popescu" not in mail.text
    made.refresh_from_db()
    assert made.next_on == date(2026, 3, 23)
    # The job once more, the hour once more: one file and one mail a day.
    assert at_work(clock, 16) == 0
    assert actions.make(plan_id=made.pk) is None
    assert ExportFile.objects.count() == Message.objects.filter(name="export_ready").count() == 1


def test_a_night_without_a_worker_costs_none(cast, lives, clock):
    plan(cast)
    assert at_work(clock, 19) == 1
    assert ExportPlan.objects.get().next_on == date(2026, 3, 23)


# Whose


@pytest.fixture
def ready(cast, lives, clock) -> ExportFile:
    plan(cast, what="standing")
    at_work(clock, 16)
    return ExportFile.objects.get()


def test_the_link_asks_for_sign_in_and_is_the_owners_alone(cast, ready):
    path = f"{EXPORTS}{ready.pk}/"
    answer = cast.browser(None, language="en").get(path)
    assert answer.status_code == 302 and "/account/login/" in answer.url
    for reader in (cast.olga, cast.mara, cast.vera, cast.adm, cast.ana):
        assert cast.browser(reader).get(path).status_code == 404
        assert ready.name not in cast.browser(reader).get(EXPORTS).content.decode()
    answer = cast.browser(cast.ion).get(path)
    assert answer.status_code == 200 and "Aproape" in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(verb="export.fetched", actor_id=cast.ion.pk).exists()
    assert AuditEvent.objects.filter(verb="standing.exported", actor_id=cast.ion.pk).exists()


def test_gone_after_a_day(cast, ready, clock):
    clock.move_to(datetime(2026, 3, 17, 10, tzinfo=UTC))
    assert cast.browser(cast.ion).get(f"{EXPORTS}{ready.pk}/").status_code == 404
    assert actions.forget_expired() == 1
    assert ready.expires_at - ready.created_at == timedelta(hours=24)


def test_only_people_of_the_owners_branch_are_in_it(cast, lives, clock):
    plan(cast, by=cast.olga, what="standing")
    at_work(clock, 16)
    text = bytes(ExportFile.objects.get().data).decode("utf-8-sig")
    assert "Mureșan" in text and "Aproape" not in text


def test_a_lost_role_ends_it(cast, lives, clock, ready):
    for membership in cast.ion.person.memberships.all():
        membership.until = date(2026, 3, 15)
        membership.save()
    assert cast.browser(make.fresh(cast.ion)).get(f"{EXPORTS}{ready.pk}/").status_code == 404
    assert at_work(clock, 23) == 1
    assert ExportPlan.objects.get().stopped_at is not None
    assert not ExportFile.objects.exists()
    assert Message.objects.filter(name="export_ready").count() == 1


def test_nobody_plans_what_they_may_not_have(cast):
    for reader, what in ((cast.mara, "standing"), (cast.ana, "board"), (cast.nour, "board")):
        with pytest.raises(PermissionDenied), transaction.atomic():
            plan(cast, by=reader, what=what)
    assert plan(cast, by=cast.vera, what="standing").owner == cast.vera


def test_asked_for_twice_it_is_one(cast):
    assert plan(cast) == plan(cast)
    assert plan(cast) != plan(cast, query="category=3")
    # The day and the page belong to no file of the future; nor does a name that was searched.
    assert plan(cast) == plan(cast, query="at=2020-01-01&page=2&q=Popescu&versus=2019-01-01")


@pytest.mark.parametrize(
    "wrong", [{"what": "standing", "kind": "pdf"}, {"stopped_at": datetime(2020, 1, 1, tzinfo=UTC)}]
)
def test_the_database_keeps_what_cannot_be(cast, wrong):
    fields = {
        "what": "board",
        "kind": "csv",
        "rhythm": "weekly",
        "language": "ro",
        "next_on": date(2026, 4, 1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportPlan.objects.create(owner=cast.ion, **{**fields, **wrong})


# The pages


def test_from_the_board_to_a_plan_with_its_filters(cast, lives):
    browser = cast.browser(cast.ion)
    board = browser.get(f"/en/standing/board/?category={cast.carer.pk}").content.decode()
    path = re.search(r'href="(/en/standing/exports/[^"]*)"', board)[1].replace("&amp;", "&")
    wrong = browser.post(path, {"what": "standing", "kind": "pdf", "rhythm": "weekly"})
    assert "The report is of the board." in wrong.content.decode()
    browser.post(path, {"what": "board", "kind": "pdf", "rhythm": "monthly"})
    made = ExportPlan.objects.get()
    assert made.query == f"category={cast.carer.pk}" and made.next_on == date(2026, 4, 1)
    text = browser.get(EXPORTS).content.decode()
    assert "PDF report" in text and "1 April 2026" in text and "with your filters" in text


def test_the_stop_link_works_without_sign_in_by_a_click_only(cast, ready):
    made = ready.plan
    nobody = cast.browser(None, language="en")
    path = f"{EXPORTS}stop/{made.token}/"
    assert nobody.get(path).status_code == 200
    made.refresh_from_db()
    assert made.stopped_at is None  # a mail scanner that follows links stops nothing
    text = nobody.post(path, follow=True).content.decode()
    assert "You do not get this file any more" in text
    made.refresh_from_db()
    assert made.stopped_at and not ExportFile.objects.exists()
    nobody.post(path)
    assert AuditEvent.objects.filter(verb="export.stopped").count() == 1
    for token in ("x", made.token[:-1], "%00"):
        assert nobody.get(f"{EXPORTS}stop/{token}/").status_code == 404


@pytest.mark.parametrize("wrong", [{}, {"what": "people"}, {"kind": "exe"}, {"rhythm": "hourly"}])
def test_what_there_is_not_is_said_at_its_field(cast, wrong):
    fields = {"what": "board", "kind": "csv", "rhythm": "weekly", **wrong} if wrong else {}
    page = cast.browser(cast.ion).post(EXPORTS, fields)
    assert page.status_code == 200 and not ExportPlan.objects.exists()
    # A coordinator is not offered the list.
    assert 'value="standing"' not in cast.browser(cast.mara).get(EXPORTS).content.decode()


# The report


def pdf_of(cast, query: str = "", language: str = "en", by=None) -> bytes:
    browser = cast.browser(by or cast.ion, language=language)
    answer = browser.get(f"/{language}/standing/board.pdf{query}")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return answer.content


def text_of(pdf: bytes, tmp_path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", path, "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.pdf
@pytest.mark.parametrize("query", ["", "?by=category", "?at=2025-06-01&by=locality"])
def test_the_report_says_the_numbers_of_the_board(cast, lives, tmp_path, query):
    text = text_of(pdf_of(cast, query), tmp_path)
    sheet = cast.browser(cast.ion).get(f"/en/standing/board.csv{query}").content.decode("utf-8-sig")
    _headers, *rows = csv.reader(io.StringIO(sheet), delimiter=";")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    # The one programme stands in the figures above; its table would say nothing more.
    for row in rows[1:]:
        assert any(line.endswith(" ".join(row[3:])) for line in lines), row
    event = AuditEvent.objects.filter(verb="board.exported").order_by("pk").first()
    assert event.data["file"] == "pdf"


@pytest.mark.pdf
def test_the_report_in_arabic_is_read_from_the_right(cast, lives):
    reader = PdfReader(io.BytesIO(pdf_of(cast, language="ar")))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_whoever_sees_no_board_gets_no_report(cast, lives):
    assert cast.browser(cast.ana).get("/en/standing/board.pdf").status_code == 404
    assert cast.browser(cast.ion).get("/en/standing/standing.pdf").status_code == 404


@pytest.mark.pdf
def test_another_county_has_a_report_of_its_own(cast, lives, tmp_path):
    text = text_of(pdf_of(cast, by=cast.olga), tmp_path)
    assert "Lugoj" not in text and "Timiș" not in text


@pytest.mark.pdf
def test_a_letter_that_no_paper_can_print_is_named(cast, lives, clock):
    type(cast.lugoj).objects.filter(pk=cast.lugoj.pk).update(short_name="Lugoj ꧁")
    answer = cast.browser(cast.ion, language="en").get("/en/standing/board.pdf")
    assert answer.status_code == 422 and "꧁" in answer.content.decode()
    plan(cast, kind="pdf")
    at_work(clock, 16)
    assert ExportFile.objects.get().name.endswith(".xlsx")


MOMENT = datetime(2026, 3, 12, tzinfo=UTC)


def small(**more) -> Report:
    bars = [
        Bar("#read('x') *a*", [("valid", 3), ("soon", 1), ("course", 0), ("lacking", 9)]),
        Bar("gol", []),
    ]
    section = Section(
        "Titlu", "Constatare", bars, ["Nume", "Oameni"], [["$x$", "13"], ["gol", "0"]]
    )
    fields = {
        "language": "ro", "organisation": "DGASPC", "title": "Tablou", "lede": "1 mai", "facts": [],
        "finding": "…", "figures": [("Oameni", "13", "")], "sections": [section], "printed": "azi",
        "legend": [(kind, kind) for kind in ("valid", "soon", "course", "lacking")], **more,
    }  # fmt: skip
    return Report(**fields)


@pytest.mark.pdf
def test_each_bar_is_drawn_and_the_kinds_differ_in_grey(settings, tmp_path):
    """The charts are there, and what a bar is of is told by its grey or its pattern."""
    path = tmp_path / "report.pdf"
    kinds = ("valid", "soon", "course", "lacking")

    def drawn(parts) -> Image.Image:
        section = Section("Titlu", "Constatare", [Bar("Lugoj", parts)], ["Nume"], [["Lugoj"]])
        data = report(
            small(sections=[section]), fonts=typst_fonts(settings.FONT_DIR), timestamp=MOMENT
        )
        path.write_bytes(data)
        command = ["pdftoppm", "-gray", "-r", "100", "-png", "-singlefile", path, tmp_path / "page"]
        subprocess.run(command, check=True)
        return Image.open(tmp_path / "page.png").copy()

    for one, other in combinations([drawn([(kind, 1)]) for kind in kinds], 2):
        apart = ImageChops.difference(one, other)
        box = apart.getbbox()
        assert box and box[2] - box[0] > 300  # as long as the chart is wide
        assert ImageStat.Stat(apart.crop(box)).mean[0] > 8


@pytest.mark.pdf
def test_names_are_data_and_the_same_content_gives_the_same_bytes(settings, tmp_path):
    fonts, moment = typst_fonts(settings.FONT_DIR), datetime(2026, 3, 12, tzinfo=UTC)
    first, second = (report(small(), fonts=fonts, timestamp=moment) for _n in range(2))
    assert first == second
    text = text_of(first, tmp_path)
    assert "#read('x') *a*" in text and "$x$" in text
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        wrong = Section("t", "f", [], ["Nume"], [["a", "1"]])
        report(small(sections=[wrong]), fonts=fonts, timestamp=moment)
