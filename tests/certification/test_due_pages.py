"""The pages of «What is next»: tick, look, press; and what another county's officer gets of all that."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from certification.due import due_counts
from certification.models import DueNotice, DueRun
from certification.queries import Filters
from notifications.models import Message
from tests.certification.due_world import carer
from tests.factories import training
from training.models import Enrolment

DAY = date(2026, 3, 12)
NEXT = "/en/standing/next/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def ticked(people) -> str:
    return urlencode([("person", one.pk) for one in people])


def hidden(text: str, form: str = "") -> dict[str, list[str]]:
    """The hidden fields of the first form that goes to that address."""
    body = next(part for part in re.findall(r"<form.*?</form>", text, re.S) if form in part)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', body):
        found.setdefault(name, []).append(value)
    return found


def test_the_list_names_kinds_that_lead_to_their_people(cast, programme, eight):
    browser = cast.browser(cast.ion)
    text = browser.get(NEXT).content.decode()
    assert "Popa0, Om" in text and "Mureșan" not in text
    tiles = re.findall(r'class="value">(\d+)</span>\s*<span class="label"><a href="([^"]+)"', text)
    for number, href in tiles:
        page = browser.get(NEXT + href.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'name="person"', page)) == int(number)
    assert sum(int(number) for number, _href in tiles) == 10


def test_pages_of_fifty_and_all_that_fit(cast, programme):
    for number in range(55):
        carer(cast, programme, f"Rând{number:02}", DAY + timedelta(days=5))
    browser = cast.browser(cast.ion)
    first = browser.get(f"{NEXT}?kind=soon").content.decode()
    assert first.count('name="person"') == 50 and "All 55 people who fit" in first
    assert browser.get(f"{NEXT}?kind=soon&page=2").content.decode().count('name="person"') == 5
    chosen = browser.get(f"{NEXT}chosen/?kind=soon&all=1&programme={programme.pk}").content.decode()
    assert "55 people" in chosen
    assert len(hidden(chosen, "write")["person"]) == 55


def test_more_than_can_be_done_at_once(cast, programme, eight, monkeypatch):
    monkeypatch.setattr("certification.forms_due.MOST", 3)
    text = cast.browser(cast.ion).get(f"{NEXT}chosen/?all=1&kind=soon").content.decode()
    assert len(hidden(text, "write")["person"]) == 3 and "the first of the list" in text


def test_from_the_list_to_places(cast, programme, edition, eight):
    browser = cast.browser(cast.ion)
    text = browser.get(f"{NEXT}chosen/?{ticked(eight)}").content.decode()
    assert "Primii pași" in text and "10 places left" in text
    asked = f"{NEXT}nominate/?programme={programme.pk}&edition={edition.pk}&{ticked(eight)}"
    check = browser.get(asked).content.decode()
    assert check.count("tag-positive") == 8
    answer = browser.post(f"{NEXT}nominate/", hidden(check, "key"), follow=True)
    text = answer.content.decode()
    assert "8 people are nominated" in text and text.count("confirmed") == 8
    # Back and once more: the same page.
    again = browser.post(f"{NEXT}nominate/", hidden(check, "key"))
    assert again.url == answer.redirect_chain[0][0]
    assert Enrolment.objects.filter(edition=edition).count() == 8


def test_for_whom_no_place_is_free_the_planner_counts(cast, programme, eight):
    """From the people who were chosen to the planner of their programme, which has counted every one of them."""
    browser = cast.browser(cast.mara, language="en")
    text = browser.get(f"{NEXT}chosen/?programme={programme.pk}&{ticked(eight)}").content.decode()
    assert "No coming edition has a free place." in text
    href = re.search(r'href="(/en/demand/[^"]*)"', text)[1]
    page = browser.get(href.replace("&amp;", "&"))
    counts = due_counts(cast.mara, Filters(at=DAY, programme=programme.pk, within=90))
    assert page.context["programme"] == programme and page.context["free"] == 0
    assert page.context["due"] == page.context["missing"] == sum(counts.values()) >= len(eight)


def test_each_condition_is_explained_before_the_button(cast, programme, course, eight):
    held = training.coming(cast.timis, course=course, day=20)
    training.place(eight[0], held)
    open_one = training.coming(cast.timis, course=course, day=9, capacity=9)
    asked = f"{NEXT}nominate/?edition={open_one.pk}&{ticked(eight[:2])}"
    text = cast.browser(cast.ion).get(asked).content.decode()
    assert text.count("tag-negative") == 1 and text.count("tag-positive") == 1
    assert "Primii pași" in text and not Enrolment.objects.filter(edition=open_one).exists()


@pytest.mark.parametrize("asked", ["", "0", "x", "99999999999999999999999"])
def test_an_edition_that_is_not_offered_leads_back(cast, programme, eight, asked):
    browser = cast.browser(cast.ion)
    answer = browser.get(f"{NEXT}nominate/?edition={asked}&{ticked(eight[:1])}")
    assert answer.status_code == 302 and "/chosen/" in answer.url
    assert browser.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "person=x", "person=0", "person=99999999999999999999", "programme=x"]
)
def test_nobody_chosen_leads_back_to_the_list(cast, programme, query):
    answer = cast.browser(cast.ion).get(f"{NEXT}chosen/?{query}")
    assert answer.status_code == 302 and answer.url.startswith(NEXT)


def test_letters_for_four(cast, programme, eight):
    browser = cast.browser(cast.ion)
    text = browser.get(f"{NEXT}chosen/?{ticked(eight[:4])}").content.decode()
    assert "No postal address is on record for them" in text
    page = browser.post(
        f"{NEXT}write/", hidden(text, 'value="letters"'), follow=True
    ).content.decode()
    assert "4 letters are ready" in page and "letters.pdf" in page
    # Whoever comes back sees it, and must say so to write again.
    text = browser.get(f"{NEXT}chosen/?{ticked(eight[:4])}").content.decode()
    assert "12 March 2026" in text and 'name="again"' in text
    page = browser.post(
        f"{NEXT}write/", hidden(text, 'value="letters"'), follow=True
    ).content.decode()
    assert "0 letters are ready" in page and page.count("left out") == 4
    assert DueNotice.objects.count() == 4


def test_mails_and_letters_for_those_without_an_address(cast, programme, eight):
    browser = cast.browser(cast.ion)
    text = browser.get(f"{NEXT}chosen/?{ticked(eight)}").content.decode()
    page = browser.post(
        f"{NEXT}write/", hidden(text, 'value="mails"'), follow=True
    ).content.decode()
    assert "4 e-mails are on their way" in page and "Popa1" in page
    fields = hidden(page, 'value="letters"')
    assert sorted(map(int, fields["person"])) == [one.pk for one in eight if not one.email]
    page = browser.post(f"{NEXT}write/", fields, follow=True).content.decode()
    assert "4 letters are ready" in page
    assert Message.objects.filter(name="training_due").count() == 4


@pytest.mark.parametrize("act", ["", "both", "nominate"])
def test_an_act_that_there_is_not(cast, programme, eight, act):
    fields = {"programme": programme.pk, "person": eight[0].pk, "act": act}
    answer = cast.browser(cast.ion).post(f"{NEXT}write/", fields)
    assert answer.status_code == 302 and not DueRun.objects.exists()


def test_another_county_gets_404_and_nobody_of_here(cast, programme, edition, eight):
    browser, olga = cast.browser(cast.ion), cast.browser(cast.olga)
    fields = {"programme": programme.pk, "act": "letters", "person": [eight[0].pk]}
    run = browser.post(f"{NEXT}write/", fields).url
    assert browser.get(run).status_code == 200
    assert olga.get(run).status_code == 404 and olga.get(f"{run}letters.pdf").status_code == 404
    assert "Popa" not in olga.get(NEXT).content.decode()
    for path in (f"chosen/?{ticked(eight)}", f"nominate/?edition={edition.pk}&{ticked(eight)}"):
        answer = olga.get(NEXT + path, follow=True)
        assert "Popa" not in answer.content.decode()
    olga.post(f"{NEXT}write/", fields)
    olga.post(f"{NEXT}nominate/", {**fields, "edition": edition.pk})
    assert DueNotice.objects.count() == 1 and not Enrolment.objects.exists()
    for reader in (cast.vera, cast.quin, cast.ana):
        assert cast.browser(reader).get(NEXT).status_code == 404


def test_a_person_who_left_the_branch_is_not_shown_any_more(cast, programme, eight):
    browser = cast.browser(cast.ion)
    run = browser.post(
        f"{NEXT}write/", {"act": "letters", "person": [eight[0].pk, eight[1].pk]}
    ).url
    eight[0].memberships.update(until=DAY - timedelta(days=1))
    text = browser.get(run).content.decode()
    assert "Popa1" in text and "Popa0" not in text
