"""The site as the demo writes it: home, plain pages and courses in five languages, from the real texts and preset."""

import re
from html import unescape

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Page, ReferenceIndex, Site

from config.demo import pages
from courses.models import Catalogue, Course, Lesson, Module, Test
from courses.scoring import questions_of
from home import queries
from home.models import HomePage, InfoPage
from tests.courses import demo_texts
from tests.factories import people
from tests.rendering import Elements

LANGUAGES = ["en", "ro", "uk", "bg", "ar"]
every_language = pytest.mark.parametrize("language", LANGUAGES)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Written once for all tests here, and taken back after them; the courses as they were written, by name."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_preset", "ro", verbosity=0)
        yield pages.write(LANGUAGES)
        transaction.set_rollback(True)


def read(address, language, user=None, status=200):
    answer = people.signed_in(user, language=language).get(address)
    assert answer.status_code == status, (address, answer)
    return answer.content.decode()


def main_of(text):
    return text.split("<main")[1].split("</main>")[0]


def of(model, language):
    return model.objects.filter(locale__language_code=language)


@every_language
def test_the_home_page_says_what_this_is_in_the_words_of_the_language(site, language):
    words = pages.read(pages.TEXTS / f"{language}.json")["home"]
    text = unescape(read(f"/{language}/", language))
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}"' in text
    assert f"<h1>{words['heading']}</h1>" in text
    assert words["introduction"] in text
    assert f"<title>{words['title']} – " in re.sub(r"<title>\s+", "<title>", text)
    for block in words["body"]:
        assert block.get("text", "") in text


@every_language
def test_the_home_page_leads_to_the_courses_and_to_the_check(site, language):
    text = main_of(read(f"/{language}/", language))
    hrefs = [a.get("href") for a in Elements(text).all("a")]
    assert of(Catalogue, language).get().url in hrefs
    assert f"/{language}/verify/" in hrefs


def test_without_a_catalogue_the_home_page_offers_none(db):
    home = Page.objects.get(depth=1).add_child(
        instance=HomePage(title="H", slug="h", heading="H", introduction="I")
    )
    Site.objects.update(root_page=home)
    text = main_of(read("/en/", "en"))
    assert [a.get("href") for a in Elements(text.split('class="button-group"')[1]).all("a")][
        :1
    ] == ["/en/verify/"]


@every_language
def test_plain_pages_open_from_the_footer(site, language):
    words = pages.read(pages.TEXTS / f"{language}.json")["pages"]
    footer = read(f"/{language}/", language).split("<footer")[1]
    for info in words:
        page = of(InfoPage, language).get(slug=info["slug"])
        assert f'<a href="{page.url}">{info["title"]}</a>' in unescape(footer)
        text = unescape(read(page.url, language))
        assert info["introduction"] in text
        assert text.count("<h1") == 1
        for block in info["body"]:
            assert block.get("text", "") in text and block.get("title", "") in text


@every_language
def test_the_help_page_shows_the_helpline_and_the_emergency_call(site, language):
    page = of(InfoPage, language).get(footer_position=1)
    text = main_of(read(page.url, language))
    assert 'href="tel:112"' in text
    assert '<a class="tel" href="tel:0800500333"><bdi dir="ltr">0800 500 333</bdi></a>' in text


@every_language
def test_each_page_leads_to_itself_in_the_other_languages(site, language):
    for model, chosen in ((HomePage, {}), (InfoPage, {"footer_position": 2}), (Catalogue, {})):
        page = of(model, language).get(**chosen)
        twins = {
            p.locale.language_code: p.url
            for p in model.objects.filter(translation_key=page.translation_key)
        }
        assert set(twins) == set(LANGUAGES)
        links = Elements(read(page.url, language)).all("link")
        alternate = {
            link["hreflang"]: link["href"] for link in links if link.get("rel") == "alternate"
        }
        assert {
            code: alternate[code].endswith(url) for code, url in twins.items()
        } == dict.fromkeys(LANGUAGES, True)


@every_language
def test_links_inside_the_site_lead_somewhere(site, language):
    seen = set()
    for page in (
        Page.objects.live().filter(locale__language_code=language, depth__range=(2, 4)).specific()
    ):
        for a in Elements(read(page.url, language)).all("a"):
            href = a.get("href") or ""
            if href.startswith(f"/{language}/") and "/calendar" not in href:
                seen.add(href.split("?")[0])
    assert len(seen) > 15
    browser = people.signed_in(None, language=language)
    lost = [href for href in sorted(seen) if browser.get(href).status_code not in {200, 302}]
    assert lost == []


@every_language
def test_every_lesson_and_test_of_the_whole_course_opens(site, language):
    course = of(Course, language).get(translation_key=site["foster-initial"].key)
    text = pages.read(pages.COURSES / "foster-initial" / f"{language}.json")
    lessons = [lesson for module in text["modules"] for lesson in module["lessons"]]
    found = list(Lesson.objects.descendant_of(course).order_by("path"))
    assert [page.title for page in found] == [lesson["title"] for lesson in lessons]
    shown = unescape(read(course.url, language))
    assert text["summary"] in shown and text["audience_note"] in shown
    assert all(goal in shown for goal in text["objectives"])
    assert all(lesson["title"] in shown for lesson in lessons)
    first = unescape(read(found[0].url, language))
    for block in lessons[0]["blocks"]:
        for field in ("title", "text", "question", "hint"):
            assert block.get(field, "") in first
    test = Test.objects.child_of(course).get()
    assert [q.text for q in questions_of(test)] == [q["text"] for q in text["test"]["questions"]]
    assert text["test"]["intro"] in unescape(read(test.url, language))


def test_what_answers_and_progress_hang_on_is_the_same_in_all_languages(site):
    families = {}
    for model in (Lesson, Test, Module):
        for page in model.objects.filter(path__startswith=Page.objects.get(depth=1).path):
            families.setdefault(page.translation_key, []).append(page)
    whole = [family for family in families.values() if len(family) > 1]
    assert len(whole) == sum(1 + len(m["lessons"]) for m in _modules()) + 1
    for family in whole:
        assert len(family) == 5
        if isinstance(family[0], Test):
            marks = [
                [(q.id, q.kind, sorted(q.correct)) for q in questions_of(page)] for page in family
            ]
        else:
            marks = [[block.id for block in getattr(page, "body", [])] for page in family]
        assert all(mark == marks[0] for mark in marks)


def _modules():
    return demo_texts.read("foster-initial", "ro")["modules"]


@every_language
def test_a_course_whose_name_alone_is_translated_opens_and_shows_its_lessons(site, language):
    source = site["violence-early-signs"]
    course = of(Course, language).get(translation_key=source.key)
    text = unescape(read(course.url, language))
    assert course.title in text and course.summary in text
    first = Lesson.objects.descendant_of(source).order_by("path").first()
    marked = ' lang="ro" dir="ltr"' if language != "ro" else ""
    assert f'<a href="{first.url}"{marked}>{first.title}</a>' in text


def test_a_course_in_one_language_only_stands_in_every_catalogue(site):
    for language in LANGUAGES:
        titles = Course.objects.in_language_or_source(language).values_list("title", flat=True)
        assert len(titles) == 3
        assert site["sina-guide"].title in titles


def test_hours_audiences_and_topics_come_from_the_preset(site):
    course = site["foster-initial"]
    totals = {line["kind"]: line["minutes"] for line in course.hours_by_kind()}
    assert totals["theory"] + totals["online"] == 50 * 60 and totals["practice"] == 30 * 60
    assert [category.code for category in course.categories.all()] == ["ro.asistent-maternal"]
    assert course.topics.count() == len(
        pages.read(pages.COURSES / "foster-initial/meta.json")["topics"]
    )


def test_what_the_courses_refer_to_is_known_to_the_cms(site):
    topic = site["foster-initial"].topics.first()
    assert ReferenceIndex.get_references_to(topic).exists()


def test_wagtails_own_welcome_page_is_gone(site):
    assert Site.objects.get().root_page.specific == of(HomePage, "ro").get()
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_a_page_that_was_never_published_has_no_date(site):
    page = of(InfoPage, "en").first()
    assert "2" in main_of(read(page.url, "en")).rsplit("small", 1)[1]
    page.last_published_at = None
    page.save()
    assert 'class="muted small"' not in main_of(read(page.url, "en"))


def test_the_footer_shows_what_has_a_place_there_in_its_order(site):
    titles = [link["text"] for link in queries.footer_pages("en")]
    assert titles == ["Help", "Accessibility statement", "Privacy notice"]
    assert queries.footer_pages("xx") == []


def test_no_page_is_translated_of_nothing(site):
    assert queries.translations_of(None) == {}
    page = of(InfoPage, "uk").get(footer_position=3)
    page.unpublish()
    assert set(queries.translations_of(page)) == set(LANGUAGES) - {"uk"}
