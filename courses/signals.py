"""Facts that courses say upward. They do not know who listens."""

from django.dispatch import Signal

# A learner finished a lesson or passed a test: person_id (int), course_key (UUID).
coursework_done = Signal()
