"""The register of training, second part: what is held for a day so that a form or a list is used once."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.privacy import Ground, Keep, OnErase, Subject, Table, of_login, plain, secret
from training.models import NominationList


def lists_about(subject: Subject) -> Q:
    """Lists that the person uploaded, and those that name them; there are few, for each lives a day."""
    found = [
        draft.pk
        for draft in NominationList.objects.all()
        if any(subject.is_meant_by(row) for row in (*draft.new, *draft.known, *draft.rejected))
    ]
    return Q(owner__in=subject.user_ids) | Q(pk__in=found)


SENT = (
    Table(
        "training.NominationList",
        title=_("Lists of people that were nominated"),
        rows=lists_about,
        on_erase=OnErase.GO,
        entries=(
            plain(
                "owner organisation edition together created_at applied_at",
                "By whom, for whom, for what and when.",
            ),
            secret(
                "file_name new known rejected",
                _("A list of people that an official uploaded to nominate them."),
                ground=Ground.PUBLIC_TASK,
                keep=Keep.DAY,
            ),
        ),
    ),
    Table(
        "training.Submission",
        title=_("Forms that you sent"),
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user key page", "Whose form, told apart from others."),
            secret(
                "location sent_at",
                _("Which page a form led you to, so that sending it twice does nothing twice."),
                keep=Keep.DAY,
            ),
        ),
    ),
)
