"""Forms of proofs from elsewhere: what a paper says, its photos, words, and the hours that a reviewer grants."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certification.actions.evidence import MOST_FILES, Paper
from certification.actions.review import Line
from certification.forms import DayField
from certification.models import Evidence
from certification.models.evidence import GRANTED_KINDS, MOST_MINUTES
from courses.models import Topic
from people.scans import PhotosField

MOST_ROWS = 6
WHOLE = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?")
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


class HoursField(forms.Field):
    """Hours as people write them: 8, 7.5, 7,5 or 7:30, in digits of any script. The value is minutes."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 6, "maxlength": 10}
        super().__init__(**{"widget": forms.TextInput(attrs), **kwargs})

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", value or "").strip().replace("٫", ".")
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
        if not text:
            return None
        if clock := CLOCK.fullmatch(text):
            minutes = int(clock[1]) * 60 + int(clock[2])
        elif found := WHOLE.fullmatch(text):
            minutes = round(float(f"{found[1]}.{found[2] or 0}") * 60)
        else:
            raise ValidationError(_("Enter hours as a number, for example 8 or 7.5."))
        if not 0 <= minutes <= MOST_MINUTES:
            raise ValidationError(_("Enter hours as a number, for example 8 or 7.5."))
        return minutes


def hours_text(minutes: int) -> str:
    """Minutes as the field takes them."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}:{rest:02d}" if rest else str(whole)


class PaperForm(forms.Form):
    """What a paper says, in the order in which people look at it."""

    files = PhotosField(
        most=MOST_FILES,
        label=_("Photo or PDF of the paper"),
        help_text=_(
            "All four corners in the picture, all words sharp. Front and back: choose both, up to four files."
        ),
        error_messages={"required": _("Choose a photo or a PDF of the paper.")},
    )
    title = forms.CharField(
        label=_("What did you learn?"),
        help_text=_("The name of the course, as it stands on the paper."),
        max_length=200,
        error_messages={"required": _("Enter the name of the course.")},
        widget=forms.TextInput({"dir": "auto"}),
    )
    provider = forms.CharField(
        label=_("Who gave the course?"),
        help_text=_("The school, association or institution that signed."),
        max_length=200,
        error_messages={"required": _("Enter who gave the course.")},
        widget=forms.TextInput({"dir": "auto"}),
    )
    first_day = DayField(
        label=_("First day"), error_messages={"required": _("Enter the first day.")}
    )
    last_day = DayField(
        label=_("Last day"),
        help_text=_("The same as the first, if it was one day."),
        error_messages={"required": _("Enter the last day.")},
    )
    hours = HoursField(
        label=_("How many hours?"),
        help_text=_("As it stands on the paper, for example 8 or 7.5."),
        error_messages={"required": _("Enter the hours.")},
    )
    number = forms.CharField(
        label=_("Number of the paper"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )

    def clean_hours(self) -> int:
        minutes: int = self.cleaned_data["hours"]
        if not minutes:
            raise ValidationError(_("Enter the hours."))
        return minutes

    def paper(self) -> Paper:
        """What was entered."""
        names = ("title", "provider", "first_day", "last_day", "number")
        said = {name: self.cleaned_data[name] for name in names}
        return Paper(minutes=self.cleaned_data["hours"], **said)


class AnswerForm(forms.Form):
    """The answer to the reviewer's question."""

    words = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write a few words.")},
    )
    files = PhotosField(
        most=MOST_FILES,
        label=_("Another photo or PDF"),
        help_text=_("If you were asked for a better one."),
        required=False,
    )


class WordsForm(forms.Form):
    """A question, a refusal, or why it goes back."""

    words = forms.CharField(
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={
            "required": _("Say why in a few plain words. The person reads them."),
        },
    )

    def __init__(self, *args: Any, label: Any, hint: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = label, hint


class GrantForm(forms.Form):
    """Hours by kind and topic in a few rows, and what is said to the person."""

    words = forms.CharField(
        max_length=1000,
        required=False,
        label=_("What you say to the person"),
        help_text=_("If you grant only a part, say why. The person reads it."),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )

    def __init__(
        self, *args: Any, evidence: Evidence, is_correction: bool = False, **kwargs: Any
    ) -> None:
        rows = [(g.kind, g.topic_id, g.minutes) for g in evidence.grants.all()]
        rows = rows or [(GRANTED_KINDS[0][0], None, evidence.minutes)]
        initial = {}
        for number, (kind, topic, minutes) in enumerate(rows[:MOST_ROWS]):
            initial |= {f"kind_{number}": kind, f"topic_{number}": topic}
            initial |= {f"hours_{number}": hours_text(minutes)}
        super().__init__(*args, **{"initial": initial, **kwargs})
        topics = Topic.objects.all()
        for number in range(MOST_ROWS):
            self._add_row(number, topics)
        self.order_fields([name for name in self.fields if name != "words"] + ["words"])
        self.fields["words"].required = is_correction
        self.fields["words"].error_messages["required"] = _(
            "Say why in a few plain words. The person reads them."
        )

    def _add_row(self, number: int, topics: Any) -> None:
        self.fields[f"hours_{number}"] = HoursField(label=_("Hours"), required=False)
        self.fields[f"kind_{number}"] = forms.ChoiceField(
            label=_("Kind"), choices=GRANTED_KINDS, required=False
        )
        self.fields[f"topic_{number}"] = forms.ModelChoiceField(
            topics, label=_("Topic"), required=False, empty_label=_("any topic")
        )

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields row by row, for the page."""
        names = ("hours", "kind", "topic")
        return [[self[f"{name}_{number}"] for name in names] for number in range(MOST_ROWS)]

    def uses_more_rows(self) -> bool:
        """Does a row beyond the first two say something?"""
        return any(self[f"hours_{number}"].value() for number in range(2, MOST_ROWS))

    def lines(self) -> list[Line]:
        """The rows that have hours."""
        found = []
        for number in range(MOST_ROWS):
            minutes = self.cleaned_data.get(f"hours_{number}")
            if minutes:
                topic = self.cleaned_data.get(f"topic_{number}")
                kind = self.cleaned_data.get(f"kind_{number}") or GRANTED_KINDS[0][0]
                found.append(Line(kind, minutes, topic.pk if topic else None))
        return found
