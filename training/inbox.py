"""Mails that come in, from a Maildir or by IMAP: handed on one by one, small ones only.

What was understood is deleted: it is written down where it belongs. The rest stays, marked as read, for a human.
"""

import imaplib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError

LARGEST = 1024 * 1024
AT_MOST = 500  # a run; the next one is soon
SECONDS = 30

log = logging.getLogger(__name__)
Take = Callable[[bytes], bool]


def read(take: Take) -> tuple[int, int]:
    """Hand every new mail to `take`; how many it understood, and how many not."""
    understood = left = 0
    for folder in (_maildir, _imap):
        for deed in folder(take):
            understood, left = understood + deed, left + (not deed)
    return understood, left


def _taken(take: Take, mail: bytes) -> bool:
    """A mail that breaks something is left for a human and does not stand in the way of those after it."""
    try:
        return take(mail)
    except DatabaseError:
        raise  # not the mail's fault: it stays unread, and the next run tries again
    except Exception:
        log.exception("A mail could not be read")
        return False


def _maildir(take: Take) -> Iterator[bool]:
    if not settings.REPLY_MAILDIR:
        return
    root = Path(settings.REPLY_MAILDIR)
    for name in ("new", "cur"):
        (root / name).mkdir(exist_ok=True)
    for path in sorted((root / "new").iterdir())[:AT_MOST]:
        if path.is_symlink() or not path.is_file():
            continue
        deed = path.stat().st_size <= LARGEST and _taken(take, path.read_bytes())
        if deed:
            path.unlink(missing_ok=True)
        else:
            path.rename(root / "cur" / f"{path.name}:2,S")
        yield deed


def _imap(take: Take) -> Iterator[bool]:
    if not settings.REPLY_IMAP:
        return
    with _mailbox(settings.REPLY_IMAP) as box:
        _status, found = box.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:AT_MOST]:
            name = uid.decode("ascii")
            mail = _fetched(box, name)
            deed = mail is not None and _taken(take, mail)
            box.uid("STORE", name, "+FLAGS", r"(\Seen \Deleted)" if deed else r"(\Seen)")
            yield deed
        box.expunge()


def _fetched(box: imaplib.IMAP4, uid: str) -> bytes | None:
    """The mail, asked for only after its size: None for one that is too large."""
    _status, sizes = box.uid("FETCH", uid, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d{1,12})", b" ".join(filter(None, map(_line, sizes))))
    if size is None or int(size[1]) > LARGEST:
        return None
    _status, parts = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _line(part: object) -> bytes | None:
    return part[0] if isinstance(part, tuple) else part if isinstance(part, bytes) else None


@contextmanager
def _mailbox(address: str) -> Iterator[imaplib.IMAP4]:
    """imaps://user:password@host:port/folder, percent-encoded; imap:// only for a server on this machine."""
    url = urlsplit(address)
    plain = url.scheme == "imap"
    kind = imaplib.IMAP4 if plain else imaplib.IMAP4_SSL
    box = kind(url.hostname or "localhost", url.port or (143 if plain else 993), timeout=SECONDS)
    try:
        box.login(unquote(url.username or ""), unquote(url.password or ""))
        box.select(f'"{unquote(url.path.strip("/")) or "INBOX"}"')
        yield box
    finally:
        box.logout()
