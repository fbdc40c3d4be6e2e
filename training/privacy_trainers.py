"""The register of training, second part: what trainers keep about themselves, and what they were asked."""

from django.utils.translation import gettext_lazy as _

from people.privacy import Ground, Keep, OnErase, Table, author, of_person, personal, plain, secret

TRAINERS = (
    Table(
        "training.TrainerProfile",
        title=_("What you teach and where"),
        rows=of_person("trainer"),
        on_erase=OnErase.GO,
        entries=(
            plain("trainer time_zone", "Whose, and by which clock."),
            personal(
                "languages regions weekly_hours",
                _("Your languages, where you teach and how much, so that sessions fit you."),
            ),
        ),
    ),
    Table(
        "training.Qualification",
        title=_("What you may teach"),
        rows=of_person("trainer"),
        on_erase=OnErase.GO,
        entries=(
            plain("trainer", "Whose."),
            personal(
                "course topic since until document",
                _("What you may teach, since when, and which paper says so."),
            ),
        ),
    ),
    Table(
        "training.WeeklyHours",
        title=_("When you have time in a week"),
        rows=of_person("trainer"),
        on_erase=OnErase.GO,
        entries=(
            plain("trainer", "Whose."),
            personal("weekday starts ends", _("When you have time, so that sessions fit you.")),
        ),
    ),
    Table(
        "training.DatedTime",
        title=_("Days on which your time differs"),
        rows=of_person("trainer"),
        on_erase=OnErase.GO,
        entries=(
            plain("trainer", "Whose."),
            personal(
                "first last is_available starts ends",
                _("When you are away or have time all the same, so that sessions fit you."),
            ),
        ),
    ),
    Table(
        "training.Engagement",
        title=_("Editions that you were asked to teach or offered to teach"),
        rows=of_person("trainer"),
        on_erase=OnErase.GO,
        entries=(
            plain("trainer", "Whose."),
            personal(
                "edition origin state expires_at created_at answered_at",
                _("What you were asked or offered to teach, and the answer."),
            ),
            secret(
                "token_hash",
                _("The fingerprint of the link by which you answer."),
                ground=Ground.PUBLIC_TASK,
                keep=Keep.RECORD,
            ),
            author("asked_by"),
        ),
    ),
)
