"""The demo's CMS pages: home, catalogue, plain pages and three courses, written from JSON in up to five languages."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import Catalogue, Course, CourseHours, Lesson, Module, Test, Topic
from home.models import HomePage, InfoPage
from people.models import Category

COURSES = settings.BASE_DIR / "courses" / "demo"
TEXTS = Path(__file__).parent / "texts"
SOURCE = "ro"


def read(path: Path) -> dict[str, Any]:
    """A JSON file of the demo."""
    return json.loads(path.read_text(encoding="utf-8"))


def paragraph(text: str) -> str:
    """Plain words as rich text."""
    return format_html("<p>{}</p>", text)


def blocks(items: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Content blocks as StreamField data; ids are the same in every language so that translations stay side by side."""
    shapes = {
        "heading": lambda b: ("heading", b["text"]),
        "paragraph": lambda b: ("paragraph", b["html"]),
        "callout": lambda b: (
            "callout",
            {"tone": b["tone"], "title": b["title"], "text": b["html"]},
        ),
        "case": lambda b: (
            "case",
            {
                "title": b["title"],
                "text": b["html"],
                "question": b["question"],
                "hint": paragraph(b["hint"]),
            },
        ),
        "helpline": lambda b: ("helpline", {"code": b["code"]}),
    }
    data = []
    for item in items:
        kind, value = shapes[item["type"]](item)
        data.append({"type": kind, "value": value, "id": f"{prefix}-{item['id']}"})
    return data


def about(text: dict[str, Any], heading: str, prefix: str) -> list[dict[str, Any]]:
    """What a course page tells: its body, for whom it is, and what one can do afterwards."""
    goals = format_html(
        "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((goal,) for goal in text["objectives"]))
    )
    return [
        {
            "type": "paragraph",
            "value": paragraph(text["audience_note"]),
            "id": f"{prefix}-audience",
        },
        {"type": "heading", "value": heading, "id": f"{prefix}-goals-heading"},
        {"type": "paragraph", "value": goals, "id": f"{prefix}-goals"},
        *blocks(text["body"], prefix),
    ]


def questions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions as StreamField data; a true-or-false question is one with one right answer."""
    return [
        {
            "type": "multiple" if q["kind"] == "multiple" else "single",
            "id": q["id"],
            "value": {
                "text": q["text"],
                "explanation": q["explanation"],
                "options": [
                    {
                        "type": "item",
                        "id": f"{q['id']}{o['id']}",
                        "value": {"text": o["text"], "correct": o["correct"]},
                    }
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
        self.now = timezone.now()

    def add(self, key: str, language: str, parent: Page, page: Page) -> Any:
        """Add a live page below its parent in that language."""
        source = self.pages.get((key, SOURCE))
        page.locale = self.locales[language]
        page.first_published_at = page.last_published_at = self.now
        if source is not None:
            page.translation_key = source.translation_key
        parent.add_child(instance=page)
        self.pages[key, language] = page
        return page


def write(languages: list[str]) -> dict[str, Course]:
    """All pages of the demo; returns the courses by slug, as they were written."""
    folders = sorted(folder for folder in COURSES.iterdir() if folder.is_dir())
    # Of all these pages only the courses refer to something; asking the others takes a third of the time.
    with disable_reference_index_auto_update():
        family = write_site(languages)
        courses = {f.name: _course(family, f, list(family.locales)) for f in folders}
    for course in Course.objects.all():
        ReferenceIndex.create_or_update_for_object(course)
    return courses


def write_site(languages: list[str]) -> Family:
    """The site without courses: home, empty catalogue and plain pages in each language, the source first."""
    ordered = [SOURCE, *(code for code in languages if code != SOURCE)]
    family = Family({code: Locale.objects.get_or_create(language_code=code)[0] for code in ordered})
    root = Page.objects.filter(depth=1).get()
    for language in ordered:
        _site_pages(family, language, root)
    home = family.pages["home", SOURCE]
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": settings.SITE_NAME},
    )
    Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).exclude(
        translation_key=home.translation_key
    ).delete()
    return family


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
        )
        family.add(info["id"], language, home, page)


def _course(family: Family, folder: Path, languages: list[str]) -> Course:
    """A course in every language that it has; where only its name is translated, its page alone."""
    meta = read(folder / "meta.json")
    for language in languages:
        path = folder / f"{language}.json"
        if path.exists():
            _whole_course(family, folder.name, language, read(path), meta)
        elif name := meta.get("translations", {}).get(language):
            _course_page(family, folder.name, language, name, meta)
    return family.pages[folder.name, SOURCE]


def _course_page(
    family: Family, key: str, language: str, text: dict[str, Any], meta: dict[str, Any]
) -> Course:
    course = Course(title=text["title"], slug=text["slug"], summary=text["summary"])
    if "body" in text:
        heading = read(TEXTS / f"{language}.json")["course"]["objectives"]
        course.objectives = json.dumps(about(text, heading, key))
    topics = {topic.code: topic for topic in Topic.objects.filter(code__in=meta["topics"])}
    course.hours = [
        CourseHours(kind=line["kind"], minutes=line["minutes"], topic=topics[line["topic"]])
        for line in meta["hours"]
    ]
    course.categories = list(Category.objects.filter(code__in=meta["categories"]))
    course.topics = list(topics.values())
    return family.add(key, language, family.pages["catalogue", language], course)


def _whole_course(
    family: Family, key: str, language: str, text: dict[str, Any], meta: dict[str, Any]
) -> None:
    course = _course_page(family, key, language, text, meta)
    for module in text["modules"]:
        page = Module(title=module["title"], slug=module["slug"], summary=module["summary"])
        family.add(f"{key}/{module['id']}", language, course, page)
        for lesson in module["lessons"]:
            body = json.dumps(blocks(lesson["blocks"], lesson["id"]))
            lesson_page = Lesson(
                title=lesson["title"], slug=lesson["slug"], minutes=lesson["minutes"], body=body
            )
            family.add(f"{key}/{lesson['id']}", language, page, lesson_page)
    _test_in(family, key, language, course, text["test"])


def _test_in(family: Family, key: str, language: str, course: Course, test: dict[str, Any]) -> None:
    introduction = [{"type": "paragraph", "value": paragraph(test["intro"]), "id": f"{key}-intro"}]
    page = Test(
        title=test["title"],
        slug="test",
        introduction=json.dumps(introduction),
        questions=json.dumps(questions(test["questions"])),
        pass_percent=test["pass_percent"],
        max_attempts=test["max_attempts"],
    )
    family.add(f"{key}/test", language, course, page)
