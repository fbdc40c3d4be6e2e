"""The addresses of one county's board, list and files, in the hands of another county's officer: they are not there."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.http import Http404, QueryDict
from hypothesis import given
from hypothesis import strategies as st

from certification.actions import exports
from certification.models import ExportFile, ExportPlan
from certification.tasks import ask_for_exports
from people.access import not_there
from people.actions import memberships
from people.models import AuditEvent
from tests import jobs
from tests.certification.test_standing_pages import lives_of_every_kind
from tests.factories import certification as proofs
from tests.factories import people as make

# Whatever narrows by an institution.
ADDRESSES = [
    "/en/standing/", "/en/standing/standing.csv", "/en/standing/standing.xlsx", "/en/standing/board/",
    "/en/standing/board.csv", "/en/standing/board.pdf", "/en/standing/trend/", "/en/standing/next/",
    "/en/standing/next/chosen/", "/en/training/planner/", "/en/me/people/", "/en/me/people/stale/",
]  # fmt: skip
# What an officer's own work puts beside it.
BESIDE = [
    "",
    "&at=2024-03-12",
    "&by=locality&versus=2025-03-12",
    "&state=valid&q=Valabil",
    "&all=1",
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def programme(cast):
    """Lives of every kind in Timiș; in Cluj a certificate, too: both sides have something to be seen."""
    made = lives_of_every_kind(cast)
    proofs.certificate(cast.clara.person, made, issuer=cast.cluj, valid_from=date(2026, 3, 1))
    return made


def status(browser, path: str, organisation: object, beside: str = "") -> int:
    return browser.get(f"{path}?organisation={organisation}{beside}").status_code


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_same_address_opens_here_and_is_not_there(cast, programme, path):
    ion, olga = cast.browser(cast.ion, language="en"), cast.browser(cast.olga, language="en")
    for own, other, places in (
        (ion, olga, (cast.timis, cast.lugoj, cast.centru)),
        (olga, ion, (cast.cluj, cast.turda)),
    ):
        for place in places:
            assert status(own, path, place.pk) in {200, 302}, (path, place)
            assert status(other, path, place.pk) == 404, (path, place)
    assert status(ion, path, cast.anpdca.pk) == 404, "not the ministry above either"
    assert status(ion, path, 999_999) == 404, "as if there were no such institution"


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize(
    "path", ["/en/standing/", "/en/standing/board/", "/en/standing/next/chosen/"]
)
def test_whatever_stands_beside_it(cast, programme, path, beside):
    browser = cast.browser(cast.olga, language="en")
    assert status(browser, path, cast.timis.pk, beside) == 404


def test_nothing_is_taken_out_and_nothing_is_said_to_have_been(cast, programme):
    browser = cast.browser(cast.olga, language="en")
    for path in ADDRESSES:
        answer = browser.get(f"{path}?organisation={cast.timis.pk}").content.decode()
        assert "Timiș" not in answer
        assert "Valabil" not in answer
    taken = AuditEvent.objects.filter(actor_id=cast.olga.pk, verb__endswith=".exported")
    assert not taken.exists()


@pytest.mark.parametrize("who", ["vera", "adm"])
def test_who_reads_the_country_opens_each(cast, programme, who):
    browser = cast.browser(getattr(cast, who), language="en")
    for path in ("/en/standing/", "/en/standing/board/", "/en/standing/trend/", "/en/me/people/"):
        assert status(browser, path, cast.timis.pk) == status(browser, path, cast.cluj.pk) == 200


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "%00", "٣٤", "+1", "1,2", "0x1"])
def test_a_mistake_of_typing_is_said_and_shows_ones_own(cast, programme, typed):
    found = cast.browser(cast.olga, language="en").get(f"/en/standing/?organisation={typed}")
    assert found.status_code == 200
    assert "Mureșan" in found.content.decode()
    assert "Valabil" not in found.content.decode()


@given(st.text(max_size=6) | st.integers().map(str), st.sets(st.integers(0, 99).map(str)))
def test_a_number_is_known_or_not_there(asked, known):
    is_number = asked.isascii() and asked.isdigit()
    if is_number and asked not in known:
        with pytest.raises(Http404):
            not_there(asked, known)
    else:
        assert not_there(asked, known) is None


def test_a_file_that_comes_regularly_stops_when_its_institution_is_lost(cast, programme, clock):
    """Left out, the filter would send the whole of what is left: more than was asked for."""
    officer = make.staff(cast.lugoj, "officer", "Rusu", "Radu")
    make.member(officer.person, cast.turda, "officer")
    plan = exports.plan(
        by=officer, query=QueryDict(f"organisation={cast.lugoj.pk}"), what="standing",
        kind="csv", rhythm="weekly", language="en",
    )  # fmt: skip

    def comes_on(day: int) -> bool:
        clock.move_to(datetime(2026, 3, day, 9, tzinfo=UTC))
        ask_for_exports(0)
        jobs.run("certification.make_export")
        return ExportFile.objects.filter(on=date(2026, 3, day)).exists()

    assert comes_on(16)
    memberships.end(by=None, membership=officer.person.memberships.get(organisation=cast.lugoj))
    assert not comes_on(23)
    assert ExportPlan.objects.get(pk=plan.pk).stopped_at is not None
