"""Tokens of the API: made once and shown once, used, ended."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from people import audit
from people.access import Grants, require
from people.models import ApiAnswer, ApiToken, Organisation, User
from people.permissions import Permission
from people.scopes import permissions_of

LONGEST_DAYS = 366
KEPT_ANSWERS = timedelta(hours=24)
# One statement finds the token, counts the request, and says how many came in this minute.
USE = """
UPDATE people_apitoken SET uses = uses + 1, last_used_at = %(now)s,
  in_minute = CASE WHEN minute = %(minute)s THEN in_minute + 1 ELSE 1 END, minute = %(minute)s
WHERE key_hash = %(hash)s AND ended_at IS NULL AND expires_at > %(now)s
RETURNING id, in_minute
"""


@dataclass(frozen=True)
class Used:
    """A token that works, with the requests it made in this minute, and the seconds until the next one."""

    token: ApiToken
    in_minute: int
    seconds_left: int


@transaction.atomic
def make(
    *, by: User | None, organisation: Organisation, name: str, scopes: list[str], days: int
) -> tuple[ApiToken, str]:
    """A token of an institution, and its key: that is shown once and kept nowhere.

    Nobody can lend a machine what they may not do there themselves.
    """
    require(by, Permission.MANAGE_MACHINES, organisation=organisation)
    for permission in permissions_of(scopes):
        require(by, permission, organisation=organisation)
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError("A token works for a year at most.")
    prefix = f"tutela_{secrets.token_hex(4)}"
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    now = timezone.now()
    token = ApiToken.objects.create(
        organisation=organisation, name=name.strip(), prefix=prefix, key_hash=key_hash(key), scopes=sorted(set(scopes)),
        # Not active: whatever way of signing in there is, it is closed to machines.
        account=User.objects.create_user(f"{prefix}@machines.invalid", is_active=False),
        made_by=by, made_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    audit.record(
        by=by, verb="token.made", target=token, organisation=organisation, scopes=token.scopes, days=days
    )  # fmt: skip
    return token, key


@transaction.atomic
def end(*, by: User | None, token: ApiToken) -> ApiToken:
    """From now on the key opens nothing. Repeatable."""
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("organisation")
    token = rows.get(pk=token.pk)
    require(by, Permission.MANAGE_MACHINES, organisation=token.organisation)
    if token.ended_at is None:
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        audit.record(by=by, verb="token.ended", target=token, organisation=token.organisation)
    return token


def use(*, key: str) -> Used | None:
    """The token of that key with the user that its machine acts as; nothing where the key opens nothing (any more)."""
    now = timezone.now()
    minute, second = divmod(int(now.timestamp()), 60)
    with connection.cursor() as cursor:
        cursor.execute(USE, {"now": now, "minute": minute, "hash": key_hash(key)})
        row = cursor.fetchone()
    if row is None:
        return None
    token = ApiToken.objects.select_related("account", "organisation").get(pk=row[0])
    token.account.lent = grants_of_token(token)
    return Used(token, row[1], 60 - second)


def grants_of_token(token: ApiToken) -> Grants:
    """Its institution and what lies below it, for what its scopes say; no role, and no person's own rows."""
    return Grants(lent=((permissions_of(token.scopes), token.organisation.path),))


def key_hash(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def forget_answers() -> None:
    """A write is not repeated a day later: its answer may go."""
    ApiAnswer.objects.filter(made_at__lt=timezone.now() - KEPT_ANSWERS).delete()
