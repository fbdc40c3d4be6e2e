"""The code that is shown in the room of a session, so that people check themselves in."""

import base64
import hmac
import secrets
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.session import Session

STEP = 30  # seconds that one code is shown
DIGITS = 6
LINK_BYTES = 10
# How far back a code is known as an old one rather than as a wrong one.
REMEMBERED_STEPS = 120


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_hex(32)


def step_of(at: datetime) -> int:
    """The number of the half minute."""
    return int(at.timestamp()) // STEP


class CheckIn(models.Model):
    """A session's secret, from which its codes are made (the idea of RFC 6238); made when the screen is first opened.

    One code is typed (six digits), a longer one travels in the QR code: guessing needs no limit there.
    """

    session = models.OneToOneField(
        Session,
        models.CASCADE,
        primary_key=True,
        related_name="check_in",
        verbose_name=_("session"),
    )
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("check-in of a session")
        verbose_name_plural = _("check-ins of sessions")

    def __str__(self) -> str:
        return str(self.session_id)

    def typed_code(self, step: int) -> str:
        """Six digits, as RFC 4226 cuts them out."""
        digest = self._digest("typed", step)
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
        return f"{number % 10**DIGITS:0{DIGITS}}"

    def link_code(self, step: int) -> str:
        """Sixteen letters and digits for the QR code."""
        return base64.b32encode(self._digest("link", step)[:LINK_BYTES]).decode().lower()

    def age_of(self, code: str, at: datetime) -> int | None:
        """How many steps ago that code was shown: 0 now, 1 just before; None for one that was not shown of late."""
        make = self.typed_code if len(code) == DIGITS else self.link_code
        now = step_of(at)
        shown = (make(now - age) for age in range(REMEMBERED_STEPS))
        given = code.lower().encode()
        return next(
            (age for age, c in enumerate(shown) if hmac.compare_digest(c.encode(), given)), None
        )

    def _digest(self, kind: str, step: int) -> bytes:
        message = f"{kind}:{self.session_id}:{step}".encode()
        return hmac.digest(bytes.fromhex(self.secret), message, "sha256")
