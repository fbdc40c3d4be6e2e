"""How learning follows a person whose record becomes part of another."""

from django.utils.translation import gettext_lazy as _

from people.merging import Clash, Follow

FOLLOWS = (
    Follow("courses.LessonProgress", title=_("finished lessons"), clash=Clash.STAYS),
    Follow("courses.TestAttempt", title=_("tests"), clash=Clash.NUMBER, number="number"),
)
