"""The components keep their list, stay clean, and say things in words, signs and order."""

import re
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.rendering import render

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
HELPERS = {"field_notes", "bare_notes"}  # parts of other components, not called by pages
# Mail programs know no style sheets: their HTML carries its styles inline
PAGES = sorted(page for page in TEMPLATES.rglob("*.html") if "notifications" not in page.parts)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_are_short_and_clean(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 150
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*(?:\bsrc=|application/json))", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_component_says_what_it_takes(path: Path) -> None:
    assert path.read_text().startswith("{% comment %}")


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_component_stands_in_the_list_and_in_the_gallery(path: Path) -> None:
    if path.stem in HELPERS:
        return
    assert f"| {path.stem} |" in (TEMPLATES / "components" / "README.md").read_text()
    used = "".join(p.read_text() for p in TEMPLATES.rglob("*.html") if p != path)
    assert f"components/{path.stem}.html" in used


def test_every_listed_component_exists() -> None:
    listed = re.findall(
        r"^\| ([a-z_]+) \|", (TEMPLATES / "components" / "README.md").read_text(), re.M
    )
    assert len(listed) > 30
    assert set(listed) <= {path.stem for path in COMPONENTS}


@pytest.mark.parametrize("code", ["403", "403_csrf", "404", "429", "500", "offline"])
def test_error_pages_stand_when_nothing_else_does(code: str) -> None:
    """No context processor, no request, no database: what is known to fail is what these pages are shown for."""
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert '<html lang="en" dir="ltr">' in html
    assert " – Tutela</title>" in html
    assert "site-footer" in html


@pytest.mark.parametrize(
    ("language", "direction"), [("ro", "ltr"), ("uk", "ltr"), ("bg", "ltr"), ("ar", "rtl")]
)
def test_pages_say_their_language_and_direction(language: str, direction: str) -> None:
    with translation.override(language):
        assert f'<html lang="{language}" dir="{direction}">' in render_to_string("404.html")
        assert f'<html lang="{language}" dir="{direction}" data-theme="light">' in render_to_string(
            "letter.html"
        )


def test_the_header_shows_what_the_context_gives_and_nothing_else() -> None:
    context = {
        "site_name": "Tutela",
        "nav_items": [{"text": "Courses", "url": "/c/", "current": True}],
        "languages": [{"code": "ar", "name": "العربية", "url": "/ar/", "current": False}],
        "sign_in_url": "/in/",
        "helplines": [{"name": "Line", "number": "0800 1", "tel": "+408001"}],
        "footer_links": [{"text": "Privacy", "url": "/p/"}],
        "support": {"name": "DGASPC", "phone": "0256 1", "tel": "+402561", "email": "a@b.example"},
    }
    html = render_to_string("404.html", context)
    assert html.count('href="/c/" aria-current="page"') == 2
    assert 'lang="ar" dir="rtl"' in html
    assert 'href="/in/"' in html
    assert "Sign out" not in html
    assert {"tel:+408001", "tel:+402561"} <= set(re.findall(r'href="(tel:[^"]+)"', html))
    signed_in = render_to_string(
        "404.html", context | {"account": {"name": "Ana", "sign_out_url": "/out/"}}
    )
    assert 'action="/out/"' in signed_in
    assert 'href="/in/"' not in signed_in


class TestTellings:
    @pytest.mark.parametrize(
        ("tone", "sign"),
        [
            ("positive", "check"),
            ("warning", "clock"),
            ("negative", "cross"),
            ("info", "half"),
            ("", "ring"),
        ],
    )
    def test_a_tag_has_a_sign_and_words_and_is_no_link(self, tone: str, sign: str) -> None:
        html = render("tag", text="Valid", tone=tone)
        assert f"#{sign}" in html
        assert "Valid" in html
        assert "<a" not in html

    def test_words_are_escaped(self) -> None:
        assert "<b>" not in render("tag", text="<b>x</b>")
        assert "<b>" not in render("status_panel", title="<b>", text="<b>", tone="positive")

    @pytest.mark.parametrize(
        ("level", "kind"),
        [
            ("success", "success"),
            ("error", "problem"),
            ("warning", "problem"),
            ("info", "info"),
            ("", "info"),
        ],
    )
    def test_banner_understands_the_levels_of_messages(self, level: str, kind: str) -> None:
        assert f"banner-{kind}" in render("notification_banner", text="Saved", kind=level)

    def test_help_line_can_be_dialled(self) -> None:
        html = render("helpline", helplines=[{"name": "Line", "number": "0800 500 333"}])
        assert 'href="tel:0800500333"' in html
        assert '<bdi dir="ltr">0800 500 333</bdi>' in html

    def test_progress_is_words_and_a_bar(self) -> None:
        html = render("progress", value=3, max=5, text="3 of 5 lessons", missing="test")
        assert '<progress value="3" max="5"' in html
        assert "Still to do: test" in html

    def test_empty_state_has_one_action(self) -> None:
        html = render(
            "empty_state", title="None", text="Why", action_text="Find", action_href="/x/"
        )
        assert html.count("<a ") == 1
        assert "<a " not in render("empty_state", title="None", text="Why")

    def test_an_icon_is_silent_unless_it_has_words(self) -> None:
        assert 'aria-hidden="true"' in render("icon", name="check")
        assert 'aria-label="Done"' in render("icon", name="check", label="Done")
        assert "icon-directional" in render("icon", name="back")
        assert "icon-directional" not in render("icon", name="clock")


class TestLists:
    def test_tasks_that_cannot_start_are_no_links(self) -> None:
        tasks = [
            {"title": "Read", "href": "/r/", "status": "todo"},
            {"title": "Test", "status": "blocked"},
        ]
        html = render("task_list", tasks=tasks)
        assert html.count("<a ") == 1
        assert "Cannot start yet" in html
        assert "To do" in html

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("completed", "Completed"),
            ("progress", "In progress"),
            ("problem", "There is a problem"),
        ],
    )
    def test_task_states_have_words(self, status: str, words: str) -> None:
        assert words in render(
            "task_list", tasks=[{"title": "Read", "href": "/r/", "status": status}]
        )
        assert "Own words" in render(
            "task_list",
            tasks=[{"title": "R", "href": "/", "status": status, "status_text": "Own words"}],
        )

    def test_change_links_say_what_they_change(self) -> None:
        rows = [
            {
                "key": "Name",
                "value": "Ana",
                "actions": [{"text": "Change", "href": "/n/", "hidden": "name"}],
            }
        ]
        assert 'Change<span class="visually-hidden"> <bdi>name</bdi></span>' in render(
            "summary_list", rows=rows
        )

    def test_table_says_its_sorting_and_brings_labels_to_phones(self) -> None:
        html = render(
            "table",
            caption="People",
            columns=[{"text": "Name", "href": "?o=n", "sort": "ascending"}, {"text": "County"}],
            rows=[
                {"cells": [{"text": "Ana", "header": True}, {"label": "County", "text": "Cluj"}]}
            ],
        )
        assert 'aria-sort="ascending"' in html
        assert 'data-label="County"' in html
        assert "<caption>People</caption>" in html
        assert 'scope="row"' in html

    @pytest.mark.parametrize(
        ("number", "shown"),
        [(1, ["1", "2", "…", "13"]), (2, ["1", "2", "3", "…", "13"]),
         (3, ["1", "2", "3", "4", "…", "13"]), (6, ["1", "…", "5", "6", "7", "…", "13"]),
         (11, ["1", "…", "10", "11", "12", "13"]),
         (13, ["1", "…", "12", "13"])],
    )  # fmt: skip
    def test_pages_are_numbered_with_gaps_and_keep_the_query(
        self, number: int, shown: list[str]
    ) -> None:
        request = RequestFactory().get("/people/", {"q": "ana", "page": number})
        html = render("pagination", http=request, page=Paginator(range(612), 50).page(number))
        words = re.findall(r"(?:Page </span>|gap\">)(\d+|…)<", html)
        assert words == shown
        assert all("q=ana" in link for link in re.findall(r'<a[^>]* href="([^"]+)"', html))
        assert ('rel="prev"' in html) is (number > 1)
        assert ('rel="next"' in html) is (number < 13)

    def test_one_page_needs_no_pagination(self) -> None:
        assert render("pagination", page=Paginator(range(3), 50).page(1)) == ""

    def test_two_pages(self) -> None:
        request = RequestFactory().get("/")
        html = render("pagination", http=request, page=Paginator(range(60), 50).page(2))
        assert re.findall(r"Page </span>(\d+)<", html) == ["1", "2"]

    def test_roll_row_names_the_person_in_its_legend(self) -> None:
        options = [
            {"value": "p", "text": "Present", "tone": "positive", "checked": True},
            {"value": "a", "text": "Absent"},
        ]
        html = render(
            "roll_row",
            name="Ana",
            field="roll_7",
            options=options,
            minutes_name="min_7",
            minutes_label="Minutes",
            minutes=90,
        )
        assert "<bdi>Ana</bdi></legend>" in html
        assert html.count("checked") == 1
        assert 'name="min_7" inputmode="numeric" value="90"' in html
