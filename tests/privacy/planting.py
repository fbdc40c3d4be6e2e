"""One person of whom every table of the register holds something, a marker in every text, and the search for it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection, models
from pgtrigger import ignore

from people import privacy
from people.models import Person
from people.privacy import Table, walk
from people.privacy.kinds import Subject
from tests.cast import Cast
from tests.privacy import rows

# Texts that must stay what they are for the row to be found or to exist; most are random and mark themselves.
AS_THEY_ARE = {
    ("sessions.Session", "session_data"): "signed; planted through the session itself",
    ("people.User", "password"): "a code of Django's",
    ("training.Enrolment", "code"): "random by itself",
    ("training.TrainerProfile", "time_zone"): "chosen from the world's",
    ("wagtailcore.ModelLogEntry", "object_id"): "leads to the person",
    ("wagtailcore.ModelLogEntry", "action"): "chosen from Wagtail's",
    ("wagtailcore.PageLogEntry", "action"): "chosen from Wagtail's",
    ("usersessions.UserSession", "session_key"): "leads to the session",
    ("wagtailadmin.EditingSession", "object_id"): "a number",
    ("wagtailadmin.FormState", "object_id"): "a number",
    ("wagtailadmin.FormState", "parent_object_id"): "a number",
    ("people.AuditEvent", "target_id"): "a number",
    ("certification.StandingPeriod", "state"): "one of the states of standing",
}


@dataclass
class Planted:
    """Marker → where it was put."""

    person: Person
    subject: Subject
    markers: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, names: Any) -> set[str]:
        """The markers of these (model, field) pairs."""
        wanted = set(names)
        return {marker for marker, place in self.markers.items() if place in wanted}


def everything(cast: Cast) -> Planted:
    """Ana as learner, account holder and editor, with a marker in every text that leads to her."""
    rows.of_the_desk(cast)
    rows.of_learning(cast)
    rows.of_certificates(cast)
    rows.of_elsewhere(cast)
    rows.of_account(cast)
    rows.of_the_cms(cast)
    subject = walk.subject_of(cast.ana.person)
    made = Planted(cast.ana.person, subject)
    numbers = count(1)
    found = [
        (table, list(walk.rows_of(table, subject))) for table in privacy.tables() if table.rows
    ]
    missing = [table.model for table, mine in found if not mine]
    assert missing == [], f"tests/privacy/rows.py makes no row of these: {missing}"
    for table, mine in found:
        for row in mine:
            plant(made, table, row, numbers)
    made.person.refresh_from_db()
    made.subject = walk.subject_of(made.person)
    return made


def plant(made: Planted, table: Table, row: models.Model, numbers: Iterator[int]) -> None:
    """A marker in every text of the row, past all triggers; a file gets it inside."""
    values = {}
    for column in texts_of(type(row)):
        marker = f"mk{next(numbers):03d}x"
        if isinstance(column, models.FileField):
            file = getattr(row, column.name)
            values[column.name] = column.storage.save(
                f"planted/{marker}", ContentFile(marker.encode())
            )
            if file:
                file.delete(save=False)
        else:
            values[column.name] = worded(column, getattr(row, column.name), marker)
        made.markers[marker] = (table.model, column.name)
    with ignore():
        assert type(row)._base_manager.filter(pk=row.pk).update(**values) == 1 if values else True


def texts_of(model: type[models.Model]) -> Iterator[models.Field]:
    """The columns that can hold words: not those of a few fixed ones, nor what the database computes."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
    for column in model._meta.local_fields:
        short = (getattr(column, "max_length", None) or 99) < 8
        fixed = (
            column.primary_key
            or column.choices
            or short
            or (model._meta.label, column.name) in AS_THEY_ARE
        )
        if isinstance(column, kinds) and not fixed:
            yield column


def worded(column: models.Field, before: Any, marker: str) -> Any:
    """The marker in the shape that the column holds."""
    if isinstance(column, models.EmailField):
        return f"{marker}@example.org"
    if isinstance(column, models.JSONField):
        return [{"line": 1, "name": marker}] if isinstance(before, list) else {"reason": marker}
    return marker


def left(markers: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The markers that the database (jobs and sessions too) or a file still holds."""
    words = "\n".join([*table_words(), *session_words(), *file_words()])
    return {marker: place for marker, place in markers.items() if marker in words}


def table_words() -> Iterator[str]:
    """Every row of every table, as PostgreSQL writes it."""
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def session_words() -> Iterator[str]:
    """What the signed and packed sessions hold."""
    for session in Session.objects.all():
        yield session.session_key + json.dumps(session.get_decoded())


def file_words() -> Iterator[str]:
    """Names and bytes of all files."""
    for folder in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        for path in Path(folder).rglob("*"):
            if path.is_file():
                yield str(path) + path.read_bytes().decode("latin-1")
