"""What an institution's word is worth in a session: its own branch, and its second factor there."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from people.access import grants_of
from people.cms_access import CMS_ROLES
from people.models import Organisation, SignInProvider, User
from people.roles import STAFF_ROLES
from people.sso.mapping import goes_beyond

METHOD = "institution"


class OwnSecondFactor(AuthenticateStage):
    """allauth's question for the app or passkey, left out where the institution has asked already."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """A page that asks, or nothing."""
        if self.login.user and is_vouched_for(self.request, self.login.user):
            return None, True
        return super().handle()


def note(
    request: HttpRequest, *, user: User, provider: SignInProvider, has_second_factor: bool
) -> None:
    """Remember in this session how the user came. allauth forgets it when they sign out."""
    record_authentication(
        request, user, METHOD, provider=provider.pk, branch=provider.organisation.path, second_factor=has_second_factor
    )  # fmt: skip


def _words(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """What institutions said of the user in this session."""
    records = get_authentication_records(request, user)
    return [record for record in records if record.get("method") == METHOD]


def went_beyond(request: HttpRequest, user: User) -> int | None:
    """The provider that opened this session, if by now the account may do more than it could open.

    Else whoever was let in as a learner would be there when the account is given the whole country.
    """
    for word in _words(request, user):
        grants = grants_of(user)
        if (
            grants.is_superuser
            or user.is_staff
            or any(goes_beyond(word["branch"], code, path) for code, path in grants.held)
        ):
            return int(word["provider"])
    return None


def is_vouched_for(request: HttpRequest, user: User) -> bool:
    """Did an institution prove a second factor in this session that is enough for all that the user may do?

    Who writes the pages of the site writes them for the whole country, wherever they have the role.
    """
    branches = tuple(word["branch"] for word in _words(request, user) if word["second_factor"])
    grants = grants_of(user)
    reach = (
        path[: Organisation.steplen] if code in CMS_ROLES else path
        for code, path in grants.held
        if code in STAFF_ROLES
    )
    return (
        bool(branches)
        and not grants.is_superuser
        and all(path.startswith(branches) for path in reach)
    )
