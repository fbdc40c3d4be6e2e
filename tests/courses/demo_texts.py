"""What the tests of the demo courses share: reading the files, and the rules of their texts."""

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "courses" / "demo"
COURSES = ["foster-initial", "sina-guide", "violence-early-signs"]
FIVE = ["ro", "en", "uk", "bg", "ar"]
BLOCK_KEYS = {
    "heading": {"id", "type", "text"},
    "paragraph": {"id", "type", "html"},
    "callout": {"id", "type", "tone", "title", "html"},
    "case": {"id", "type", "title", "html", "question", "hint"},
    "helpline": {"id", "type", "code"},
}
TAGS = {"p", "ul", "ol", "li", "strong", "em", "a"}
CEDILLA = re.compile("[şţŞŢ]")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SAME = {"id", "type", "tone", "kind", "code"}  # fields that no translator touches
LOCAL = re.compile(r"tel:\+?\d+|mailto:[\w.-]+@[\w.-]+\.example|/(?!/)[\w/#-]*|#[\w-]+")
TAGS_OF = re.compile(r"</?\w+|tel:\d+")
SCRIPTS = {"uk": "[а-яіїєґ]", "bg": "[а-я]", "ar": "[\u0621-\u064a]"}
FOREIGN = {"uk": "[ыэъё]", "bg": "[ыэёіїєґ]", "ar": "[\u06a9\u06cc\u06af\u067e]", "en": "[ăâîșț]"}
NATIVE_LATIN = {"asistent", "maternal"}  # the Romanian term, given once in brackets
ENGLISH = re.compile(r"\b(the|and|with|your|child|children|of|you|is)\b", re.IGNORECASE)


@cache
def read(slug: str, name: str) -> dict:
    return json.loads((DEMO / slug / f"{name}.json").read_text(encoding="utf-8"))


def lessons(course: dict) -> list[dict]:
    return [lesson for module in course["modules"] for lesson in module["lessons"]]


def blocks(course: dict) -> list[dict]:
    return [*course["body"], *(block for lesson in lessons(course) for block in lesson["blocks"])]


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a course with the name of its field, ids, codes and slugs left out."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in {"id", "slug", "type", "tone", "kind", "code"}:
                yield from strings(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)
    elif isinstance(value, str):
        yield key, value


def plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", " ", markup)


def text_of(value: object) -> str:
    return "\n".join(plain(text) for _, text in strings(value))


def shape(value: object, key: str = "") -> object:
    """What is the same in all languages: ids, kinds, tones, minutes, right answers, tags of texts."""
    if isinstance(value, dict):
        return {name: shape(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, str) and key not in SAME:
        return TAGS_OF.findall(value)
    return value


class Markup(HTMLParser):
    """Collects what the editor of the site could not have written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}> is not allowed")
        for name, target in attrs:
            local = LOCAL.fullmatch(target or "")
            if (tag, name) != ("a", "href") or not local:
                self.faults.append(f"{name}={target} is not allowed in <{tag}>")
        parent = self.open[-1] if self.open else ""
        if (tag == "li") != (parent in {"ul", "ol"}) or (tag in {"p", "ul", "ol"} and parent):
            self.faults.append(f"<{tag}> may not stand in <{parent}>")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.open:
            self.faults.append(f"text outside a paragraph: {data[:30]}")


EDITIONS = [(slug, language) for slug in COURSES for language in read(slug, "meta")["languages"]]
every_edition = pytest.mark.parametrize(("slug", "language"), EDITIONS)
every_course = pytest.mark.parametrize("slug", COURSES)
