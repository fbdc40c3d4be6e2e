"""From a row of the outbox to a mail on its way."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from notifications.links import stop_url
from notifications.models import Message, Topic

# Mails with a code in them: their words go as soon as they are sent.
SECRET_NAMES = ("account",)


def as_mail(message: Message) -> EmailMultiAlternatives:
    """The mail of a message: plain text and HTML, one language, never answered by a machine (RFC 3834).

    The Message-ID is the same at each try, so that a mail sent twice after a crash arrives once.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<message.{message.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    if message.topic and message.person:
        # Mail programs show a button for it (RFC 8058).
        headers["List-Unsubscribe"] = f"<{stop_url(message.person, Topic(message.topic))}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.address],
        headers=headers,
        connection=get_connection(settings.EMAIL_DELIVERY_BACKEND),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    _add_calendars(mail, message.calendars)
    return mail


def _add_calendars(mail: EmailMultiAlternatives, calendars: list[dict[str, str]]) -> None:
    """Programs look for the first invitation among the alternatives; for a file, and for more, among what is attached.

    The file beside the first is no text/calendar, else some programs show the same invitation twice.
    """
    for number, part in enumerate(calendars, start=1):
        kind = f"text/calendar; method={part['method']}"
        if number == 1:
            mail.attach_alternative(part["text"], kind)
            mail.attach("invite.ics", part["text"].encode(), "application/ics")
        else:
            mail.attach(f"invite-{number}.ics", part["text"], kind)


def _refused_for_good(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {text!r}" if code >= 500 else ""
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(
        error, smtplib.SMTPConnectError
    ):
        return f"{error.smtp_code} {error.smtp_error!r}" if error.smtp_code >= 500 else ""
    return ""


def send(message_id: int) -> None:
    """Send one waiting message. Errors that may pass are raised for the queue to try again; a 5xx answer is final."""
    Message.objects.filter(pk=message_id).update(attempts=F("attempts") + 1)
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.status != Message.Status.PENDING or message.channel != Message.Channel.EMAIL:
            return
        try:
            as_mail(message).send()
        except smtplib.SMTPException as error:
            final = _refused_for_good(error)
            if not final:
                raise
            message.status, message.error = Message.Status.FAILED, final[:250]
        else:
            message.status, message.sent_at = Message.Status.SENT, timezone.now()
            if message.name in SECRET_NAMES:
                message.text = message.html = ""
                message.calendars = []
        message.save(update_fields=["status", "sent_at", "error", "text", "html", "calendars"])
