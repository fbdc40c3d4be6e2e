"""Modules, lessons and the test of a course, as pages below it so that each can be translated and reviewed alone."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from courses.blocks import QuestionsBlock
from home.blocks import RICH_TEXT, BodyBlock


class Module(Page):
    """A part of a course."""

    summary = models.CharField(_("summary"), max_length=250, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    parent_page_types = ["courses.Course"]
    subpage_types = ["courses.Lesson"]
    template = "courses/module.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class Lesson(Page):
    """A short text to read and think about."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes to read"), default=15, validators=[MinValueValidator(1)]
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"))

    content_panels = [*Page.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    parent_page_types = ["courses.Module"]
    subpage_types: list[str] = []
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class Test(Page):
    """A scored test at the end of a course. Block ids of questions and options are the same in every language."""

    __test__ = False  # pytest

    introduction = StreamField(
        [("paragraph", blocks.RichTextBlock(features=RICH_TEXT, label=_("Text")))],
        blank=True,
        verbose_name=_("introduction"),
    )
    questions = StreamField(QuestionsBlock(), verbose_name=_("questions"))
    pass_percent = models.PositiveSmallIntegerField(
        _("needed to pass, per cent"),
        default=70,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("questions"),
        FieldPanel("pass_percent"),
        FieldPanel("max_attempts"),
    ]
    parent_page_types = ["courses.Course"]
    subpage_types: list[str] = []
    max_count_per_parent = 1  # progress counts one test
    # A test is as hard in every language.
    override_translatable_fields = [
        SynchronizedField("pass_percent", overridable=False),
        SynchronizedField("max_attempts", overridable=False),
    ]
    template = "courses/test.html"

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
