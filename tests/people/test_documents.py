"""Papers of a person: told by their bytes, opened by few, each time written down, gone for a reason."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from people.actions import documents, erasure, merges
from people.actions.documents import MOST, Paper, Reason
from people.models import AuditEvent, PersonDocument
from tests.factories import people as make
from tests.factories.evidence import pdf, photo, zipped
from tests.races import outcomes

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 10)


def paper(**fields) -> Paper:
    return Paper(**{"kind": "contract", "issued_on": DAY, "body": "DGASPC Timiș", **fields})


def keep(person, *, by=None, data: bytes = b"", **fields) -> PersonDocument:
    return documents.keep(by=by, person=person, paper=paper(**fields), data=data or photo())


def there(document: PersonDocument) -> bool:
    return storages["private"].exists(document.file.name)


@pytest.fixture
def contract(cast) -> PersonDocument:
    return keep(cast.ana.person, by=cast.ion, data=photo("red"))


def on_days(fields: dict) -> dict:
    """Numbers are days from the one on which the test runs."""
    today = make.today()
    return {
        name: today + timedelta(days=value) if isinstance(value, int) else value
        for name, value in fields.items()
    }


class TestKeeping:
    @pytest.mark.parametrize(
        ("data", "format"),
        [(photo(), "jpg"), (photo(kind="PNG"), "jpg"), (photo(kind="WEBP"), "jpg"), (pdf(), "pdf")],
        ids=["jpeg", "png", "webp", "pdf"],
    )
    def test_a_photo_or_a_pdf(self, cast, data, format):
        made = keep(cast.ana.person, by=cast.ion, data=data, valid_until=date(2030, 1, 1))
        with made.file.open("rb") as stored:
            kept = stored.read()
        assert (made.format, made.size, made.body) == (format, len(kept), "DGASPC Timiș")
        assert kept.startswith(b"%PDF-" if format == "pdf" else b"\xff\xd8\xff")
        assert made.file.name.startswith("documents/")
        assert there(made)

    def test_where_and_with_what_the_photo_was_taken_is_not_kept(self, cast):
        made = keep(cast.ana.person, data=photo(place=True))
        with made.file.open("rb") as stored:
            kept = stored.read()
        assert b"Telefonul Anei" not in kept
        assert b"Exif" not in kept

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b" ", "The file is empty"),
            (b"MZ\x90 a program", "neither a photo nor a PDF"),
            (zipped(), "neither a photo nor a PDF"),
            (b"<html><script>alert(1)</script>", "neither a photo nor a PDF"),
            (photo()[:200], "damaged"),
            (pdf(b"/OpenAction << /JS (app.alert(1)) >>"), "program code"),
            (pdf(b"/Encrypt 5 0 R"), "locked by a password"),
            (b"\xff\xd8\xff" + b"0" * (10 * 2**20), "bigger than 10 megabytes"),
        ],
        ids=["empty", "program", "zip", "html", "cut", "script", "locked", "big"],
    )
    def test_what_is_not_kept_and_why(self, cast, data, words):
        with pytest.raises(ValidationError, match=words) as refused:
            documents.keep(by=cast.ion, person=cast.ana.person, paper=paper(), data=data)
        assert list(refused.value.message_dict) == ["file"]
        assert not PersonDocument.objects.exists()
        assert not AuditEvent.objects.filter(verb="document.kept").exists()

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"issued_on": 1}, "issued_on"),
            ({"issued_on": date(1949, 12, 31)}, "issued_on"),
            ({"valid_until": DAY - timedelta(days=1)}, "valid_until"),
        ],
        ids=["tomorrow", "too old", "over before it began"],
    )
    def test_dates_that_cannot_be(self, cast, fields, field):
        with pytest.raises(ValidationError) as refused:
            keep(cast.ana.person, by=cast.ion, **on_days(fields))
        assert list(refused.value.message_dict) == [field]

    @pytest.mark.parametrize(
        "fields",
        [
            {"issued_on": 0},
            {"issued_on": date(1950, 1, 1)},
            {"valid_until": DAY},
        ],
        ids=["today", "oldest", "one day"],
    )
    def test_dates_at_the_edge(self, cast, fields):
        assert keep(cast.ana.person, by=cast.ion, **on_days(fields)).pk

    def test_the_same_file_again_is_the_same_document(self, cast, contract):
        again = keep(cast.ana.person, by=cast.ion, data=photo("red"), kind="other")
        assert again == contract
        assert AuditEvent.objects.filter(verb="document.kept").count() == 1
        assert keep(cast.vasile, by=cast.ion, data=photo("red")) != contract, "of somebody else"

    def test_a_record_is_no_archive(self, cast, monkeypatch):
        monkeypatch.setattr(documents, "MOST", 2)
        for colour in ("red", "blue"):
            keep(cast.ana.person, data=photo(colour))
        with pytest.raises(ValidationError, match="holds 2 documents already"):
            keep(cast.ana.person, data=photo("green"))
        assert PersonDocument.objects.count() == 2
        assert MOST == 40

    @pytest.mark.parametrize(
        "who", ["ana", "olga", "mara", "doru", "vera", "quin", "petar", "clara"]
    )
    def test_who_may_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            keep(cast.ana.person, by=getattr(cast, who))
        assert not PersonDocument.objects.exists()

    def test_nobody_adds_to_an_erased_record(self, cast):
        erasure.erase(by=None, person=cast.vasile, reason="request")
        with pytest.raises(ValidationError, match="no longer there"):
            keep(cast.vasile)
        assert not PersonDocument.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"valid_until": DAY - timedelta(days=1)},
            {"format": "exe"},
            {"file": ""},
            {"sha256": "same"},
        ],
        ids=["ends before", "another format", "no file", "twice"],
    )
    def test_the_database_refuses_what_cannot_be(self, cast, wrong):
        row = {"person": cast.ana.person, "kind": "other", "issued_on": DAY, "file": "a.jpg"}
        row |= {"format": "jpg", "size": 1}
        PersonDocument.objects.create(**row, sha256="same")
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonDocument.objects.create(**{**row, "sha256": "other", **wrong})
        assert PersonDocument.objects.count() == 1

    def test_what_ran_out(self, cast, contract):
        today = make.today()
        for until, over in ((None, False), (today, False), (today - timedelta(days=1), True)):
            contract.valid_until = until
            assert contract.is_over is over


class TestOpening:
    def test_who_sees_which(self, cast, contract):
        abroad = keep(cast.clara.person, by=cast.olga, data=photo("blue"))
        seen = {
            who: set(PersonDocument.objects.visible_to(make.fresh(user)))
            for who, user in cast.everybody.items()
        }
        assert {who for who, rows in seen.items() if contract in rows} == {"ana", "ion", "adm"}
        assert {who for who, rows in seen.items() if abroad in rows} == {"clara", "olga", "adm"}

    def test_the_file_is_saved_and_run_by_no_browser(self, cast, contract):
        answer = cast.browser(cast.ion).get(f"/ro/me/people/documents/{contract.pk}/")
        assert answer.content.startswith(b"\xff\xd8\xff")
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"] == f'attachment; filename="document-{contract.pk}.jpg"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]

    def test_each_opening_by_another_is_written_down(self, cast, contract):
        for user in (cast.ion, cast.ana):
            cast.browser(user).get(f"/ro/me/people/documents/{contract.pk}/")
        told = AuditEvent.objects.get(verb="document.opened")
        assert (told.actor_id, told.person_id) == (cast.ion.pk, cast.ana.person_id)
        assert told.organisation_path == cast.timis.path

    @pytest.mark.parametrize("who", ["olga", "clara", "mara", "vera", "quin", "petar", "doru"])
    def test_to_others_it_is_not_there(self, cast, contract, who):
        browser = cast.browser(getattr(cast, who))
        answers = [
            browser.get(f"/ro/me/people/documents/{contract.pk}/"),
            browser.get(f"/ro/me/people/documents/{contract.pk}/delete/"),
            browser.post(f"/ro/me/people/documents/{contract.pk}/delete/", {"reason": "wrong"}),
            browser.get(f"/ro/me/people/{cast.ana.person_id}/documents/add/"),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert there(contract)
        assert not AuditEvent.objects.filter(verb="document.opened").exists()

    def test_no_web_server_hands_it_out(self, cast, contract):
        for root in ("/media/", "/static/"):
            assert cast.browser(cast.ion).get(root + contract.file.name).status_code == 404

    def test_a_file_that_was_lost_is_not_there(self, cast, contract):
        storages["private"].delete(contract.file.name)
        answer = cast.browser(cast.ion).get(f"/ro/me/people/documents/{contract.pk}/")
        assert answer.status_code == 404


class TestDeleting:
    @pytest.mark.parametrize("reason", Reason.values)
    def test_gone_with_its_file_for_a_reason(
        self, cast, contract, reason, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            for _again in range(2):
                documents.delete(by=cast.ion, document=contract, reason=reason)
        assert not PersonDocument.objects.exists()
        assert not there(contract)
        told = AuditEvent.objects.get(verb="document.deleted")
        assert told.data == {"kind": "contract", "ground": reason}

    def test_without_a_reason_nothing_goes(self, cast, contract):
        with pytest.raises(ValueError, match="because"):
            documents.delete(by=cast.ion, document=contract, reason="because")
        assert there(contract)
        assert PersonDocument.objects.exists()

    def test_its_person_may_open_it_and_not_delete_it(self, cast, contract):
        browser = cast.browser(cast.ana)
        assert browser.get(f"/ro/me/people/documents/{contract.pk}/").status_code == 200
        assert browser.get(f"/ro/me/people/documents/{contract.pk}/delete/").status_code == 404
        with pytest.raises(PermissionDenied):
            documents.delete(by=cast.ana, document=contract, reason="wrong")
        assert PersonDocument.objects.exists()

    def test_a_deletion_that_fails_keeps_the_file(self, cast, contract):
        with pytest.raises(RuntimeError), transaction.atomic():
            documents.delete(by=cast.ion, document=contract, reason="wrong")
            raise RuntimeError
        assert PersonDocument.objects.exists()
        assert there(contract)

    def test_erased_with_the_person(self, cast, django_capture_on_commit_callbacks):
        mine, other = keep(cast.vasile), keep(cast.ana.person)
        with django_capture_on_commit_callbacks(execute=True):
            erasure.erase(by=cast.ion, person=cast.vasile, reason="request")
        assert list(PersonDocument.objects.all()) == [other]
        assert (there(mine), there(other)) == (False, True)


class TestCopyAndMerge:
    def test_in_the_copy_of_ones_own_data(self, cast, contract):
        keep(cast.clara.person, data=photo("blue"), body="DGASPC Cluj")
        copy = erasure.export(person=cast.ana.person, by=cast.ana)
        (row,) = copy["records"]["people.PersonDocument"]
        assert row["body"] == "DGASPC Timiș"
        assert (row["kind"], row["issued_on"]) == ("contract", "2026-02-10")
        assert row["file"] == contract.file.name
        assert "Cluj" not in json.dumps(copy["records"]["people.PersonDocument"])

    def test_they_follow_a_merge_and_come_back(self, cast, contract):
        second = make.person(cast.lugoj, "Popescu", "Anna")
        other, same = keep(second, data=photo("blue")), keep(second, data=photo("red"))
        made = merges.merge(by=None, kept=cast.ana.person, merged=second)
        assert set(cast.ana.person.documents.all()) == {contract, other}
        assert same.person == second, "the same file is there already"
        merges.undo(by=None, merge=made)
        assert set(second.documents.all()) == {other, same}
        assert set(cast.ana.person.documents.all()) == {contract}


def upload(data: bytes = b"", name: str = "scan.png", **fields) -> dict:
    file = SimpleUploadedFile(name, data or photo(kind="PNG"), "text/html")
    given = {"file": file, "kind": "decision", "body": "Judecătoria Timișoara", "no_child": "on"}
    return {**given, "issued_on": "2026-02-10", "valid_until": "", **fields}


class TestPages:
    @pytest.fixture
    def send(self, cast):
        browser = cast.browser(cast.ion, language="en")

        def post(**fields):
            return browser.post(
                f"/en/me/people/{cast.ana.person_id}/documents/add/", upload(**fields), follow=True
            )

        return post

    def test_added_and_listed(self, cast, send):
        page = send().content.decode()
        made = PersonDocument.objects.get()
        assert (made.kind, made.recorded_by, made.person) == ("decision", cast.ion, cast.ana.person)
        assert "The document is on the record." in page
        assert "Judecătoria Timișoara" in page
        assert f"/documents/{made.pk}/delete/" in page

    def test_without_the_look_for_children_nothing_is_kept(self, send):
        page = send(no_child="").content.decode()
        assert "Cover every line about a child" in page
        assert "Judecătoria Timișoara" in page, "what was typed stays"
        assert not PersonDocument.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"data": b"MZ"}, "neither a photo nor a PDF"),
            ({"issued_on": "2999-01-01"}, "not in the future"),
            ({"valid_until": "2026-02-09"}, "before the date of the paper"),
            ({"kind": "child"}, "Select a valid choice"),
            ({"issued_on": ""}, "Enter the date that stands on the paper"),
        ],
        ids=["program", "future", "order", "kind", "no date"],
    )
    def test_a_refusal_says_how_to_mend_it(self, send, fields, words):
        assert words in send(**fields).content.decode()
        assert not PersonDocument.objects.exists()

    def test_each_form_has_a_way_back(self, cast, contract):
        browser = cast.browser(cast.ion, language="en")
        for path in (f"{cast.ana.person_id}/documents/add/", f"documents/{contract.pk}/delete/"):
            page = browser.get(f"/en/me/people/{path}").content.decode()
            back = f'class="button button-quiet" href="/en/me/people/{cast.ana.person_id}/"'
            assert back in page, path

    def test_deleted_after_saying_why(self, cast, contract):
        browser = cast.browser(cast.ion, language="en")
        path = f"/en/me/people/documents/{contract.pk}/delete/"
        assert "cannot be brought back" in browser.get(path).content.decode()
        assert "Choose why it goes." in browser.post(path, {}).content.decode()
        assert PersonDocument.objects.exists()
        answer = browser.post(path, {"reason": "child"}, follow=True).content.decode()
        assert "The document is deleted." in answer
        assert not PersonDocument.objects.exists()

    def test_readers_of_the_record_do_not_learn_of_documents(self, cast, contract):
        for user in (cast.mara, cast.vera, cast.quin):
            page = cast.browser(user, language="en").get(f"/en/me/people/{cast.ana.person_id}/")
            assert page.status_code == 200
            assert "DGASPC Timiș</bdi> · 10 February" not in page.content.decode()
            assert f"/documents/{contract.pk}/" not in page.content.decode()

    def test_its_person_finds_it_on_the_page_of_their_details(self, cast, contract):
        page = cast.browser(cast.ana, language="en").get("/en/me/profile/").content.decode()
        assert f"/me/people/documents/{contract.pk}/" in page
        assert "/delete/" not in page

    def test_a_file_that_is_too_big_is_refused_on_the_page_too(self, send):
        answer = send(data=b"\xff\xd8\xff" + b"0" * (11 * 2**20))
        assert "bigger than 10 megabytes" in answer.content.decode() or answer.status_code == 413
        assert not PersonDocument.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_file_sent_twice_at_once_is_one_document(cast):
    found = outcomes([lambda: keep(cast.ana.person, by=cast.ion)] * 3)
    assert len({document.pk for document in found}) == 1
    assert AuditEvent.objects.filter(verb="document.kept").count() == 1
