"""How long things are kept is kept: the jobs do it, and an erasure that fails half-way leaves all as it was."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from config import tasks
from people.actions.erasure import erase
from people.models import Person
from people.privacy import BLANK, Deed, OnErase, Table, becomes, keep, personal, plain, secret, walk
from people.privacy.kinds import GOES, Ground, Keep
from tests.privacy import planting

pytestmark = pytest.mark.django_db


class TestVisits:
    def visit(self, user, key, days):
        """A visit of so many days ago, as the session store and allauth keep it."""
        then = timezone.now() - timedelta(days=days)
        Session.objects.create(
            session_key=key, session_data="x", expire_date=then + timedelta(days=14)
        )
        UserSession.objects.create(
            user=user, ip="203.0.113.1", session_key=key, user_agent="x", data={}, last_seen_at=then
        )

    def test_end_after_fourteen_days_with_their_device_and_address(self, cast):
        self.visit(cast.ana, "old", 15)
        self.visit(cast.ana, "new", 13)
        tasks.forget_visits(timestamp=0)
        assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
        assert list(UserSession.objects.values_list("session_key", flat=True)) == ["new"]

    def test_nothing_to_forget_is_fine(self):
        tasks.forget_visits(timestamp=0)
        assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_jobs_that_ended_a_month_ago_are_deleted_the_failed_ones_too():
    made = [app.configure_task("people.erase_again").defer(person_id=number) for number in range(4)]
    states = ["succeeded", "failed", "succeeded", "todo"]
    with connection.cursor() as cursor:
        for job, status, days in zip(made, states, [31, 31, 29, 31], strict=True):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job])
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) WHERE job_id = %s",
                [days, job],
            )
    async_to_sync(tasks.forget_jobs.func)(timestamp=0)
    left = ProcrastinateJob.objects.filter(pk__in=made)
    assert set(left.values_list("pk", flat=True)) == set(made[2:])


def test_a_failed_erasure_leaves_rows_and_files(cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    planted = planting.everything(cast)
    monkeypatch.setattr("people.actions.erasure.audit.record", lambda **_all: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        erase(person=planted.person, by=None, reason="request")
    assert planting.left(planted.markers) == planted.markers
    assert Person.objects.get(pk=planted.person.pk).erased_at is None


def test_files_go_only_when_the_erasure_is_certain(
    cast, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    planted = planting.everything(cast)
    files = set(planting.file_words())
    with django_capture_on_commit_callbacks() as waiting:
        erase(person=planted.person, by=None, reason="request")
    assert set(planting.file_words()) == files
    for callback in waiting:
        callback()
    assert list(planting.file_words()) == []
    assert default_storage.listdir("planted")[1] == []


class TestKinds:
    """What an entry says is what is done, without a second place that says it."""

    def table(self, *entries, **more):
        return Table("people.Person", entries, **more)

    def test_a_personal_field_is_emptied_copied_and_lasts_as_long_as_the_record(self):
        entry = personal("email phone", "why")
        assert entry.fields == ("email", "phone")
        assert (entry.ground, entry.keep, entry.export) == (Ground.PUBLIC_TASK, Keep.RECORD, True)
        assert self.table(entry).erasure(entry) == BLANK

    def test_a_secret_is_in_no_copy_whatever_is_said(self):
        assert secret("token", "why", export=True).export is False

    def test_a_plain_field_stays(self):
        entry = plain("code", "why")
        assert entry.ground is None
        assert self.table(entry).erasure(entry).deed == Deed.NOT_PERSONAL

    def test_where_rows_go_every_field_goes(self):
        entries = personal("email", "why"), plain("code", "why")
        table = self.table(*entries, on_erase=OnErase.GO)
        assert [table.erasure(entry) for entry in entries] == [GOES, GOES]

    def test_what_an_entry_says_wins(self):
        kept, changed = (
            personal("a", "why", erase=keep("law")),
            personal("b", "why", erase=becomes("-")),
        )
        table = self.table(kept, changed)
        assert table.fields_that(Deed.KEPT)["a"].why == "law"
        assert table.fields_that(Deed.SET)["b"].value == "-"
        assert table.exported() == ["a", "b"]

    def test_empty_is_what_the_field_calls_empty(self):
        field = Person._meta.get_field
        assert walk.empty(field("family_name")) == ""
        assert walk.empty(field("region")) is None
        assert walk.empty(field("national_id_hash")) is None
