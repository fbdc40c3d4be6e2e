"""Who asks: the token in the header, its limit of requests, and whether its scopes allow this."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from people.actions import tokens
from people.machines.problems import Problem, slow_down
from people.models import ApiToken, Organisation, User
from people.scopes import Scope


class Machine:
    """The program that asks: its token, and the user that it acts as."""

    def __init__(self, token: ApiToken) -> None:
        self.token = token

    @property
    def user(self) -> User:
        """Sees the branch of the institution, as far as the scopes say."""
        return self.token.account

    @property
    def organisation(self) -> Organisation:
        """Whose program it is."""
        return self.token.organisation


class _Bearer(HttpBearer):
    """A bearer token with a scope. One class for all, so that the description knows one scheme."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        used = tokens.use(key=token)
        if used is None:
            return None
        if used.in_minute > settings.API_REQUESTS_A_MINUTE:
            raise slow_down(used.seconds_left)
        if self.scope not in used.token.scopes:
            raise Problem(403)
        return Machine(used.token)


_Bearer.__name__ = "Token"


def needs(scope: Scope) -> dict[str, Any]:
    """Arguments of an operation that only tokens with that scope may ask for."""
    return {"auth": _Bearer(scope), "openapi_extra": {"x-scope": scope.value}}


def machine_of(request: HttpRequest) -> Machine:
    """Whose request this is; every address of the API has asked for a token."""
    return request.auth  # type: ignore[attr-defined]
