"""The training passport: where one stands, what is missing, what comes next nearby; on a page and on one A4."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from certification.passport import done_by, missing_of, next_near, passport_of, printed
from certification.standing import Standing, State
from formats.fonts import typst_fonts
from formats.passport import Labels, Line, Passport, Stand, passport
from people.models import AuditEvent, Person
from tests.factories import certification as issue
from tests.factories import training as make_training
from tests.factories.evidence import earlier, relief

D = date
LANGUAGES = ("en", "ro", "uk", "bg", "ar")
MOMENT = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def programme(cast):
    return issue.programme(cast.carer, courses=(issue.course("Primii pași"),))


def texts(lines) -> list[str]:
    return [line.text for line in lines]


class TestWhatItSays:
    @pytest.mark.parametrize("state", list(State))
    def test_something_to_do_unless_all_is_well(self, programme, state):
        found = missing_of(
            programme, Standing(state, until=D(2026, 5, 1), valid_until=D(2026, 4, 1))
        )
        assert (found == []) == (state == State.VALID)
        if state in (State.EXPIRING, State.IN_GRACE):
            assert "1 May 2026" in found[0].text

    def test_hours_that_are_missing_with_their_last_day(self, cast, programme):
        rule = programme.versions.get()
        rule.requirements.create(code="t", kind="theory", minutes=600, period="calendar_year")
        rule.requirements.create(code="s", kind="supervision", count=3, period="calendar_year")
        cast.ana.person.hours.create(
            on=D(2026, 2, 1),
            minutes=150,
            kind="theory",
            source="external",
            reference="evidence:1:theory:0",
        )
        found = passport_of(cast.ana.person).missing
        assert "Still missing: 7\xa0h 30\xa0min (theory)" in texts(found)
        assert "Still missing: 3 times (supervision)" in texts(found)
        assert any(line.detail.startswith("by 31 December 2026") for line in found)

    def test_what_is_asked_once_has_no_last_day(self, cast, programme):
        programme.versions.get().requirements.create(
            code="b", kind="theory", minutes=600, path="first"
        )
        (line,) = (one for one in passport_of(cast.ana.person).missing if "10\xa0h" in one.text)
        assert "2026" not in line.detail and str(programme) in line.detail

    def test_an_exemption_takes_it_from_the_list(self, cast, programme):
        programme.versions.get().requirements.create(
            code="t", kind="theory", minutes=600, period="calendar_year"
        )
        relief(
            cast.ana.person, programme, requirement="t", since=D(2026, 1, 1), until=D(2026, 12, 31)
        )
        assert not [t for t in texts(passport_of(cast.ana.person).missing) if "Still missing" in t]

    def test_where_the_law_leaves_a_figure_open_it_is_not_said_that_nothing_is_missing(
        self, cast, programme
    ):
        """Ukraine's course has no hours in law: nobody can say that somebody has done all of it."""
        issue.certificate(cast.ana.person, programme, issuer=cast.timis, valid_from=D(2025, 3, 1))
        sure, unsure = "Nothing is missing.", "Not every figure of the law is known."
        found = passport_of(cast.ana.person)
        assert (found.missing, found.nothing_missing) == ([], sure)
        rule = programme.versions.get()
        rule.requirements.create(code="yearly", kind="any", period="unknown", unknown=["minutes"])
        found = passport_of(cast.ana.person)
        assert found.missing == [] and found.nothing_missing.endswith(unsure)
        page = cast.browser(cast.ana, language="en").get("/en/passport/").content.decode()
        assert unsure in page and sure not in page
        assert b"%PDF" in printed(cast.ana.person)[:8]

    def test_what_comes_next_is_open_and_in_the_county_or_online(self, cast, programme):
        course = programme.courses.get()
        here = make_training.edition(cast.timis, course=course, region=cast.timis_region)
        online = make_training.edition(cast.timis, course=course, is_online=True)
        far = make_training.edition(cast.cluj, course=course, region=cast.cluj_region)
        other = make_training.edition(
            cast.timis, course=issue.course("Alt curs"), region=cast.timis_region
        )
        for number, edition in enumerate((here, online, far, other), 1):
            make_training.session(edition, number)
        assert [e.pk for e in next_near(cast.ana.person, [programme])] == [here.pk, online.pk]
        make_training.place(cast.ana.person, here)
        assert [e.pk for e in next_near(cast.ana.person, [programme])] == [online.pk]

    def test_what_was_done_names_paper_as_paper(self, cast, programme):
        issue.certificate(
            cast.ana.person, programme, issuer=cast.timis, valid_from=D(2024, 3, 1), number="TM/1"
        )
        earlier(cast.ana.person, programme)
        cast.ana.person.hours.create(
            on=D(2026, 2, 1), minutes=90, kind="theory", source="session", reference="x"
        )
        found = done_by(cast.ana.person)
        assert found[0].detail == "1 March 2024 · TM/1"
        assert found[1].detail == "6 May 2019 · 12/2019 · on paper, by DGASPC Arad"
        assert found[2].text == "2026: 1\xa0h 30\xa0min of training"

    def test_the_code_leads_to_our_certificate_and_never_to_a_paper(
        self, cast, programme, settings
    ):
        earlier(cast.ana.person, programme)
        assert passport_of(cast.ana.person).verify_url == ""
        ours = issue.certificate(
            cast.ana.person, programme, issuer=cast.timis, valid_from=D(2025, 3, 1)
        )
        assert passport_of(cast.ana.person).verify_url == f"{settings.SITE_URL}/v/{ours.token}/"

    def test_a_trainer_of_whom_nothing_is_asked(self, cast):
        found = passport_of(cast.petar.person)
        assert (found.standings, found.missing, found.editions, found.done) == ([], [], [], [])


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_opens_in_every_language_with_and_without_anything(self, cast, programme, language):
        issue.certificate(
            cast.ana.person, programme, issuer=cast.timis, valid_from=D(2025, 3, 1), words=True
        )
        for who in (cast.ana, cast.petar):
            answer = cast.browser(who, language=language).get(f"/{language}/passport/")
            assert answer.status_code == 200
        page = (
            cast.browser(cast.ana, language=language).get(f"/{language}/passport/").content.decode()
        )
        assert "<svg xmlns" in page and f'href="/{language}/passport/passport.pdf"' in page

    @pytest.mark.parametrize("who", ["clara", "olga", "petar", "doru", "nour"])
    def test_is_not_for_strangers(self, cast, who):
        browser = cast.browser(getattr(cast, who))
        for path in ("passport/", "passport.pdf"):
            assert (
                browser.get(f"/ro/standing/people/{cast.ana.person_id}/{path}").status_code == 404
            )

    def test_an_officer_prints_it_for_somebody_without_an_address(self, cast):
        browser = cast.browser(cast.ion, language="en")
        answer = browser.get(f"/en/standing/people/{cast.vasile.pk}/passport.pdf")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
        event = AuditEvent.objects.get(verb="passport.printed")
        assert (event.actor_id, event.person_id) == (cast.ion.pk, cast.vasile.pk)

    def test_ones_own_leaves_no_trace(self, cast):
        cast.browser(cast.ana).get("/ro/passport/passport.pdf")
        assert not AuditEvent.objects.filter(verb__startswith="passport.").exists()

    def test_a_name_that_cannot_be_printed_says_which_letter(self, cast):
        Person.objects.filter(pk=cast.vasile.pk).update(given_name="王")
        answer = cast.browser(cast.ion, language="en").get(
            f"/en/standing/people/{cast.vasile.pk}/passport.pdf"
        )
        assert answer.status_code == 422 and "王" in answer.content.decode()


LABELS = Labels(**{name: name.replace("_", " ") for name in Labels.__dataclass_fields__})
LONG = "Ștefănescu-Țepeș-Constantinescu Maria-Magdalena-Alexandrina Ana-Ioana " * 2


def full(language: str, text: str = LONG) -> Passport:
    """As much as there can be, in words as long as they can be."""
    line = Line(text, text)
    return Passport(
        language, text, LABELS, "printed", [Stand(text, "valid", "positive", text)] * 5, [line] * 9, [line] * 9,
        [line] * 9, "https://example.org/v/abcdefghijklmnopqrstuv/", "TM/2026/00042",
    )  # fmt: skip


@pytest.mark.pdf
class TestPaper:
    def made(self, content: Passport, settings) -> bytes:
        return passport(content, fonts=typst_fonts(settings.FONT_DIR), timestamp=MOMENT)

    def run(self, *command: str, data: bytes = b"") -> str:
        program = shutil.which(command[0])
        assert program
        return subprocess.run(
            [program, *command[1:]], input=data, capture_output=True, check=True
        ).stdout.decode()

    @pytest.mark.parametrize(
        ("language", "text"),
        [("ro", LONG), ("uk", "Згурський-Щербаненко Юрій Володимирович " * 3), ("ar", "عبد الرحمن محمد العزيز " * 4),
         ("en", "W" * 130)],
        ids=["ro", "uk", "ar", "one endless word"],
    )  # fmt: skip
    def test_is_one_page_however_much_there_is(self, settings, tmp_path, language, text):
        path = tmp_path / "a.pdf"
        path.write_bytes(self.made(full(language, text), settings))
        assert re.search(r"^Pages:\s+1$", self.run("pdfinfo", str(path)), re.M)
        assert "Tagged:          yes" in self.run("pdfinfo", str(path))

    @pytest.mark.parametrize(
        ("name", "fits"), [("stands", 2), ("missing", 4), ("next", 3), ("done", 4)]
    )
    def test_what_is_left_out_is_said_to_be_elsewhere(self, settings, tmp_path, name, fits):
        path = tmp_path / "a.pdf"
        row = Stand("P", "valid", "positive", "S") if name == "stands" else Line("L")
        nothing = {"stands": [], "missing": [], "next": [], "done": []}
        said = {}
        for count in (fits, fits + 1):
            content = replace(full("en", "x"), **{**nothing, name: [row] * count})
            labels = replace(LABELS, more="The rest is elsewhere.")
            path.write_bytes(self.made(replace(content, labels=labels), settings))
            said[count] = "The rest is elsewhere." in self.run("pdftotext", str(path), "-")
        assert said == {fits: False, fits + 1: True}

    def test_the_same_gives_the_same_bytes(self, settings):
        assert self.made(full("ro"), settings) == self.made(full("ro"), settings)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_speaks_the_persons_language_whoever_prints_it(
        self, cast, programme, settings, tmp_path, language
    ):
        Person.objects.filter(pk=cast.ana.person_id).update(language=language)
        issue.certificate(cast.ana.person, programme, issuer=cast.timis, valid_from=D(2025, 3, 1))
        path = tmp_path / "a.pdf"
        path.write_bytes(printed(Person.objects.get(pk=cast.ana.person_id)))
        assert f"/Lang({language})" in path.read_bytes().decode("latin-1").replace(
            " ", ""
        ) or language in self.run("pdfinfo", str(path))
        assert "Popescu" in self.run("pdftotext", str(path), "-")

    @pytest.mark.parametrize(
        ("language", "name"),
        [("ar", "Ana Popescu"), ("ar", "فاطمة الشريف"), ("ro", "فاطمة الشريف"), ("ro", "Ana Popescu")],
    )  # fmt: skip
    def test_words_in_other_letters_stand_on_the_side_where_reading_begins(
        self, settings, tmp_path, language, name
    ):
        """Alone in its line, a name or a course of the other direction had gone over to the far side."""
        path = tmp_path / "a.pdf"
        content = replace(full(language, "x"), name=name, stands=[], missing=[], done=[])
        path.write_bytes(self.made(replace(content, next=[Line(name)]), settings))
        boxes = self.run("pdftotext", "-bbox", str(path), "-")
        found = re.findall(
            r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', boxes
        )
        is_ours = re.compile("[\u0600-\uffff]").search if name > "z" else name.split().__contains__
        words = [(float(x), float(y), float(until)) for x, y, until, w in found if is_ours(w)]
        for begins, ends in edges(words):
            assert (ends > 500) if language == "ar" else (begins < 90), (begins, ends)

    def test_the_code_is_read_from_the_printed_page(self, settings, tmp_path):
        path = tmp_path / "a.pdf"
        path.write_bytes(self.made(full("ro"), settings))
        self.run("pdftoppm", "-r", "150", "-png", "-singlefile", str(path), str(tmp_path / "a"))
        read = self.run("zbarimg", "-q", "--raw", str(tmp_path / "a.png"))
        assert read.strip() == "https://example.org/v/abcdefghijklmnopqrstuv/"

    def test_words_are_data_and_no_program(self, settings, tmp_path):
        path = Path(tmp_path / "a.pdf")
        text = '#read("/etc/passwd") $x$ \\ #include "a"'
        path.write_bytes(self.made(full("en", text), settings))
        assert "root:" not in self.run("pdftotext", str(path), "-")
        assert "#read" in self.run("pdftotext", str(path), "-")


def edges(words: list[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Where each line begins and ends; the name stands at the head and once more in a list."""
    lines = {round(y): [w for w in words if round(w[1]) == round(y)] for _x, y, _until in words}
    assert len(lines) == 2, lines
    return [(min(w[0] for w in line), max(w[2] for w in line)) for line in lines.values()]
