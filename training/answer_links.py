"""The secret of a place: who has it may say whether that person comes, and nothing else.

It stands in the link of a mail and in the address that calendar programs answer to. Not stored: it is made of the
deployment's key and the number of the enrolment, so it never changes while a calendar knows it.
"""

import base64
import hmac
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from training.models import Enrolment, Session

HOST = urlsplit(settings.SITE_URL).hostname
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([a-z2-7]{26})")
_UID = re.compile(r"session-([1-9][0-9]{0,17})@(.+)")


def token_of(enrolment: Enrolment) -> str:
    """Number and secret, in letters that mail servers may make small."""
    return f"{enrolment.pk}-{_secret(enrolment.pk)}"


def enrolment_of(token: str) -> Enrolment | None:
    """The enrolment of a token, if it still has a place and we made the token."""
    match = _TOKEN.fullmatch(token)
    if match is None or not hmac.compare_digest(match[2], _secret(int(match[1]))):
        return None
    places = Enrolment.objects.taking_a_place().filter(person__erased_at=None)
    return places.select_related("person", "edition__organiser").filter(pk=match[1]).first()


def answer_url(enrolment: Enrolment, language: str) -> str:
    """The page with the buttons."""
    with translation.override(language):
        return settings.SITE_URL + reverse("training:answer", args=[token_of(enrolment)])


def answer_address(enrolment: Enrolment) -> str:
    """Where calendar programs answer to, or "" where this deployment reads no answers."""
    name, at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{name}+{token_of(enrolment)}@{domain}" if at else ""


def enrolment_of_address(address: str) -> Enrolment | None:
    """The enrolment that such an address belongs to."""
    name, _at, domain = settings.REPLY_ADDRESS.lower().partition("@")
    local, _at, theirs = address.lower().partition("@")
    prefix, _plus, token = local.partition("+")
    return enrolment_of(token) if (prefix, theirs) == (name, domain) and domain else None


def uid_of(session: Session) -> str:
    """What calendars know a session by, for as long as it exists."""
    return f"session-{session.pk}@{HOST}"


def session_pk_of(uid: str) -> int | None:
    """The session of such a name, if it is one of ours."""
    match = _UID.fullmatch(uid)
    return int(match[1]) if match and match[2].lower() == HOST else None


def _secret(pk: int) -> str:
    mac = salted_hmac("training.answers", str(pk), secret=settings.DATA_KEY, algorithm="sha256")
    return base64.b32encode(mac.digest()[:16]).decode().rstrip("=").lower()
