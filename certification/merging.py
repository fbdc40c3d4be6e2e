"""How certificates, hours and evidence follow a person whose record becomes part of another.

Only whose they are changes: what a certificate says, its number, its seal and its proof of the name stay as they are.
"""

from django.utils.translation import gettext_lazy as _

from people.merging import Clash, Follow

FOLLOWS = (
    Follow(
        "certification.Certificate", title=_("certificates"),
        past_triggers=("certification.Certificate:append_only",),
    ),
    Follow(
        "certification.HoursEntry", title=_("hours"),
        past_triggers=("certification.HoursEntry:append_only",),
    ),
    Follow("certification.Circumstance", title=_("circumstances"), clash=Clash.JOIN, same=("condition",)),
    Follow(
        "certification.EarlierCertificate", title=_("earlier certificates"),
        past_triggers=(
            "certification.EarlierCertificate:never_changed",
            "certification.EarlierCertificate:stays_struck",
        ),
    ),
    Follow("certification.DueNotice", title=_("letters about dates"), clash=Clash.STAYS, counts_as_new=False),
    Follow("certification.CheckRow", title=_("rows of lists being checked"), counts_as_new=False),
    Follow(
        "certification.Appointment", title=_("posts"), clash=Clash.JOIN, same=("organisation_id", "post_id"),
    ),
    Follow("certification.Evidence", title=_("proofs of training elsewhere"), clash=Clash.STAYS),
    Follow(
        "certification.Relief", title=_("exemptions and extensions"), clash=Clash.STAYS,
        past_triggers=("certification.Relief:never_changed",),
    ),
)  # fmt: skip
