"""Reading the folder of mails that the demo keeps instead of sending."""

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

LIMIT = 200


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it."""

    id: str
    subject: str
    to: str
    at: datetime | None
    language: str
    text: str
    html: str


def _read(path: Path) -> Mail:
    mail = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return Mail(
        id=path.stem,
        subject=str(mail["Subject"] or ""),
        to=str(mail["To"] or ""),
        at=parsedate_to_datetime(mail["Date"]) if mail["Date"] else None,
        language=str(mail["Content-Language"] or ""),
        text=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
    )


def mails(to: str = "") -> list[Mail]:
    """The newest mails first, of one address if asked."""
    paths = sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)[:LIMIT]
    return [mail for mail in map(_read, paths) if not to or to.lower() in mail.to.lower()]


def mail(name: str) -> Mail | None:
    """One mail by its id; a name that is none of the folder's files is nobody."""
    return next(
        (_read(path) for path in Path(settings.MAIL_FOLDER).glob("*.eml") if path.stem == name),
        None,
    )
