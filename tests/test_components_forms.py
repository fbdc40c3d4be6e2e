"""Forms speak the patterns of quality.md: labels, hints, errors in words, optional fields marked, no asterisks."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.utils import translation

from tests.rendering import Elements, render

ROOT = Path(__file__).resolve().parent.parent


class DateBoxes(forms.MultiWidget):
    template_name = "components/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__([forms.TextInput({"inputmode": "numeric"}) for _ in range(3)])

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateBoxField(forms.MultiValueField):
    widget = DateBoxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([forms.IntegerField() for _ in range(3)], **kwargs)

    def compress(self, data_list: list[Any]) -> list[Any]:
        return data_list


class Everything(forms.Form):
    name = forms.CharField(label="Family name", help_text="As in your papers")
    mail = forms.EmailField(label="E-mail", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    born = DateBoxField(label="Born")
    agree = forms.BooleanField(label="I agree")
    hidden = forms.CharField(widget=forms.HiddenInput, initial="kept")


class TestForm:
    def html(self, data: dict[str, str] | None = None) -> str:
        with translation.override("en"):
            return str(Everything(data))

    def test_each_visible_field_has_a_label_of_its_own(self) -> None:
        page = Elements(self.html())
        labelled = {label.get("for") for label in page.all("label")}
        boxes = [i for i in page.all("input") if i["type"] != "hidden"]
        assert len(boxes) == 8
        assert {box["id"] for box in boxes} <= labelled

    def test_groups_are_fieldsets_with_a_legend(self) -> None:
        page = Elements(self.html())
        assert len(page.all("fieldset")) == len(page.all("legend")) == 2

    def test_only_optional_fields_are_marked_and_nothing_has_an_asterisk(self) -> None:
        html = self.html()
        assert html.count("(optional)") == 1
        assert "*" not in html

    def test_hint_is_tied_to_its_input(self) -> None:
        page = Elements(self.html())
        named = next(i for i in page.all("input") if i.get("name") == "name")
        assert named["aria-describedby"] == "id_name_helptext"
        assert "id_name_helptext" in page.ids()

    def test_hidden_fields_are_kept(self) -> None:
        assert '<input type="hidden" name="hidden" value="kept"' in self.html()

    def test_no_summary_without_errors(self) -> None:
        assert "error-summary" not in self.html()
        assert "error-summary" not in self.html(
            {
                "name": "A",
                "kind": "a",
                "born_0": "1",
                "born_1": "2",
                "born_2": "3",
                "agree": "on",
                "hidden": "x",
            }
        )

    def test_summary_repeats_the_words_and_leads_to_each_field(self) -> None:
        html = self.html({"mail": "no"})
        page = Elements(html)
        targets = [a["href"] for a in page.all("a")]
        assert targets == ["#id_name", "#id_mail", "#id_kind_0", "#id_born_0", "#id_agree"]
        assert {target[1:] for target in targets if target} <= set(page.ids())
        assert html.count("Enter a valid email address.") == 2
        assert 'role="alert"' in html

    def test_values_stay_and_errors_are_tied_to_their_input(self) -> None:
        page = Elements(self.html({"mail": "no"}))
        mail = next(i for i in page.all("input") if i.get("name") == "mail")
        assert mail["value"] == "no"
        assert mail["aria-invalid"] == "true"
        assert mail["aria-describedby"] == "id_mail_error"
        group = page.all("fieldset")[0]
        assert group["aria-describedby"] == "id_kind_error"

    def test_no_id_twice(self) -> None:
        ids = Elements(self.html({})).ids()
        assert len(ids) == len(set(ids))

    def test_errors_of_the_whole_form_stand_in_the_summary(self) -> None:
        form = Everything({})
        form.add_error(None, "The course is full.")
        assert "The course is full." in str(form)

    def test_date_boxes_are_day_month_year(self) -> None:
        assert re.search(r"Day</label>.*Month</label>.*Year</label>", self.html(), re.S)

    def test_the_frame_has_novalidate_and_names_the_act(self) -> None:
        html = render("form", form=Everything(), submit="Enrol", cancel_href="/back/")
        form = Elements(html).all("form")[0]
        assert "novalidate" in form
        assert form["method"] == "post"
        assert "<span>Enrol</span>" in html
        assert "Cancel" in html

    def test_files_change_the_encoding(self) -> None:
        class WithFile(forms.Form):
            sheet = forms.FileField(label="List")

        assert 'enctype="multipart/form-data"' in render("form", form=WithFile(), submit="Check")
        assert "multipart" not in render("form", form=Everything(), submit="Check")


class TestControls:
    def test_a_button_is_a_link_when_it_leads_somewhere(self) -> None:
        assert render("button", text="Go", href="/x/", kind="secondary").startswith(
            '<a href="/x/" class="button button-secondary"'
        )
        assert render("button", text="Go", name="act", value="go").startswith(
            '<button type="submit" name="act" value="go"'
        )

    def test_tabs_mark_the_current_one(self) -> None:
        html = render(
            "tabs",
            label="Standing",
            items=[
                {"text": "All", "href": "/", "count": 0},
                {"text": "Valid", "href": "/v", "current": True},
            ],
        )
        assert html.count('aria-current="page"') == 1
        assert '<span class="count">0</span>' in html

    def test_radios_without_a_form(self) -> None:
        html = render(
            "radios",
            legend="Which?",
            name="q",
            options=[{"value": 1, "text": "One"}],
            hint="Choose",
            error="Choose one",
        )
        assert 'aria-describedby="id_q_helptext id_q_error"' in html
        assert 'id="id_q_error"' in html

    def test_the_code_box_lets_the_phone_fill_it(self) -> None:
        html = render("code_input", label="Code", name="code")
        assert 'autocomplete="one-time-code"' in html
        assert 'inputmode="numeric"' in html
        assert "maxlength" not in html

    def test_upload_offers_its_template(self) -> None:
        html = render(
            "file_upload",
            name="f",
            label="List",
            template_href="/t.xlsx",
            template_text="Empty list",
            error="Empty file",
        )
        assert 'href="/t.xlsx" download' in html
        assert 'aria-invalid="true"' in html

    def test_a_bare_date(self) -> None:
        html = render(
            "date_input", legend="Born", name="b", day=1, month=2, year=1984, autocomplete=True
        )
        assert [re.search(rf'name="b_{i}"[^>]*value="(\d+)"', html)[1] for i in range(3)] == [
            "1",
            "2",
            "1984",
        ]
        assert 'autocomplete="bday-year"' in html

    @pytest.mark.parametrize("active", [0, 2])
    def test_filters_open_when_some_are_set(self, active: int) -> None:
        html = render("filters", form=Everything(), active=active, clear_href="?")
        assert ('<details class="filters" data-filters open' in html) is bool(active)
        assert ("Clear filters" in html) is bool(active)
        assert "(optional)" not in html


def test_what_one_block_names_no_other_block_knows() -> None:
    """A name made by `as` ends with its block: the way back of six forms was lost so, without a word."""
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        blocks = re.split(r"{% block \w+ %}", path.read_text())
        for block in blocks:
            for name in re.findall(r"\b(?:cancel_href|href)=(\w+)\b", block):
                made = f" as {name} %}}"
                if made not in block and any(made in other for other in blocks):
                    wrong.append(f"{path.name}: {name}")
    assert not wrong
