"""P2 and P3: whatever is written about somebody is gone when they are erased, and in the copy when they ask for one."""

import json

import pytest
from django.apps import apps
from django.db import models

from people import privacy
from people.actions.erasure import erase, export
from people.models import AuditEvent, Person, User
from people.privacy import Deed
from tests.privacy import planting

pytestmark = pytest.mark.django_db

# Read and agreed to: texts that outlive a person. Codes, numbers, kinds, and the public reason of a revocation.
OUTLIVE = {
    ("certification.Certificate", "number"),
    ("certification.Certificate", "token"),
    ("certification.Certificate", "name_salt"),
    ("certification.Certificate", "name_proof"),
    ("certification.Certificate", "content_sha256"),
    ("certification.CertificateEvent", "reason"),
    ("certification.HoursEntry", "reference"),
    ("certification.IssuedFile", "sha256"),
    ("notifications.Message", "name"),
    ("notifications.Message", "dedupe_key"),
    ("people.AuditEvent", "verb"),
    ("people.AuditEvent", "target_type"),
    ("people.AuditEvent", "organisation_path"),
    ("wagtailcore.PageLogEntry", "label"),  # the title of a page
}


@pytest.fixture
def planted(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"  # no files of other tests
    settings.PRIVATE_ROOT = tmp_path / "private"
    return planting.everything(cast)


@pytest.fixture
def erased(planted, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase(person=planted.person, by=cast.ion, reason="request")
    return planted


def test_enough_is_planted_and_all_of_it_is_found_before(planted):
    assert len(planted.markers) >= 40
    assert len({model for model, _field in planted.markers.values()}) >= 20
    assert planting.left(planted.markers) == planted.markers


def test_no_word_outlives_the_person_but_what_is_agreed(erased):
    assert set(planting.left(erased.markers).values()) == OUTLIVE


def test_what_outlives_is_what_the_register_says():
    tables = {table.model: table for table in privacy.tables()}
    for model, name in OUTLIVE:
        entry = next(entry for entry in tables[model].entries if name in entry.fields)
        assert tables[model].erasure(entry).deed in (Deed.KEPT, Deed.NOT_PERSONAL)


def test_no_row_leads_to_a_log_in_any_more(erased):
    assert not User.objects.filter(pk__in=erased.subject.user_ids).exists()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if (
                field.related_model is User
                and field.remote_field.on_delete is not models.DO_NOTHING
            ):
                left = model._base_manager.filter(**{f"{field.name}__in": erased.subject.user_ids})
                assert not left.exists(), f"{model._meta.label}.{field.name}"


def test_names_codes_and_places_are_empty(erased):
    person = Person.objects.get(pk=erased.person.pk)
    assert person.erased_at is not None
    assert person.national_id_hash is None
    assert person.region is None
    assert person.sort_key.strip() == ""
    assert person.search_vector == ""
    assert str(person) == f"#{person.pk}"


def test_the_copy_holds_every_word_of_what_is_exported(planted, cast):
    copy = json.dumps(export(person=planted.person, by=cast.ana), ensure_ascii=False)
    exported = {(table.model, name) for table in privacy.tables() for name in table.exported()}
    wanted = planted.of(exported)
    assert len(wanted) >= 25
    assert {planted.markers[marker] for marker in wanted if marker not in copy} == set()


def test_the_copy_holds_no_secret(planted, cast):
    copy = json.dumps(export(person=planted.person, by=cast.ana))
    exported = {(table.model, name) for table in privacy.tables() for name in table.exported()}
    others = {marker: place for marker, place in planted.markers.items() if place not in exported}
    assert {place for marker, place in others.items() if marker in copy} == set()
    assert ("training.CalendarFeed", "token") in others.values()
    assert ("mfa.Authenticator", "data") in others.values()


def test_the_copy_of_an_erased_person_is_nearly_empty(erased, cast):
    copy = json.dumps(export(person=erased.person, by=None))
    assert not planting.left({}) and "@example.org" not in copy
    kept = {marker for marker, place in erased.markers.items() if place in OUTLIVE}
    assert {marker for marker in erased.markers if marker in copy} <= kept


def test_the_trail_says_who_erased_whom_and_names_nobody(erased, cast):
    event = AuditEvent.objects.get(verb="person.erased")
    assert (event.actor_id, event.person_id) == (cast.ion.pk, erased.person.pk)
    assert event.organisation_path == cast.timis.path
    assert event.data["ground"] == "request"
    assert event.data["rows"]["people.Person"] == 1
    assert "Popescu" not in json.dumps(event.data)


def test_others_keep_what_is_theirs(planted, cast, django_capture_on_commit_callbacks):
    clara = export(person=cast.clara.person, by=None)["records"]
    with django_capture_on_commit_callbacks(execute=True):
        erase(person=planted.person, by=None, reason="request")
    after = export(person=cast.clara.person, by=None)["records"]
    trail = "people.AuditEvent"
    assert {k: v for k, v in after.items() if k != trail} == {
        k: v for k, v in clara.items() if k != trail
    }
