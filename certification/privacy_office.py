"""The register of an office's own work: whom it wrote to, and what became of people at one click."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models import DueRun
from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Subject,
    Table,
    of_person,
    personal,
    plain,
    secret,
)


def runs_about(subject: Subject) -> Q:
    """Those of the person, and those that name them; there are few, for each lives a day."""
    found = [
        run.pk for run in DueRun.objects.all() if any(subject.is_meant_by(row) for row in run.rows)
    ]
    return Q(owner__in=subject.user_ids) | Q(pk__in=found)


OFFICE = (
    Table(
        "certification.DueNotice",
        title=_("Letters and e-mails that told you that training is due"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal("programme channel on", _("When you were told, how, and of which training.")),
            plain("by", "A number of a user."),
        ),
    ),
    Table(
        "certification.DueRun",
        title=_("What an official did for many people at once"),
        rows=runs_about,
        on_erase=OnErase.GO,
        entries=(
            plain("owner key kind programme edition created_at", "By whom, what and when."),
            secret(
                "rows",
                _("What became of each person, shown to the official for a day."),
                ground=Ground.PUBLIC_TASK,
                keep=Keep.DAY,
            ),
        ),
    ),
)
