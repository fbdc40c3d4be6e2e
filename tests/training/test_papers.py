"""What is printed for a room: the right names in the edition's language, and that it was printed is in the trail."""

import io
import re
import subprocess

import pytest
from pypdf import PdfReader

from people.models import AuditEvent, Person
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url


@pytest.fixture
def session(cast):
    edition = make.edition(cast.timis, language="ro", capacity=5)
    made = make.session(edition, 7, trainers=[cast.petar.person], room=make.room(cast.timis))
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    return made


def words(answer) -> str:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def addresses(session) -> dict[str, str]:
    e, s = session.edition_id, session.pk
    return {
        "sheet": url("session-pdf", s, "sheet"),
        "door": url("session-pdf", s, "door"),
        "badges": url("paper-pdf", e, "badges"),
        "list": url("paper-pdf", e, "list"),
    }


@pytest.mark.parametrize(
    ("paper", "there", "missing"),
    [
        ("sheet", ["AnaPopescu", "VasileȚurcanu", "PetarIlić"], []),
        ("list", ["AnaPopescu", "VasileȚurcanu"], ["Petar"]),
        ("badges", ["AnaPopescu", "VasileȚurcanu", "Petar"], []),
        ("door", ["Petar", "Casa"], ["AnaPopescu"]),
    ],
)
def test_who_stands_on_which_paper(cast, petar, session, paper, there, missing):
    shown = words(petar.get(addresses(session)[paper]))
    trainer = cast.petar.person.full_name.replace(" ", "")
    there = [trainer if name.startswith("Petar") else name for name in there]
    assert [name for name in there if name not in shown] == []
    assert [name for name in missing if name in shown] == []
    assert "DGASPCTimiș" in shown


def test_who_was_put_forward_has_a_column_where_somebody_was(cast, petar, session):
    page = url("paper", session.edition_id, "list")
    for expected in (False, True):
        if expected:
            edition = session.edition
            make.place(
                make_people.person(cast.lugoj), edition, by=cast.doru, nominated_by=cast.lugoj
            )
        shown = words(petar.get(addresses(session)["list"]))
        assert ("Cineapropus" in shown) == expected
        assert ("Cine a propus" in petar.get(page).content.decode()) == expected
        assert ("Lugoj" in shown) == expected


@pytest.mark.parametrize("paper", ["sheet", "list", "badges", "door"])
def test_papers_speak_the_editions_language(petar, session, paper):
    answer = petar.get(addresses(session)[paper])  # the trainer reads English
    assert PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"] == "ro"
    assert "no-store" in answer["Cache-Control"]


def test_an_arabic_edition_has_arabic_papers(cast, petar, session):
    type(session.edition).objects.filter(pk=session.edition_id).update(language="ar")
    for address in addresses(session).values():
        root = PdfReader(io.BytesIO(petar.get(address).content)).trailer["/Root"]
        assert root["/Lang"] == "ar"
    assert 'dir="rtl"' in petar.get(url("door", session.pk)).content.decode()


@pytest.mark.pdf
def test_the_code_on_the_sheet_leads_to_the_grid(settings, petar, session, tmp_path):
    path = tmp_path / "sheet.pdf"
    path.write_bytes(petar.get(addresses(session)["sheet"]).content)
    page = tmp_path / "page"
    drawn = ["pdftoppm", "-r", "120", "-png", "-singlefile", path, page]
    subprocess.run(drawn, check=True, capture_output=True)
    read = ["zbarimg", "-q", "--raw", f"{page}.png"]
    found = subprocess.run(read, capture_output=True, text=True, check=False)
    assert found.stdout.strip() == f"{settings.SITE_URL}/s/{session.pk}/"


@pytest.mark.parametrize(
    ("paper", "verb"),
    [("sheet", "sheet.opened"), ("list", "list.opened"), ("badges", "list.opened")],
)
def test_printing_names_is_in_the_trail(cast, petar, session, paper, verb):
    petar.get(addresses(session)[paper])
    event = AuditEvent.objects.get(verb=verb)
    assert event.actor_id == cast.petar.pk
    assert "Popescu" not in str(event.data)


def test_a_door_names_nobody_who_learns(petar, session):
    petar.get(addresses(session)["door"])
    assert not AuditEvent.objects.filter(verb__in=["sheet.opened", "list.opened"]).exists()


def test_print_views_hold_the_same(petar, session):
    badges = main(petar.get(url("paper", session.edition_id, "badges")))
    assert "Ana Popescu" in badges and "Vasile Țurcanu" in badges
    assert "Ana Popescu" in main(petar.get(url("paper", session.edition_id, "list")))
    assert "Ana Popescu" not in main(petar.get(url("door", session.pk)))
    index = petar.get(url("papers", session.edition_id)).content.decode()
    for address in addresses(session).values():
        assert address in index


def test_a_name_is_data_on_every_paper(petar, session):
    Person.objects.filter(family_name="Popescu").update(family_name='#eval("1") <b>*x*</b> $a$')
    for paper in ("sheet", "list", "badges"):
        assert '#eval("1")<b>*x*</b>$a$' in words(petar.get(addresses(session)[paper]))
    assert "<b>*x*" not in petar.get(url("paper", session.edition_id, "badges")).content.decode()


def test_a_letter_that_cannot_be_printed_is_named(petar, session):
    Person.objects.filter(family_name="Popescu").update(family_name="漢")
    answer = petar.get(addresses(session)["badges"])
    assert answer.status_code == 422
    assert "漢" in answer.content.decode()
    assert "漢" in main(petar.get(url("paper", session.edition_id, "badges")))


@pytest.mark.parametrize("paper", ["x", "sheet"])
def test_unknown_papers_are_not_there(petar, session, paper):
    assert petar.get(url("paper", session.edition_id, paper)).status_code == 404
    assert petar.get(url("paper-pdf", session.edition_id, paper)).status_code == 404
    assert petar.get(url("session-pdf", session.pk, "badges")).status_code == 404


def test_the_other_county_prints_nothing(cast, session):
    for who in (cast.olga, cast.clara, cast.ana, cast.quin):
        browser = cast.browser(who, language="en")
        assert {browser.get(a).status_code for a in addresses(session).values()} == {404}
    assert not AuditEvent.objects.filter(verb__in=["sheet.opened", "list.opened"]).exists()
