"""Roles answer the one permission that Wagtail asks for at its door; no sign-in form but allauth's is answered."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied

from people.access import grants_of
from people.permissions import Permission


class RoleBackend(ModelBackend):
    """Django's own back end, plus: an editor or administrator of today may enter the CMS."""

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
