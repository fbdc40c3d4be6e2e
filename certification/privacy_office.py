"""The register of an office's own work: whom it wrote to, and what became of people at one click."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models import CheckRow
from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Subject,
    Table,
    for_a_day,
    keep,
    lists_about,
    of_login,
    of_person,
    personal,
    plain,
    secret,
)
from people.privacy.facts import FACT


def rows_about(subject: Subject) -> Q:
    """Rows of their own lists, and those that were found to mean them or name them; each lives a day."""
    found = [
        pk
        for pk, cells in CheckRow.objects.values_list("pk", "cells").iterator()
        if subject.is_meant_by({"cells": " ".join(str(cell) for cell in cells)})
    ]
    own = Q(check_list__owner__in=subject.user_ids)
    return own | Q(person=subject.person_id) | Q(pk__in=found)


OFFICE = (
    Table(
        "certification.StandingPeriod",
        title=_("How you stood on each day"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "programme since until state valid_until",
                _("Worked out from your certificates and hours, so that it can be counted."),
            ),
        ),
    ),
    Table(
        "certification.StaleStanding",
        (plain("person", "Whose records changed a minute ago, so that it is worked out anew."),),
    ),
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
        rows=lists_about("certification.DueRun", "rows"),
        on_erase=OnErase.GO,
        entries=(
            plain("owner key kind programme edition created_at", "By whom, what and when."),
            for_a_day(
                "rows",
                _("What became of each person, shown to the official for a day."),
            ),
        ),
    ),
    Table(
        "certification.CheckList",
        title=_("Lists that you had checked"),
        rows=of_login("owner"),
        on_erase=OnErase.GO,
        entries=(
            plain(
                "owner programme at status problem params created_at worked_at", "What and when."
            ),
            for_a_day(
                "file_name data headers",
                _("A list of people that an official uploaded to see where they stand."),
            ),
        ),
    ),
    Table(
        "certification.CheckRow",
        title=_("Rows of such lists that are about you"),
        rows=rows_about,
        on_erase=OnErase.GO,
        entries=(
            plain("check_list line state person candidates column code params", "Of which list."),
            for_a_day(
                "cells standing",
                _("What such a list said of you, and where you stood that day."),
            ),
        ),
    ),
    Table(
        "certification.Post",
        (FACT, plain("jurisdiction code name kinds programmes is_active", "What an office needs.")),
    ),
    Table(
        "certification.Appointment",
        title=_("Posts that you hold"),
        rows=of_person("person"),
        on_erase=OnErase.END,
        entries=(
            plain("person", "Whose."),
            personal(
                "post organisation since until",
                _("The post that you hold at an institution: it says which training you need."),
                erase=keep(_("kept: without your name it says nothing about you")),
            ),
        ),
    ),
    Table(
        "certification.ExportPlan",
        title=_("Files that you get regularly"),
        rows=of_login("owner"),
        on_erase=OnErase.GO,
        entries=(
            plain("owner language next_on created_at stopped_at", "Whose, and when."),
            personal(
                "what kind rhythm query",
                _("Which files you asked for."),
                ground=Ground.WISH,
                keep=Keep.LOGIN,
            ),
            secret("token", _("A code in the link by which you can stop them.")),
        ),
    ),
    Table(
        "certification.ExportFile",
        title=_("Such files that were made"),
        rows=of_login("plan__owner"),
        on_erase=OnErase.GO,
        entries=(
            plain("plan on created_at", "Of what, and when."),
            for_a_day(
                "name data",
                _("A file of people and their standing that waits for its owner."),
            ),
        ),
    ),
)
