"""What every part of the API stands on: who asks, how answers are bounded, errors in words, writes once."""

from people.machines.auth import Machine, machine_of, needs
from people.machines.fields import Day, Identifier, Line, Many, Number, Whole
from people.machines.once import Key, once
from people.machines.paging import Page, PageQuery, page_of
from people.machines.problems import Problem, documented

__all__ = [
    "Day",
    "Identifier",
    "Key",
    "Line",
    "Machine",
    "Many",
    "Number",
    "Page",
    "PageQuery",
    "Problem",
    "Whole",
    "documented",
    "machine_of",
    "needs",
    "once",
    "page_of",
]
