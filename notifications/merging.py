"""How messages and choices about mails follow a person whose record becomes part of another."""

from django.utils.translation import gettext_lazy as _

from people.merging import Clash, Follow

FOLLOWS = (
    Follow("notifications.Message", title=_("messages"), counts_as_new=False),
    Follow(
        "notifications.OptOut",
        title=_("choices about mails"),
        clash=Clash.STAYS,
        counts_as_new=False,
    ),
)
