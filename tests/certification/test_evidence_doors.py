"""Doors of the pages of proofs: who comes in by which, what is too late, files that are gone, more than is accepted."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.review import Line
from certification.models import Evidence, EvidenceFile, HoursEntry
from tests.cast import Cast
from tests.factories import people as make
from tests.factories.evidence import photo, proof

State = Evidence.State
HERE = "/en/evidence/"


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def form(*photos: bytes, **fields) -> dict:
    """What a phone posts."""
    files = [SimpleUploadedFile(f"{n}.jpg", data, "image/jpeg") for n, data in enumerate(photos)]
    return {
        "title": "Primul ajutor", "provider": "Crucea Roșie", "first_day": "2026-02-10",
        "last_day": "2026-02-10", "hours": "8", "number": "", "files": files or [SimpleUploadedFile("a", photo())],
        **fields,
    }  # fmt: skip


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_for_oneself_one_uses_ones_own_form(cast: Cast) -> None:
    browser = cast.browser(cast.doru, language="en")
    answer = browser.post(f"{HERE}people/{cast.doru.person_id}/new/", form())
    assert answer["Location"] == f"{HERE}new/" and not Evidence.objects.exists()


@pytest.mark.parametrize("who", ["olga", "ana", "petar", "quin"])
def test_nobody_opens_the_form_for_somebody_of_another_branch(cast: Cast, who: str) -> None:
    browser = cast.browser(getattr(cast, who), language="en")
    path = f"{HERE}people/{cast.vasile.pk}/new/"
    assert browser.get(path).status_code == browser.post(path, form()).status_code == 404
    assert not Evidence.objects.exists()


def test_the_lowest_institution_that_holds_both_hands_it_in(cast: Cast) -> None:
    """The coordinator of the county puts Lugoj's people forward too: the paper is Lugoj's, as Vasile is."""
    browser = cast.browser(cast.mara, language="en")
    browser.post(f"{HERE}people/{cast.vasile.pk}/new/", form())
    assert Evidence.objects.get().institution == cast.lugoj


def test_whoever_belongs_nowhere_is_handed_in_for_by_nobody(cast: Cast) -> None:
    loner = make.person(cast.lugoj)
    make.end_roles(loner)
    root = make.signed_in(make.superuser(), language="en")
    assert root.get(f"{HERE}people/{loner.pk}/new/").status_code == 403


@pytest.mark.parametrize("number", [5, 9])
def test_five_photos_are_too_many_however_many_there_are(cast: Cast, number: int) -> None:
    photos = [photo((n, n, n)) for n in range(0, number * 20, 20)]
    answer = cast.browser(cast.ana, language="en").post(HERE + "new/", form(*photos))
    assert "Send up to four photos or PDFs." in text_of(answer)
    assert not Evidence.objects.exists() and not EvidenceFile.objects.exists()


def test_four_are_taken(cast: Cast) -> None:
    photos = [photo((n, n, n)) for n in (0, 50, 100, 200)]
    cast.browser(cast.ana).post("/ro/evidence/new/", form(*photos))
    assert Evidence.objects.get().files.count() == 4


@pytest.mark.parametrize("name", ["title", "provider", "first_day", "last_day", "hours", "files"])
def test_each_field_that_is_missing_is_named(cast: Cast, name: str) -> None:
    sent = {key: value for key, value in form().items() if key != name}
    answer = cast.browser(cast.ana, language="en").post(HERE + "new/", sent)
    assert answer.status_code == 200 and f'href="#id_{name}"' in text_of(answer)
    assert not Evidence.objects.exists()


def test_a_file_that_the_disk_lost_is_not_found_and_breaks_nothing(cast: Cast, settings) -> None:
    made = proof(cast.ana.person, cast.ana)
    (path,) = (one for one in settings.PRIVATE_ROOT.rglob("*") if one.is_file())
    path.unlink()
    browser = cast.browser(cast.ana, language="en")
    assert browser.get(f"{HERE}{made.pk}/files/{made.files.get().pk}/").status_code == 404
    assert browser.get(f"{HERE}{made.pk}/").status_code == 200


def test_an_answer_that_comes_too_late_says_that_nobody_asks_any_more(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    review.refuse(by=cast.ion, evidence=made, words="Fără răspuns.")
    answer = cast.browser(cast.ana, language="en").post(
        f"{HERE}{made.pk}/answer/", {"words": "Marți."}
    )
    assert "There is no open question about this paper." in text_of(answer)
    assert (
        "Your answer was sent." not in text_of(answer)
        and made.steps.filter(kind="answered").count() == 0
    )


def test_an_empty_answer_is_asked_for_words(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    answer = cast.browser(cast.ana, language="en").post(f"{HERE}{made.pk}/answer/", {"words": " "})
    assert "Write a few words." in text_of(answer)
    assert Evidence.objects.get().state == State.ASKED


def test_taking_back_what_is_decided_is_refused_on_the_page(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
    browser = cast.browser(cast.ana, language="en")
    assert "Take the paper back" not in text_of(browser.get(f"{HERE}{made.pk}/"))
    answer = browser.post(f"{HERE}{made.pk}/withdraw/")
    assert answer.status_code == 409 and "Somebody was faster" in text_of(answer)
    assert HoursEntry.objects.get().minutes == 60


@pytest.mark.parametrize(
    ("who", "path"),
    [("doru", "answer/"), ("doru", "withdraw/"), ("ion", "answer/"), ("ion", "withdraw/"), ("clara", "withdraw/")],
)  # fmt: skip
def test_what_the_person_sent_is_the_person_s_to_answer_and_take_back(
    cast: Cast, who: str, path: str
) -> None:
    made = proof(cast.ana.person, cast.ana)
    browser = cast.browser(getattr(cast, who))
    assert browser.post(f"/ro/evidence/{made.pk}/{path}", {"words": "x"}).status_code == 404
    assert Evidence.objects.get().state == State.WAITING


def test_the_town_hall_answers_and_takes_back_what_it_sent(cast: Cast) -> None:
    made = proof(cast.vasile, cast.doru, institution=cast.lugoj)
    review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    browser = cast.browser(cast.doru, language="en")
    answer = browser.post(f"{HERE}{made.pk}/answer/", {"words": "Marți."}, follow=True)
    assert "Your answer was sent." in text_of(answer)
    browser.post(f"{HERE}{made.pk}/withdraw/")
    assert Evidence.objects.get().state == State.WITHDRAWN


DECIDED = {"grant": {"hours_0": "1"}, "ask": {"words": "x"}, "refuse": {"words": "x"}, "confirm": {},
           "send-back": {"words": "x"}, "correct": {"hours_0": "1", "words": "x"}}  # fmt: skip


@pytest.mark.parametrize("act", DECIDED)
def test_no_page_decides_about_what_was_taken_back(cast: Cast, act: str) -> None:
    made = proof(cast.ana.person, cast.ana)
    sending.withdraw(by=cast.ana, evidence=made)
    browser = cast.browser(cast.ion, language="en")
    path = f"{HERE}{made.pk}/{act}/"
    assert browser.get(path).status_code == browser.post(path, DECIDED[act]).status_code == 409
    assert Evidence.objects.get().state == State.WITHDRAWN and not HoursEntry.objects.exists()


@pytest.mark.parametrize("act", DECIDED)
@pytest.mark.parametrize("who", ["olga", "ana", "doru", "mara", "vera"])
def test_no_page_decides_for_anybody_else(cast: Cast, act: str, who: str) -> None:
    made = proof(cast.ana.person, cast.ana)
    browser = cast.browser(getattr(cast, who))
    path = f"/ro/evidence/{made.pk}/{act}/"
    assert browser.get(path).status_code == browser.post(path, DECIDED[act]).status_code == 404
    assert Evidence.objects.get().state == State.WAITING


@pytest.mark.parametrize("group", ["waiting", "", "nonsense", "\x00", "second"])
def test_a_group_that_is_none_shows_what_waits(cast: Cast, group: str) -> None:
    made = proof(cast.ana.person, cast.ana)
    answer = cast.browser(cast.ion, language="en").get(HERE + "review/", {"group": group})
    assert answer.status_code == 200
    assert (made.title in text_of(answer)) == (group != "second")


@pytest.mark.parametrize("who", ["ana", "doru", "mara", "quin"])
def test_the_list_to_decide_is_nobody_else_s(cast: Cast, who: str) -> None:
    assert cast.browser(getattr(cast, who)).get("/ro/evidence/review/").status_code == 404
