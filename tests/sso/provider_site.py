"""What the provider says about its people, as the tests tell it. Read by the provider's own process only.

POST /said/ {"who": "elena", "claims": {…}, "token": {…}}: claims are told wherever it tells, `token` only in the signed
token, and what is null is left out. POST /clients/ {"redirects": […]}: where people may be sent back to.
"""

import json

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

SAID: dict[str, dict] = {}


class Adapter(DefaultOIDCAdapter):
    """Says what the tests want it to say, and signs it with its own key."""

    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        told = {**super().get_claims(purpose, user, client, scopes, email=email, **kwargs)}
        said = SAID.get(user.username, {})
        told |= said.get("claims", {}) | (said.get("token", {}) if purpose == "id_token" else {})
        return {name: value for name, value in told.items() if value is not None}


@csrf_exempt
def say(request: HttpRequest) -> HttpResponse:
    wanted = json.loads(request.body)
    SAID[wanted["who"]] = wanted
    return HttpResponse(status=204)


@csrf_exempt
def clients(request: HttpRequest) -> HttpResponse:
    redirects = "\n".join(json.loads(request.body)["redirects"])
    Client.objects.update(redirect_uris=redirects)
    return HttpResponse(status=204)


urlpatterns = [
    path("said/", say),
    path("clients/", clients),
    path("", include("allauth.urls")),
    path("", include("allauth.idp.urls")),
]
