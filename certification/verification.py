"""What a certificate is worth on a day, for anybody who asks: in words, check by check, and never green by mistake."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from certification import log, register
from certification.content import fingerprint, name_proof
from certification.models import CertificateEvent
from certification.register import Entry
from certification.standing import Happening, Record
from formats.dates import long_date

Kind = CertificateEvent.Kind
NOBODY = "0" * 32
_GROUPS = re.compile(r"^(.+?)[\s/\\.–—-]+(\d{4})[\s/\\.–—-]+(\d{1,9})$")


class Verdict(TextChoices):
    """What the big panel says."""

    VALID = "valid", pgettext_lazy("certificate", "Valid")
    EXPIRED = "expired", pgettext_lazy("certificate", "Expired")
    REVOKED = "revoked", pgettext_lazy("certificate", "Revoked")
    SUSPENDED = "suspended", pgettext_lazy("certificate", "Suspended")
    REPLACED = "replaced", pgettext_lazy("certificate", "Replaced")
    NOT_YET = "not_yet", pgettext_lazy("certificate", "Not yet valid")
    NOT_FOUND = "not_found", pgettext_lazy("certificate", "Not found")
    UNCHECKED = "unchecked", pgettext_lazy("certificate", "Could not be checked")
    # Only of a file that somebody hands in.
    CHANGED = "changed", pgettext_lazy("certificate", "Not what was issued")


TONES = {
    Verdict.VALID: "positive", Verdict.EXPIRED: "negative", Verdict.REVOKED: "negative", Verdict.SUSPENDED: "negative",
    Verdict.REPLACED: "negative", Verdict.NOT_YET: "warning", Verdict.NOT_FOUND: "neutral",
    Verdict.UNCHECKED: "warning", Verdict.CHANGED: "negative",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One check with its result in words: "done", "failed" or "open" (could not be made)."""

    text: str
    result: str

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        return {"done": "positive", "failed": "negative", "open": "neutral"}[self.result]

    @property
    def icon(self) -> str:
        """The mark."""
        return {"done": "check", "failed": "cross", "open": "ring"}[self.result]

    @property
    def word(self) -> str:
        """The result as a word beside the mark."""
        return {"done": _("in order"), "failed": _("not in order"), "open": _("not possible")}[
            self.result
        ]


@dataclass(frozen=True)
class Finding:
    """The answer to somebody who checks a certificate."""

    verdict: Verdict
    text: str
    reason: str = ""
    checks: tuple[Check, ...] = ()
    entry: Entry | None = None
    # Its last day as of the day that was asked about: what the paper says, or later where it was extended.
    valid_until: date | None = None

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """What the paper shows: label, value and its language ("": the reader's). Nothing of a changed content."""
        return (
            _facts(self.entry, self.reason, self.valid_until)
            if self.entry and self.verdict not in (Verdict.UNCHECKED, Verdict.CHANGED)
            else []
        )

    @property
    def title(self) -> str:
        """The answer in one or two words."""
        return str(self.verdict.label)

    @property
    def tone(self) -> str:
        """The colour of the panel."""
        return TONES[self.verdict]

    @property
    def icon(self) -> str:
        """Its mark, for those who do not see the colour."""
        return {"positive": "check", "negative": "cross", "warning": "clock", "neutral": "search"}[
            self.tone
        ]


def not_found() -> Finding:
    """The same answer whatever was wrong."""
    return Finding(
        Verdict.NOT_FOUND, _("There is no certificate with this number and family name.")
    )


def not_checked() -> Finding:
    """When the register does not answer."""
    return Finding(
        Verdict.UNCHECKED,
        _(
            "The register does not answer now. This says nothing about the certificate. Try again later."
        ),
    )


def by_number(number: str, family_name: str) -> Entry | None:
    """The certificate of that number, if the family name is the holder's. Whatever is wrong costs the same."""
    found = register.by_number(spellings(number))
    proof = name_proof(family_name, found.name_salt if found else NOBODY)
    return found if found and hmac.compare_digest(proof, found.name_proof) else None


def spellings(number: str) -> list[str]:
    """What was typed as it could stand in the register: any digits, any case, any sign between the parts."""
    digits = "".join(
        str(unicodedata.digit(c, c)) for c in number if unicodedata.category(c) != "Cf"
    )
    plain = " ".join(unicodedata.normalize("NFKC", digits).upper().split())
    groups = _GROUPS.match(plain)
    if not groups:
        return [plain]
    prefix = groups[1].replace(" ", "-")
    return [plain, *{f"{p}/{groups[2]}/{int(groups[3]):05d}" for p in (groups[1], prefix)}]


def examine(entry: Entry, at: date) -> Finding:
    """What the certificate is worth on that day. Any doubt makes it "could not be checked"."""
    record = entry.record(at)
    change = record.change(at)
    intact = fingerprint(entry.said) == entry.content_sha256 if entry.said is not None else None
    over = bool(record.valid_until and record.valid_until < at)
    ended = bool(change and change.kind != Kind.REINSTATED)
    checks = (
        Check(_("The number stands in the register of the issuer"), "done"),
        Check(
            _("The content is as it was when it was issued"),
            {True: "done", False: "failed", None: "open"}[intact],
        ),
        Check(
            _("The issuer has neither revoked, suspended nor replaced it"),
            "failed" if ended else "done",
        ),
        Check(
            _("The day lies within its validity"),
            "failed" if over or record.valid_from > at else "done",
        ),
        _published(entry),
    )
    if intact is False or checks[-1].result == "failed":
        text = _("What is stored differs from what was issued. Ask the issuer.")
        return Finding(Verdict.UNCHECKED, text, checks=checks, entry=entry)
    verdict, text = _worth(record, change, at, over)
    reason = change.reason if change and ended else ""
    return Finding(verdict, text, reason, checks, entry, record.valid_until)


def _published(entry: Entry) -> Check:
    """Whether it stands in the public log: then nobody, the issuer included, has dated it back."""
    if entry.stand is None:
        return Check(_("It stands in the public log from tomorrow on"), "open")
    is_there = log.is_in_log(entry.stand, log.issued_record(entry))
    text = _("It has stood in the public log since %(day)s") % {"day": _day(entry.stand.day)}
    return Check(text, "done" if is_there else "failed")


def _worth(record: Record, change: Happening | None, at: date, over: bool) -> tuple[Verdict, str]:
    if change and change.kind != Kind.REINSTATED:
        text = {
            Kind.REVOKED: _("The issuer revoked this certificate on %(day)s. It does not count."),
            Kind.SUSPENDED: _(
                "The issuer suspended this certificate on %(day)s. It does not count for now."
            ),
            Kind.REPLACED: _(
                "The issuer replaced this certificate by a new one on %(day)s. Ask the holder for the new one."
            ),
        }[Kind(change.kind)]
        return Verdict(change.kind), text % {"day": _day(change.on)}
    if record.valid_from > at:
        return Verdict.NOT_YET, _("This certificate is valid from %(day)s.") % {
            "day": _day(record.valid_from)
        }
    if over:
        return Verdict.EXPIRED, _("This certificate was valid until %(day)s.") % {
            "day": _day(record.valid_until)
        }
    review = record.next_review(at)
    words = {"day": _day(record.valid_until or review)}
    if record.valid_until:
        return Verdict.VALID, _("This certificate is valid until %(day)s.") % words
    if review and review <= at:
        return Verdict.VALID, _(
            "This certificate has no expiry date. A review has been due since %(day)s."
        ) % words
    if review:
        return Verdict.VALID, _(
            "This certificate has no expiry date. The next review is on %(day)s."
        ) % words
    return Verdict.VALID, _("This certificate has no expiry date.")


def _facts(entry: Entry, reason: str, until: date | None) -> list[tuple[str, str, str]]:
    """Words as they are printed, in the language of the paper; dates in the reader's."""
    said = entry.said
    holder = (
        said["holder"]
        if said
        else _("The holder's data have been erased. The certificate itself can still be checked.")
    )
    own = entry.language if said else ""
    facts = [
        (_("Reason"), reason, ""),
        (_("Holder"), holder, ""),
        (_("Course"), said["course"]["title"] if said else "", own),
        (_("Programme"), said["programme"]["name"] if said else str(entry.programme), own),
        (_("Issued by"), said["authority"] if said else str(entry.issuer), own),
        (_("Number"), entry.number, ""),
        (_("Replaces"), said.get("replaces", "") if said else "", ""),
        (_("Issued on"), _day(entry.issued_on), ""),
        (
            _("Valid until"),
            _day(entry.valid_until) if entry.valid_until else _("No expiry date is set"),
            "",
        ),
        (_("Extended until"), _day(until) if until != entry.valid_until else "", ""),
        (_("Legal basis"), said["legal_basis"] if said else "", own),
    ]
    return [fact for fact in facts if fact[1]]


def _day(day: date | None) -> str:
    return long_date(day, get_language() or "en") if day else ""
