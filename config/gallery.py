"""What the gallery shows: every component with made-up words, in the states that pages need."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator

LONG = "Comunicarea cu copilul separat de părinți și pregătirea întâlnirilor cu familia naturală"


class SampleForm(forms.Form):
    """One field of each kind that the pages use."""

    family = forms.CharField(label="Family name", help_text="As in your identity document.")
    email = forms.EmailField(label="E-mail address", required=False)
    birth = forms.DateField(label="Date of the decision", help_text="For example 27 3 2026.")
    audience = forms.ChoiceField(
        label="Who is the course for?",
        choices=[("am", "Foster carers"), ("sw", "Social workers"), ("th", "Town halls")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Topics",
        required=False,
        choices=[("d", "Child development"), ("t", "Trauma"), ("s", "Safety online")],
        widget=forms.CheckboxSelectMultiple,
    )
    word = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    county = forms.ChoiceField(
        label="County", choices=[("", "Choose"), ("tm", "Timiș"), ("cj", "Cluj")]
    )
    about = forms.CharField(
        label="What would help you most?", widget=forms.Textarea, required=False
    )
    sheet = forms.FileField(label="List of people", help_text="XLSX or CSV, up to 2 MB.")
    agree = forms.BooleanField(label="I have read how my data are used")


class SampleFilter(forms.Form):
    """A filter column."""

    q = forms.CharField(label="Name or number", required=False)
    county = forms.ChoiceField(
        label="County", required=False, choices=[("", "All counties"), ("tm", "Timiș")]
    )
    status = forms.MultipleChoiceField(
        label="Standing",
        required=False,
        choices=[("v", "Valid"), ("e", "Expiring"), ("x", "Expired"), ("n", "Never trained")],
        widget=forms.CheckboxSelectMultiple,
    )


STATES = [
    {"text": "Valid", "tone": "positive"},
    {"text": "Expiring", "tone": "warning"},
    {"text": "Expired", "tone": "negative"},
    {"text": "In progress", "tone": "info"},
    {"text": "Never trained", "tone": "neutral"},
]
PEOPLE = [
    ("Ștefănescu-Țepeș Ioana-Mărioara", "TM-2026-000123", "Timiș", STATES[0], "7 March 2029"),
    ("М’ясоїд Олена Іванівна", "TM-2026-000124", "Timiș", STATES[1], "3 January 2027"),
    ("عبد الرحمن محمد علي", "TM-2025-000981", "Cluj", STATES[2], "12 May 2026"),
    ("Popa Ana", "", "Cluj", STATES[4], ""),
]


def _table() -> dict[str, Any]:
    names = ["Name", "Certificate", "County", "Standing", "Valid until"]
    columns: list[dict[str, Any]] = [{"text": name, "href": "#table"} for name in names]
    columns[0]["sort"] = "ascending"
    rows = [
        {
            "cells": [
                {"label": names[0], "text": name, "href": "#table", "header": True},
                {"label": names[1], "text": number or "–"},
                {"label": names[2], "text": county},
                {"label": names[3], "tag_text": state["text"], "tag_tone": state["tone"]},
                {"label": names[4], "text": until or "–"},
            ]
        }
        for name, number, county, state, until in PEOPLE
    ]
    return {"columns": columns, "rows": rows}


def _roll(chosen: str) -> list[dict[str, Any]]:
    answers = [
        ("present", "Present", "positive"),
        ("absent", "Absent", "negative"),
        ("late", "Late", "warning"),
        ("early", "Left early", "warning"),
        ("excused", "Excused", "info"),
    ]
    return [{"value": v, "text": t, "tone": tone, "checked": v == chosen} for v, t, tone in answers]


def _tasks() -> list[dict[str, str]]:
    return [
        {"title": "Confirm who you are", "href": "#tasks", "status": "completed"},
        {
            "title": "Attend 8 hours of practice",
            "hint": "3 of 8 hours so far",
            "href": "#tasks",
            "status": "progress",
        },
        {"title": "Read the five lessons", "href": "#tasks", "status": "todo"},
        {"title": "Send your medical certificate again", "href": "#tasks", "status": "problem"},
        {"title": "Take the test", "hint": "Opens when the lessons are read", "status": "blocked"},
    ]


FIXED: dict[str, Any] = {
    "long": LONG,
    "states": STATES,
    "people": PEOPLE,
    "day": date(2026, 3, 7),
    "crumbs": [
        {"text": "Courses", "href": "#"},
        {"text": "Initial training of foster carers", "href": "#"},
    ],
    "tabs": [
        {"text": "All", "href": "#tabs", "count": 412},
        {"text": "Expiring", "href": "#tabs", "count": 23, "current": True},
        {"text": "Expired", "href": "#tabs", "count": 0},
    ],
    "answers": [
        {
            "key": "Name",
            "value": PEOPLE[0][0],
            "actions": [{"text": "Change", "href": "#", "hidden": "name"}],
        },
        {
            "key": "Course",
            "value": LONG,
            "hint": "in Romanian",
            "actions": [{"text": "Change", "href": "#", "hidden": "course"}],
        },
        {
            "key": "Telephone",
            "value": "0700 000 000",
            "actions": [{"text": "Change", "href": "#", "hidden": "telephone"}],
        },
    ],
    "facts": [
        {"term": "Hours", "text": "60, of which 20 practice"},
        {"term": "Language", "text": "Romanian"},
    ],
    "numbers": [
        {"value": "389", "label": "Valid", "tone": "positive"},
        {"value": "23", "label": "Expiring", "tone": "warning", "note": "in the next 90 days"},
        {"value": "41", "label": "Expired", "tone": "negative"},
        {"value": "12", "label": "Never trained", "tone": "neutral"},
    ],
    "options": [
        {
            "value": "a",
            "text": "I listen and do not ask for more",
            "hint": "The child decides how much to say.",
        },
        {"value": "b", "text": "I ask for all the details", "checked": True},
        {"value": "c", "text": "I promise to tell nobody"},
    ],
    "acts": [
        {"text": "Find a course", "href": "#", "kind": "inverse", "large": True},
        {"text": "Check a certificate", "href": "#", "kind": "secondary", "large": True},
    ],
    "course_facts": ["60 hours", "Romanian, Ukrainian", "Free of charge"],
    "lines": [
        {
            "name": "Telefonul copilului",
            "number": "119",
            "hours": "Day and night, free of charge",
        }
    ],
}


def context() -> dict[str, Any]:
    """The whole of the gallery's data."""
    wrong = SampleForm({"email": "ana@", "birth": "31 2 2026"}, {}, auto_id="wrong_%s")
    return FIXED | {
        "table": _table(),
        "tasks": _tasks(),
        "roll": [
            {"name": p[0], "field": f"roll_{i}", "options": _roll(c)}
            for i, (p, c) in enumerate(zip(PEOPLE, ["present", "late", "", "absent"], strict=True))
        ],
        "sample": SampleForm(auto_id="sample_%s"),
        "wrong": wrong,
        "filter": SampleFilter({"status": ["v"]}),
        "page_one": Paginator(range(612), 50).page(1),
        "page_mid": Paginator(range(612), 50).page(6),
    }
