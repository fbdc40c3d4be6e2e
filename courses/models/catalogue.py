"""The catalogue and its courses. A course is one body in five languages: its translations share `translation_key`."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from home.blocks import BodyBlock
from people.fields import TranslatedField
from people.models import Category, Fact


class Topic(Fact):
    """A subject of the curriculum, such as attachment or the law."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class Catalogue(Page):
    """The list of courses with its filters; courses live below it."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.Course"]
    max_count_per_parent = 1
    template = "courses/catalogue.html"

    class Meta:
        verbose_name = _("course catalogue")


class CourseQuerySet(PageQuerySet):
    def in_language_or_source(self, language: str | None = None) -> "CourseQuerySet":
        """Each live course once: in the reader's language where it is translated, else as it was written."""
        code = language or get_language() or settings.LANGUAGE_CODE
        live = self.live()
        here = models.Q(locale__language_code=code)
        translated = self.model.objects.live().filter(here).values("translation_key")
        # Grouped once for all, not looked up for each course: a catalogue grows.
        firsts = self.model.objects.live().order_by().values("translation_key")
        first = firsts.annotate(first=models.Min("pk")).values("first")
        as_written = models.Q(pk__in=first) & ~models.Q(translation_key__in=translated)
        return live.filter(here | as_written)


class Course(Page):
    """What is taught: a page with modules, lessons, a test, and hours by topic."""

    summary = models.CharField(
        _("summary"), max_length=250, help_text=_("One or two sentences for the catalogue.")
    )
    objectives = StreamField(BodyBlock(), blank=True, verbose_name=_("about the course"))
    categories = ParentalManyToManyField(
        Category, blank=True, related_name="courses", verbose_name=_("for whom")
    )
    topics = ParentalManyToManyField(
        Topic, blank=True, related_name="courses", verbose_name=_("topics")
    )
    requires_lessons = models.BooleanField(_("all lessons must be done"), default=True)

    objects = PageManager.from_queryset(CourseQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("objectives"),
        FieldPanel("categories"),
        FieldPanel("topics"),
        InlinePanel("hours", heading=_("Hours by topic"), label=_("Hours")),
        FieldPanel("requires_lessons"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("objectives"),
    ]
    parent_page_types = ["courses.Catalogue"]
    subpage_types = ["courses.Module", "courses.Test"]
    template = "courses/course.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def key(self) -> UUID:
        """The same in every language: what enrolments, progress and programmes refer to."""
        return self.translation_key

    def hours_by_kind(self) -> list[dict[str, Any]]:
        """Total minutes of theory, practice … in a fixed order."""
        totals: dict[str, int] = {}
        for line in self.hours.all():
            totals[line.kind] = totals.get(line.kind, 0) + line.minutes
        return [
            {"kind": kind, "label": label, "minutes": totals[kind]}
            for kind, label in CourseHours.Kind.choices
            if kind in totals
        ]


class CourseHours(Orderable):
    """How long a course spends on a topic, and how."""

    class Kind(models.TextChoices):
        THEORY = "theory", _("theory")
        PRACTICE = "practice", _("practice")
        ONLINE = "online", _("online lessons")
        SUPERVISION = "supervision", _("supervision")

    course = ParentalKey(Course, related_name="hours")
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.THEORY)
    minutes = models.PositiveIntegerField(_("minutes"))

    class Meta(Orderable.Meta):
        verbose_name = _("hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gt=0), name="course_hours_are_positive"
            )
        ]
