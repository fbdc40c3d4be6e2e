"""From the outbox to a real mail server and back: sent once, tried again, given up for a reason."""

import smtplib

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.utils import timezone, translation

from notifications import outbox
from notifications.actions import post
from notifications.models import Message
from notifications.tasks import KEEP_WORDS, clear_old, deliver

pytestmark = pytest.mark.django_db


def message(**fields) -> Message:
    defaults = {
        "address": "ana@example.org",
        "name": "probe",
        "language": "ro",
        "subject": "Ședință",
        "text": "Bună ziua",
    }
    return post(Message(**{**defaults, **fields}))


def test_a_message_arrives_once_in_plain_text_and_html(smtp):
    row = message(html="<p>Bună ziua</p>")
    deliver(message_id=row.pk)
    deliver(message_id=row.pk)
    [mail] = smtp.received
    assert mail["Subject"] == "Ședință"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ro"
    assert mail["Message-ID"] == f"<message.{row.pk}@localhost>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("sent", 2)
    assert row.sent_at is not None


def test_a_refusal_that_may_pass_is_raised_for_the_queue_to_try_again(smtp):
    row = message()
    smtp.answer = "451 try later"
    with pytest.raises(smtplib.SMTPDataError):
        deliver(message_id=row.pk)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("pending", 1)
    smtp.answer = "250 OK"
    deliver(message_id=row.pk)
    row.refresh_from_db()
    assert row.status == "sent"


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_final_refusal_is_kept_with_its_reason_and_not_tried_again(smtp, where):
    if where == "recipient":
        smtp.refuse_recipient = "550 no such mailbox"
    else:
        smtp.answer = "554 not here"
    row = message()
    deliver(message_id=row.pk)
    row.refresh_from_db()
    assert row.status == "failed"
    assert row.error.startswith("55")
    smtp.refuse_recipient, smtp.answer = "", "250 OK"
    deliver(message_id=row.pk)
    assert smtp.received == []


def test_a_mail_server_that_is_away_leaves_the_message_waiting(settings):
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    row = message()
    with pytest.raises(OSError):
        outbox.send(row.pk)
    row.refresh_from_db()
    assert row.status == "pending"


def test_words_of_a_mail_with_a_code_are_gone_once_it_is_sent(smtp):
    row = message(name="account", text="12345678", html="<p>12345678</p>")
    deliver(message_id=row.pk)
    row.refresh_from_db()
    assert (row.text, row.html) == ("", "")
    assert "12345678" in smtp.received[0].get_body(("plain",)).get_content()


def test_django_mail_goes_to_the_outbox_in_the_readers_language(settings, cast):
    settings.EMAIL_BACKEND = "notifications.backends.OutboxBackend"
    with translation.override("uk"):
        send_mail("Код\n", "1234", None, ["ana@example.org"])
    row = Message.objects.get(name="account", subject="Код")
    assert (row.language, row.address, row.person_id, row.status) == (
        "uk",
        "ana@example.org",
        cast.ana.person_id,
        "pending",
    )


def test_each_recipient_gets_an_own_mail_with_its_html(settings):
    settings.EMAIL_BACKEND = "notifications.backends.OutboxBackend"
    mail = EmailMultiAlternatives("s", "t", None, ["a@example.org", "b@example.org"])
    mail.attach_alternative("<p>t</p>", "text/html")
    assert mail.send() == 1
    rows = Message.objects.filter(subject="s").order_by("address")
    assert [(row.address, row.html) for row in rows] == [
        ("a@example.org", "<p>t</p>"),
        ("b@example.org", "<p>t</p>"),
    ]


def test_old_words_are_forgotten_and_the_fact_of_sending_is_kept(settings):
    settings.MAIL_FOLDER = ""
    long_ago = timezone.now() - KEEP_WORDS * 2
    old, new = message(text="old", html="<p>old</p>"), message(text="new")
    Message.objects.filter(pk=old.pk).update(status="sent", sent_at=long_ago, created_at=long_ago)
    Message.objects.filter(pk=new.pk).update(status="sent", sent_at=timezone.now())
    clear_old(timestamp=0)
    old.refresh_from_db(), new.refresh_from_db()
    assert (old.text, old.html, old.status) == ("", "", "sent")
    assert new.text == "new"


@pytest.mark.parametrize("status, after", [("failed", "failed"), ("pending", "failed")])
def test_what_could_not_be_sent_is_forgotten_too(settings, status, after):
    settings.MAIL_FOLDER = ""
    old = message(text="old")
    long_ago = timezone.now() - KEEP_WORDS * 2
    Message.objects.filter(pk=old.pk).update(status=status, created_at=long_ago)
    clear_old(timestamp=0)
    old.refresh_from_db()
    assert (old.text, old.status) == ("", after)


ICS = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "METHOD:%s",
        "BEGIN:VEVENT",
        "UID:%s",
        "SUMMARY:Ședință",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("number", [1, 3])
def test_invitations_go_with_the_mail_as_programs_look_for_them(smtp, method, number):
    parts = [{"method": method, "text": ICS % (method, n)} for n in range(number)]
    row = message(html="<p>Bună ziua</p>", calendars=parts)
    deliver(message_id=row.pk)
    [mail] = smtp.received
    assert mail.get_content_type() == "multipart/mixed"
    words, *files = mail.iter_parts()
    kinds = [part.get_content_type() for part in words.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    first = list(words.iter_parts())[2]
    assert first.get_param("method") == method and first.get_content_charset() == "utf-8"
    # The same method in the mail and in the calendar, and not a letter lost on the way.
    assert first.get_content().splitlines() == parts[0]["text"].splitlines()
    assert files[0].get_content_type() == "application/ics"
    assert files[0].get_payload(decode=True).decode() == parts[0]["text"]
    names = ["invite.ics", "invite-2.ics", "invite-3.ics"][:number]
    assert [part.get_filename() for part in files] == names
    for part, sent in zip(files[1:], parts[1:], strict=True):
        assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", method)
        assert part.get_content().splitlines() == sent["text"].splitlines()


def test_invitations_are_forgotten_with_the_words(settings):
    settings.MAIL_FOLDER = ""
    old = message(text="", calendars=[{"method": "REQUEST", "text": "x"}])
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - KEEP_WORDS * 2)
    clear_old(timestamp=0)
    old.refresh_from_db()
    assert old.calendars == []
