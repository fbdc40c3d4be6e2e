"""The training passport: one A4 in big words and signs, for a reader with little schooling. PDF/UA-1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formats import qr
from formats.typesetting import direction, own, pdf, plain

# So many of each fit one page, long names included.
MOST = {"stands": 2, "missing": 4, "next": 3, "done": 4}
LONGEST, LONGEST_DETAIL = 130, 90

_STROKE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{}" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">{}</svg>'  # noqa: E501
_SHAPES = {
    "check": '<circle cx="12" cy="12" r="10"/><path d="m7 12.5 3.5 3.5L17 9"/>',
    "cross": '<circle cx="12" cy="12" r="10"/><path d="m8 8 8 8M16 8l-8 8"/>',
    "clock": '<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>',
    "ring": '<circle cx="12" cy="12" r="10"/><path d="M8 12h8"/>',
    "person": '<circle cx="12" cy="7" r="4"/><path d="M4 21c0-5 4-7 8-7s8 2 8 7"/>',
    "warning": '<path d="M12 3 2.5 20h19zM12 10v4M12 17v.2"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "book": '<path d="M12 6c-2-2-5-2-9-2v14c4 0 7 0 9 2 2-2 5-2 9-2V4c-4 0-7 0-9 2zM12 6v14"/>',
}
_INK = "#12384f"
_TONES = {
    "positive": ("check", "#1c6b3c"),
    "warning": ("clock", "#8a5300"),
    "negative": ("cross", "#a12622"),
    "info": ("clock", "#12384f"),
    "neutral": ("ring", "#4d5a63"),
}


@dataclass(frozen=True)
class Stand:
    """Where somebody stands under one programme."""

    programme: str
    state: str
    tone: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """A thing that is missing, was done or comes next, with a smaller word about it."""

    text: str
    detail: str = ""


@dataclass(frozen=True)
class Labels:
    """The passport's own words in its language."""

    title: str
    stand: str
    no_stand: str
    missing: str
    nothing_missing: str
    next: str
    no_next: str
    done: str
    no_done: str
    check: str
    scan: str
    qr_alt: str
    more: str


@dataclass(frozen=True)
class Passport:
    """All that stands on it."""

    language: str
    name: str
    labels: Labels
    printed: str
    stands: Sequence[Stand] = ()
    missing: Sequence[Line] = ()
    next: Sequence[Line] = ()
    done: Sequence[Line] = ()
    verify_url: str = ""
    number: str = ""


def passport(content: Passport, *, fonts: Path, timestamp: datetime) -> bytes:
    """One page; the same content gives the same bytes. What does not fit is left to the page in the web."""
    data = {
        "language": content.language.split("-")[0],
        "direction": direction(content.language),
        "document_title": plain(f"{content.labels.title}: {content.name}"),
        "author": plain(content.labels.title),
        "title": plain(content.labels.title),
        "name": own(_short(content.name)),
        "labels": {name: plain(text) for name, text in vars(content.labels).items()},
        "icons": {
            "stand": _icon("person", _INK),
            "missing": _icon("warning", _INK),
            "next": _icon("calendar", _INK),
            "done": _icon("book", _INK),
        },
        "stands": [_stand(one) for one in content.stands[: MOST["stands"]]],
        **{
            name: [_line(one) for one in getattr(content, name)[: MOST[name]]]
            for name in ("missing", "next", "done")
        },
        "qr": qr.svg(content.verify_url, title="", quiet=0) if content.verify_url else "",
        "qr_alt": plain(content.labels.qr_alt),
        # Nothing is left out in silence.
        "more": any(len(getattr(content, name)) > most for name, most in MOST.items()),
        "number": plain(content.number),
        "printed": plain(content.printed),
    }
    return pdf("passport.typ", data, fonts=fonts, timestamp=timestamp)


def _stand(one: Stand) -> dict[str, object]:
    return {
        "programme": own(_short(one.programme)),
        "state": plain(one.state),
        "tone": one.tone,
        "sentence": own(_short(one.sentence)),
        "icon": _icon(*_TONES[one.tone]),
    }


def _line(one: Line) -> dict[str, object]:
    return {"text": own(_short(one.text)), "detail": own(_short(one.detail, LONGEST_DETAIL))}


def _short(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _icon(name: str, colour: str) -> str:
    return _STROKE.format(colour, _SHAPES[name])
