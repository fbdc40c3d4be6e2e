"""The pages of layouts: a form with a sample, with and without JavaScript; other counties are 404."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certification.designs import design_of
from certification.models import Layout, Logo
from tests.cast import Cast
from tests.factories import certification as proof

from .conftest import Training


@pytest.fixture
def desk(cast: Cast, training: Training):
    """The administrator's browser at the layout of Timiș, and what the form holds."""
    browser = cast.browser(cast.adm, language="en")
    return browser, reverse("certification:layout", args=[training.authority.pk])


def entered(**changes) -> dict:
    values = {
        "shown": ["hours", "period"], "second_language": "en", "name_1": "Ioana Exemplu", "post_1_ro": "Director",
        "is_automatic": "on", "step": "save",
    }  # fmt: skip
    return {**values, **changes}


def upload(data: bytes, name: str = "logo.png") -> dict:
    return {"picture": SimpleUploadedFile(name, data), "step": "upload"}


def test_the_form_shows_what_is_set_and_a_sample(desk) -> None:
    browser, address = desk
    text = browser.get(address).content.decode()
    assert 'src="data:image/png;base64,' in text and 'value="Maria Radu"' in text
    assert text.count("checked") >= 5 and 'hx-post="' in text


def test_saving(desk, training: Training) -> None:
    browser, address = desk
    answer = browser.post(address, entered(asks_second_person="on"), follow=True)
    assert "The layout is saved" in answer.content.decode()
    design = design_of(training.authority)
    assert design.shown == ("hours", "period") and design.second_language == "en"
    assert [(name, dict(post)) for name, post in design.signatories] == [
        ("Ioana Exemplu", {"ro": "Director"})
    ]
    training.authority.refresh_from_db()
    assert training.authority.asks_second_person and training.authority.is_automatic


def test_a_sample_without_javascript_saves_nothing(desk, training: Training) -> None:
    browser, address = desk
    text = browser.post(address, entered(step="sample")).content.decode()
    assert 'value="Ioana Exemplu"' in text and 'src="data:image/png' in text
    assert not Layout.objects.exists()


def test_the_live_sample_follows_the_form(desk, training: Training) -> None:
    browser, address = desk
    one = browser.post(f"{address}sample/", entered()).content.decode()
    other = browser.post(f"{address}sample/", entered(name_1="Mihai Model")).content.decode()
    assert one != other and "<form" not in one and not Layout.objects.exists()


def test_the_sample_as_a_file(desk) -> None:
    browser, address = desk
    answer = browser.get(f"{address}sample.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name_2": "", "post_2_en": "Trainer"}, "Enter the name of who holds this post."),
        ({"name_1": "Ana 😀"}, "Papers cannot show «😀»"),
        ({"shown": ["secret"]}, "secret is not one of the available choices"),
        ({"second_language": "ro"}, "ro is not one of the available choices"),
        ({"name_1": "x" * 161}, "at most 160 characters"),
    ],
    ids=["post-alone", "emoji", "unknown-fact", "own-language", "long"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk, training: Training, changes: dict, words: str
) -> None:
    browser, address = desk
    text = browser.post(address, entered(post_1_ro="Șefa", **changes)).content.decode()
    assert words in text and 'value="Șefa"' in text
    assert not Layout.objects.exists()


def test_an_emoji_in_the_live_sample_is_no_error(desk) -> None:
    browser, address = desk
    answer = browser.post(f"{address}sample/", entered(name_1="Ana 😀"))
    assert answer.status_code == 200 and "Papers cannot show «😀»" in answer.content.decode()


def test_a_logo_comes_and_goes(desk, training: Training) -> None:
    browser, address = desk
    answer = browser.post(f"{address}logo/", upload(proof.logo_png()), follow=True)
    assert "The logo is saved." in answer.content.decode()
    assert Layout.objects.get().logo_id == Logo.objects.get().pk
    answer = browser.post(f"{address}logo/", {"step": "remove"}, follow=True)
    assert "The logo was removed." in answer.content.decode()
    assert Layout.objects.get().logo is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "This is no picture"),
        (b"", "The file is empty."),
        (b"x" * (4 * 2**20 + 1), "larger than 4 megabytes"),
        (proof.logo_png()[:-40], "damaged"),
    ],
    ids=["pdf", "empty", "heavy", "cut"],
)
def test_a_bad_picture_is_refused_in_words(desk, data: bytes, words: str) -> None:
    browser, address = desk
    answer = browser.post(f"{address}logo/", upload(data))
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not Logo.objects.exists()


def test_no_file_at_all(desk) -> None:
    browser, address = desk
    assert (
        "Choose a picture." in browser.post(f"{address}logo/", {"step": "upload"}).content.decode()
    )


def test_the_list_names_the_institutions_that_one_sets_up(cast: Cast, training: Training) -> None:
    text = (
        cast.browser(cast.adm, language="en")
        .get(reverse("certification:authorities"))
        .content.decode()
    )
    assert "DGASPC Timiș" in text and re.search(r"authorities/\d+/layout/", text)
    assert cast.browser(cast.ion).get(reverse("certification:authorities")).status_code == 404
