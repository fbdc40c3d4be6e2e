"""What trainers and those who ask them are told."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from notifications.actions import notify
from people.access import may
from people.permissions import Permission
from training.models import Engagement


def asked(engagement: Engagement, token: str) -> None:
    """Can you lead this? The link opens a page with two buttons; only pressing one answers."""
    person, edition = engagement.trainer, engagement.edition
    with translation.override(person.language):
        path = reverse("training:teaching-answer", args=[token])
    notify(
        person,
        "trainer_asked",
        dedupe=f"trainer_asked:{engagement.pk}",
        edition=edition,
        edition_name=edition.name_in(person.language),
        sessions=list(edition.sessions.taking_place().select_related("room__venue")),
        link=settings.SITE_URL + path,
        expires=engagement.expires_at,
        zone=edition.organiser.jurisdiction.time_zone,
    )


def answered(engagement: Engagement) -> None:
    """To whoever waits for the answer: the one who asked, or the one who volunteered."""
    edition, own = engagement.edition, engagement.origin == Engagement.Origin.VOLUNTEERED
    asker = engagement.asked_by
    if own:
        person = engagement.trainer
    elif asker and asker.person and may(asker, Permission.SCHEDULE, organisation=edition.organiser):
        person = asker.person
    else:
        return
    notify(
        person,
        "trainer_offer_answered" if own else "trainer_said",
        dedupe=f"trainer_answered:{engagement.pk}",
        edition=edition,
        edition_name=edition.name_in(person.language),
        sessions=list(
            edition.sessions.taking_place()
            .filter(trainers__trainer=engagement.trainer)
            .select_related("room__venue")
        ),
        trainer=engagement.trainer,
        yes=engagement.state == Engagement.State.ACCEPTED,
    )
