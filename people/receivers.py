"""What allauth tells us about an account, handed on to an action."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.dispatch import receiver
from django.http import HttpRequest

from people.actions import accounts
from people.models import User


@receiver(email_changed, dispatch_uid="people.address")
def follow_address(user: User, to_email_address: EmailAddress, **_rest: Any) -> None:
    """The person's address follows the login's."""
    accounts.address_changed(user=user, email=to_email_address.email)


@receiver(authenticator_added, dispatch_uid="people.second_factor")
def end_older_sessions(
    request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any
) -> None:
    """Sessions that began without the second factor end when it is set up; the present one has just shown it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request,
            user,
            method="mfa",
            id=authenticator.pk,
            type=authenticator.type,
            reauthenticated=True,
        )
    for session in UserSession.objects.filter(user=user).exclude(
        session_key=request.session.session_key
    ):
        session.end()
