"""Programs hear when a certificate begins to run out: once, in their branch, as the list of standing says."""

from datetime import date

import pytest
import time_machine

from certification import tasks
from certification.announcing import announce_expiring
from notifications import webhooks
from notifications.models import Webhook
from tests.cast import Cast
from tests.factories import certification as proof

D = date


@pytest.fixture
def ends(cast: Cast):
    """Ana's certificate and Clara's end on 1 July; they can be renewed from 2 April on."""
    programme = proof.programme(cast.carer, rule={"renewal_window_days": 90, "grace_days": 0})
    for who, issuer in ((cast.ana.person, cast.timis), (cast.clara.person, cast.cluj)):
        proof.certificate(
            who, programme, issuer=issuer, valid_from=D(2024, 1, 1), valid_until=D(2026, 7, 1)
        )


def hook(place, *kinds: str) -> Webhook:
    chosen = list(kinds or ["certificate.expiring"])
    with time_machine.travel("2026-01-01 12:00Z", tick=False):
        return webhooks.register(
            by=None, organisation=place, url="https://example.org/", kinds=chosen
        )[0]


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-04-01", 0), ("2026-04-02", 1), ("2026-04-09", 1), ("2026-04-10", 0), ("2026-07-02", 0)],
)  # fmt: skip
def test_from_the_first_day_of_the_time_to_renew_and_a_week_back(
    cast: Cast, ends, day: str, told: int
):
    made = hook(cast.timis)
    with time_machine.travel(f"{day} 09:00Z", tick=False):
        assert announce_expiring() == told
    assert made.deliveries.count() == told


def test_it_is_told_once(cast: Cast, ends):
    made = hook(cast.timis)
    for day in ("2026-04-02", "2026-04-02", "2026-04-03", "2026-04-08"):
        with time_machine.travel(f"{day} 09:00Z", tick=False):
            tasks.announce_expiring(0)
    body = made.deliveries.get().body
    assert body["type"] == "certificate.expiring"
    assert body["data"] == {
        "certificate": cast.ana.person.certificates.get().pk, "person": cast.ana.person_id,
        "change": "expiring", "until": "2026-07-01",
    }  # fmt: skip


def test_each_branch_hears_of_its_own(cast: Cast, ends):
    hooks = {name: hook(getattr(cast, name)) for name in ("anpdca", "timis", "lugoj", "cluj")}
    other = hook(cast.centru, "certificate.issued")
    with time_machine.travel("2026-04-03 09:00Z", tick=False):
        announce_expiring()
    ana, clara = cast.ana.person_id, cast.clara.person_id
    assert {
        name: {told.body["data"]["person"] for told in one.deliveries.all()} for name, one in hooks.items()
    } == {"anpdca": {ana, clara}, "timis": {ana}, "lugoj": set(), "cluj": {clara}}  # fmt: skip
    assert not other.deliveries.exists()
