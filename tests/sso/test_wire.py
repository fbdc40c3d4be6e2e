"""There and back with a real provider: who gets in, with what; and everything that can go wrong on the way."""

import time
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.cache import cache
from django.test import override_settings

from people.actions import providers
from people.models import (
    AuditEvent,
    Membership,
    Person,
    SignInIdentity,
    SignInProvider,
    User,
)
from people.secrets import box
from people.sso import outbound
from people.sso.protocol import PURPOSE
from tests.cast import Cast
from tests.factories import people as make
from tests.sso.conftest import OURS, Provider, arrive, browser, connected, leave, rule


def refused(where: str) -> str:
    """The reason in the address of the page, if somebody was refused."""
    parts = urlsplit(where).path.strip("/").split("/")
    return parts[-1] if parts[1:3] == ["account", "institution"] else ""


def roles(who: User | Person) -> set[tuple[str, str]]:
    """What is held today."""
    person = who.person if isinstance(who, User) else who
    rows = Membership.objects.current().filter(person=person).select_related("organisation")
    return {(row.role, str(row.organisation)) for row in rows}


def test_an_unknown_officer_becomes_one_by_her_group(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri", "toti"])
    client, where = arrive(provider, made, "elena")
    assert where == "/en/me/"
    elena = User.objects.get(email="elena@timis.example.org")
    assert (elena.person.given_name, elena.person.family_name) == ("Elena", "Dumitrescu")
    assert roles(elena) == {("officer", "DGASPC Timiș")}
    held = elena.person.memberships.get()
    assert held.given_by == made and held.recorded_by is None
    # staff without a second factor is led to set one up, as ever
    assert client.get("/en/me/")["Location"] == "/en/account/2fa/"
    verbs = list(
        AuditEvent.objects.filter(person_id=elena.person_id).values_list("verb", flat=True)
    )
    assert {"person.recorded", "account.opened", "sso.linked", "sso.arrived"} <= set(verbs)
    assert not SocialAccount.objects.exists() and not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()


def test_next_time_without_the_group_the_role_ends(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"])
    client, _where = arrive(provider, made, "elena")
    elena = User.objects.get(email="elena@timis.example.org")
    Membership.objects.filter(person=elena.person).update(since=make.LONG_AGO)
    provider.say("elena", groups=["toti"])
    _other, where = arrive(provider, made, "elena")
    assert refused(where) == "no-role"
    held = elena.person.memberships.get()
    assert held.until is not None and held.given_by == made
    ended = AuditEvent.objects.get(verb="role.ended")
    assert ended.data["provider"] == made.pk and ended.person_id == elena.person_id
    assert client.get("/en/me/").status_code == 302, "her other browser is signed out too"
    assert "/login/" in client.get("/en/me/")["Location"]
    provider.say("elena", groups=["ofiteri"])
    assert arrive(provider, made, "elena")[1] == "/en/me/", "she may come back"
    assert SignInIdentity.objects.count() == 1


def test_two_groups_give_two_roles_and_one_of_them_ends(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "officer")
    rule(made, "nominator", cast.lugoj, value="lugoj")
    provider.say("elena", groups=["ofiteri", "lugoj"])
    arrive(provider, made, "elena")
    elena = User.objects.get(email="elena@timis.example.org")
    make.member(elena.person, cast.centru, "trainer")  # by hand
    assert roles(elena) == {
        ("officer", "DGASPC Timiș"), ("nominator", "Primăria Lugoj"), ("trainer", "Centrul Timișoara"),
    }  # fmt: skip
    provider.say("elena", groups=["lugoj"])
    assert arrive(provider, made, "elena")[1] == "/en/me/"
    assert roles(elena) == {("nominator", "Primăria Lugoj"), ("trainer", "Centrul Timișoara")}


def test_a_second_countys_officer_gets_nothing_of_the_first(cast: Cast, provider: Provider):
    timis = connected(provider, cast.timis)
    rule(timis, "officer")
    cluj = make.provider(
        cast.cluj,
        issuer=provider.url,
        client_id="quick",
        secret="the secret of the client",
        domains=["cluj.example.org"],
    )
    rule(cluj, "officer")
    provider.sends_back_to(*(f"{OURS}/sso/{one.pk}/callback/" for one in (timis, cluj)))
    provider.say("corina", groups=["ofiteri"])
    assert refused(arrive(provider, timis, "corina")[1]) == "foreign"
    assert not User.objects.filter(email__startswith="corina").exists()
    client, where = arrive(provider, cluj, "corina")
    assert where == "/en/me/"
    corina = User.objects.get(email="corina@cluj.example.org")
    make.add_totp(corina)
    assert roles(corina) == {("officer", "DGASPC Cluj")}
    assert client.get(f"/en/me/people/{cast.clara.person_id}/").status_code == 200
    assert client.get(f"/en/me/people/{cast.ana.person_id}/").status_code == 404


def test_staff_without_a_second_step_may_come_again_with_the_institutions(
    cast: Cast, provider: Provider
):
    made = connected(provider, cast.timis, asks_second_factor=True)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"])
    client, _where = arrive(provider, made, "elena")
    assert client.get("/en/me/")["Location"] == "/en/account/2fa/"
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    arrive(provider, made, "elena", client)
    assert client.get("/en/me/").status_code == 200


def test_what_is_sent_along(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    asked = parse_qs(urlsplit(leave(browser(), made)).query)
    assert asked["response_type"] == ["code"] and asked["client_id"] == ["quick"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) >= 43
    assert len(asked["state"][0]) >= 16 and len(asked["nonce"][0]) == 32
    assert asked["redirect_uri"] == [f"{OURS}/sso/{made.pk}/callback/"]
    again = parse_qs(urlsplit(leave(browser(), made)).query)
    assert all(again[name] != asked[name] for name in ("state", "nonce", "code_challenge"))


def test_she_comes_back_to_the_page_that_she_wanted(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "learner")
    provider.say("elena", groups=["ofiteri"])
    client = browser()
    for wanted, expected in (
        ("/en/me/profile/", "/en/me/profile/"),
        ("https://evil.example.org/", "/en/me/"),
    ):
        answer = client.get(f"/en/account/institution/{made.pk}/", {"next": wanted})
        where = client.get(provider.visit(answer["Location"], "elena").removeprefix(OURS))
        assert where["Location"] == expected


def test_the_language_of_the_page_survives_the_journey(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    client = browser("en")
    back = provider.visit(leave(client, made, "uk"), "elena")
    where = client.get(back.removeprefix(OURS))["Location"]
    assert where == f"/uk/account/institution/{made.pk}/no-role/"


SECOND = {
    # ticked, what the token says, levels that count, whether ours is asked
    "said and believed": (True, {"amr": ["pwd", "otp"]}, [], False),
    "said and believed as one word": (True, {"amr": ["mfa"]}, [], False),
    "a level that counts": (True, {"acr": "gold"}, ["gold"], False),
    "not ticked": (False, {"amr": ["mfa"]}, [], True),
    "a password only": (True, {"amr": ["pwd"]}, [], True),
    "nothing said": (True, {}, [], True),
    "another level": (True, {"acr": "1"}, ["gold"], True),
}


@pytest.mark.parametrize("case", SECOND)
def test_whose_second_factor_counts(cast: Cast, provider: Provider, case: str):
    ticked, told, levels, ours = SECOND[case]
    made = connected(provider, cast.timis, asks_second_factor=ticked, factor_classes=levels)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"], token=told)
    client, where = arrive(provider, made, "elena")
    assert where == "/en/me/"
    elena = User.objects.get(email="elena@timis.example.org")
    assert client.get("/en/me/").status_code == (302 if ours else 200), "none set up yet"
    make.add_totp(elena)
    _client, where = arrive(provider, made, "elena")
    assert where == ("/en/account/2fa/authenticate/" if ours else "/en/me/"), "one set up"
    assert AuditEvent.objects.filter(verb="sso.arrived").first().data["second_factor"] is not ours


def test_an_institutions_second_factor_is_worth_nothing_beyond_its_branch(
    cast: Cast, provider: Provider
):
    made = connected(provider, cast.lugoj, asks_second_factor=True)
    rule(made, "nominator")
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    client, _where = arrive(provider, made, "elena")
    assert client.get("/en/me/").status_code == 200
    elena = User.objects.get(email="elena@timis.example.org")
    make.member(elena.person, cast.timis, "officer")
    assert refused(client.get("/en/me/")["Location"]) == "beyond"
    assert "_auth_user_id" not in client.session
    assert refused(arrive(provider, made, "elena")[1]) == "beyond"


MORE_BY_NOW = {
    "an officer elsewhere": lambda cast, user: make.member(user.person, cast.cluj, "officer"),
    "the overseer of the country": lambda cast, user: make.member(user.person, cast.anpdca, "overseer"),
    "an account that may do everything": lambda cast, user: User.objects.filter(pk=user.pk).update(
        is_superuser=True
    ),
    "an account of the staff": lambda cast, user: User.objects.filter(pk=user.pk).update(is_staff=True),
}  # fmt: skip


@pytest.mark.parametrize("case", MORE_BY_NOW)
@pytest.mark.parametrize("has_totp", [True, False], ids=["ours set up", "none of ours"])
def test_a_session_ends_when_the_account_outgrows_the_institution(
    cast: Cast, provider: Provider, case: str, has_totp: bool
):
    """Let in as somebody of the county, its computer would else be there when they are given the country."""
    made = connected(provider, cast.timis, asks_second_factor=True)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    client, _where = arrive(provider, made, "elena")
    elena = User.objects.get(email="elena@timis.example.org")
    if has_totp:
        make.add_totp(elena)
    make.member(elena.person, cast.lugoj, "trainer")
    assert client.get("/en/me/").status_code == 200, "more, but within the branch"
    MORE_BY_NOW[case](cast, elena)
    assert refused(client.get(f"/en/me/people/{cast.clara.person_id}/")["Location"]) == "beyond"
    assert "_auth_user_id" not in client.session
    assert "/login/" in client.get("/en/me/")["Location"]


@pytest.mark.parametrize(
    ("place", "role", "ours"),
    [("timis", "editor", True), ("timis", "administrator", True), ("anpdca", "editor", False)],
)
def test_whoever_writes_the_pages_of_all_is_asked_by_us(
    cast: Cast, provider: Provider, place: str, role: str, ours: bool
):
    """An editor of a county writes pages that the whole country reads."""
    made = connected(provider, getattr(cast, place), asks_second_factor=True)
    rule(made, role)
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    client, _where = arrive(provider, made, "elena")
    answer = client.get("/en/me/")
    assert answer.status_code == (302 if ours else 200)
    assert answer.headers.get("Location") == ("/en/account/2fa/" if ours else None)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_signs_anybody_in(cast: Cast, provider: Provider, site: str):
    """A page of the county could else send the overseer there and back: signed in as somebody of the county."""
    made = connected(provider, cast.timis)
    client = browser()
    start = f"/en/account/institution/{made.pk}/?next=/en/me/profile/"
    answer = client.get(start, headers={"sec-fetch-site": site})
    assert answer["Location"] == "/en/account/institution/?next=%2Fen%2Fme%2Fprofile%2F"
    page = client.get(answer["Location"]).content.decode()
    assert f'href="/en/account/institution/{made.pk}/?next=/en/me/profile/"' in page
    assert not client.session.get("socialaccount_states")
    for own in ("same-origin", "none"):
        answer = client.get(start, headers={"sec-fetch-site": own})
        assert answer["Location"].startswith(provider.url)


def test_the_second_step_of_another_sign_in_is_asked_as_ever(cast: Cast, provider: Provider):
    """What the institution proved ends with the session that it proved it in."""
    made = connected(provider, cast.timis, asks_second_factor=True)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    client, _where = arrive(provider, made, "elena")
    assert client.get("/en/me/").status_code == 200
    client.post("/en/account/logout/")
    assert client.get("/en/me/").status_code == 302
    client.force_login(User.objects.get(email="elena@timis.example.org"),
                       backend="people.backends.CodeAndPassword")  # fmt: skip
    assert client.get("/en/me/")["Location"] == "/en/account/2fa/"


HOSTILE = {
    # what the provider says instead, and why nobody gets in
    "no e-mail": ({"claims": {"email": None}}, "no-email"),
    "no address at all": ({"claims": {"email": "elena"}}, "no-email"),
    "unchecked e-mail": ({"claims": {"email_verified": False}}, "unverified"),
    "nothing said of a check": ({"claims": {"email_verified": None}}, "unverified"),
    "foreign domain": ({"claims": {"email": "elena@cluj.example.org"}}, "foreign"),
    "domain within another": ({"claims": {"email": "e@timis.example.org.evil.org"}}, "foreign"),
    "domain below": ({"claims": {"email": "e@it.timis.example.org"}}, "foreign"),
    "no name": (
        {"claims": {"given_name": None, "family_name": None, "name": None}},
        "no-name",
    ),
    "no group": ({"claims": {"groups": []}}, "no-role"),
    "another group": ({"claims": {"groups": ["OFITERI", "ofiteri2"]}}, "no-role"),
    "wrong issuer": ({"token": {"iss": "https://other.example.org"}}, "not-genuine"),
    "wrong audience": ({"token": {"aud": "another"}}, "not-genuine"),
    "several audiences": ({"token": {"aud": ["quick", "another"]}}, "not-genuine"),
    "made for another": ({"token": {"azp": "another"}}, "not-genuine"),
    "wrong nonce": ({"token": {"nonce": "of another sign-in"}}, "not-genuine"),
    "expired": ({"token": {"exp": 1_700_000_000}}, "clock"),
    "of tomorrow": ({"token": {"iat": 4_000_000_000, "exp": 4_000_000_300}}, "clock"),
    "of somebody else": ({"token": {"sub": "another"}}, "not-genuine"),
    "a subject without end": ({"claims": {"sub": "x" * 300}}, "not-genuine"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_lets_nobody_in(cast: Cast, provider: Provider, case: str):
    said, why = HOSTILE[case]
    made = connected(provider, cast.timis)
    rule(made, "officer")
    before = User.objects.count(), Person.objects.count(), Membership.objects.count()
    claims = {"groups": ["ofiteri"], **said.get("claims", {})}
    provider.say("elena", token=said.get("token", {}), **claims)
    client, where = arrive(provider, made, "elena")
    assert refused(where) == why
    page = client.get(where)
    assert page.status_code == 200 and b"You are not signed in" in page.content
    assert "_auth_user_id" not in client.session
    assert before == (User.objects.count(), Person.objects.count(), Membership.objects.count())
    assert AuditEvent.objects.get(verb="sso.refused").data == {"why": why}


def test_a_state_is_good_once_for_its_browser_and_its_provider(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"])
    client = browser()
    back = provider.visit(leave(client, made), "elena").removeprefix(OURS)
    assert refused(browser().get(back)["Location"]) == "state", "another browser"
    other = make.provider(cast.cluj)
    foreign = back.replace(f"/sso/{made.pk}/", f"/sso/{other.pk}/")
    assert refused(client.get(foreign)["Location"]) == "state", "another provider"
    tampered = back.replace("state=", "state=x")
    assert refused(client.get(tampered)["Location"]) == "state", "tampered"
    assert client.get(back)["Location"] == "/en/me/"
    assert refused(client.get(back)["Location"]) == "state", "a second time"
    assert client.get(f"/sso/{made.pk}/callback/")["Location"].endswith("/state/")


def test_a_state_grows_old(cast: Cast, provider: Provider, monkeypatch):
    made = connected(provider, cast.timis)
    client = browser()
    back = provider.visit(leave(client, made), "elena").removeprefix(OURS)
    later = time.time() + 601
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: later)
    assert refused(client.get(back)["Location"]) == "state"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("error=access_denied", "cancelled"),
        ("error=server_error", "refused"),
        ("code=", "refused"),
        ("code=never-given-out", "refused"),
        ("code=x&iss=https://other.example.org", "refused"),
    ],
)
def test_what_else_may_come_back(cast: Cast, provider: Provider, query: str, why: str):
    made = connected(provider, cast.timis)
    client = browser()
    state = parse_qs(urlsplit(leave(client, made)).query)["state"][0]
    answer = client.get(f"/sso/{made.pk}/callback/?state={state}&{query}")
    assert refused(answer["Location"]) == why


def test_a_wrong_secret_is_a_page_and_a_line_in_the_trail(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis, secret="another")
    assert refused(arrive(provider, made, "elena")[1]) == "refused"
    event = AuditEvent.objects.get(verb="sso.refused")
    assert event.organisation_path == cast.timis.path and event.data == {"why": "refused"}


def test_a_provider_that_is_down(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    client = browser()
    back = provider.visit(leave(client, made), "elena").removeprefix(OURS)
    made.issuer = "http://localhost:9"
    made.save()
    with override_settings(SIGN_IN_PRIVATE_HOSTS=["localhost:9"]):
        assert refused(leave(browser(), made)) == "no-answer"
        assert refused(client.get(back)["Location"]) == "no-answer"


def test_a_provider_that_was_silent_is_left_in_peace_for_a_moment(cast: Cast, provider: Provider):
    """Each question would cost a thread that waits, and anybody may press the button."""
    made = connected(provider, cast.timis)
    client = browser()
    back = provider.visit(leave(client, made), "elena").removeprefix(OURS)
    SignInProvider.objects.filter(pk=made.pk).update(issuer="http://localhost:9")
    with override_settings(SIGN_IN_PRIVATE_HOSTS=["localhost:9"]):
        for _often in range(3):
            assert refused(leave(browser(), made)) == "no-answer"
    assert AuditEvent.objects.filter(verb="sso.refused").count() == 1
    SignInProvider.objects.filter(pk=made.pk).update(issuer=provider.url)
    assert refused(leave(browser(), made)) == "no-answer", "it answers, and is not asked"
    assert refused(client.get(back)["Location"]) == "no-answer"
    cache.delete(f"sso-silent:{made.pk}")
    assert leave(browser(), made).startswith(provider.url)
    assert AuditEvent.objects.filter(verb="sso.refused").count() == 1


def test_where_others_wait_nobody_waits_too(cast: Cast, provider: Provider, monkeypatch):
    """One slow provider does not take all threads of the site; and it is not called silent for it."""
    monkeypatch.setattr(outbound, "SEAT_SECONDS", 0.1)
    made = connected(provider, cast.timis)
    with ExitStack() as others:
        for _each in range(outbound.MOST_AT_ONCE):
            others.enter_context(outbound._seats)
        assert refused(leave(browser(), made)) == "no-answer"
    assert not AuditEvent.objects.filter(verb="sso.refused").exists()
    assert leave(browser(), made).startswith(provider.url)
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[]):
        for _each in range(outbound.MOST_AT_ONCE + 1):
            assert refused(leave(browser(), made)) == "private", (
                "a seat is given back, come what may"
            )


def test_a_provider_in_our_own_house_is_not_asked(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[]):
        assert refused(leave(browser(), made)) == "private"


def test_another_provider_at_the_address(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    made.issuer = provider.url.replace("localhost", "127.0.0.1")
    made.save()
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[made.issuer.removeprefix("http://")]):
        assert leave(browser(), made), "it says that it is what we call it"
        made.issuer += "/accounts"
        made.save()
        assert refused(leave(browser(), made)) in {"not-openid", "no-answer"}


def test_a_removed_provider_lets_nobody_in_even_on_the_way(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "officer")
    provider.say("elena", groups=["ofiteri"])
    client, _where = arrive(provider, made, "elena")
    other = browser()
    back = provider.visit(leave(other, made), "elena").removeprefix(OURS)
    providers.end(by=cast.adm, provider=made)
    assert refused(other.get(back)["Location"]) == "removed"
    assert client.get("/en/me/").status_code == 302, "signed out"
    assert browser().get(f"/en/account/institution/{made.pk}/").status_code == 404
    elena = User.objects.get(email="elena@timis.example.org")
    assert roles(elena) == set() and not SignInIdentity.objects.exists()


def test_the_secret_is_nowhere_in_clear(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    assert "the secret of the client" not in made.secret
    assert box(PURPOSE).decrypt(made.secret.encode()).decode() == "the secret of the client"


def test_somebody_else_at_the_same_computer_is_signed_out_first(cast: Cast, provider: Provider):
    made = connected(provider, cast.timis)
    rule(made, "learner")
    provider.say("elena", groups=["ofiteri"])
    client = browser()
    client.force_login(cast.ana, backend="people.backends.CodeAndPassword")
    arrive(provider, made, "elena", client)
    elena = User.objects.get(email="elena@timis.example.org")
    assert client.session["_auth_user_id"] == str(elena.pk)


def test_a_place_that_asks_without_end_has_to_wait(cast: Cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    made = make.provider(cast.timis)
    for path in (f"/en/account/institution/{made.pk}/", f"/sso/{made.pk}/callback/?state=x"):
        cache.clear()
        answers = [browser().get(path).status_code for _three in range(3)]
        assert answers == [302, 302, 429]
