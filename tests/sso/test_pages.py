"""The pages of sign-in: the ways in, what an address leads to, and what administrators see and type."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import override_settings

from people.actions import providers
from people.models import Organisation, SignInProvider
from people.sso.reasons import Why
from tests.cast import Cast
from tests.factories import people as make
from tests.sso.conftest import Provider, browser, connected
from tests.sso.test_arrive import add, came, held, institution

GOOD = {
    "issuer": "https://id.example.org/realms/timis/",
    "client_id": "tutela",
    "secret": "the secret of the form",
    "domains": "@Timis.example.org, dgaspc.example.org",
    "factor_classes": "",
}


def a_rule(place: Organisation, role: str) -> dict[str, object]:
    """The form of a rule, filled in."""
    return {"claim": "groups", "value": "ofiteri", "organisation": place.pk, "role": role}


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


class TestTheWayIn:
    def test_without_an_institution_the_page_is_as_ever(self, cast: Cast):
        page = browser().get("/en/account/login/").content.decode()
        assert "With the account of your institution" not in page

    def test_one_institution_is_a_link(self, cast: Cast):
        made = make.provider(cast.timis)
        page = browser().get("/en/account/login/?next=/en/me/profile/").content.decode()
        link = f'href="/en/account/institution/{made.pk}/?next=/en/me/profile/"'
        assert link in page and re.search(r"Sign in with\s*<bdi>DGASPC Timiș</bdi>", page)
        providers.end(by=None, provider=made)
        assert "/account/institution/" not in browser().get("/en/account/login/").content.decode()

    def test_many_institutions_have_a_page(self, cast: Cast):
        places = [cast.timis, cast.cluj, cast.lugoj, cast.turda, cast.centru]
        for place in places:
            made = make.provider(place)
        page = browser().get("/en/account/login/").content.decode()
        assert 'href="/en/account/institution/"' in page and f"/institution/{made.pk}/" not in page
        page = browser().get("/en/account/institution/").content.decode()
        assert all(str(place) in page for place in places) and "ANPDCA" not in page

    def test_a_typed_address_leads_there_by_a_link(self, cast: Cast):
        made = make.provider(cast.timis, domains=["timis.example.org"])
        sent = {"email": "Elena@TIMIS.example.org", "next": "/en/me/data/"}
        answer = browser().post("/en/account/login/", sent)
        page = answer.content.decode()
        assert answer.status_code == 200 and not mail.outbox
        assert (
            f'<a class="button" href="/en/account/institution/{made.pk}/?next=/en/me/data/">'
            in page
        )

    @pytest.mark.parametrize(
        "email", ["ana@example.org", "ana@x.timis.example.org", "timis.example.org@example.org"]
    )
    def test_other_addresses_get_their_code(self, cast: Cast, email: str):
        make.provider(cast.timis, domains=["timis.example.org"])
        answer = browser().post("/en/account/login/", {"email": email})
        assert answer["Location"].startswith("/en/account/login/code/confirm/")

    @pytest.mark.parametrize("email", ["elena@timis.example.org\0", "e@\0", "\0", "@", "e" * 9999])
    def test_what_is_no_address_is_said_so(self, cast: Cast, email: str):
        make.provider(cast.timis, domains=["timis.example.org"])
        page = browser().post("/en/account/login/", {"email": email})
        assert page.status_code == 200 and page.context["form"].errors["email"]
        assert not mail.outbox

    def test_a_code_can_be_had_all_the_same(self, cast: Cast):
        make.provider(cast.timis, domains=["example.org"])
        answer = browser().post("/en/account/login/", {"email": "ana@example.org", "by_code": "1"})
        assert answer["Location"].startswith("/en/account/login/code/confirm/")

    @pytest.mark.parametrize("why", Why.values)
    @pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
    def test_every_reason_has_its_page(self, cast: Cast, why: str, language: str):
        made = make.provider(cast.timis)
        page = browser().get(f"/{language}/account/institution/{made.pk}/{why}/")
        assert page.status_code == 200 and "<bdi>DGASPC Timiș</bdi>" in page.content.decode() or why in {
            "state", "cancelled", "no-answer", "clock",
        }  # fmt: skip
        assert f"/{language}/account/login/" in page.content.decode()

    def test_another_reason_has_none(self, cast: Cast):
        made = make.provider(cast.timis)
        assert browser().get(f"/en/account/institution/{made.pk}/because/").status_code == 404

    def test_no_role_says_whom_to_ask(self, cast: Cast):
        cast.timis.email, cast.timis.phone = "office@timis.example.org", "+40 256 000 000"
        cast.timis.save()
        made = make.provider(cast.timis)
        page = browser().get(f"/en/account/institution/{made.pk}/no-role/").content.decode()
        assert "Your institution has given you no role here." in page
        assert "mailto:office@timis.example.org" in page and "Ask whoever gives out roles" in page

    @pytest.mark.parametrize("path", ["", "signup/", "login/error/", "login/cancelled/"])
    def test_allauths_own_pages_are_closed(self, cast: Cast, path: str):
        for client in (browser(), cast.browser(cast.adm, language="en")):
            assert client.get(f"/en/account/3rdparty/{path}").status_code == 404


class TestSettings:
    def test_an_administrator_connects_an_institution(self, cast: Cast):
        client = cast.browser(cast.adm, language="en")
        answer = client.post("/en/me/sign-in/add/", {**GOOD, "organisation": cast.timis.pk})
        made = SignInProvider.objects.get()
        assert answer["Location"] == f"/en/me/sign-in/{made.pk}/"
        assert made.issuer == "https://id.example.org/realms/timis" and made.made_by == cast.adm
        assert [str(one) for one in made.domains.all()] == [
            "dgaspc.example.org",
            "timis.example.org",
        ]
        page = client.get(answer["Location"]).content.decode()
        assert f"http://testserver/sso/{made.pk}/callback/" in page and "no rule yet" in page
        for path in ("", f"{made.pk}/", f"{made.pk}/edit/", f"{made.pk}/end/"):
            shown = client.get(f"/en/me/sign-in/{path}").content.decode()
            assert GOOD["secret"] not in shown and made.secret not in shown

    def test_the_discovery_document_names_the_issuer(self, cast: Cast):
        sent = {**GOOD, "issuer": "https://id.example.org/.well-known/openid-configuration"}
        client = cast.browser(cast.adm, language="en")
        client.post("/en/me/sign-in/add/", {**sent, "organisation": cast.timis.pk})
        assert SignInProvider.objects.get().issuer == "https://id.example.org"

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"issuer": "http://id.example.org"}, "begins with https://"),
            ({"issuer": "https://a:b@id.example.org"}, "no password"),
            ({"issuer": "https://id.example.org/?a=b"}, "begins with https://"),
            ({"issuer": "https://[id.example.org"}, "begins with https://"),
            ({"issuer": "https://id.example.org:port"}, "begins with https://"),
            ({"issuer": "https://10.0.0.1"}, "private network"),
            ({"issuer": "https://localhost:8443"}, "private network"),
            ({"domains": "not a domain!"}, "is not an e-mail domain"),
            ({"domains": "ana@example.org"}, "is not an e-mail domain"),
            ({"domains": " , "}, "between one and twenty"),
            (
                {"domains": " ".join(f"a{n}.example.org" for n in range(21))},
                "between one and twenty",
            ),
            ({"domains": "taken.example.org"}, "signs in with “taken.example.org” already"),
            ({"secret": ""}, "required"),
        ],
    )
    def test_what_is_typed_wrong_is_said_and_kept(self, cast: Cast, changed: dict, words: str):
        make.provider(cast.cluj, domains=["taken.example.org"])
        client = cast.browser(cast.adm, language="en")
        sent = {**GOOD, **changed, "organisation": cast.timis.pk}
        page = client.post("/en/me/sign-in/add/", sent).content.decode()
        assert words in page and 'value="tutela"' in page
        assert not SignInProvider.objects.filter(organisation=cast.timis).exists()

    def test_an_institution_is_connected_once(self, cast: Cast):
        institution(cast.timis)
        client = cast.browser(cast.adm, language="en")
        page = client.post("/en/me/sign-in/add/", {**GOOD, "organisation": cast.timis.pk})
        assert "has a sign-in already" in page.content.decode()

    def test_only_ones_own_branch_is_offered(self, cast: Cast):
        client = cast.browser(make.staff(cast.timis, "administrator"), language="en")
        answer = client.post("/en/me/sign-in/add/", {**GOOD, "organisation": cast.cluj.pk})
        assert answer.status_code == 200 and not SignInProvider.objects.exists()
        made = make.provider(cast.timis)
        rule = {"claim": "groups", "value": "x", "organisation": cast.cluj.pk, "role": "officer"}
        answer = client.post(f"/en/me/sign-in/{made.pk}/rules/add/", rule)
        assert answer.status_code == 200 and not made.rules.exists()

    def test_domains_and_secret_are_changed(self, cast: Cast):
        made = make.provider(cast.timis, domains=["a.example.org"])
        client, before = cast.browser(cast.adm, language="en"), made.secret
        page = client.get(f"/en/me/sign-in/{made.pk}/edit/").content.decode()
        assert "a.example.org" in page and "a secret of tests" not in page
        sent = {
            "domains": "a.example.org b.example.org",
            "asks_second_factor": "on",
            "factor_classes": "gold 2",
        }
        assert client.post(f"/en/me/sign-in/{made.pk}/edit/", sent).status_code == 302
        made.refresh_from_db()
        assert (
            made.secret == before
            and made.asks_second_factor
            and made.factor_classes == ["2", "gold"]
        )

    def test_a_rule_is_added_and_removed(self, cast: Cast):
        made = make.provider(cast.timis)
        client = cast.browser(cast.adm, language="en")
        sent = a_rule(cast.timis, "officer")
        assert client.post(f"/en/me/sign-in/{made.pk}/rules/add/", sent).status_code == 302
        rule = made.rules.get()
        assert rule.made_by == cast.adm
        page = client.get(f"/en/me/sign-in/{made.pk}/").content.decode()
        assert "ofiteri" in page and "Directorate officer" in page
        client.post(f"/en/me/sign-in/rules/{rule.pk}/end/")
        assert not made.rules.exists()

    def test_the_administrator_of_the_whole_is_not_mapped(self, cast: Cast):
        made = make.provider(cast.anpdca)
        client = cast.browser(cast.adm, language="en")
        sent = a_rule(cast.anpdca, "administrator")
        page = client.post(f"/en/me/sign-in/{made.pk}/rules/add/", sent).content.decode()
        assert "administrator of everything" in page and not made.rules.exists()

    def test_removing_asks_first_and_says_how_much_ends(self, cast: Cast):
        made = institution(cast.timis)
        elena = came(made, "elena@example.org").user
        client = cast.browser(cast.adm, language="en")
        page = client.get(f"/en/me/sign-in/{made.pk}/end/").content.decode()
        assert "1 role that it gave ends at once." in page and held(elena.person)
        assert client.post(f"/en/me/sign-in/{made.pk}/end/")["Location"] == "/en/me/sign-in/"
        assert not held(elena.person)
        assert client.get(f"/en/me/sign-in/{made.pk}/edit/").status_code == 404
        assert "Ended" in client.get(f"/en/me/sign-in/{made.pk}/").content.decode()

    def test_whoever_would_lose_their_own_administration_is_told(self, cast: Cast):
        made = institution(cast.timis, role="administrator")
        boss = came(made, "elena@example.org").user
        make.add_totp(boss)
        client = cast.browser(boss, language="en")
        page = client.post(f"/en/me/sign-in/{made.pk}/end/").content.decode()
        assert "Another administrator has to do this." in page
        answer = client.post(f"/en/me/sign-in/rules/{made.rules.get().pk}/end/", follow=True)
        assert "Another administrator has to do this." in answer.content.decode()
        assert made.rules.exists()

    def test_a_role_by_hand_and_one_by_sign_in_look_different(self, cast: Cast):
        made = institution(cast.timis)
        add(made, "quality")
        came(made, "elena@example.org")
        page = cast.browser(cast.adm, language="en").get(f"/en/me/roles/{cast.timis.pk}/")
        assert page.content.decode().count("by sign-in") == 2


class TestTheTestOfTheConnection:
    def test_a_real_provider_says_what_it_is(self, cast: Cast, provider: Provider):
        made = connected(provider, cast.timis)
        client = cast.browser(cast.adm, language="en")
        page = client.post(f"/en/me/sign-in/{made.pk}/test/").content.decode()
        assert "The provider answers" in page and "It signs with 1 key." in page
        assert f"{provider.url}/identity/o/authorize" in page and "S256" in page

    def test_one_that_is_not_there(self, cast: Cast):
        made = make.provider(cast.timis, issuer="http://localhost:9")
        client = cast.browser(cast.adm, language="en")
        page = client.post(f"/en/me/sign-in/{made.pk}/test/").content.decode()
        assert "The test failed" in page and "private network" in page
        with override_settings(SIGN_IN_PRIVATE_HOSTS=["localhost:9"]):
            page = client.post(f"/en/me/sign-in/{made.pk}/test/").content.decode()
        assert "does not answer" in page
