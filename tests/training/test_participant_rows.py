"""The list of participants: each group shows what it should, and a large edition costs what a small one does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import people as make_people
from tests.factories import training as make
from training import participant_rows as rows_module
from training.actions import enrolments
from training.models import Enrolment

Status = Enrolment.Status


def fill(cast, edition, number: int) -> None:
    Enrolment.objects.bulk_create(
        Enrolment(
            edition=edition,
            person=make_people.person(cast.timis, f"Om{n:03d}"),
            status=Status.CONFIRMED,
            code=f"R{edition.pk % 1000:03d}{n:04d}",
        )
        for n in range(number)
    )


def cost(browser, path: str) -> int:
    browser.get(path)  # what is kept for a while is kept now
    with CaptureQueriesContext(connection) as made:
        assert browser.get(path).status_code == 200
    return len(made)


@pytest.mark.parametrize("page", ["", "?page=2"])
def test_a_large_edition_costs_what_a_small_one_does(cast, page):
    small, large = make.coming(cast.timis), make.coming(cast.timis)
    fill(cast, small, 1)
    fill(cast, large, 70)
    browser = cast.browser(cast.mara)
    paths = [reverse("training:participants", args=[e.pk]) + page for e in (small, large)]
    few, many = (cost(browser, path) for path in paths)
    assert few == many <= 11


def test_pages_hold_everybody_once_by_name(cast):
    edition = make.coming(cast.timis)
    fill(cast, edition, rows_module.PER_PAGE + 3)
    seen = []
    for number in ("1", "2"):
        page, counts = rows_module.page_of(edition, "places", number)
        seen += [place.person.family_name for place in page]
    assert counts["places"] == len(seen) == len(set(seen)) == rows_module.PER_PAGE + 3
    assert seen == sorted(seen)
    beyond, _counts = rows_module.page_of(edition, "places", "99")
    assert beyond.number == 2
    nobody, counts = rows_module.page_of(edition, "waiting", "1")
    assert (list(nobody), counts["waiting"]) == ([], 0)


def shown(edition, group: str, planned: int = 0) -> list[dict]:
    page, _counts = rows_module.page_of(edition, group, "1")
    return rows_module.rows(page, group, planned)


def test_each_group_shows_its_own(cast):
    edition = make.coming(cast.timis, capacity=1)
    first = make.place(cast.ana.person, edition)
    waiting = make.place(cast.vasile, edition, by=cast.doru, nominated_by=cast.lugoj)
    [place], [queued] = shown(edition, "places", 120), shown(edition, "waiting")
    assert place["present"].endswith("/ 2\xa0h") and place["code"] == first.code
    assert place["letter"] == "", "somebody with e-mail needs no letter"
    assert place["move"].endswith(f"/places/{first.pk}/move/")
    assert (queued["number"], queued["nominated_by"]) == (1, str(cast.lugoj))
    assert queued["move"] == "", "only a place moves"
    assert queued["cancel"].endswith(f"/places/{waiting.pk}/cancel/")
    assert queued["letter"].endswith(f"/places/{waiting.pk}/letter/")
    enrolments.cancel(enrolment=waiting, by=None, reason="Nu pot")
    [gone] = shown(edition, "cancelled")
    assert gone["reason"] == "Nu pot"
    assert not gone.keys() & {"code", "letter", "move", "cancel"}


@pytest.mark.parametrize("status", Status.taking_a_place())
def test_what_has_an_outcome_is_neither_moved_nor_cancelled(cast, status):
    edition = make.coming(cast.timis)
    place = make.place(cast.ana.person, edition)
    until = {"offer_until": make.at(3)} if status == Status.OFFERED else {}
    on = {"completed_on": make.at(0).date()} if status == Status.COMPLETED else {}
    Enrolment.objects.filter(pk=place.pk).update(status=status, **until, **on)
    [row] = shown(edition, "places")
    assert bool(row["move"]) == (status == Status.CONFIRMED)
    assert bool(row["cancel"]) == (status in (Status.CONFIRMED, Status.OFFERED))


def test_the_address_of_each_place_is_its_own(cast):
    for name in ("letter", "place-move", "place-cancel"):
        address = rows_module.address(name)
        for pk in (1, 10, 12_345):
            assert address(pk) == reverse(f"training:{name}", args=[pk])


def test_who_only_reads_has_no_act(cast):
    edition = make.coming(cast.timis)
    place = make.place(cast.vasile, edition)
    path = reverse("training:participants", args=[edition.pk])
    acts = reverse("training:place-cancel", args=[place.pk])
    assert acts in cast.browser(cast.mara).get(path).content.decode()
    assert acts not in cast.browser(cast.quin).get(path).content.decode()
