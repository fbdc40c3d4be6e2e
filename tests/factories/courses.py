"""Courses for tests: home page, catalogue and course under the site's root, in the language that is asked for."""

from itertools import count
from typing import Any

from wagtail.models import Locale, Page, Site

from courses.models import Catalogue, Course, Topic
from home.models import HomePage

_numbers = count(1)


def locale(language: str = "ro") -> Locale:
    """The locale of a language; made if missing."""
    return Locale.objects.get_or_create(language_code=language)[0]


def home_page(language: str = "ro") -> HomePage:
    """The front door in that language; the first one made becomes the root of the site."""
    found = HomePage.objects.filter(locale__language_code=language).first()
    if found:
        return found
    number = next(_numbers)
    root = Page.objects.get(depth=1)
    page = HomePage(
        title=f"Tutela {language}", slug=f"home-{number}", heading="Tutela", introduction="…",
        locale=locale(language),
    )  # fmt: skip
    if first := HomePage.objects.order_by("pk").first():
        page.translation_key = first.translation_key  # else its pages have no address
    made = root.add_child(instance=page)
    if not HomePage.objects.exclude(pk=made.pk).exists():
        given = {"root_page": made, "hostname": "testserver"}
        site, _new = Site.objects.get_or_create(is_default_site=True, defaults=given)
        site.root_page = made
        site.save()
    return made


def catalogue(language: str = "ro") -> Catalogue:
    """The catalogue in that language."""
    found = Catalogue.objects.filter(locale__language_code=language).first()
    if found:
        return found
    page = Catalogue(title="Cursuri", slug=f"courses-{language}", locale=locale(language))
    if first := Catalogue.objects.order_by("pk").first():
        page.translation_key = first.translation_key
    return home_page(language).add_child(instance=page)


def course(
    title: str = "", *, language: str = "ro", translation_of: Course | None = None, **fields: Any
) -> Course:
    """A live course, or its translation into another language. `topics` and `categories` are lists."""
    many = {name: fields.pop(name) for name in ("topics", "categories") if name in fields}
    number = next(_numbers)
    values = {
        "title": title or f"Curs {number}",
        "slug": f"course-{number}",
        "summary": "Pe scurt.",
        **fields,
    }
    if translation_of:
        values["translation_key"] = translation_of.translation_key
    made = catalogue(language).add_child(instance=Course(locale=locale(language), **values))
    for name, objects in many.items():
        getattr(made, name).set(objects)
    made.save()
    return made


def topic(code: str = "attachment", **fields: Any) -> Topic:
    """A subject of the curriculum; made if missing."""
    return Topic.objects.get_or_create(
        code=code, defaults={"name": {"ro": code, "en": code}, **fields}
    )[0]
