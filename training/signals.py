"""Facts that training says upward. It does not know who listens."""

from django.dispatch import Signal

# Attendance of an edition was written: enrolment_ids (list of int).
attendance_recorded = Signal()
