"""Webhooks: who hears of what, what is sent and how it is signed, trying again, giving up, sending again by hand."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from threading import Thread

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from notifications import tasks, webhooks
from notifications.models import Delivery, Webhook
from notifications.models.webhook import Happening
from people.models import AuditEvent
from tests import races
from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make

Status = Delivery.Status
DAYS = count(7)  # nobody is in two places at once


class Receiver(HTTPServer):
    """A program that takes what is posted, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.headers = 204, {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in?a=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append(({**headers, ":path": self.path}, self.rfile.read(length)))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Listens on this machine, which the settings of the test allow."""
    server = Receiver()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with override_settings(WEBHOOK_PRIVATE_HOSTS=[f"127.0.0.1:{server.server_port}"]):
        yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hook(place, *kinds: str, url: str = "https://example.org/in", **fields) -> tuple[Webhook, str]:
    given = {"by": None, "url": url, "kinds": list(kinds or Happening.values), **fields}
    return webhooks.register(organisation=place, **given)


def send_due() -> list[Delivery]:
    return [webhooks.deliver(pk) for pk in webhooks.due()]


def enrolled(cast: Cast, person=None):
    days = next(DAYS)
    return make.place(person or cast.ana.person, make.coming(cast.timis, day=days))


def test_what_happens_is_sent_signed_and_in_numbers_only(cast: Cast, receiver: Receiver):
    made, secret = hook(cast.timis, url=receiver.url)
    place = enrolled(cast)
    assert webhooks.collect() == 1
    (sent,) = send_due()
    assert (sent.status, sent.attempts, sent.answer) == (Status.DELIVERED, 1, "HTTP 204")
    ((headers, body),) = receiver.got
    assert json.loads(body)["data"] == {
        "enrolment": place.pk, "person": cast.ana.person_id, "change": "confirmed", "edition": place.edition_id,
    }  # fmt: skip
    assert json.loads(body)["type"] == "enrolment.changed" and headers[":path"] == "/in?a=1"
    assert b"Popescu" not in body and b"ana@" not in body
    # As a receiver checks it, by the standard's words and not by our code.
    stamp, number = headers["webhook-timestamp"], headers["webhook-id"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert abs(int(stamp) - timezone.now().timestamp()) < 60 and number == str(sent.number)


def test_the_secret_is_encrypted_at_rest(cast: Cast):
    made, secret = hook(cast.timis)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM notifications_webhook WHERE id = %s", [made.pk])
        stored = cursor.fetchone()[0]
    assert secret.removeprefix("whsec_") not in stored and len(stored) > 100
    assert secret not in str(AuditEvent.objects.get(verb="webhook.made").data)


@pytest.mark.parametrize(
    ("place", "hears"),
    [("anpdca", True), ("timis", True), ("lugoj", False), ("centru", False), ("cluj", False), ("turda", False)],
)  # fmt: skip
def test_it_hears_of_its_own_branch_only(cast: Cast, place: str, hears: bool):
    hook(getattr(cast, place))
    enrolled(cast)
    assert webhooks.collect() == hears


def test_it_hears_of_its_people_wherever_they_learn(cast: Cast):
    made, _secret = hook(cast.lugoj)
    enrolled(cast, cast.vasile)
    enrolled(cast, cast.ana.person)
    assert webhooks.collect() == 1
    assert made.deliveries.get().body["data"]["person"] == cast.vasile.pk


def test_it_hears_of_what_it_wants_from_when_it_was_made(cast: Cast):
    enrolled(cast)
    made, _secret = hook(cast.timis, Happening.ENROLMENT)
    other, _secret = hook(cast.timis, Happening.ISSUED, url="https://example.org/b")
    assert webhooks.collect() == 0
    place = enrolled(cast)
    assert webhooks.collect() == 1 and webhooks.collect() == 0
    assert made.deliveries.get().body["data"]["enrolment"] == place.pk
    assert not other.deliveries.exists()


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("certificate.issued", "certificate.issued"), ("certificate.revoked", "certificate.revoked"),
        ("certificate.suspended", "certificate.changed"), ("certificate.reinstated", "certificate.changed"),
        ("certificate.replaced", "certificate.changed"), ("enrolment.moved_up", "enrolment.changed"),
        ("certificate.sealed", None), ("standing.opened", None), ("enrolments.listed", None),
    ],
)  # fmt: skip
def test_which_deeds_are_told(cast: Cast, verb: str, kind: str | None):
    made, _secret = hook(cast.timis)
    AuditEvent.objects.create(
        verb=verb, target_type="x", target_id="7", person_id=1, organisation_path=cast.lugoj.path
    )
    webhooks.collect()
    assert [told.kind for told in made.deliveries.all()] == ([kind] if kind else [])


def test_a_line_that_was_committed_late_is_told_too(cast: Cast):
    """Its number is lower than one that was looked at already."""
    hook(cast.timis)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_auditevent', 'id'))")
        (number,) = cursor.fetchone()
    enrolled(cast)
    webhooks.collect()
    line = AuditEvent(
        pk=number, verb="certificate.issued", target_type="x", target_id="7",
        organisation_path=cast.timis.path,
    )  # fmt: skip
    line.save(force_insert=True)
    assert webhooks.collect() == 1 and webhooks.collect() == 0


def test_a_receiver_that_fails_is_tried_again_later_each_time_and_given_up(
    cast: Cast, receiver: Receiver
):
    hook(cast.timis, url=receiver.url)
    enrolled(cast)
    webhooks.collect()
    receiver.status = 500
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _turn in range(20):
            if not (sent := send_due()):
                break
            (told,) = sent
            assert send_due() == []  # not before its time
            pauses.append((told.next_at - timezone.now()).total_seconds())
            clock.move_to(told.next_at)
    told.refresh_from_db()
    assert (told.status, told.attempts, told.answer) == (Status.FAILED, 8, "HTTP 500")
    assert (
        len(receiver.got) == 8
        and len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    )
    assert all(
        0.8 * want <= got <= 1.2 * want for want, got in zip(webhooks.PAUSES, pauses, strict=False)
    )
    assert timedelta(days=1) < timedelta(seconds=sum(pauses[:7])) < timedelta(days=2)


def test_pauses_differ(cast: Cast):
    assert len({webhooks.pause(3) for _ in range(20)}) > 10


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 307, 308, 400, 404, 410, 429, 503])
def test_only_two_hundreds_count_and_nothing_is_followed(
    cast: Cast, receiver: Receiver, status: int
):
    hook(cast.timis, url=receiver.url)
    enrolled(cast)
    webhooks.collect()
    receiver.status, receiver.headers = status, {"Location": receiver.url + "&followed"}
    (told,) = send_due()
    assert (told.status == Status.DELIVERED) == (status < 300) and told.answer == f"HTTP {status}"
    assert len(receiver.got) == 1


def test_sent_again_by_hand_with_the_same_number(cast: Cast, receiver: Receiver):
    hook(cast.timis, url=receiver.url)
    enrolled(cast)
    webhooks.collect()
    (told,) = send_due()
    webhooks.again(by=cast.adm, delivery=told)
    webhooks.again(by=cast.adm, delivery=told)  # it waits already
    send_due()
    assert [headers["webhook-id"] for headers, _body in receiver.got] == [str(told.number)] * 2
    assert AuditEvent.objects.filter(verb="webhook.replayed").count() == 1
    with pytest.raises(PermissionDenied):
        webhooks.again(by=cast.ion, delivery=told)


def test_an_ended_one_hears_and_gets_nothing_more(cast: Cast, receiver: Receiver):
    made, _secret = hook(cast.timis, url=receiver.url)
    enrolled(cast)
    webhooks.collect()
    waiting = webhooks.due()
    for _ in range(2):
        webhooks.end(by=cast.adm, webhook=made)
    assert [webhooks.deliver(pk) for pk in waiting] == [None] and receiver.got == []
    enrolled(cast, cast.petar.person)
    assert webhooks.collect() == 0
    told = webhooks.again(by=cast.adm, delivery=made.deliveries.get())
    assert told.status == Status.FAILED
    assert AuditEvent.objects.filter(verb="webhook.ended").count() == 1


@pytest.mark.parametrize("who", ["ion", "mara", "vera", "ana"])
def test_only_administrators_register_and_end(cast: Cast, who: str):
    user = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        hook(cast.timis, by=user)
    made, _secret = hook(cast.timis)
    with pytest.raises(PermissionDenied):
        webhooks.end(by=user, webhook=made)
    assert not Webhook.objects.visible_to(user).exists()


def test_what_the_database_does_not_take(cast: Cast):
    made, _secret = hook(cast.timis)
    for fields in ({"kinds": []}, {"kinds": ["everything"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Webhook.objects.filter(pk=made.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        hook(cast.timis)
    told = made.deliveries.create(kind="certificate.issued", key="a", body={})
    with pytest.raises(IntegrityError), transaction.atomic():
        made.deliveries.create(kind="certificate.issued", key="a", body={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=told.pk).update(status="delivered")


def test_the_log_is_kept_for_a_month(cast: Cast):
    made, _secret = hook(cast.timis)
    old = timezone.now() - timedelta(days=31)
    made.deliveries.create(kind="certificate.issued", key="a", body={}, made_at=old)
    kept = made.deliveries.create(kind="certificate.issued", key="b", body={})
    tasks.forget_deliveries(0)
    assert list(made.deliveries.all()) == [kept]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_several_workers_send_once(receiver: Receiver):
    place = make_people.organisation("Minister")
    made, _secret = hook(place, url=receiver.url)
    told = made.deliveries.create(kind="certificate.issued", key="a", body={})
    found = races.outcomes([lambda: webhooks.deliver(told.pk)] * 6)
    assert sum(1 for one in found if one is not None) == 1 and len(receiver.got) == 1
    told.refresh_from_db()
    assert (told.status, told.attempts) == (Status.DELIVERED, 1)


# Pages


def filled(cast: Cast, **changes):
    return {
        "organisation": cast.timis.pk, "url": "https://example.org/in", "kinds": ["certificate.issued"], **changes,
    }  # fmt: skip


def test_registered_on_the_page(cast: Cast):
    browser = cast.browser(cast.adm, language="en")
    answer = browser.post("/en/webhooks/add/", filled(cast))
    made = Webhook.objects.get()
    secret = answer.content.decode().split('class="key" dir="ltr">')[1].split("<")[0]
    assert secret.startswith("whsec_") and "no-store" in answer.headers["Cache-Control"]
    told = made.deliveries.create(
        kind="certificate.issued", key="a", body={}, status="failed", answer="HTTP 500"
    )
    shown = browser.get(f"/en/webhooks/{made.pk}/").content.decode()
    assert (
        secret not in shown
        and "HTTP 500" in shown
        and "given up" in shown
        and "Send again" in shown
    )
    assert "https://example.org/in" in browser.get("/en/webhooks/").content.decode()
    browser.post(f"/en/webhooks/delivery/{told.pk}/again/")
    told.refresh_from_db()
    assert told.status == Status.PENDING
    again = browser.post("/en/webhooks/add/", filled(cast)).content.decode()
    assert "to that address already" in again and Webhook.objects.count() == 1
    ended = browser.post(f"/en/webhooks/{made.pk}/end/", follow=True).content.decode()
    assert "Nothing more is sent." in ended and "End the webhook" not in ended


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.org/in", "begins with https://"), ("https://a:b@example.org/", "no password"),
        ("https://127.0.0.1/", "private network"), ("https://10.1.2.3/", "private network"),
        ("https://[::1]/", "private network"), ("https://169.254.169.254/latest/", "private network"),
        ("https://localhost/", "private network"), ("https://db.internal/", "private network"),
        ("ftp://example.org/", "begins with https://"), ("javascript:alert(1)", "valid URL"), ("", "required"),
        ("https://example.org/" + "x" * 500, "500"),
    ],
)  # fmt: skip
def test_addresses_that_are_refused_at_once(cast: Cast, url: str, says: str):
    answer = cast.browser(cast.adm, language="en").post("/en/webhooks/add/", filled(cast, url=url))
    assert says in answer.content.decode() and not Webhook.objects.exists()
