"""Facts that training says upward. It does not know who listens."""

from django.dispatch import Signal

# Attendance of an edition, or its trainer's result, was written: enrolment_ids (list of int).
attendance_recorded = Signal()

# A waiting list that prefers urgent people is about to be read: edition_id, enrolment_ids (list of int).
# Whoever knows certificates answers with training.actions.urgency.set_urgency, at once.
waiting_list_asked = Signal()
