"""Shared pieces of page bodies. Names of block types are stored in pages: never rename one."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from people.models import Helpline
from people.queries import helplines

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    """A heading of the page's second level."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "home/blocks/heading.html"
        preview_value = "Attachment: why it matters"
        description = _("A heading inside the text.")


class CalloutBlock(blocks.StructBlock):
    """A short text that must not be missed."""

    tone = blocks.ChoiceBlock(
        [("tip", _("Tip")), ("note", _("Remember")), ("warning", _("Take care"))],
        default="note",
        label=_("Tone"),
    )
    title = blocks.CharBlock(required=False, max_length=120, label=_("Title"))
    text = blocks.RichTextBlock(features=RICH_TEXT, label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "home/blocks/callout.html"
        description = _("A short text that must not be missed.")


class CaseBlock(blocks.StructBlock):
    """A practical case, anonymised, with a question to think about."""

    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = blocks.RichTextBlock(
        features=RICH_TEXT, label=_("The case"), help_text=_("No real person may be recognised.")
    )
    question = blocks.CharBlock(max_length=300, label=_("Question"))
    hint = blocks.RichTextBlock(
        required=False, features=RICH_TEXT, label=_("A way to think about it")
    )

    class Meta:
        icon = "help"
        label = _("Practical case")
        template = "home/blocks/case.html"
        description = _(
            "An anonymised case with a question; the hint is folded until the reader opens it."
        )


def helpline_choices() -> list[tuple[str, str]]:
    """Codes and names of all helplines, for the editor."""
    return [(line.code, str(line)) for line in Helpline.objects.all()]


class HelplineBlock(blocks.StructBlock):
    """A telephone number from the jurisdiction's list, always current."""

    code = blocks.ChoiceBlock(choices=helpline_choices, label=_("Helpline"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["helpline"] = next(
            (line for line in helplines() if line["code"] == value["code"]), None
        )
        return context

    class Meta:
        icon = "mobile-alt"
        label = _("Helpline")
        template = "home/blocks/helpline.html"
        description = _("A telephone number from the jurisdiction's list.")


class PictureBlock(blocks.StructBlock):
    """A picture with the words that replace it for those who cannot see it."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "home/blocks/picture.html"
        description = _("A picture with its description and caption.")


class BodyBlock(blocks.StreamBlock):
    """The body of a page or lesson."""

    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(
        features=RICH_TEXT, label=_("Text"), template="home/blocks/paragraph.html"
    )
    callout = CalloutBlock()
    case = CaseBlock()
    helpline = HelplineBlock()
    picture = PictureBlock()
