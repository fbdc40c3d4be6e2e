"""OpenID Connect of django-allauth with providers from our table: PKCE, state, nonce; every failure has a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from formats import addresses
from people.models import SignInProvider
from people.secrets import box
from people.sso import outbound
from people.sso.reasons import Fault, Why

PURPOSE = "sign-in provider"
WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_ADDRESS = 2_000
NONCE_LENGTH = 32


class Adapter(DefaultSocialAccountAdapter):
    """Tells allauth which providers there are, and how they are asked."""

    def get_requests_session(self) -> outbound.Session:
        return outbound.Session()

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The working providers of our table; nothing is written into allauth's."""
        rows = SignInProvider.objects.working().select_related("organisation")
        if provider is not None:
            rows = rows.filter(pk=int(provider)) if provider.isdecimal() else rows.none()
        return [_app(row) for row in rows]

    def list_providers(self, request: HttpRequest) -> list[Any]:
        return [self.get_provider(request, app.provider_id) for app in self.list_apps(request)]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> "Provider":
        return Provider(request, app=self.get_app(request, provider=provider))


def _app(row: SignInProvider) -> SocialApp:
    """A provider as allauth knows it; never saved."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=str(row.pk),
        name=str(row.organisation)[:40],
        client_id=row.client_id,
        secret=box(PURPOSE).decrypt(row.secret.encode()).decode(),
        settings={"server_url": row.issuer, "oauth_pkce_enabled": True},
    )


class OAuth(OpenIDConnectOAuth2Adapter):
    """The addresses of a provider, read anew for each sign-in; ours to come back to has no language in it."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = discovered(self.get_provider().app.settings["server_url"])
        return self._openid_config

    @property
    def basic_auth(self) -> bool:
        """As the standard has it where a provider does not say."""
        ways = self.openid_config.get("token_endpoint_auth_methods_supported")
        return "client_secret_post" not in (ways or ["client_secret_basic"])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_address(request, int(self.provider_id))


class Provider(OpenIDConnectProvider):
    """One institution's."""

    oauth2_adapter_class = OAuth


def callback_address(request: HttpRequest, pk: int) -> str:
    """The one address that a provider has to send people back to."""
    return request.build_absolute_uri(reverse("sso-callback", args=[pk]))


def depart(request: HttpRequest, pk: int, *, then: str, language: str) -> HttpResponse:
    """Send somebody to their institution; what they must bring back is kept in their session."""
    provider = Adapter(request).get_provider(request, str(pk))
    nonce = get_random_string(NONCE_LENGTH)
    with spoken():
        return provider.redirect(
            request, "login", next_url=then, nonce=nonce, language=language, auth_params={"nonce": nonce}
        )  # fmt: skip


def exchange(request: HttpRequest, pk: int, state: dict[str, Any]) -> dict[str, Any]:
    """The tokens for the code that the browser brought, with the provider's own description in `config`."""
    oauth = OAuth(request, str(pk))
    app = oauth.get_provider().app
    with spoken():
        client = oauth.get_client(request, app)
        tokens = oauth.get_access_token_data(
            request, app, client, pkce_code_verifier=state.get("pkce_code_verifier")
        )
        return {**tokens, "config": oauth.openid_config}


def more_about(config: dict[str, Any], access_token: str) -> dict[str, Any]:
    """What the provider says beside its token, if it says anything."""
    address = config.get("userinfo_endpoint")
    if not address:
        return {}
    with spoken():
        return asked(str(address), {"Authorization": f"Bearer {access_token}"})


def discovered(issuer: str) -> dict[str, Any]:
    """What a provider says of itself. It must be the one that we asked, and speak where we may listen."""
    with spoken():
        config = asked(issuer.rstrip("/") + WELL_KNOWN)
        if str(config["issuer"]).rstrip("/") != issuer.rstrip("/"):
            raise Fault(Why.NOT_OPENID)
        given = [*(config[name] for name in ENDPOINTS), config.get("userinfo_endpoint") or issuer]
        if not all(may_lead_to(issuer, str(address)) for address in given):
            raise Fault(Why.NOT_OPENID)
    return config


def may_lead_to(issuer: str, address: str) -> bool:
    """May a provider send us there? One that lies outside never to a place of our own network that is for another."""
    is_fit = len(address) <= LONGEST_ADDRESS and outbound.is_allowed(address)
    return is_fit and (outbound.is_ours(issuer) or not outbound.is_ours(address))


def keys_of(config: dict[str, Any]) -> dict[str, Any]:
    """The keys that a provider signs with."""
    with spoken():
        return asked(str(config["jwks_uri"]))


def asked(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON object at an address."""
    with outbound.Session() as session:
        answer = session.get(address, headers=headers)
    answer.raise_for_status()
    found = answer.json()
    if answer.status_code != 200 or not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


@contextmanager
def spoken() -> Iterator[None]:
    """Whatever a provider does wrong, one reason comes of it."""
    try:
        yield
    except addresses.Forbidden as error:
        raise Fault(Why.PRIVATE) from error
    except (
        requests.exceptions.JSONDecodeError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise Fault(Why.NOT_OPENID) from error
    except (requests.RequestException, addresses.Unreachable) as error:
        raise Fault(Why.NO_ANSWER) from error
    except OAuth2Error as error:
        raise Fault(Why.REFUSED) from error
    except ValueError as error:  # what is no JSON, no number, no address
        raise Fault(Why.NOT_OPENID) from error
