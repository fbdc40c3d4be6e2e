"""Roles answer the one permission that Wagtail asks for at its door; no sign-in form but allauth's is answered."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet

from people.access import grants_of
from people.models import User
from people.permissions import Permission

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """Has this account a code generator or a passkey? Known already of whoever the session signed in."""
    known: bool | None = getattr(user, "has_second_factor", None)
    return is_mfa_enabled(user, FACTORS) if known is None else known


@cache
def _accounts() -> QuerySet[User]:
    """With what every page asks of its reader, in one query: the person, and whether there is a second factor."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return User.objects.select_related("person").annotate(has_second_factor=Exists(factor))


def _signed_in(backend: ModelBackend, user_id: Any) -> User | None:
    try:
        user = _accounts().get(pk=user_id)
    except User.DoesNotExist:
        return None
    return user if backend.user_can_authenticate(user) else None


class CodeAndPassword(AuthenticationBackend):
    """allauth's own."""

    def get_user(self, user_id: Any) -> User | None:
        """Whose session it is, once a request."""
        return _signed_in(self, user_id)


class RoleBackend(ModelBackend):
    """Django's own back end, plus: an editor or administrator of today may enter the CMS."""

    def get_user(self, user_id: Any) -> User | None:
        """Whose session it is, once a request."""
        return _signed_in(self, user_id)

    def authenticate(
        self, request: Any, username: Any = None, password: Any = None, **kwargs: Any
    ) -> None:
        """Signing in is allauth's work: it names the address `email`.

        Whoever says `username` is a form of Django's or of a library's. It asks for no second factor and counts no
        wrong passwords, so it is refused before allauth's back end, the next in line, would answer it.
        """
        if username is not None:
            raise PermissionDenied("not allauth's form")

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if perm == "wagtailadmin.access_admin":
            return grants_of(user_obj).anywhere(Permission.EDIT_CONTENT)
        return super().has_perm(user_obj, perm, obj)
