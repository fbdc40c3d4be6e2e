"""When, where, by whom, to whom: editions, sessions, places, attendance."""

from training.models.answer import SessionAnswer
from training.models.attendance import Attendance, RollEntry
from training.models.check_in import CheckIn
from training.models.edition import Edition
from training.models.engagement import Engagement
from training.models.enrolment import Enrolment
from training.models.feed import CalendarFeed
from training.models.household import Household, HouseholdMember
from training.models.nomination import NominationList
from training.models.result import TrainerResult
from training.models.seats import SeatReservation
from training.models.session import Session, SessionTrainer
from training.models.submission import Submission
from training.models.telling import PendingChange, ReminderRule
from training.models.trainer import DatedTime, Qualification, TrainerProfile, WeeklyHours
from training.models.venue import Room, Venue

__all__ = [
    "Attendance",
    "CalendarFeed",
    "CheckIn",
    "DatedTime",
    "Edition",
    "Engagement",
    "Enrolment",
    "Household",
    "HouseholdMember",
    "NominationList",
    "Qualification",
    "PendingChange",
    "ReminderRule",
    "RollEntry",
    "Room",
    "SeatReservation",
    "Session",
    "SessionAnswer",
    "SessionTrainer",
    "Submission",
    "TrainerProfile",
    "TrainerResult",
    "Venue",
    "WeeklyHours",
]
