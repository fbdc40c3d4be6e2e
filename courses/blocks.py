"""Questions of a test. Options keep their ids through translation, so an answer means the same in every language."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks


class OptionBlock(blocks.StructBlock):
    """One possible answer."""

    text = blocks.CharBlock(max_length=300, label=_("Answer"))
    correct = blocks.BooleanBlock(required=False, label=pgettext_lazy("answer", "Correct"))

    class Meta:
        icon = "tick"
        label = _("Answer")


class QuestionBlock(blocks.StructBlock):
    """A question with its answers and an explanation shown afterwards."""

    text = blocks.TextBlock(rows=2, label=_("Question"))
    options = blocks.ListBlock(
        OptionBlock(), min_num=2, max_num=8, default=[{}, {}], label=_("Answers")
    )
    explanation = blocks.TextBlock(
        required=False, rows=2, label=_("Explanation"), help_text=_("Shown after the test.")
    )

    class Meta:
        icon = "help"


class SingleChoiceBlock(QuestionBlock):
    """Exactly one answer is right (true or false questions too)."""

    def clean(self, value):
        cleaned = super().clean(value)
        if sum(option["correct"] for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark exactly one answer as correct."))}
            )
        return cleaned

    class Meta:
        icon = "radio-full"
        label = _("One right answer")
        description = _("The learner chooses one answer.")


class MultipleChoiceBlock(QuestionBlock):
    """Any number of answers is right; the question counts only when exactly those are chosen."""

    def clean(self, value):
        cleaned = super().clean(value)
        if not any(option["correct"] for option in cleaned["options"]):
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark at least one answer as correct."))}
            )
        return cleaned

    class Meta:
        icon = "list-ul"
        label = _("Several right answers")
        description = _("The learner ticks all that are right.")


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a test."""

    single = SingleChoiceBlock()
    multiple = MultipleChoiceBlock()

    class Meta:
        min_num = 1
        max_num = 100
