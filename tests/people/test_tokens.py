"""Tokens: who makes them, what is kept of them, what they reach, how they end."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.access import grants_of, may
from people.actions import accounts, tokens
from people.models import ApiAnswer, ApiToken, AuditEvent, Membership, Organisation, Person, User
from people.permissions import Permission as P
from people.scopes import PERMISSIONS, Scope, permissions_of
from tests import races
from tests.cast import Cast
from tests.factories import people as make


def test_only_its_beginning_and_a_hash_are_kept(cast: Cast):
    token, key = make.token(cast.timis)
    assert key.startswith(f"{token.prefix}_") and len(key) > len(token.prefix) + 40
    assert token.key_hash == hashlib.sha256(key.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM people_apitoken t")
        stored = cursor.fetchone()[0]
    assert token.prefix in stored and key.removeprefix(f"{token.prefix}_") not in stored
    event = AuditEvent.objects.get(verb="token.made")
    assert key not in str(event.data) and event.data["days"] == 90
    assert event.organisation_path == cast.timis.path


@pytest.mark.parametrize("who", ["ion", "olga", "mara", "vera", "nour", "ana", "doru"])
def test_only_administrators_make_and_end_tokens(cast: Cast, who: str):
    user = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        make.token(cast.timis, by=user)
    token, key = make.token(cast.timis)
    with pytest.raises(PermissionDenied):
        tokens.end(by=user, token=token)
    assert tokens.use(key=key) and not ApiToken.objects.visible_to(user).exists()


def test_an_administrator_of_another_county_neither_sees_nor_ends_it(cast: Cast):
    token, key = make.token(cast.timis)
    other = make.staff(cast.cluj, "administrator")
    assert not ApiToken.objects.visible_to(other).exists()
    with pytest.raises(PermissionDenied):
        tokens.end(by=other, token=token)
    with pytest.raises(PermissionDenied):
        make.token(cast.timis, by=other)
    assert tokens.use(key=key)


def test_nobody_lends_what_they_do_not_have(cast: Cast, monkeypatch):
    class Keeper:
        permissions = frozenset({P.MANAGE_MACHINES, P.VIEW_STANDING})

    monkeypatch.setitem(__import__("people.roles").roles.ROLES, "quality", Keeper)
    assert make.token(cast.timis, Scope.STANDING, by=cast.quin)[0].scopes == [Scope.STANDING]
    with pytest.raises(PermissionDenied):
        make.token(cast.timis, Scope.STANDING, Scope.ENROL, by=cast.quin)


def test_it_reaches_its_branch_and_nothing_else(cast: Cast):
    _token, key = make.token(cast.timis)
    user = tokens.use(key=key).token.account
    seen = set(Person.objects.visible_to(user).values_list("pk", flat=True))
    assert {cast.ana.person_id, cast.vasile.pk} <= seen
    assert not seen & {cast.clara.person_id, cast.olga.person_id, cast.vera.person_id}
    assert set(Organisation.objects.visible_to(user)) == {cast.timis, cast.lugoj, cast.centru}
    assert not may(user, P.VIEW_PEOPLE, organisation=cast.anpdca)
    assert not Membership.objects.visible_to(user).filter(organisation=cast.cluj).exists()


@pytest.mark.parametrize("scope", Scope.values)
def test_a_scope_lets_do_what_it_says_and_no_more(cast: Cast, scope: str):
    _token, key = make.token(cast.timis, scope)
    user = tokens.use(key=key).token.account
    allowed = {p for p in P if may(user, p, organisation=cast.lugoj)}
    assert allowed == PERMISSIONS[scope] == permissions_of([scope])
    assert not allowed & {P.MANAGE_MACHINES, P.MANAGE_ROLES, P.ISSUE, P.REVOKE, P.EDIT_PEOPLE}
    assert grants_of(user).roles == frozenset()


def test_its_account_is_nobodys_and_opens_nothing_by_itself(cast: Cast):
    token, _key = make.token(cast.timis)
    account = User.objects.get(pk=token.account_id)
    assert account.person is None and not account.is_active and not account.has_usable_password()
    assert not any(may(account, p, organisation=cast.timis) for p in P)
    User.objects.filter(pk=account.pk).update(date_joined=timezone.now() - timedelta(days=30))
    accounts.forget_unused()
    assert User.objects.filter(pk=account.pk).exists()


def test_what_no_key_opens(cast: Cast):
    token, key = make.token(cast.timis)
    for wrong in ("", key[:-1], f"{key}a", key.upper(), token.prefix, token.key_hash, "\ud800\0"):
        assert tokens.use(key=wrong) is None
    with time_machine.travel(timezone.now() + timedelta(days=89, hours=23), tick=False):
        assert tokens.use(key=key)
    with time_machine.travel(token.expires_at, tick=False):
        assert tokens.use(key=key) is None
    tokens.end(by=cast.adm, token=token)
    assert tokens.use(key=key) is None
    assert ApiToken.objects.get().uses == 1


def test_ending_it_twice_is_ending_it_once(cast: Cast):
    token, _key = make.token(cast.timis)
    first = tokens.end(by=cast.adm, token=token).ended_at
    assert tokens.end(by=cast.adm, token=token).ended_at == first
    assert AuditEvent.objects.filter(verb="token.ended").count() == 1


def test_a_use_costs_two_statements_and_is_counted(cast: Cast):
    token, key = make.token(cast.timis)
    with time_machine.travel("2026-12-01 10:00:30Z", tick=False):
        for number in (1, 2, 3):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                used = tokens.use(key=key)
            assert (used.in_minute, used.seconds_left, len(asked)) == (number, 30, 2)
    with time_machine.travel("2026-12-01 10:01:00Z", tick=False):
        assert tokens.use(key=key).in_minute == 1
    token.refresh_from_db()
    assert token.uses == 4 and token.last_used_at.isoformat() == "2026-12-01T10:01:00+00:00"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_uses_at_the_same_moment_are_all_counted():
    place = make.organisation("Minister")
    token, key = make.token(place)
    found = races.outcomes([lambda: tokens.use(key=key)] * 8)
    assert all(isinstance(one, tokens.Used) for one in found)
    token.refresh_from_db()
    assert token.uses == 8


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"name": ""},
        {"expires_at": timezone.now() - timedelta(days=400)},
    ],
    ids=["none", "unknown", "nameless", "over before it began"],
)
def test_what_the_database_does_not_take(cast: Cast, fields):
    token, _key = make.token(cast.timis)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(**fields)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_works_for_a_day_to_a_year(cast: Cast, days: int):
    with pytest.raises(ValueError):
        make.token(cast.timis, days=days)


def test_two_of_one_name_do_not_work_at_once(cast: Cast):
    token, _key = make.token(cast.timis, name="Salarii")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.token(cast.timis, name="Salarii")
    make.token(cast.lugoj, name="Salarii")
    tokens.end(by=None, token=token)
    assert make.token(cast.timis, name="Salarii")


def test_answers_are_forgotten_after_a_day(cast: Cast):
    token, _key = make.token(cast.timis)
    old = timezone.now() - timedelta(hours=25)
    ApiAnswer.objects.create(token=token, key="a", request_hash="x", made_at=old)
    kept = ApiAnswer.objects.create(token=token, key="b", request_hash="x")
    tokens.forget_answers()
    assert list(ApiAnswer.objects.all()) == [kept]


# Pages


def filled(cast: Cast, **changes):
    return {
        "organisation": cast.timis.pk, "name": "Salarii", "scopes": ["standing:read", "verify"],
        "days": "30", **changes,
    }  # fmt: skip


def test_the_key_is_shown_once(cast: Cast):
    browser = cast.browser(cast.adm, language="en")
    answer = browser.post("/en/me/machines/add/", filled(cast))
    token = ApiToken.objects.get()
    said = answer.content.decode()
    key = said.split('class="key" dir="ltr">')[1].split("<")[0]
    assert tokens.use(key=key).token == token
    assert "no-store" in answer.headers["Cache-Control"]
    assert (token.made_by, token.scopes) == (cast.adm, ["standing:read", "verify"])
    for page in ("/en/me/machines/", f"/en/me/machines/{token.pk}/"):
        shown = browser.get(page).content.decode()
        assert "Salarii" in shown and key not in shown and token.key_hash not in shown
    assert token.prefix in shown and "Check certificates by number" in shown
    # Sent again, such as by the button to reload: no second token, and what to do.
    again = browser.post("/en/me/machines/add/", filled(cast)).content.decode()
    assert "End it first, or choose another name." in again and ApiToken.objects.count() == 1


def test_an_administrator_sees_the_use_of_each(cast: Cast):
    token, key = make.token(cast.timis)
    browser, path = cast.browser(cast.adm, language="en"), "/en/me/machines/"

    def row() -> str:
        text = browser.get(path).content.decode()
        return text[text.index('data-label="Last used"') :].split("</tr>")[0]

    assert "never" in row() and 'data-label="Requests">0<' in row()
    with time_machine.travel("2026-12-01 10:00Z", tick=False):
        for _request in range(3):
            tokens.use(key=key)
    assert "1 December 2026" in row() and 'data-label="Requests">3<' in row()
    one = browser.get(f"{path}{token.pk}/").content.decode()
    assert "1 December 2026" in one


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "everything"),
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 81}, "80"),
        ({"days": "9999"}, "9999"),
        ({"organisation": "999999"}, "Select a valid choice"),
    ],
)
def test_what_a_wrong_form_says(cast: Cast, changes, says):
    answer = cast.browser(cast.adm, language="en").post(
        "/en/me/machines/add/", filled(cast, **changes)
    )
    assert says in answer.content.decode() and not ApiToken.objects.exists()


def test_an_institution_of_another_branch_cannot_be_chosen(cast: Cast):
    browser = cast.browser(make.staff(cast.cluj, "administrator"), language="en")
    browser.post("/en/me/machines/add/", filled(cast))
    assert not ApiToken.objects.exists()
    assert "DGASPC Timiș" not in browser.get("/en/me/machines/add/").content.decode()


def test_ending_it_on_the_page(cast: Cast):
    token, key = make.token(cast.timis)
    browser = cast.browser(cast.adm, language="en")
    answer = browser.post(f"/en/me/machines/{token.pk}/end/", follow=True).content.decode()
    assert "It opens nothing any more." in answer and "End the token" not in answer
    assert tokens.use(key=key) is None
