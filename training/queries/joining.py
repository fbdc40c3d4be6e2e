"""Who may join an online session."""

from django.db.models import Q, QuerySet

from people.access import grants_of
from people.models import User
from people.permissions import Permission
from training.models import Enrolment, Session, SessionTrainer
from training.models.edition import acting_trainer

# An offered place is not taken yet.
WITH_A_PLACE = (
    Enrolment.Status.CONFIRMED,
    Enrolment.Status.COMPLETED,
    Enrolment.Status.NOT_COMPLETED,
)


def joinable(user: User) -> QuerySet[Session]:
    """Sessions with a link of editions in which one has a place, those that one leads, and those one schedules."""
    person = user.person_id or 0
    places = Enrolment.objects.filter(person=person, status__in=WITH_A_PLACE)
    led = SessionTrainer.objects.filter(trainer=acting_trainer(user))
    mine = Q(edition__in=places.values("edition")) | Q(pk__in=led.values("session"))
    planned = grants_of(user).within("edition__organiser__path", Permission.SCHEDULE)
    return Session.objects.exclude(link="").filter(mine | planned)
