"""The report of a board as PDF/UA-1, A4 across: figures, charts that can be read in grey, and the tables beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formats.typesetting import direction, own, pdf, plain

# Bars on one chart; the table beneath has the rest.
MOST_BARS = 25


@dataclass(frozen=True)
class Bar:
    """A row of a chart: its name and its parts as (kind, number); kinds are valid, soon, course and lacking."""

    label: str
    parts: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Section:
    """A chart under what it shows in a sentence, and its table. `rows`: a name, then the numbers as text."""

    title: str
    finding: str
    bars: Sequence[Bar]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """All that stands in it, in its own language. `legend`: the words of the kinds."""

    language: str
    organisation: str
    title: str
    lede: str
    facts: Sequence[tuple[str, str]]
    finding: str
    figures: Sequence[tuple[str, str, str]]  # words, number, what it was on the other day
    legend: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    printed: str


def report(content: Report, *, fonts: Path, timestamp: datetime) -> bytes:
    """The same content gives the same bytes."""
    data = {
        "language": content.language.split("-")[0],
        "direction": direction(content.language),
        "document_title": plain(f"{content.title}: {content.lede}"),
        "author": plain(content.organisation),
        "organisation": own(content.organisation),
        "title": plain(content.title),
        "lede": plain(content.lede),
        "facts": [{"label": plain(label), "value": own(value)} for label, value in content.facts],
        "finding": own(content.finding),
        "figures": [
            {"label": plain(label), "number": number, "before": plain(before)}
            for label, number, before in content.figures
        ],
        "legend": [{"kind": kind, "text": plain(text)} for kind, text in content.legend],
        "sections": [_section(one) for one in content.sections],
        "printed": plain(content.printed),
    }
    return pdf("board_report.typ", data, fonts=fonts, timestamp=timestamp)


def _section(one: Section) -> dict[str, object]:
    wrong = [row for row in one.rows if len(row) != len(one.columns)]
    if wrong:
        raise ValueError(f"A row has {len(wrong[0])} cells for {len(one.columns)} columns.")
    return {
        "title": plain(one.title),
        "finding": own(one.finding),
        "bars": [
            {
                "label": own(bar.label),
                "parts": [
                    {"kind": kind, "number": number} for kind, number in bar.parts if number > 0
                ],
                "total": sum(number for _kind, number in bar.parts),
            }
            for bar in one.bars[:MOST_BARS]
        ],
        "columns": [plain(name) for name in one.columns],
        "rows": [{"name": own(row[0]), "cells": list(row[1:])} for row in one.rows],
        "note": plain(one.note),
    }
