"""A second factor that an institution asked for counts here for that institution's branch, and for one sign-in."""

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from people.access import grants_of
from people.models import SignInProvider, User
from people.roles import STAFF_ROLES

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
    branch = provider.organisation.path if has_second_factor else None
    record_authentication(request, user, METHOD, provider=provider.pk, second_factor_for=branch)


def is_vouched_for(request: HttpRequest, user: User) -> bool:
    """Did an institution prove a second factor in this session that is enough for all that the user may do?"""
    branches = tuple(
        record["second_factor_for"]
        for record in get_authentication_records(request, user)
        if record.get("method") == METHOD and record.get("second_factor_for")
    )
    grants = grants_of(user)
    return (
        bool(branches)
        and not grants.is_superuser
        and all(path.startswith(branches) for code, path in grants.held if code in STAFF_ROLES)
    )
