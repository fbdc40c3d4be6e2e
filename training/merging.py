"""How places, sessions and calendars follow a person whose record becomes part of another."""

from django.utils.translation import gettext_lazy as _

from people.merging import Clash, Follow

FOLLOWS = (
    Follow(
        "training.Enrolment", title=_("places"), clash=Clash.REFUSE,
        why=_("Both records have a place in the same edition. Cancel one of the two places first."),
    ),
    Follow(
        "training.SessionTrainer", "trainer", title=_("sessions led"), clash=Clash.REFUSE,
        why=_("Both records lead sessions at the same time. Take one of them out of a session first."),
    ),
    Follow("training.Engagement", "trainer", title=_("questions to a trainer"), clash=Clash.STAYS),
    Follow("training.CalendarFeed", title=_("calendar addresses"), clash=Clash.STAYS, counts_as_new=False),
    Follow(
        "training.HouseholdMember", title=_("households"), clash=Clash.REFUSE,
        why=_("Both records belong to a household. Take one of them out of it first."),
    ),
    Follow("training.TrainerProfile", "trainer", title=_("trainer’s profiles"), clash=Clash.STAYS),
    Follow("training.Qualification", "trainer", title=_("what they may teach"), clash=Clash.STAYS),
    Follow("training.WeeklyHours", "trainer", title=_("hours of the week"), clash=Clash.STAYS),
    Follow("training.DatedTime", "trainer", title=_("days away"), clash=Clash.STAYS),
)  # fmt: skip
