"""A town hall nominates the people of a spreadsheet: every row is looked at before anything is written."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from formats.sheets import write_csv, write_xlsx
from people.models import AuditEvent, Person
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training import tasks
from training.actions import editions, nominations
from training.actions.households import keep_together
from training.models import Enrolment, NominationList

HEADERS = ["Nume de familie", "Prenume", "Adresă de e-mail", "Telefon"]


def sheet(*rows: list[str], kind: str = "csv") -> SimpleUploadedFile:
    full = [[*row, *[""] * (len(HEADERS) - len(row))] for row in rows]
    data = write_csv(HEADERS, full) if kind == "csv" else write_xlsx(HEADERS, full, title="x")
    return SimpleUploadedFile(f"lista.{kind}", data)


def upload(browser, edition, *rows, together="alone", kind="csv", organisation="", follow=False):
    fields = {"file": sheet(*rows, kind=kind), "together": together, "organisation": organisation}
    return browser.post(url("nominate-list", edition.pk), fields, follow=follow)


@pytest.fixture
def lugoj(cast):
    """What the form of Doru's page sends: his only institution."""
    return str(cast.lugoj.pk)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_from_the_file_to_the_places(cast, doru, edition, lugoj, kind):
    rows = [["Nou", "Om", "nou@example.org"], ["Turcanu", "Vasile"], ["Ion3", "Ana"], ["Alt", "Om"]]
    people = Person.objects.count()
    page = upload(doru, edition, *rows, kind=kind, organisation=lugoj, follow=True)
    text = main(page)
    assert "Nothing is written yet" in text
    assert "There are digits in the name" in text
    assert "A person of this name is on record here" in text
    assert "Nominate 3 people" in text
    assert (Person.objects.count(), Enrolment.objects.count()) == (people, 0)
    review = page.redirect_chain[-1][0]
    done = main(doru.post(review, follow=True))
    assert "3 people are nominated" in done
    assert Person.objects.count() == people + 2
    places = Enrolment.objects.order_by("pk")
    assert [p.person.family_name for p in places] == ["Nou", "Țurcanu", "Alt"]
    assert [p.status for p in places] == ["confirmed", "confirmed", "waitlisted"]
    assert {p.nominated_by_id for p in places} == {cast.lugoj.pk}
    assert "waiting list, number 1" in done
    assert jobs.messages().filter(name="nominated").count() == 3
    # Once more, and once more from another tab: nothing more.
    for _ in range(2):
        assert "3 people are nominated" in main(doru.post(review, follow=True))
    assert (Person.objects.count(), Enrolment.objects.count()) == (people + 2, 3)
    assert AuditEvent.objects.filter(verb="nominations.applied").count() == 1


def test_all_together_or_nobody(cast, doru, edition, lugoj):
    """Two places: a list of three waits as a whole, a list of two does not."""
    edition.__class__.objects.filter(pk=edition.pk).update(capacity=3)
    make.place(make_people.person(cast.timis), edition)
    trio = [["Unu", "Om"], ["Doi", "Om"], ["Trei", "Om"]]
    page = upload(doru, edition, *trio, together="together", organisation=lugoj, follow=True)
    assert "All together or nobody" in main(page)
    doru.post(page.redirect_chain[-1][0])
    places = Enrolment.objects.filter(nominated_by=cast.lugoj)
    assert {p.status for p in places} == {"waitlisted"}
    assert len({p.party for p in places}) == 1


def test_a_group_that_can_never_fit_is_told_so_and_nothing_is_written(cast, doru, edition, lugoj):
    people = Person.objects.count()
    trio = [["Unu", "Om"], ["Doi", "Om"], ["Trei", "Om"]]
    page = upload(doru, edition, *trio, together="together", organisation=lugoj, follow=True)
    text = main(doru.post(page.redirect_chain[-1][0]))
    assert "3 people can never come together" in text
    assert (Person.objects.count(), Enrolment.objects.count()) == (people, 0)
    assert NominationList.objects.get().applied_at is None


def test_who_is_enrolled_already_stays_as_they_are(cast, doru, edition, lugoj):
    place = make.place(cast.vasile, edition)
    page = upload(doru, edition, ["Țurcanu", "Vasile"], organisation=lugoj, follow=True)
    assert "already enrolled" in main(page)
    doru.post(page.redirect_chain[-1][0])
    assert Enrolment.objects.get() == place


def test_who_was_recorded_meanwhile_is_not_recorded_twice(cast, doru, edition, lugoj):
    page = upload(doru, edition, ["Grăbit", "Om"], organisation=lugoj, follow=True)
    make_people.person(cast.lugoj, "Grăbit", "Om")
    doru.post(page.redirect_chain[-1][0])
    assert Person.objects.filter(family_name="Grăbit").count() == 1
    assert Enrolment.objects.count() == 1


def test_a_condition_refuses_one_row_and_the_others_go_on(cast, doru, edition, lugoj, monkeypatch):
    page = upload(
        doru, edition, ["Unu", "Om"], ["Țurcanu", "Vasile"], organisation=lugoj, follow=True
    )
    edition.__class__.objects.filter(pk=edition.pk).update(audience_only=True)
    edition.course.categories.add(cast.carer)
    edition.course.save()
    text = main(doru.post(page.redirect_chain[-1][0], follow=True))
    assert "This edition is only for" in text
    assert "1 person is nominated" in text
    assert Enrolment.objects.get().person == cast.vasile


def test_enrolment_closed_meanwhile(cast, doru, edition, lugoj):
    page = upload(doru, edition, ["Unu", "Om"], organisation=lugoj, follow=True)
    editions.change_status(by=None, edition=edition, status="closed")
    text = main(doru.post(page.redirect_chain[-1][0]))
    assert "Enrolment is closed" in text
    assert not Enrolment.objects.exists()
    assert not Person.objects.filter(family_name="Unu").exists()


BAD_FILES = [
    (b"", "x.csv", "The file is empty"),
    (b"%PDF-1.7 ...", "x.pdf", "neither an XLSX nor a CSV"),
    (b"A,B\n1,2\n", "x.csv", "no column for names"),
    (b"Nume,Prenume\n", "x.csv", "no people below"),
]


@pytest.mark.parametrize(("data", "name", "words"), BAD_FILES)
def test_a_file_that_cannot_be_used_says_why(cast, doru, edition, lugoj, data, name, words):
    fields = {"file": SimpleUploadedFile(name, data), "together": "alone", "organisation": lugoj}
    assert words in main(doru.post(url("nominate-list", edition.pk), fields))
    assert not NominationList.objects.exists()


def test_a_list_that_is_too_long_is_refused_whole(cast, doru, edition, lugoj, monkeypatch):
    monkeypatch.setattr(nominations, "MOST", 1)
    text = main(upload(doru, edition, ["Unu", "Om"], ["Doi", "Om"], organisation=lugoj))
    assert "More than 1 person in one list" in text
    assert not NominationList.objects.exists()


def test_nobody_elses_list(cast, doru, edition, lugoj, mara):
    page = upload(doru, edition, ["Unu", "Om"], organisation=lugoj, follow=True)
    address = page.redirect_chain[-1][0]
    for browser in (mara, cast.browser(cast.olga, language="en"), cast.browser(cast.adm)):
        assert browser.get(address).status_code == 404
        assert browser.post(address).status_code == 404
    assert not Enrolment.objects.exists()


def test_another_institution_cannot_be_chosen(cast, doru, edition):
    page = upload(doru, edition, ["Unu", "Om"], organisation=str(cast.turda.pk))
    assert page.status_code == 200
    assert not NominationList.objects.exists()


@pytest.mark.parametrize("who", ["ana", "petar", "quin", "vera"])
def test_who_may_not_upload(cast, edition, who):
    browser = cast.browser(getattr(cast, who), language="en")
    assert browser.get(url("nominate-list", edition.pk)).status_code == 404
    assert upload(browser, edition, ["Unu", "Om"]).status_code == 404
    assert browser.get(url("nominate-template", "csv")).status_code == 404


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_template(cast, doru, kind, begins):
    answer = doru.get(url("nominate-template", kind))
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert doru.get(url("nominate-template", "pdf")).status_code == 404


def test_lists_are_forgotten_after_a_day(cast, doru, edition, lugoj):
    page = upload(doru, edition, ["Unu", "Om"], organisation=lugoj, follow=True)
    address = page.redirect_chain[-1][0]
    doru.post(address)
    NominationList.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert doru.get(address).status_code == 404
    tasks.forget_sent(0)
    assert not NominationList.objects.exists()
    assert Enrolment.objects.count() == 1


def test_ticked_people_may_come_together_too(cast, doru, edition):
    edition.__class__.objects.filter(pk=edition.pk).update(capacity=3)
    for _ in range(2):
        make.place(make_people.person(cast.timis), edition)
    ioana = make_people.person(cast.lugoj, "Nouă", "Ioana")
    page = doru.get(
        url("nominate-check", edition.pk) + f"?person={ioana.pk}&person={cast.vasile.pk}"
    )
    assert "If there are not enough places" in main(page)
    chosen = {"person": [cast.vasile.pk, ioana.pk], "together": "together"}
    doru.post(url("nominate-check", edition.pk), chosen)
    places = Enrolment.objects.filter(nominated_by=cast.lugoj)
    assert [p.status for p in places] == ["waitlisted"] * 2
    assert len({p.party for p in places}) == 1


def test_a_household_of_the_list_comes_together_and_is_refused_together(cast, doru, lugoj):
    """Two rows of one household for one place wait; where one of them is refused, both rows say why."""
    wife = make_people.person(cast.lugoj, "Pereche", "Zoe")
    keep_together(by=cast.doru, people=[cast.vasile, wife])
    rows = [["Nou", "Om"], ["Turcanu", "Vasile"], ["Pereche", "Zoe"]]
    edition = make.coming(cast.timis, capacity=1)
    page = upload(doru, edition, *rows, organisation=lugoj, follow=True)
    assert "Adults of one household come together" in main(page)
    doru.post(page.redirect_chain[-1][0])
    found = dict(edition.enrolments.values_list("person__given_name", "status"))
    assert found == {"Om": "confirmed", "Vasile": "waitlisted", "Zoe": "waitlisted"}

    other = make.coming(cast.timis, course=make.edition(cast.timis).course, capacity=9, day=50)
    make.place(wife, make.coming(cast.timis, course=other.course, day=60))
    page = upload(doru, other, *rows, organisation=lugoj, follow=True)
    done = main(doru.post(page.redirect_chain[-1][0], follow=True))
    assert done.count("Zoe Pereche cannot enrol here.") == 2
    assert list(other.enrolments.values_list("person__given_name", flat=True)) == ["Om"]
