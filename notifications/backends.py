"""Mail back ends: what Django, allauth and Wagtail send goes through the outbox; the demo's SMTP is a folder."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import get_language

from notifications.actions import post
from notifications.models import Message
from people.models import Person


class OutboxBackend(BaseEmailBackend):
    """Writes mails into the outbox instead of waiting for a mail server in the middle of a request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            html = next(
                (
                    str(a.content)
                    for a in getattr(mail, "alternatives", [])
                    if a.mimetype == "text/html"
                ),
                "",
            )
            for address in mail.recipients():
                post(self._message(mail, address, html))
        return len(email_messages)

    def _message(self, mail: EmailMessage, address: str, html: str) -> Message:
        return Message(
            person=Person.objects.filter(user__email__iexact=address).first(),
            address=address,
            name="account",
            language=mail.extra_headers.get("Content-Language")
            or get_language()
            or settings.LANGUAGE_CODE,
            subject=" ".join(str(mail.subject).split())[:250],
            text=str(mail.body),
            html=html,
        )


class FolderBackend(BaseEmailBackend):
    """One .eml file a mail, for the demo's readable mailbox and for tests."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(email_messages):
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            partial = folder / f".{stamp}-{number}"
            partial.write_bytes(mail.message().as_bytes())
            partial.rename(folder / f"{stamp}-{number}.eml")
        return len(email_messages)
