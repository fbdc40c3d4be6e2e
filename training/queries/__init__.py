"""Reads over editions, places and attendance. Each answers one screen in a number of queries that does not grow."""

from training.queries.attendance import (
    AttendanceShare,
    Outlook,
    Presence,
    RollRow,
    attendance_of,
    planned_minutes,
    presence,
    roll,
    shares,
)
from training.queries.catalogue import CatalogueFilter, CatalogueRow, catalogue
from training.queries.edition_page import EditionPage, edition_page
from training.queries.editions import (
    coming_editions,
    course_editions,
    editions_of_branch,
    sessions_led,
    trainers_for,
)
from training.queries.enrolments import (
    GROUPS,
    enrolment_page,
    group_counts,
    my_enrolments,
    nominated_by_branch,
    own_enrolment,
    participants,
    people_to_call,
    rank,
)
from training.queries.households import Home, homes_of, household_of, linkable
from training.queries.possible import next_possible
from training.queries.requests import number_of_requests, waiting_requests
from training.queries.rolls import Dispute, HistoryRow, disputes, roll_history

__all__ = [
    "own_enrolment",
    "GROUPS",
    "AttendanceShare",
    "CatalogueFilter",
    "CatalogueRow",
    "Dispute",
    "EditionPage",
    "Outlook",
    "Presence",
    "HistoryRow",
    "Home",
    "RollRow",
    "attendance_of",
    "catalogue",
    "coming_editions",
    "course_editions",
    "disputes",
    "edition_page",
    "editions_of_branch",
    "enrolment_page",
    "group_counts",
    "homes_of",
    "household_of",
    "linkable",
    "my_enrolments",
    "next_possible",
    "number_of_requests",
    "nominated_by_branch",
    "participants",
    "people_to_call",
    "planned_minutes",
    "presence",
    "rank",
    "roll",
    "roll_history",
    "sessions_led",
    "shares",
    "trainers_for",
    "waiting_requests",
]
