"""The demo's CMS pages: home, catalogue, plain pages and three courses, written from JSON in up to five languages."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail.models import Locale, Page, Site

from courses.models import Catalogue, Course, CourseHours, Lesson, Module, Test, Topic
from home.models import HomePage, InfoPage
from people.models import Category

COURSES = settings.BASE_DIR / "courses" / "demo"
TEXTS = Path(__file__).parent / "texts"
SOURCE = "ro"


def read(path: Path) -> dict[str, Any]:
    """A JSON file of the demo."""
    return json.loads(path.read_text(encoding="utf-8"))


def blocks(items: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Content blocks as StreamField data; ids are the same in every language so that translations stay side by side."""
    shapes = {
        "heading": lambda b: ("heading", b["text"]),
        "paragraph": lambda b: ("paragraph", b["html"]),
        "callout": lambda b: ("callout", {"tone": b.get("tone", "note"), "title": b.get("title", ""), "text": b["html"]}),
        "case": lambda b: (
            "case",
            {"title": b["title"], "text": b["html"], "question": b["question"], "hint": b.get("hint", "")},
        ),
        "helpline": lambda b: ("helpline", {"code": b["code"]}),
    }
    data = []
    for item in items:
        kind, value = shapes[item["type"]](item)
        data.append({"type": kind, "value": value, "id": f"{prefix}-{item['id']}"})
    return data


def questions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions as StreamField data."""
    return [
        {
            "type": "multiple" if q["kind"] == "multiple" else "single",
            "id": q["id"],
            "value": {
                "text": q["text"],
                "explanation": q["explanation"],
                "options": [
                    {"type": "item", "id": f"{q['id']}{o['id']}", "value": {"text": o["text"], "correct": o["correct"]}}
                    for o in q["options"]
                ],
            },
        }
        for q in items
    ]


class Family:
    """One page in several languages: the first is the source, the others share its translation key."""

    def __init__(self, locales: dict[str, Locale]) -> None:
        self.locales = locales
        self.pages: dict[tuple[str, str], Page] = {}

    def add(self, key: str, language: str, parent: Page, page: Page) -> Any:
        """Add a live page below its parent in that language."""
        source = self.pages.get((key, SOURCE))
        page.locale = self.locales[language]
        if source is not None:
            page.translation_key = source.translation_key
        parent.add_child(instance=page)
        self.pages[key, language] = page
        return page


def write(languages: list[str]) -> dict[str, Course]:
    """All pages of the demo; returns the courses by slug, as they were written."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in languages}
    family = Family(locales)
    root = Page.objects.filter(depth=1).get()
    ordered = [SOURCE, *(code for code in languages if code != SOURCE)]
    for language in ordered:
        _site_pages(family, language, root)
    home = family.pages["home", SOURCE]
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": settings.SITE_NAME}
    )
    Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).exclude(translation_key=home.translation_key).delete()
    return {folder.name: _course(family, folder, ordered) for folder in sorted(COURSES.iterdir()) if folder.is_dir()}


def _site_pages(family: Family, language: str, root: Page) -> None:
    words = read(TEXTS / f"{language}.json")
    home = HomePage(
        title=words["home"]["title"],
        slug=f"tutela-{language}",
        heading=words["home"]["heading"],
        introduction=words["home"]["introduction"],
        body=json.dumps(blocks(words["home"]["body"], "home")),
    )
    family.add("home", language, root, home)
    catalogue = Catalogue(**{k: words["catalogue"][k] for k in ("title", "slug", "introduction")})
    family.add("catalogue", language, home, catalogue)
    for position, info in enumerate(words["pages"], start=1):
        page = InfoPage(
            title=info["title"],
            slug=info["slug"],
            introduction=info["introduction"],
            body=json.dumps(blocks(info["body"], info["id"])),
            footer_position=position,
            last_published_at=None,
        )
        family.add(info["id"], language, home, page)


def _course(family: Family, folder: Path, languages: list[str]) -> Course:
    meta = read(folder / "meta.json")
    for language in languages:
        path = folder / f"{language}.json"
        if path.exists():
            _course_in(family, folder.name, language, read(path), meta)
    return family.pages[folder.name, SOURCE]


def _course_in(family: Family, key: str, language: str, text: dict[str, Any], meta: dict[str, Any]) -> None:
    course = Course(
        title=text["title"],
        slug=text["slug"],
        summary=text["summary"],
        objectives=json.dumps(blocks(text.get("body", []), key)),
    )
    course.hours = [
        CourseHours(kind=line["kind"], minutes=line["minutes"], topic=Topic.objects.filter(code=line["topic"]).first())
        for line in meta["hours"]
    ]
    course.categories = list(Category.objects.filter(code__in=meta["categories"]))
    course.topics = list(Topic.objects.filter(code__in=meta["topics"]))
    family.add(key, language, family.pages["catalogue", language], course)
    for module in text.get("modules", []):
        page = Module(title=module["title"], slug=module["slug"], summary=module.get("summary", ""))
        family.add(f"{key}/{module['id']}", language, course, page)
        for lesson in module["lessons"]:
            body = json.dumps(blocks(lesson["blocks"], lesson["id"]))
            lesson_page = Lesson(title=lesson["title"], slug=lesson["slug"], minutes=lesson["minutes"], body=body)
            family.add(f"{key}/{lesson['id']}", language, page, lesson_page)
    if test := text.get("test"):
        _test_in(family, key, language, course, test)


def _test_in(family: Family, key: str, language: str, course: Course, test: dict[str, Any]) -> None:
    introduction = [{"type": "paragraph", "value": f"<p>{test['intro']}</p>", "id": f"{key}-intro"}]
    page = Test(
        title=test["title"],
        slug="test",
        introduction=json.dumps(introduction),
        questions=json.dumps(questions(test["questions"])),
        pass_percent=test["pass_percent"],
        max_attempts=test["max_attempts"],
    )
    family.add(f"{key}/test", language, course, page)
