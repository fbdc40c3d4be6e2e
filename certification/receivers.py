"""Facts from the rooms on the left become work; nothing is decided here."""

from uuid import UUID

from django.dispatch import receiver

from certification import queue, urgency
from courses.signals import coursework_done
from training.models import Enrolment
from training.signals import attendance_recorded, waiting_list_asked


@receiver(attendance_recorded, dispatch_uid="certification.attendance")
def on_attendance(sender: object, enrolment_ids: list[int], **kwargs: object) -> None:
    """The roll was taken: those people may have completed their course."""
    for enrolment_id in enrolment_ids:
        queue.ask(enrolment_id)


@receiver(coursework_done, dispatch_uid="certification.coursework")
def on_coursework(sender: object, person_id: int, course_key: UUID, **kwargs: object) -> None:
    """A lesson or the test was done: the person may have completed an edition of that course."""
    mine = Enrolment.objects.filter(person=person_id, edition__course__translation_key=course_key)
    open_ones = mine.filter(status__in=[Enrolment.Status.CONFIRMED, Enrolment.Status.NOT_COMPLETED])
    for enrolment_id in open_ones.values_list("pk", flat=True):
        queue.ask(enrolment_id)


@receiver(waiting_list_asked, dispatch_uid="certification.waiting_list")
def on_waiting_list(
    sender: object, edition_id: int, enrolment_ids: list[int], **kwargs: object
) -> None:
    """A list that prefers somebody is about to be read: who is urgent today."""
    urgency.write(edition_id, enrolment_ids)
