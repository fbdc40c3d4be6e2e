"""How each person stood from when to when: worked out from the records, kept so that a board need not do it again.

Nothing is decided here and nothing lasts: whoever's records change is put on the list of those to be worked out anew
by the database itself, in the same transaction, and is judged by the records alone until then (`periods.found`).
Numbers instead of foreign keys: ten million rows are written without asking for each whether its person is there.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StandingPeriod(models.Model):
    """One state of a person under a programme, as long as it lasts; no row for days on which nothing is asked."""

    person = models.BigIntegerField(_("number of the person"))
    programme = models.BigIntegerField(_("number of the programme"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until (not including)"), null=True)
    state = models.CharField(_("state"), max_length=12)
    valid_until = models.DateField(_("certificate valid until"), null=True)

    class Meta:
        verbose_name = _("period of standing")
        verbose_name_plural = _("periods of standing")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "since"],
                include=["until", "state", "valid_until"],
                name="period_of_person_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="period_is_not_empty"
            ),
        ]


class StaleStanding(models.Model):
    """A person whose records changed since their periods were worked out; without a person, everybody (a rule did).

    Written by triggers, as often as something changes: two writers never wait for each other.
    """

    person = models.BigIntegerField(_("number of the person"), null=True)

    class Meta:
        verbose_name = _("standing to be worked out anew")
        verbose_name_plural = _("standings to be worked out anew")
        indexes = [models.Index("person", name="stale_by_person")]
