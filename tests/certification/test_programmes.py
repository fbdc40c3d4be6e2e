"""Programmes: what the law asks, and which courses lead there. Only who manages programmes may look and choose."""

import io
import json
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext
from pypdf import PdfReader

from certification import credentials
from certification.actions import documents
from certification.actions.certificates import issue
from certification.actions.programmes import set_courses, set_paper_name
from certification.models import Certificate, Programme, ProgrammeCourse
from certification.programme_queries import programmes_with_rules
from people.actions.presets import load_preset
from people.models import AuditEvent
from people.presets import files
from tests.factories import certification as make
from tests.factories import courses
from tests.factories import people as make_people

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(f"certification:{name}", args=args)


def test_exactly_the_chosen_courses_lead_to_it_and_the_change_is_on_record(cast):
    one, two = courses.course(), courses.course()
    programme = make.programme(courses=(one,))
    assert set_courses(programme=programme, courses=[two], by=cast.adm) is True
    assert list(programme.courses.values_list("pk", flat=True)) == [two.pk]
    event = AuditEvent.objects.about(programme).first()
    assert (event.verb, event.data) == (
        "programme.courses",
        {"before": [one.pk], "after": [two.pk]},
    )


def test_the_same_choice_again_changes_nothing(cast):
    course = courses.course()
    programme = make.programme(courses=(course,))
    assert set_courses(programme=programme, courses=[course], by=cast.adm) is False
    assert not AuditEvent.objects.about(programme).exists()


def test_a_translated_page_stands_for_the_course_as_it_was_written(cast):
    source = courses.course()
    translated = courses.course(language="uk", translation_of=source)
    programme = make.programme()
    set_courses(programme=programme, courses=[translated], by=cast.adm)
    assert ProgrammeCourse.objects.get(programme=programme).course_id == source.pk


@pytest.mark.parametrize(
    "who", ["ana", "ion", "mara", "nour", "vera", "quin", "doru", "petar", "olga"]
)
def test_nobody_else_may_choose_or_look(cast, who):
    user, programme = getattr(cast, who), make.programme()
    with pytest.raises(PermissionDenied):
        set_courses(programme=programme, courses=[], by=user)
    browser = cast.browser(user, language="en")
    assert browser.get(url("programmes")).status_code == 404
    assert browser.post(url("programme-courses", programme.pk), {}).status_code == 404


def test_a_programme_is_not_a_countys_to_change(cast):
    """Which courses lead to a certificate holds in every county."""
    course = courses.course()
    programme = make.programme(courses=(course,))
    local = make_people.staff(cast.timis, "administrator")
    with pytest.raises(PermissionDenied):
        set_courses(programme=programme, courses=[], by=local)
    browser, top = (cast.browser(user, language="en") for user in (local, cast.adm))
    for page in (url("programmes"), url("programme-courses", programme.pk)):
        assert browser.get(page).status_code == browser.post(page, {}).status_code == 404
    assert list(programme.courses.values_list("pk", flat=True)) == [course.pk]
    menus = [one.get("/en/me/").content.decode() for one in (browser, top)]
    assert [url("programmes") in menu for menu in menus] == [False, True]


def test_the_list_shows_the_rule_in_force_and_says_when_there_is_none(
    cast, django_assert_max_num_queries
):
    make.programme(cast.carer, code="a", rule=False)
    asked = make.programme(cast.carer, code="b", rule=False)
    make.rule_version(asked, date(2010, 1, 1), date(2020, 1, 1), legal_basis={"en": "Old act"})
    make.rule_version(asked, date(2020, 1, 1), legal_basis={"en": "New act"})
    page = cast.browser(cast.adm, language="en").get(url("programmes")).content.decode()
    assert "New act" in page
    assert "Old act" not in page
    assert "No rule is in force today" in page
    assert [line.version is None for line in programmes_with_rules("ro")] == [True, False]
    with django_assert_max_num_queries(4):
        programmes_with_rules("ro")


def test_choosing_on_the_page(cast):
    course, programme = courses.course("Primii pași"), make.programme()
    browser = cast.browser(cast.adm, language="en")
    assert "Primii pași" in browser.get(url("programme-courses", programme.pk)).content.decode()
    answer = browser.post(url("programme-courses", programme.pk), {"courses": [course.pk]})
    assert answer.url == url("programme", programme.pk)
    assert list(programme.courses.all()) == [course]


def test_a_course_that_is_none_is_refused_and_nothing_changes(cast):
    course = courses.course()
    programme = make.programme(courses=(course,))
    answer = cast.browser(cast.adm, language="en").post(
        url("programme-courses", programme.pk), {"courses": [10**6]}
    )
    assert answer.status_code == 200
    assert list(programme.courses.all()) == [course]


# What its certificate is called


NAMES = {"ro": "Certificat de participare", "uk": "Довідка про проходження курсу", "ar": "شهادة اجتياز"}  # fmt: skip


def issued(cast, training, language: str = "ro") -> Certificate:
    who = cast.vasile
    return issue(enrolment=training.completed(who), programme=training.programme, language=language)


@pytest.mark.parametrize(
    ("language", "title"),
    [("ro", NAMES["ro"]), ("uk", NAMES["uk"]), ("ar", NAMES["ar"]), ("bg", "Сертификат"), ("en", "Certificate")],
)  # fmt: skip
def test_the_paper_bears_that_name_in_its_own_language_and_never_in_another(
    cast, training, language, title
):
    set_paper_name(programme=training.programme, names=NAMES, by=cast.adm)
    training.programme.refresh_from_db()
    made = issued(cast, training, language)
    said = made.content.snapshot["title"]
    with translation.override(language):
        plain = pgettext("title of the paper", "Certificate")
    assert said == (title if language in NAMES else plain)
    text = PdfReader(io.BytesIO(documents.printed(made))).pages[0].extract_text()
    assert said in text or language == "ar"  # what is read out of Arabic papers is in another order
    credential = json.loads(credentials.file(made, "credential.json") or b"")
    assert credential["name"] == f"{said} {made.number}"


def test_what_was_issued_keeps_the_name_that_it_bears(cast, training):
    made = issued(cast, training)
    before = documents.printed(made)
    set_paper_name(programme=training.programme, names={"ro": "Adeverință"}, by=cast.adm)
    again = Certificate.objects.get(pk=made.pk)
    assert documents.printed(again) == before
    assert again.content.snapshot["title"] != "Adeverință"


def test_each_country_calls_it_as_its_preset_says(cast):
    """«Certificat de participare» in Moldova, «довідка» in Ukraine: not one word for all."""
    called = {}
    for country in ("ro", "md", "ua", "bg", "eg"):
        load_preset(country=country, by=None)
        for fact in files.read(f"{country}/programmes.json")["programmes"]:
            found = Programme.objects.get(code=fact["code"]).paper_name
            assert dict(found) == fact["certificate"]["names"]
            assert all(len(name) <= 60 for name in found.values())
            called[country] = found["ar"]
    assert len(set(called.values())) > 3


def test_a_name_that_was_set_by_hand_is_kept_by_a_later_load(cast):
    load_preset(country="md", by=None)
    mine = Programme.objects.get(code="md.parinte-educator")
    set_paper_name(programme=mine, names={"ro": "Adeverință"}, by=cast.adm)
    load_preset(country="md", by=None)
    mine.refresh_from_db()
    assert mine.paper_name == {"ro": "Adeverință"}


@pytest.mark.parametrize("who", ["ana", "ion", "mara", "nour", "vera", "quin", "doru", "petar"])
def test_nobody_else_may_name_it(cast, who):
    user, programme = getattr(cast, who), make.programme()
    with pytest.raises(PermissionDenied):
        set_paper_name(programme=programme, names={"ro": "X"}, by=user)
    path = url("programme-paper-name", programme.pk)
    assert cast.browser(user).post(path, {"names_0": "X"}).status_code == 404
    programme.refresh_from_db()
    assert programme.paper_name == {}


def test_named_on_its_page_with_a_line_in_the_trail_and_once(cast):
    programme, browser = make.programme(), cast.browser(cast.adm, language="en")
    path = url("programme-paper-name", programme.pk)
    page = browser.get(path).content.decode()
    boxes = re.findall(r'<input type="text" name="(names_\w+)"', page)
    assert len(boxes) == 5
    sent = dict.fromkeys(boxes, "") | {boxes[0]: "  Certificate of   participation "}
    for _time in range(2):
        answer = browser.post(path, sent, follow=True).content.decode()
        assert "The name is saved." in answer and "Certificate of participation" in answer
    programme.refresh_from_db()
    assert list(programme.paper_name.values()) == ["Certificate of participation"]
    (event,) = AuditEvent.objects.about(programme)
    assert (event.verb, event.data["before"]) == ("programme.paper_name", {})


@pytest.mark.parametrize(
    ("name", "words"),
    [("Certificat 🎓", "Papers cannot show «🎓»"), ("证书", "Papers cannot show"), ("X" * 61, "at most 60 characters")],
    ids=["a picture", "other letters", "too long"],
)  # fmt: skip
def test_a_name_that_no_paper_could_bear_is_refused_in_words_and_kept_in_the_form(
    cast, name, words
):
    programme, browser = make.programme(), cast.browser(cast.adm, language="en")
    path = url("programme-paper-name", programme.pk)
    page = browser.get(path).content.decode()
    (box, *_others) = re.findall(r'<input type="text" name="(names_\w+)"', page)
    answer = browser.post(path, {box: name}).content.decode()
    assert words in answer and name in answer
    programme.refresh_from_db()
    assert programme.paper_name == {}
