"""Webhooks: registered, told what happened, tried again with growing pauses, given up, told again by hand."""

import base64
import json
import random
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from notifications import posting
from notifications.models import Delivery, Webhook
from notifications.models.webhook import Happening
from people import audit
from people.access import require
from people.models import AuditEvent, Membership, Organisation, User
from people.permissions import Permission
from people.secrets import box

PURPOSE = "webhook"
# Pauses before the second, third … attempt: about a day and a half in all.
PAUSES = (30, 120, 600, 1800, 7200, 28_800, 86_400)
JITTER = 0.2
KEPT = timedelta(days=30)
# Lines of the trail that are looked at again: a transaction may commit after a later one did.
MARGIN = 5000
MOST_AT_ONCE = 500
VERBS = {
    "certificate.issued": Happening.ISSUED,
    "certificate.revoked": Happening.REVOKED,
    "certificate.suspended": Happening.CHANGED,
    "certificate.reinstated": Happening.CHANGED,
    "certificate.replaced": Happening.CHANGED,
}
PLACES = "enrolment."


@transaction.atomic
def register(
    *, by: User | None, organisation: Organisation, url: str, kinds: list[str]
) -> tuple[Webhook, str]:
    """An address that hears of what happens from now on, and the secret that it checks our signature with."""
    require(by, Permission.MANAGE_MACHINES, organisation=organisation)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    made = Webhook.objects.create(
        organisation=organisation, url=url, kinds=sorted(set(kinds)), made_by=by,
        secret=box(PURPOSE).encrypt(secret.encode()).decode(), seen=_newest(),
    )  # fmt: skip
    audit.record(
        by=by, verb="webhook.made", target=made, organisation=organisation, kinds=made.kinds
    )
    return made, secret


@transaction.atomic
def end(*, by: User | None, webhook: Webhook) -> Webhook:
    """From now on it hears of nothing; what waits is not sent. Repeatable."""
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("organisation")
    webhook = rows.get(pk=webhook.pk)
    require(by, Permission.MANAGE_MACHINES, organisation=webhook.organisation)
    if webhook.ended_at is None:
        webhook.ended_at = timezone.now()
        webhook.save(update_fields=["ended_at"])
        waiting = webhook.deliveries.filter(status=Delivery.Status.PENDING)
        waiting.update(status=Delivery.Status.FAILED)
        audit.record(by=by, verb="webhook.ended", target=webhook, organisation=webhook.organisation)
    return webhook


@transaction.atomic
def again(*, by: User | None, delivery: Delivery) -> Delivery:
    """Send one more time, with the same number: the receiver knows whether it has had it."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("webhook__organisation")
    delivery = rows.get(pk=delivery.pk)
    webhook = delivery.webhook
    require(by, Permission.MANAGE_MACHINES, organisation=webhook.organisation)
    if webhook.ended_at is None and delivery.status != Delivery.Status.PENDING:
        delivery.status, delivery.delivered_at = Delivery.Status.PENDING, None
        delivery.attempts, delivery.next_at = 0, timezone.now()
        delivery.save()
        audit.record(
            by=by, verb="webhook.replayed", target=webhook, organisation=webhook.organisation, delivery=delivery.pk
        )  # fmt: skip
    return delivery


def announce(
    kind: Happening,
    *,
    key: str,
    path: str,
    person_id: int | None,
    at: datetime,
    data: dict[str, Any],
) -> int:
    """Tell every webhook whose branch it concerns; how many did not know yet.

    Numbers only: who has the number and may, reads the rest through the API. Nobody's name goes out, nor stays here.
    """
    body = {"type": kind.value, "timestamp": at.isoformat(), "data": data}
    hooks = Webhook.objects.working().filter(kinds__contains=[kind.value], made_at__lte=at)
    rows = [
        Delivery(webhook=hook, kind=kind, key=key, body=body)
        for hook in hooks.select_related("organisation")
        if concerns(hook.organisation, path, person_id)
    ]
    known = set(Delivery.objects.filter(key=key).values_list("webhook", flat=True))
    new = [row for row in rows if row.webhook_id not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def concerns(organisation: Organisation, path: str, person_id: int | None) -> bool:
    """Did it happen in that branch, or to somebody who belongs to it today? The same scope as the pages and the API."""
    if path and path.startswith(organisation.path):
        return True
    inside = Membership.objects.current().filter(organisation__path__startswith=organisation.path)
    return person_id is not None and inside.filter(person=person_id).exists()


@transaction.atomic
def collect() -> int:
    """Look through the trail for what webhooks want to hear of; how many deliveries came of it.

    The trail is where every deed leaves a line in its own transaction: no action pays for webhooks, and none is missed.
    """
    hooks = list(Webhook.objects.working().select_for_update(of=("self",)).order_by("pk"))
    if not hooks:
        return 0
    newest = _newest()
    seen = min(hook.seen for hook in hooks)
    lines = AuditEvent.objects.filter(pk__gt=max(seen - MARGIN, 0), pk__lte=newest)
    made = sum(_tell(line) for line in _wanted(lines))
    Webhook.objects.filter(pk__in=[hook.pk for hook in hooks]).update(seen=newest)
    return made


def _wanted(lines: Any) -> Iterable[AuditEvent]:
    found = lines.filter(verb__in=VERBS) | lines.filter(verb__startswith=PLACES)
    return found.order_by("pk").iterator()


def _tell(line: AuditEvent) -> int:
    kind = VERBS.get(line.verb, Happening.ENROLMENT)
    thing = "enrolment" if kind == Happening.ENROLMENT else "certificate"
    data = {
        thing: int(line.target_id),
        "person": line.person_id,
        "change": line.verb.partition(".")[2],
    }
    if kind == Happening.ENROLMENT:
        data["edition"] = line.data.get("edition")
    return announce(
        kind, key=f"trail:{line.pk}", path=line.organisation_path, person_id=line.person_id, at=line.at, data=data
    )  # fmt: skip


def _newest() -> int:
    return AuditEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0


def due() -> list[int]:
    """What is to be sent now, the oldest first."""
    rows = Delivery.objects.filter(status=Delivery.Status.PENDING, next_at__lte=timezone.now())
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def deliver(delivery_id: int) -> Delivery | None:
    """Try once. Whoever takes it at the same moment finds it taken: the next attempt is set before it is sent."""
    delivery = _taken(delivery_id)
    if delivery is None:
        return None
    body = json.dumps(delivery.body, separators=(",", ":")).encode()
    now = timezone.now()
    secret = box(PURPOSE).decrypt(delivery.webhook.secret.encode()).decode()
    headers = posting.signed(secret, str(delivery.number), int(now.timestamp()), body)
    try:
        status = posting.send(delivery.webhook.url, body, headers)
        answer, is_done = f"HTTP {status}", 200 <= status < 300
    except posting.NotSent as error:
        answer, is_done = str(error), False
    delivery.answer = answer
    if is_done:
        delivery.status, delivery.delivered_at = Delivery.Status.DELIVERED, timezone.now()
    elif delivery.attempts > len(PAUSES):
        delivery.status = Delivery.Status.FAILED
    delivery.save(update_fields=["answer", "status", "delivered_at"])
    return delivery


@transaction.atomic
def _taken(delivery_id: int) -> Delivery | None:
    rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True)
    waiting = rows.filter(
        pk=delivery_id, status=Delivery.Status.PENDING, next_at__lte=timezone.now(), webhook__ended_at=None
    )  # fmt: skip
    delivery = waiting.select_related("webhook").first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_at = timezone.now() + pause(delivery.attempts)
    delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts; not the same for all, or a receiver that comes back is run over."""
    seconds = PAUSES[min(attempts, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  (no secret)


def forget_old() -> None:
    """The log of deliveries is kept for a month."""
    Delivery.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
