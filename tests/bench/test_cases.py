"""The benches ask for what they say they measure: the data, the requests, the pages of the references."""

import io
from datetime import date

import pypdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.translation import override

from bench import __main__ as command
from bench import country, world
from bench.cases import board, catalogue, certificate, enrolment, standing, verification
from bench.harness import BenchError, Options
from bench.reading import read
from bench.servers import Request
from bench.visitors import anybody
from certification.content import fingerprint
from certification.models import Certificate, CertificateEvent, HoursEntry
from certification.queries import standing_counts
from certification.verification import Verdict
from courses.models import Course
from formats.certificate import LABELS
from formats.certificate import CertificateContent as Paper
from formats.fonts import typst_fonts
from people.models import Membership, Person, User
from tests.factories import courses, people, training
from training.models import Edition, Enrolment, Session


@pytest.fixture
def user(db) -> User:
    return people.user(people.person(people.organisation("ANPDCA")))


class TestEveryBench:
    def test_the_six_are_there_and_say_what_they_measure(self) -> None:
        wanted = {"catalogue", "course", "enrolment", "verification", "certificate", "standing"}
        assert wanted <= set(command.names())
        for module in (catalogue, certificate, enrolment, standing, verification):
            assert module.__doc__
            assert module.run.__doc__

    def test_goals_are_those_of_the_table(self) -> None:
        assert catalogue.GOAL == (20, 3)
        assert enrolment.GOAL == (20, 4)
        goals = {"printed": 10, "printed, with credential, sealed, stored": 60}
        assert goals.items() <= certificate.GOALS.items()


@pytest.mark.slow
class TestWorld:
    def test_it_is_a_country_in_small(self, db, monkeypatch) -> None:
        monkeypatch.setattr(world, "COURSES", 5)
        monkeypatch.setattr(world, "EDITIONS", 12)
        monkeypatch.setattr(world, "PEOPLE", 30)
        world.fill(1)
        assert Course.objects.filter(locale__language_code="ro").count() == 5
        made = Course.objects.filter(slug="bench-0")
        assert made.count() == len(settings.LANGUAGES)
        assert made.values("translation_key").distinct().count() == 1
        assert Edition.objects.open().coming().count() == 12
        assert Session.objects.count() == 24
        people_of_it = Person.objects.filter(email__startswith="bench")
        assert people_of_it.count() == Membership.objects.filter(role="learner").count() == 30
        assert Enrolment.objects.filter(code__startswith="B").count() == 30
        assert world.learner().headers["Cookie"]
        address = Course.objects.get(slug="bench-0", locale__language_code="ro").url
        assert Client().get(address).status_code == 200


class TestManySignedIn:
    def test_each_browser_is_its_own_person(self, user) -> None:
        other = people.user(people.person(people.organisation("B"), given_name="Zamfira"))
        for visitor, who in zip(world.many_signed_in([user, other]), [user, other], strict=True):
            answer = visitor.client.get("/ro/me/")
            assert answer.status_code == 200
            assert answer.wsgi_request.user == who

    def test_they_can_post(self, user) -> None:
        edition = training.coming(people.organisation("C"))
        visitors = world.many_signed_in([user])
        strict = Client(enforce_csrf_checks=True)
        request = enrolment.asking(visitors, [edition.pk])(0)
        answer = strict.generic("POST", request.path, b"", headers=request.headers)
        assert answer.status_code == request.expect == 302
        assert Enrolment.objects.get().person == user.person

    def test_called_again_nobody_is_signed_in_twice(self, user) -> None:
        world.many_signed_in([user])
        world.many_signed_in([user])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            assert cursor.fetchone()[0] == 1


class TestEnrolment:
    def test_everybody_asks_for_another_edition_than_their_own(self) -> None:
        visitors = [anybody() for _ in range(4)]
        paths = [enrolment.asking(visitors, [11, 12, 13])(n).path for n in range(4)]
        assert [path.split("/")[-3] for path in paths] == ["13", "11", "12", "13"]

    def test_an_edition_that_an_interrupted_rush_left_shifts_nobody(self, user) -> None:
        edition = training.coming(people.organisation("C"), title="")
        training.coming(people.organisation("D"), title="rush")
        assert enrolment._editions() == [edition.pk]

    def test_queries_are_those_of_a_first_request(self, user) -> None:
        edition = training.coming(people.organisation("C"))
        visitors = world.many_signed_in([user])
        found = enrolment._queries(visitors[0], enrolment.asking(visitors, [edition.pk])(0))
        assert found > 10
        assert Enrolment.objects.count() == 1

    def test_a_refused_one_ends_the_bench(self, user) -> None:
        visitors = world.many_signed_in([user])
        with pytest.raises(enrolment.BenchError, match="answered 404"):
            enrolment._queries(visitors[0], enrolment.asking(visitors, [999_999])(0))


class TestCatalogue:
    def test_kept_and_afresh_are_told_apart(self, db, settings) -> None:
        settings.PUBLIC_SECONDS = 60
        request = Request(courses.course().get_parent().url)
        assert catalogue.kept(anybody(), request) == 1
        assert catalogue.afresh(anybody(), request) > 5


class TestVerification:
    def test_three_of_ten_codes_were_never_issued(self) -> None:
        codes = verification.codes(50)
        assert sum(request.expect == 404 for request in codes) == 3_000
        known = {f"/ro/verify/{verification.token(number)}/" for number in range(1, 51)}
        assert all((request.path in known) == (request.expect == 200) for request in codes)
        assert codes == verification.codes(50), "the same at every run"

    @pytest.mark.slow
    def test_the_answers_are_those_that_are_expected(self, db, monkeypatch) -> None:
        monkeypatch.setattr(verification, "CERTIFICATES", 30)
        verification.fill(1)
        assert Certificate.objects.count() == 30
        assert CertificateEvent.objects.filter(kind="revoked").count() == 3
        for certificate_ in Certificate.objects.select_related("content"):
            assert fingerprint(certificate_.content.snapshot) == certificate_.content_sha256
        words = {}
        for number, word in ((1, Verdict.VALID), (5, Verdict.EXPIRED), (10, Verdict.REVOKED)):
            answer = Client().get(f"/ro/verify/{verification.token(number)}/")
            assert answer.status_code == 200
            with override("ro"):
                words[number] = str(word.label) in answer.content.decode()
        assert all(words.values()), words
        for request in verification.codes(30)[:20]:
            assert Client().get(request.path).status_code == request.expect


class TestCertificate:
    @pytest.fixture
    def paper(self) -> Paper:
        return Paper(
            language="ro", authority="Direcția Timiș", title="Certificat", number="B/2026/00001",
            holder="ȘTEFĂNESCU Ana", course="Formare inițială", issued_on="7 martie 2026",
            valid_until="7 martie 2029", verify_url="https://example.org/v/abc/",
            verify_hint="Scanați codul", labels=dict.fromkeys(LABELS, "Etichetă"),
            hours=(("Teorie", "20 h"),), signatories=(("Maria Radu", "Director"),),
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["WeasyPrint", "ReportLab"])
    def test_the_references_print_the_same_words_on_one_page(self, name, paper) -> None:
        said = certificate.lines(paper)
        fonts = typst_fonts(settings.FONT_DIR)
        made = (
            certificate.with_weasyprint(said, fonts)
            if name == "WeasyPrint"
            else certificate.with_reportlab(said)
        )
        pages = pypdf.PdfReader(io.BytesIO(made)).pages
        assert len(pages) == 1
        text = " ".join(pages[0].extract_text().split())
        for words in (paper.number, paper.holder, paper.course, "7 martie 2029", "Maria Radu"):
            assert words in text
        assert pages[0].mediabox.width > pages[0].mediabox.height

    def test_each_call_takes_another_certificate(self, monkeypatch) -> None:
        made: list[str] = []
        monkeypatch.setattr(
            certificate.documents, "make", lambda *, certificate: made.append(certificate)
        )
        step = certificate._next(["one", "two"])  # type: ignore[list-item]
        step(), step()
        assert made == ["one", "two"]
        with pytest.raises(StopIteration):
            step()

    @pytest.mark.slow
    def test_certificates_are_made_as_they_are_issued(self, db, monkeypatch, tmp_path) -> None:
        monkeypatch.setattr(certificate, "CERTIFICATES", 2)
        certificate.fill(1)
        first = Certificate.objects.order_by("pk").select_related("content")[0]
        assert first.valid_until == date(2029, 3, 7)
        assert fingerprint(first.content.snapshot) == first.content_sha256
        assert not hasattr(first, "document")
        certificate._next([first])()
        assert Certificate.objects.get(pk=first.pk).document.sha256


@pytest.mark.slow
class TestStanding:
    def test_the_country_has_people_in_every_state_that_the_law_makes(
        self, db, monkeypatch
    ) -> None:
        monkeypatch.setattr(country, "SMALL", 400)
        monkeypatch.setattr(country, "COUNTY", 100)
        country.fill(1)
        standing._look(400)
        with pytest.raises(BenchError, match="not what the bench says"):
            standing._look(4_000)
        filters, role = standing._questions()["one county"]
        officer = User.objects.get(email=f"{role}@example.org")
        assert sum(standing_counts(officer, filters).values()) == 100
        plan = standing._plan(filters, role)
        assert plan[-1].startswith("Execution Time") and any("Buffers" in line for line in plan)

    def test_every_question_is_answered_and_shown(self, db, monkeypatch, capsys) -> None:
        monkeypatch.setattr(country, "SMALL", 200)
        monkeypatch.setattr(country, "COUNTY", 50)
        country.fill(1)
        found = {}
        for name, work in standing._works().items():
            assert work(), name
            found[name] = read(work, 1)
        assert all(one.rows > 0 and one.queries > 0 for one in found.values()), found
        standing._show((200, found), (2_000, found))
        shown = capsys.readouterr().out
        assert "2,000 people, 20,000 lines of hours; the county has 50 people" in shown
        assert all(f"| {name} " in shown for name in found)


INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1"


class TestBoard:
    @pytest.mark.parametrize(
        ("scale", "small", "sizes"),
        [(1, True, [10_000]), (1, False, [10_000, 100_000]), (10, False, [10_000, 100_000, 1_000_000])],
    )  # fmt: skip
    def test_sizes_by_factors_of_ten(self, scale, small, sizes) -> None:
        assert board.sizes(Options(scale=scale, small=small)) == sizes

    @pytest.mark.slow
    def test_the_country_is_what_its_title_says_and_every_page_is_read(
        self, db, monkeypatch
    ) -> None:
        monkeypatch.setattr(country, "SMALL", 400)
        monkeypatch.setattr(country, "COUNTY", 100)
        with connection.cursor() as cursor:
            cursor.execute(INDEXES, [list(country.TABLES)])
            before = cursor.fetchall()
            country.fill(1)
            cursor.execute(INDEXES, [list(country.TABLES)])
            assert cursor.fetchall() == before
            cursor.execute("SHOW session_replication_role")
            assert cursor.fetchone() == ("origin",)
        people_of_it = Person.objects.filter(email__startswith="b", given_name__gt="")
        assert people_of_it.filter(email__endswith="@example.org").count() == 400
        assert Certificate.objects.count() == 400 * country.CERTIFICATES_EACH
        assert HoursEntry.objects.count() == 400 * country.LINES
        found = {name: read(page, 1) for name, page in board.pages().items()}
        boards = {name: one.queries for name, one in found.items() if "board" in name}
        assert len(boards) == 6 and max(boards.values()) <= board.QUERIES
        assert found["look-up by number"].queries > 12, (
            "a certificate is found, and all is told of it"
        )
        assert all(one.rows > 0 and one.whole >= one.database > 0 for one in found.values())
        assert found["national board, by county"].rows > found["county board"].rows
