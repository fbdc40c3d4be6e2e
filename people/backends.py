"""Roles answer the one permission that Wagtail asks for at its door; no sign-in form but allauth's is answered."""

from datetime import date
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import CharField, Exists, Func, OuterRef, QuerySet
from django.utils import timezone

from people.access import grants_of, remember
from people.models import Membership, Person, User
from people.permissions import Permission
from people.questions import Question

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
OF_ACCOUNT = [field.attname for field in User._meta.concrete_fields]
# Without the words of the search: long, and of no use to a page.
OF_PERSON = [
    field.attname for field in Person._meta.concrete_fields if field.name != "search_vector"
]


class Pair(Func):
    """ARRAY[a, b]"""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(CharField())


def has_second_factor(user: User) -> bool:
    """Has this account a code generator or a passkey? Known already of whoever the session signed in."""
    known: bool | None = getattr(user, "has_second_factor", None)
    return is_mfa_enabled(user, FACTORS) if known is None else known


def _everything(account: int, day: date) -> QuerySet[User, Any]:
    """What every page asks of its reader, in one query: account, person, second factor, roles."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    roles = Membership.objects.current(day).filter(person=OuterRef("person"))
    pairs = roles.values_list(Pair("role", "organisation__path"))
    columns = (*OF_ACCOUNT, *(f"person__{name}" for name in OF_PERSON))
    return User.objects.filter(pk=account).values_list(
        *columns, Exists(factor), ArraySubquery(pairs)
    )


READER = Question(_everything, "account", "day")


def _signed_in(backend: ModelBackend, user_id: Any) -> User | None:
    found = READER.answers(account=User._meta.pk.to_python(user_id), day=timezone.localdate())
    user = _account(found[0]) if found else None
    return user if user and backend.user_can_authenticate(user) else None


def _account(row: tuple[Any, ...]) -> User:
    *columns, second_factor, held = row
    user = User.from_db(connection.alias, OF_ACCOUNT, columns[: len(OF_ACCOUNT)])
    user.has_second_factor = second_factor  # type: ignore[attr-defined]
    if user.person_id:
        of_person = columns[len(OF_ACCOUNT) :]
        user.person = Person.from_db(connection.alias, OF_PERSON, of_person)
    remember(user, held)
    return user


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
