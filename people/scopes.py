"""What a machine may be let do: a few plain scopes, each made of permissions that people hold by their roles."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people.permissions import Permission as P


class Scope(TextChoices):
    """One tick when a token is made. The value is what the API's description shows."""

    PEOPLE = "people:read", _("Read who the people of the branch are")
    STANDING = "standing:read", _("Read where people stand")
    CERTIFICATES = "certificates:read", _("Read certificates")
    VERIFY = "verify", _("Check certificates by number and family name")
    EDITIONS = "editions:read", _("Read courses and editions")
    ENROL = "enrolments:write", _("Nominate people and give up their places")
    ROLL = "attendance:write", _("Write who attended, in minutes")


PERMISSIONS: dict[str, frozenset[P]] = {
    Scope.PEOPLE: frozenset({P.VIEW_PEOPLE, P.VIEW_ORGANISATION}),
    Scope.STANDING: frozenset({P.VIEW_STANDING}),
    Scope.CERTIFICATES: frozenset({P.VIEW_CERTIFICATES}),
    # Anybody may check a certificate: the scope only says that this machine asks for that.
    Scope.VERIFY: frozenset(),
    Scope.EDITIONS: frozenset({P.VIEW_EDITIONS}),
    Scope.ENROL: frozenset({P.NOMINATE, P.VIEW_EDITIONS}),
    Scope.ROLL: frozenset({P.TAKE_ROLL, P.VIEW_EDITIONS}),
}


def permissions_of(scopes: list[str]) -> frozenset[P]:
    """All that these scopes let a machine do."""
    return frozenset().union(*(PERMISSIONS[scope] for scope in scopes))
