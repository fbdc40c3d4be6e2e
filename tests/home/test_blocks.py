"""The pieces that pages are built from, as a reader gets them."""

import gc
import json

import pytest
from wagtail.images.tests.utils import get_test_image_file

from home.blocks import BodyBlock, helpline_choices
from home.models import SiteImage
from people.models import Helpline
from tests.factories import courses, people

BODY = BodyBlock()


@pytest.fixture(autouse=True)
def line(db):
    names = {"ro": "Linia", "en": "The line", "uk": "Лінія", "bg": "Линия", "ar": "الخط"}
    return Helpline.objects.create(
        jurisdiction=people.jurisdiction(), code="ro.line", number="0800 12 34", name=names
    )


def render(kind, value):
    stream = BODY.to_python([{"type": kind, "value": value, "id": "b1"}])
    return " ".join(stream.render_as_block().split())


def test_a_heading_stands_below_the_title_of_the_page():
    assert "<h2>Primele <b>zile" not in render("heading", "Primele <b>zile</b>")
    assert "<h2>Primele zile</h2>" in render("heading", "Primele zile")


def test_a_paragraph_keeps_what_the_editor_may_write():
    text = render("paragraph", '<p><b>Da</b> <a href="tel:112">112</a></p>')
    assert '<div class="prose"><p><b>Da</b> <a href="tel:112">112</a></p></div>' in text


@pytest.mark.parametrize(
    ("tone", "css"),
    [("tip", "callout-positive"), ("warning", "callout-warning"), ("note", "callout")],
)
def test_a_callout_has_its_tone_and_perhaps_a_title(tone, css):
    titled = render("callout", {"tone": tone, "title": "Rețineți", "text": "<p>Text</p>"})
    assert css in titled and "<h3>Rețineți</h3>" in titled and "<p>Text</p>" in titled
    assert "<h3" not in render("callout", {"tone": tone, "title": "", "text": "<p>Text</p>"})


def test_a_case_folds_its_hint_and_does_without():
    case = {
        "title": "Un caz",
        "text": "<p>Text</p>",
        "question": "De ce?",
        "hint": "<p>Fiindcă.</p>",
    }
    text = render("case", case)
    assert "<details" in text and "Fiindcă." in text and "De ce?" in text
    assert "<details" not in render("case", {**case, "hint": ""})


def test_a_helpline_is_always_the_current_number(line):
    line.number = "0800 99 99"
    line.save()
    text = render("helpline", {"code": "ro.line"})
    assert 'href="tel:08009999"' in text and "0800 99 99" in text


def test_a_helpline_that_is_gone_leaves_nothing_behind():
    assert "tel:" not in render("helpline", {"code": "ro.other"})


def test_the_editor_chooses_among_the_helplines_of_the_country(line):
    assert helpline_choices() == [("ro.line", str(line))]


@pytest.mark.filterwarnings(
    "ignore:Unclosed file:ResourceWarning"
)  # Wagtail leaves its rendition's open
def test_a_picture_has_words_for_those_who_do_not_see_it():
    image = SiteImage.objects.create(title="Casă", file=get_test_image_file(), credit="")
    value = {
        "image": {"image": image.pk, "alt_text": "O casă cu lumină", "decorative": False},
        "caption": "Acasă",
    }
    text = render("picture", value)
    assert 'alt="O casă cu lumină"' in text and "<figcaption>Acasă</figcaption>" in text
    assert 'alt=""' in render(
        "picture", {**value, "image": {**value["image"], "decorative": True}, "caption": ""}
    )
    gc.collect()  # here, where the warning is expected


def test_text_of_an_editor_is_never_code():
    text = render(
        "case", {"title": "<script>x</script>", "text": "", "question": "<i>?</i>", "hint": ""}
    )
    assert "<script>" not in text and "<i>" not in text


def test_names_of_blocks_are_stored_in_pages_and_stay():
    assert list(BODY.child_blocks) == [
        "heading",
        "paragraph",
        "callout",
        "case",
        "helpline",
        "picture",
    ]


def test_a_page_with_all_blocks_opens(line):
    blocks = [
        {"type": "heading", "value": "Titlu", "id": "b1"},
        {"type": "helpline", "value": {"code": "ro.line"}, "id": "b2"},
    ]
    home = courses.home_page()
    home.body = json.dumps(blocks)
    home.save()
    text = people.signed_in(None).get(home.url).content.decode()
    assert "<h2>Titlu</h2>" in text
    assert 'href="tel:08001234"' in text
