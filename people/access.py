"""Whose branches a user's roles reach. Read once per request object, never stored."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from people.permissions import Permission
from people.roles import STAFF_ROLES, role

if TYPE_CHECKING:
    from people.models import Organisation

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Grants:
    """The roles somebody holds today, each at the tree path of an institution."""

    held: tuple[tuple[str, str], ...] = ()
    is_superuser: bool = False
    # Of a machine: permissions that its token has at the tree path of its institution, without any role.
    lent: tuple[tuple[frozenset[Permission], str], ...] = ()
    _branches: dict[Permission, tuple[str, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def branches(self, permission: Permission) -> tuple[str, ...]:
        """Paths of the institutions below which that permission holds."""
        if permission not in self._branches:
            paths = sorted(
                {path for code, path in self.held if permission in role(code).permissions}
                | {path for permissions, path in self.lent if permission in permissions}
            )
            outer = [
                p for p in paths if not any(p != other and p.startswith(other) for other in paths)
            ]
            self._branches[permission] = tuple(outer)
        return self._branches[permission]

    def everywhere(self, permission: Permission) -> bool:
        """A superuser is let through everywhere; nobody else."""
        return self.is_superuser

    def allows(self, permission: Permission, organisation: "Organisation") -> bool:
        """May this be done at that institution?"""
        return self.everywhere(permission) or organisation.path.startswith(
            self.branches(permission) or ("\0",)
        )

    def anywhere(self, permission: Permission) -> bool:
        """May this be done somewhere? (Whether to show a menu entry, never whether to show a record.)"""
        return self.everywhere(permission) or bool(self.branches(permission))

    def at_the_top(self, permission: Permission) -> bool:
        """Does it hold at an institution that stands below no other? What is the same for all is theirs to change."""
        root = apps.get_model("people", "Organisation").steplen
        return self.everywhere(permission) or any(
            len(path) == root for path in self.branches(permission)
        )

    def within(self, path_lookup: str, permission: Permission) -> Q:
        """Rows whose institution lies in a branch where that permission holds."""
        if self.everywhere(permission):
            return ~NOTHING  # an empty Q would vanish beside what is one's own
        found = NOTHING
        for path in self.branches(permission):
            found |= Q(**{f"{path_lookup}__startswith": path})
        return found

    def own(self, lookup: str, value: object, permission: Permission) -> Q:
        """One's own rows: everybody may read them; no other permission comes with being the person."""
        return Q(**{lookup: value}) if value and permission.value.startswith("view_") else NOTHING

    @property
    def roles(self) -> frozenset[str]:
        """Codes of the roles held today."""
        return frozenset(code for code, _path in self.held)

    @property
    def needs_second_factor(self) -> bool:
        """Every staff role and the CMS ask for a second factor (ASVS 6.3.3)."""
        return self.is_superuser or bool(self.roles & STAFF_ROLES)


def grants_of(user: Any) -> Grants:
    """What the user's roles reach today; read once for each user object, so a lost role is lost at once."""
    if lent := getattr(user, "lent", None):
        return lent
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Grants()
    # By name, not in __dict__: a request's user is a stand-in that passes names on, but has a __dict__ of its own.
    if not hasattr(user, "_grants"):
        memberships = apps.get_model("people", "Membership").objects.current()
        mine = memberships.filter(person=user.person_id) if user.person_id else memberships.none()
        remember(user, mine.values_list("role", "organisation__path"))
    grants: Grants = user._grants
    return grants


def remember(user: Any, held: Iterable[Sequence[str]]) -> None:
    """These are the roles of the account today and the paths where it holds them, read together with it."""
    user._grants = Grants(tuple((code, path) for code, path in held), user.is_superuser)


def not_there(asked: str, known: Container[str]) -> None:
    """404 for an address that names a row by a number which is not among those in reach, as if there were no such row.

    Anything but a number is a mistake of typing: the form says so at its field.
    """
    if asked.isascii() and asked.isdigit() and asked not in known:
        raise Http404


def may(user: Any, permission: Permission, *, organisation: "Organisation") -> bool:
    """May the user do that at this institution? The one question every action and view asks."""
    return grants_of(user).allows(permission, organisation)


def require(user: Any, permission: Permission, *, organisation: "Organisation") -> None:
    """Refuse unless the user may do that there. `None` is the system itself, which may."""
    if user is not None and not may(user, permission, organisation=organisation):
        raise PermissionDenied(f"{permission} at {organisation.pk}")
