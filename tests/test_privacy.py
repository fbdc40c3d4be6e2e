"""The privacy register is whole and true: no field without a purpose, no promise without a job, no words in jobs."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from modelsearch import index
from procrastinate.contrib.django import app as queue
from wagtail.contrib.forms.models import AbstractForm

from people import privacy
from people.privacy import Deed, Keep, OnErase, Table
from people.privacy.kinds import KEPT_BY

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("people", "home", "notifications", "courses", "training", "certification", "config")
MODELS = {model._meta.label: model for model in apps.get_models() if not model._meta.proxy}
TABLES = {table.model: table for table in privacy.tables()}
FILES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]


def fields_of(model: type[models.Model]) -> set[str]:
    """Columns and many-to-many fields of a model's own table; its running number says nothing."""
    own = {
        field.name for field in model._meta.local_fields if not isinstance(field, models.AutoField)
    }
    return own | {field.name for field in model._meta.local_many_to_many}


# P1: each field of each model


def test_every_model_is_listed_once():
    listed = [*TABLES, *privacy.nothing_personal()]
    assert len(privacy.tables()) == len(TABLES)
    assert set(MODELS) - set(listed) == set(), "models without an entry in <app>/privacy.py"
    assert set(listed) - set(MODELS) == set(), "entries of models that are no more"
    assert not TABLES.keys() & privacy.nothing_personal().keys()


@pytest.mark.parametrize("label", sorted(TABLES))
def test_every_field_is_listed_once(label):
    listed = TABLES[label].fields()
    assert len(listed) == len(set(listed)), "a field is listed twice"
    assert fields_of(MODELS[label]) - set(listed) == set(), "fields without an entry"
    assert set(listed) - fields_of(MODELS[label]) == set(), "entries of fields that are no more"


def test_our_own_models_are_listed_field_by_field():
    for label, reason in privacy.nothing_personal().items():
        assert label.split(".")[0] not in ROOMS
        assert len(reason) > 20


def test_a_new_field_and_a_new_model_would_fail(monkeypatch):
    """The gate itself is tried: without it a green build proves nothing."""
    shorter = Table("people.Person", entries=TABLES["people.Person"].entries[1:])
    monkeypatch.setitem(TABLES, "people.Person", shorter)
    with pytest.raises(AssertionError, match="fields without an entry"):
        test_every_field_is_listed_once("people.Person")
    monkeypatch.delitem(TABLES, "people.Person")
    with pytest.raises(AssertionError):
        test_every_model_is_listed_once()


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.model)
def test_an_entry_makes_sense(table):
    for entry in table.entries:
        erase = table.erasure(entry)
        where = f"{table.model}: {entry.fields}"
        assert str(entry.purpose), where
        assert (entry.ground is None) == (entry.keep == Keep.THING), where
        assert not (entry.export and entry.ground is None), where
        if erase.deed == Deed.KEPT:
            assert str(erase.why), f"{where}: kept without a reason"
        if erase.deed in (Deed.BLANK, Deed.SET) or entry.export:
            assert table.rows, f"{where}: nobody says whose the rows are"
        if table.rows and entry.ground and entry.export:
            assert not isinstance(entry.purpose, str), (
                f"{where}: people read it, so it is translated"
            )
            assert table.title and not isinstance(table.title, str), where
    if table.on_erase == OnErase.END:
        assert {"since", "until"} <= set(table.fields())


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.model)
def test_what_is_emptied_can_be_empty(table):
    model = MODELS[table.model]
    for name in table.fields_that(Deed.BLANK):
        field = model._meta.get_field(name)
        assert not field.unique or field.null, f"{table.model}.{name}: two emptied rows would clash"
        assert not field.is_relation or field.null, f"{table.model}.{name}"
    for name in table.fields_that(Deed.UNLINK):
        assert model._meta.get_field(name).null, f"{table.model}.{name}"
    for name in table.fields_that(Deed.COMPUTED):
        assert isinstance(model._meta.get_field(name), models.GeneratedField), (
            f"{table.model}.{name}"
        )


def test_whatever_belongs_to_a_person_is_found():
    """Each foreign key to a person or user is a way to rows of theirs, or says that it only names an author."""
    people = {MODELS["people.Person"], MODELS["people.User"]}
    for label, model in MODELS.items():
        links = [f.name for f in model._meta.local_fields if f.related_model in people]
        if links:
            table = TABLES[label]
            authors = {*table.fields_that(Deed.UNLINK), *table.fields_that(Deed.KEPT)}
            assert table.rows or set(links) <= authors, f"{label}: {links}"


# Promises


def test_a_number_of_days_is_kept_by_a_job():
    periodic = {task.task.name for task in queue.periodic_registry.periodic_tasks.values()}
    assert set(KEPT_BY.values()) <= periodic
    used = {entry.keep for table in TABLES.values() for entry in table.entries}
    assert used & {Keep.DAY, Keep.FORTNIGHT, Keep.MONTH, Keep.YEAR} == KEPT_BY.keys()


def test_the_search_index_holds_no_people():
    for table in TABLES.values():
        if table.rows:
            assert not issubclass(MODELS[table.model], index.Indexed), table.model


def test_tables_that_stay_empty_do():
    assert [model for model in MODELS.values() if issubclass(model, AbstractForm)] == []
    assert settings.WAGTAILEMBEDS_FINDERS == []


# P6: the queue holds numbers

NUMBER = re.compile(r"(?:.+_)?ids?$|day$|timestamp$|number$")


def test_tasks_take_numbers_only():
    ours = {name: task for name, task in queue.tasks.items() if "builtin_tasks" not in name}
    assert len(ours) >= 8
    for name, task in ours.items():
        for parameter in inspect.signature(task.func).parameters.values():
            assert NUMBER.match(parameter.name), f"{name}: {parameter}"
            assert parameter.annotation in (int, "int", list[int]), f"{name}: {parameter}"


def deferred(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and name of whatever is put into the queue and is not a number by its name or its annotation."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        rest = function.args.kwarg
        numbers = (
            rest.arg if rest and rest.annotation and ast.unparse(rest.annotation) == "int" else None
        )
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(
                (".defer", ".defer_async")
            ):
                for word in call.keywords:
                    is_number = word.arg and NUMBER.match(word.arg)
                    if not is_number and not (
                        word.arg is None and ast.unparse(word.value) == numbers
                    ):
                        found.append((call.lineno, word.arg or ast.unparse(word.value)))
    return found


def test_what_is_deferred_is_numbers_only():
    calls = [(path.name, *line) for path in FILES for line in deferred(ast.parse(path.read_text()))]
    assert calls == []


def test_the_check_of_deferred_words_finds_them():
    bad = "def f(task, **rest: str):\n task.defer(email='x')\n task.configure(lock='a').defer(**rest)\n"
    good = "def f(task, **rest: int):\n task.defer(person_id=1)\n Page.objects.defer('body')\n task.defer(**rest)\n"
    assert deferred(ast.parse(bad)) == [(2, "email"), (3, "rest")]
    assert deferred(ast.parse(good)) == []


# The trail holds numbers and codes; the one kind of words that it may hold is erased by its name

WORDS = {
    "name",
    "family_name",
    "given_name",
    "email",
    "phone",
    "address",
    "note",
    "text",
    "label",
    "comment",
    "title",
    "locality",
}


def test_the_trail_is_given_no_words_but_a_reason():
    found = []
    for path in FILES:
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and re.search(
                r"(?:audit\.record|^record|_audit)$", ast.unparse(call.func)
            ):
                found += [
                    f"{path.name}:{call.lineno} {word.arg}"
                    for word in call.keywords
                    if word.arg in WORDS
                ]
    assert found == []


# No data about children

CHILD = re.compile(
    r"child|\bkid|minor\b|infant|\bbaby|pupil|adoptee|orphan|"
    r"copil|copiii|copiilor|\bminor(?:i|ii|ul|ului|ilor)\b|\bprunc|\bbebel|"
    r"\bдит[ия]|\bдіт[иейя]|малолітн|неповнолітн|немовл|"
    r"\bдете|\bдеца|малолет|непълнолет|\bбебе|"
    r"طفل|أطفال|اطفال|قاصر|رضيع",
    re.IGNORECASE,
)
# The tree's own counter of nodes below, and the word for somebody who works with them.
ALLOWED = {"numchild"}


def names_of(field: models.Field) -> set[str]:
    """A field's name, and how it is called in each language."""
    found = {field.name.replace("_", " ")}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {str(field.verbose_name), str(field.help_text)}
    return found


def test_no_field_asks_for_a_child():
    found = [
        f"{label}.{field.name}"
        for label, model in MODELS.items()
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.name not in ALLOWED and any(CHILD.search(name) for name in names_of(field))
    ]
    assert found == []


@pytest.mark.parametrize(
    "words",
    [
        "child's name",
        "numele copilului",
        "ім’я дитини",
        "име на детето",
        "اسم الطفل",
        "minor",
        "copiii",
    ],
)
def test_the_search_for_children_finds_them(words):
    assert CHILD.search(words)


@pytest.mark.parametrize(
    "words", ["проводити", "знаходити", "copies", "minority report", "видетели"]
)
def test_words_that_only_sound_alike_are_let_through(words):
    assert not CHILD.search(words)
