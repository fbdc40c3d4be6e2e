"""The register of what other packages keep: sign-in, sessions, the CMS, the queue. Only this room may know them all."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.privacy_cms import CMS_TABLES
from config.privacy_nothing import NOTHING
from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Room,
    Subject,
    Table,
    of_login,
    personal,
    plain,
    secret,
)

ACCOUNT, VISITS = _("Your account"), _("Where you are signed in")


def sessions_of(subject: Subject) -> Q:
    """Sessions of the person's log-ins, and those in which somebody just typed one of their addresses.

    What a session holds is signed, not indexed: each is opened. An erasure is rare enough for that.
    """
    known = set(
        UserSession.objects.filter(user__in=subject.user_ids).values_list("session_key", flat=True)
    )
    users = {str(key) for key in subject.user_ids}
    for session in Session.objects.exclude(pk__in=known).iterator(chunk_size=2000):
        held = session.get_decoded()
        words = str(held).lower()
        if held.get("_auth_user_id") in users or any(
            address in words for address in subject.addresses
        ):
            known.add(session.pk)
    return Q(pk__in=known)


SIGN_IN = (
    Table(
        "account.EmailAddress",
        title=ACCOUNT,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user primary", "Whose."),
            personal(
                "email verified",
                _("The address that you sign in with, and whether you proved it."),
                keep=Keep.LOGIN,
            ),
        ),
    ),
    Table(
        "account.EmailConfirmation",
        title=ACCOUNT,
        rows=of_login("email_address__user"),
        on_erase=OnErase.GO,
        entries=(
            plain("email_address created sent", "Of which address."),
            secret("key", _("The code that proves an address.")),
        ),
    ),
    Table(
        "mfa.Authenticator",
        title=ACCOUNT,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user", "Whose."),
            personal(
                "type created_at last_used_at",
                _("The second steps that you set up."),
                ground=Ground.SECURITY,
                keep=Keep.LOGIN,
            ),
            secret("data", _("The secret of a second step, encrypted.")),
        ),
    ),
    Table(
        "sessions.Session",
        title=VISITS,
        rows=sessions_of,
        on_erase=OnErase.GO,
        entries=(
            secret(
                "session_key session_data",
                _("What keeps you signed in on a device."),
                keep=Keep.FORTNIGHT,
            ),
            plain("expire_date", "Until when."),
        ),
    ),
    Table(
        "usersessions.UserSession",
        title=VISITS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user data", "Whose; the data are not used."),
            personal(
                "ip user_agent created_at last_seen_at",
                _(
                    "From which device and internet address you signed in, so that you can see and end it."
                ),
                ground=Ground.SECURITY,
                keep=Keep.FORTNIGHT,
            ),
            secret("session_key", _("What keeps you signed in on a device."), keep=Keep.FORTNIGHT),
        ),
    ),
)

ROOM = Room(tables=(*SIGN_IN, *CMS_TABLES), nothing_personal=NOTHING)
