"""The demo's published key opens the demo's county, and nothing where no demo was loaded."""

import time_machine

from config.demo import machines
from people.actions import tokens
from people.models import ApiToken
from people.scopes import Scope
from tests.cast import Cast
from tests.factories import people as make


def test_the_published_key_works_in_its_county_only(cast: Cast):
    machines.build(cast.timis)
    asks = make.machine(machines.KEY)
    seen = [one["id"] for one in asks.get("/api/v1/people?limit=200").json()["items"]]
    assert cast.ana.person_id in seen and cast.clara.person_id not in seen
    token = ApiToken.objects.get()
    assert set(token.scopes) == set(Scope.values) and machines.KEY.startswith(f"{token.prefix}_")
    with time_machine.travel(token.expires_at, tick=False):
        assert asks.get("/api/v1/people").status_code == 401


def test_it_opens_nothing_elsewhere(cast: Cast):
    make.token(cast.timis)
    assert tokens.use(key=machines.KEY) is None
    assert make.machine(machines.KEY).get("/api/v1/people").status_code == 401
