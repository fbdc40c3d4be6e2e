"""Programs hear when a certificate can be renewed because it ends soon: nobody's deed, so a job looks once a day."""

from datetime import timedelta

from django.utils import timezone

from certification.days import today
from certification.queries import Filters, standing_rows
from certification.standing import State
from notifications.models import Webhook
from notifications.models.webhook import Happening
from notifications.webhooks import announce
from people.access import Grants
from people.models import Organisation, User
from people.permissions import Permission

# A worker that stood still for a while loses nothing.
BACK = timedelta(days=7)


def announce_expiring() -> int:
    """Tell of every certificate that began to run out in the last days; once, however often this runs.

    Whether it does is what the list of standing says. Nothing is decided here, and no status is stored.
    """
    hooks = Webhook.objects.working().filter(kinds__contains=[Happening.EXPIRING.value])
    return sum(_tell(hook.organisation) for hook in hooks.select_related("organisation"))


def _tell(organisation: Organisation) -> int:
    reader = User()
    reader.lent = Grants(lent=((frozenset({Permission.VIEW_STANDING}), organisation.path),))
    day, told = today(), 0
    for row in standing_rows(reader, Filters(at=day, state=State.EXPIRING)):
        found = row.standing
        if found.certificate_id and found.since and found.since >= day - BACK:
            data = {
                "certificate": found.certificate_id, "person": row.person_id, "change": "expiring",
                "until": found.valid_until.isoformat() if found.valid_until else None,
            }  # fmt: skip
            told += announce(
                Happening.EXPIRING, key=f"expiring:{found.certificate_id}:{found.valid_until}",
                path=organisation.path, person_id=row.person_id, at=timezone.now(), data=data,
            )  # fmt: skip
    return told
