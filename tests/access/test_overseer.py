"""The national overseer reads the whole country and writes nothing in it: every address is tried with a POST.

What is sent is nothing at first, then what the form of that page would send if an administrator had opened it.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from people.actions import tokens
from people.models import ApiToken
from people.scopes import Scope
from tests.access.addresses import address, all_addresses, status_of
from tests.access.rules import EVERYBODY, RULES, Rule
from tests.access.writes import Forms, Writes
from tests.api.conftest import program

REFUSED = {403, 404, 405}
# Who is signed in, and that a form was sent.
BOOKKEEPING = {
    "django_session", "usersessions_usersession", "account_emailconfirmation", "training_submission",
    "people_user",  # when somebody last signed in
}  # fmt: skip
# Of one's own deed: mails and calendars that follow from it.
FOLLOWS = {"procrastinate_jobs", "procrastinate_events"}
READING = (".opened", ".copied", ".exported", ".asked", ".looked_up", ".listed")
HERS = (
    "person_id",
    "user_id",
    "owner_id",
    "actor_id",
    "by_id",
    "account_id",
    "handed_in_by_id",
    "person",
)


def own(rule: Rule) -> bool:
    """Is the address everybody's, about oneself or about nobody?"""
    return rule.public or rule.who >= EVERYBODY


def by_link(rule: Rule) -> bool:
    """Does the address itself say for whom it acts? It came by mail; who is signed in does not matter."""
    return rule.public and any(key == "token" for key, _what in rule.kwargs)


def sent(browser, path: str) -> list[dict[str, str]]:
    """What is tried: nothing, and what the page would send."""
    page = browser.get(path)
    html = page.headers.get("Content-Type", "").startswith("text/html") and not page.streaming
    filled = Forms(page.content.decode()).data if html else {}
    return [{}, filled] if filled else [{}]


def strangers(writes: Writes, keys: set[int], may: bool) -> list[str]:
    """What was written that is neither bookkeeping nor a note of what was read; of one's own, where one may."""
    found = [f"deleted from {name}" for name in writes.deleted_from() - BOOKKEEPING]
    for table in sorted(writes.tables() - BOOKKEEPING - (FOLLOWS if may else set())):
        rows = writes.rows(table)
        if not rows and not may:
            found.append(f"about to write {table}")
        for row in rows:
            read = table == "people_auditevent" and row["verb"].endswith(READING)
            names = ("id",) if table == "people_person" else HERS
            hers = may and any(row.get(name) in keys for name in names)
            if not read and not hers:
                found.append(f"{table} {row.get('verb', row.get('id'))}")
    return found


def tried(world, browsers, name: str, who: str) -> list[tuple[str, int, list[str]]]:
    """Path, status and what was written, for each address of that name and all that is sent there."""
    rule, user = RULES[name], getattr(world.cast, who)
    keys = {user.pk, user.person_id}
    found = []
    for county, allowed in ((world.timis, rule.who), (world.cluj, rule.abroad)):
        path = address(name, rule, county)
        may = who in allowed or (rule.shared and who in rule.who) or own(rule)
        for data in sent(browsers["adm"], path):
            with transaction.atomic():
                writes = Writes()
                with transaction.atomic():
                    status = status_of(browsers[who], "post", path, data)
                wrong = strangers(writes, keys, may)
                transaction.set_rollback(True)
            if not may and status not in REFUSED:
                wrong.append(f"{status} in place of a refusal")
            found.append((path, status, wrong))
    return found


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if not by_link(rule)])
def test_the_overseer_writes_nothing(everything, browsers, name):
    """Not by what a page shows to others, and not by what it would let an administrator send."""
    found = tried(everything, browsers, name, "vera")
    assert [answer for answer in found if answer[2]] == []
    assert max(status for _path, status, _wrong in found) < 500 or name == "readyz"


def test_the_same_requests_of_an_administrator_do_write(everything, browsers):
    """The twin: what is sent is real enough to change something, and the count of it sees that."""
    writing = set()
    for name in RULES:
        for path, _status, written in tried(everything, browsers, name, "adm"):
            if any(not words[0].isdigit() for words in written):
                writing.add(name)
                assert path
    assert len(writing) > 40, sorted(writing)


def test_the_cms_is_closed_to_the_overseer(everything, browsers):
    """Every address of the CMS that takes no parameter, but its icons."""
    paths = {f"/{route}" for route, _name in all_addresses() if route.startswith("cms/")}
    paths -= {"/cms/sprite/"}
    wrong = []
    for path in sorted(path for path in paths if not set("<(^") & set(path)):
        writes = Writes()
        status = browsers["vera"].post(path, {"q": "x"}).status_code
        if status not in REFUSED | {302} or writes.tables() - BOOKKEEPING:
            wrong.append((path, status, writes.tables()))
    assert len(paths) > 100
    assert wrong == []


class TestPrograms:
    def test_an_overseer_makes_no_token(self, everything):
        cast = everything.cast
        before = ApiToken.objects.count()
        for place in (cast.anpdca, cast.timis):
            with pytest.raises(PermissionDenied):
                tokens.make(
                    by=cast.vera, organisation=place, name="x", scopes=[Scope.ROLL.value], days=30
                )
        assert ApiToken.objects.count() == before

    def test_a_program_of_the_ministry_that_may_read_all_writes_nothing(self, everything):
        """Every operation of the API that is no reading, by its own description."""
        reading = [s.value for s in Scope if s not in (Scope.ENROL, Scope.ROLL)]
        reader = program(everything.cast.anpdca, *reading)
        paths = reader.browser.get("/api/v1/openapi.json").json()["paths"]
        ids = {"person_id": "person", "edition_id": "edition", "enrolment_id": "place"}
        ids |= {"session_id": "session", "certificate_id": "certificate"}
        filled = {name: everything.timis.ids[of] for name, of in ids.items()}
        writing = [
            (method, path.format(**filled) if "{" in path else path, about)
            for path, methods in paths.items()
            for method, about in methods.items()
            if method != "get"
        ]
        wrong = []
        for method, path, _about in writing:
            writes = Writes()
            answer = getattr(reader.browser, method)(
                path, {}, content_type="application/json", headers={"Idempotency-Key": "write-1"}
            )
            touched = writes.tables() - {"people_apitoken"}  # how often it asked
            if touched or answer.status_code not in REFUSED | {200, 422}:
                wrong.append((method, path, answer.status_code, touched))
        assert len(writing) >= 3
        assert wrong == []
