"""How far a learner is: by the keys that all translations share, so that changing the language loses nothing."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person


class LessonProgress(models.Model):
    """A lesson that a person has done."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="lessons_done", verbose_name=_("person")
    )
    course_key = models.UUIDField(_("course"))
    lesson_key = models.UUIDField(_("lesson"))
    done_at = models.DateTimeField(_("done"), default=timezone.now)

    class Meta:
        verbose_name = _("lesson done")
        verbose_name_plural = _("lessons done")
        constraints = [
            models.UniqueConstraint(fields=["person", "lesson_key"], name="lesson_done_once")
        ]
        indexes = [models.Index("person", "course_key", name="progress_in_course")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.lesson_key}"


class TestAttempt(models.Model):
    """One try at a test: the answers given, and the score counted when it was handed in."""

    __test__ = False  # pytest

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="test_attempts", verbose_name=_("person")
    )
    course_key = models.UUIDField(_("course"))
    test_key = models.UUIDField(_("test"))
    number = models.PositiveSmallIntegerField(_("attempt"))
    language = models.CharField(_("language"), max_length=5)
    answers = models.JSONField(_("answers"), default=dict)
    score = models.PositiveSmallIntegerField(_("right answers"))
    questions = models.PositiveSmallIntegerField(_("questions"))
    passed = models.BooleanField(_("passed"))
    handed_in_at = models.DateTimeField(_("handed in"), default=timezone.now)

    class Meta:
        verbose_name = _("attempt at a test")
        verbose_name_plural = _("attempts at tests")
        constraints = [
            # The number is counted under a lock: a double click is one attempt.
            models.UniqueConstraint(
                fields=["person", "test_key", "number"], name="attempt_number_once"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=F("questions")) & Q(questions__gt=0),
                name="attempt_score_fits",
            ),
        ]
        indexes = [models.Index("person", "course_key", name="attempts_in_course")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.score}/{self.questions}"

    @property
    def percent(self) -> int:
        """Right answers of a hundred, rounded down so that 69.9 does not read as 70."""
        return self.score * 100 // self.questions
