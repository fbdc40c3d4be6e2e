"""The register of training, second part: what is held for a day so that a form or a list is used once."""

from django.utils.translation import gettext_lazy as _

from people.privacy import Keep, OnErase, Table, for_a_day, lists_about, of_login, plain, secret

SENT = (
    Table(
        "training.NominationList",
        title=_("Lists of people that were nominated"),
        rows=lists_about("training.NominationList", "new known rejected"),
        on_erase=OnErase.GO,
        entries=(
            plain(
                "owner organisation edition together created_at applied_at",
                "By whom, for whom, for what and when.",
            ),
            for_a_day(
                "file_name new known rejected",
                _("A list of people that an official uploaded to nominate them."),
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
