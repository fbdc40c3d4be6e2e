"""Erasing and copying a person: who may, when not, and what happens around it. What is emptied: tests/privacy/."""

import json
import threading
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import verification
from certification.actions import certificates, documents, events
from certification.content import name_proof
from certification.errors import HolderErased
from certification.models import Certificate, CertificateContent, CertificateDocument
from notifications import outbox
from notifications.models import Message
from people import audit, tasks
from people.actions import accounts, memberships
from people.actions.erasure import NotErasable, Reason, erase, export
from people.models import AuditEvent, ImportDraft, Membership, Person, User
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories import training
from tests.privacy.planting import table_words
from training.actions import attendance, editions, enrolments, outcomes
from training.actions.attendance import RollMark
from training.models import Attendance, Enrolment, SessionTrainer

pytestmark = pytest.mark.django_db


def forget(person, by=None, reason=Reason.REQUEST):
    return erase(person=person, by=by, reason=reason)


def sentences(refused) -> str:
    return " ".join(refused.value.messages)


class TestWhoMay:
    def test_the_officer_of_the_county(self, cast):
        assert forget(cast.ana.person, cast.ion).erased_at is not None

    @pytest.mark.parametrize(
        "who", ["olga", "mara", "doru", "vera", "quin", "petar", "nour", "ana", "clara"]
    )
    def test_nobody_who_does_not_correct_people_there(self, cast, who):
        with pytest.raises(PermissionDenied):
            forget(cast.ana.person, cast.everybody[who])
        assert Person.objects.get(pk=cast.ana.person.pk).family_name == "Popescu"

    def test_not_the_officer_of_one_county_alone_where_two_answer(self, cast):
        make.member(cast.ana.person, cast.cluj, "learner")
        for officer in (cast.ion, cast.olga):
            with pytest.raises(PermissionDenied):
                forget(cast.ana.person, officer)
        assert forget(cast.ana.person, cast.adm).erased_at

    def test_of_somebody_who_left_the_last_institution_decides(self, cast):
        for held in cast.ana.person.memberships.all():
            memberships.end(by=None, membership=held)
        with pytest.raises(PermissionDenied):
            forget(cast.ana.person, cast.olga)
        assert forget(cast.ana.person, cast.ion).erased_at

    def test_of_somebody_who_never_belonged_only_a_superuser(self, cast):
        person = Person.objects.create(family_name="Nimeni", given_name="Nicu")
        with pytest.raises(PermissionDenied):
            forget(person, cast.adm)
        assert forget(person, make.superuser()).erased_at

    def test_a_reason_of_ones_own_is_not_taken(self, cast):
        with pytest.raises(ValueError, match="Ana is"):
            forget(cast.ana.person, cast.ion, reason="Ana is ill")


class TestWhenNot:
    def test_while_they_have_a_role(self, cast):
        with pytest.raises(NotErasable) as refused:
            forget(cast.petar.person, cast.adm)
        assert "Trainer" in sentences(refused)
        assert "DGASPC Timiș" in sentences(refused)

    def test_before_a_role_that_begins_later(self, cast):
        make.member(cast.ana.person, cast.timis, "trainer", since=make.today() + timedelta(days=9))
        with pytest.raises(NotErasable):
            forget(cast.ana.person, cast.ion)

    def test_after_the_role_has_ended(self, cast):
        memberships.end(by=None, membership=Membership.objects.get(person=cast.petar.person))
        assert forget(cast.petar.person, cast.adm).erased_at

    def test_whoever_may_do_everything(self, cast):
        User.objects.filter(pk=cast.ana.pk).update(is_superuser=True)
        with pytest.raises(NotErasable):
            forget(cast.ana.person)

    def test_during_a_course_that_they_attend(self, cast):
        edition = training.coming(cast.timis)
        training.place(cast.ana.person, edition)
        editions.change_status(by=None, edition=edition, status="closed")
        editions.change_status(by=None, edition=edition, status="running")
        with pytest.raises(NotErasable) as refused:
            forget(cast.ana.person, cast.ion)
        assert str(edition) in sentences(refused)
        assert Enrolment.objects.get(person=cast.ana.person).status == "confirmed"

    def test_before_a_session_that_they_lead(self, cast):
        led = training.session(training.edition(cast.timis))
        SessionTrainer.objects.create(
            session=led, trainer=cast.ana.person, starts=led.starts, ends=led.ends
        )
        with pytest.raises(NotErasable) as refused:
            forget(cast.ana.person, cast.ion)
        assert str(led) in sentences(refused)

    def test_all_reasons_are_said_at_once_and_nothing_is_done(self, cast):
        make.member(cast.ana.person, cast.timis, "trainer")
        make.member(cast.ana.person, cast.lugoj, "nominator")
        place = training.place(cast.ana.person, training.coming(cast.timis))
        with pytest.raises(NotErasable) as refused:
            forget(cast.ana.person, cast.adm)
        assert len(refused.value.messages) == 2
        place.refresh_from_db()
        assert place.status == "confirmed"
        assert not AuditEvent.objects.filter(verb="person.erased").exists()


class TestAround:
    def test_a_place_not_begun_goes_to_the_next(self, cast):
        edition = training.coming(cast.timis, capacity=1)
        place = training.place(cast.ana.person, edition)
        waiting = training.place(cast.vasile, edition)
        forget(cast.ana.person, cast.ion)
        place.refresh_from_db()
        waiting.refresh_from_db()
        assert (place.status, waiting.status) == ("cancelled", "confirmed")

    def test_so_does_a_rank_on_the_waiting_list(self, cast):
        edition = training.coming(cast.timis, capacity=1)
        training.place(cast.vasile, edition)
        rank = training.place(cast.ana.person, edition)
        forget(cast.ana.person, cast.ion)
        rank.refresh_from_db()
        assert rank.status == "cancelled"

    def test_roles_and_categories_end_and_nobody_finds_them(self, cast):
        person = forget(cast.ana.person, cast.ion)
        assert not person.memberships.current().exists()
        assert not person.categories.current().exists()
        assert not Person.objects.visible_to(make.fresh(cast.ion)).filter(pk=person.pk).exists()
        assert person.memberships.get().until == make.today() - timedelta(days=1)

    def test_a_membership_that_began_today_leaves_no_trace(self, cast):
        person = make.person(cast.timis, since=make.today())
        assert not forget(person).memberships.exists()

    def test_the_code_on_the_letter_opens_nothing_any_more(self, cast):
        place = training.place(cast.ana.person, training.coming(cast.timis))
        forget(cast.ana.person, cast.ion)
        assert not Enrolment.objects.filter(code=place.code).exists()

    def test_they_are_signed_out_and_others_are_not(self, cast):
        mine, other = cast.browser(cast.ana), cast.browser(cast.clara)
        address = "/ro/me/profile/"
        assert mine.get(address).status_code == other.get(address).status_code == 200
        forget(cast.ana.person, cast.ion)
        assert mine.get(address).status_code == 302
        assert other.get(address).status_code == 200

    def test_a_half_finished_sign_in_with_their_address_ends(self, cast):
        began = SessionStore()
        began["account_login"] = {"email": "Ana@example.org", "code": "12345678"}
        began.save()
        other = SessionStore()
        other["account_login"] = {"email": "clara@example.org"}
        other.save()
        forget(cast.ana.person, cast.ion)
        assert set(Session.objects.values_list("pk", flat=True)) == {other.session_key}

    def test_an_account_that_was_begun_with_their_address_goes(self, cast):
        person = make.person(cast.timis, email="noua@example.org")
        accounts.open_unused(email="noua@example.org")
        forget(person)
        assert not User.objects.filter(email="noua@example.org").exists()
        assert not EmailAddress.objects.filter(email="noua@example.org").exists()

    def test_an_address_that_two_people_share_stays_with_the_other(self, cast):
        first, second = (make.person(cast.timis, email="casa@example.org") for _ in range(2))
        shared = accounts.open_unused(email="casa@example.org")
        Message.objects.create(
            address="casa@example.org", name="account", language="ro", subject="Cod", text="Cod"
        )
        forget(first)
        assert User.objects.filter(pk=shared.pk).exists()
        assert Message.objects.get().text == "Cod"
        second.refresh_from_db()
        assert second.email == "casa@example.org"

    def test_messages_to_their_address_are_emptied_and_never_sent(self, cast, mailoutbox):
        message = Message.objects.create(
            address="ana@example.org", name="account", language="ro", subject="Cod", text="Cod"
        )
        forget(cast.ana.person, cast.ion)
        message.refresh_from_db()
        assert (message.subject, message.text, message.status) == ("", "", "failed")
        outbox.send(message.pk)
        assert "ana@example.org" not in str([mail.to for mail in mailoutbox])

    def test_uploaded_lists_that_name_them_go(self, cast):
        def draft(*rows):
            values = {"owner": cast.ion, "organisation": cast.timis, "file_name": "lista.csv"}
            return ImportDraft.objects.create(accepted=[dict(row) for row in rows], **values)

        row = {"line": 2, "family_name": "POPESCU", "given_name": "ana", "email": ""}
        by_name, by_address = (
            draft(row),
            draft({"email": "ana@example.org", "family_name": "X", "given_name": "Y"}),
        )
        by_key = draft({"person": cast.ana.person.pk, "family_name": "P.", "given_name": "A."})
        namesake = draft({"line": 2, "family_name": "Popescu", "given_name": "Ion", "email": ""})
        forget(cast.ana.person, cast.ion)
        left = set(ImportDraft.objects.values_list("pk", flat=True))
        assert left == {namesake.pk}
        assert not left & {by_name.pk, by_address.pk, by_key.pk}


class TestProof:
    def certificate(self, cast) -> Certificate:
        made = issue.certificate(cast.ana.person, issue.programme(cast.carer), issuer=cast.timis)
        salt = "ab" * 16
        return issue.certificate(
            cast.ana.person,
            made.programme,
            issuer=cast.timis,
            name_salt=salt,
            name_proof=name_proof("Popescu", salt),
        )

    def test_the_number_and_the_family_name_still_find_the_certificate(self, cast):
        certificate = self.certificate(cast)
        forget(cast.ana.person, cast.ion)
        found = verification.by_number(certificate.number, "Popescu")
        assert found and found.number == certificate.number
        assert verification.by_number(certificate.number, "Ionescu") is None
        assert not CertificateContent.objects.exists()

    def test_its_page_still_answers_and_names_nobody(self, cast, client):
        certificate = self.certificate(cast)
        forget(cast.ana.person, cast.ion)
        answer = client.get(f"/ro/verify/{certificate.token}/")
        assert answer.status_code == 200
        assert "Popescu" not in answer.content.decode()

    def test_it_can_still_be_revoked(self, cast):
        certificate = self.certificate(cast)
        forget(cast.ana.person, cast.ion)
        events.revoke(certificate=certificate, by=cast.ion, reason="Issued in error")
        assert certificate.events.get().kind == "revoked"


class TestAgain:
    def test_twice_is_once(self, cast):
        first = forget(cast.ana.person, cast.ion).erased_at
        assert forget(cast.ana.person, cast.ion).erased_at == first
        assert AuditEvent.objects.filter(verb="person.erased").count() == 1

    def test_what_came_since_is_cleared(self, cast):
        """A job that had read the person before writes after; the next call finds it."""
        before = Person.objects.get(pk=cast.ana.person.pk)
        forget(cast.ana.person, cast.ion)
        late = Message.objects.create(
            person=before,
            address=before.email,
            name="late",
            language="ro",
            subject="Ana",
            text="Ana",
        )
        job = ProcrastinateJob.objects.get(
            task_name="people.erase_again", args={"person_id": before.pk}
        )
        assert job.scheduled_at > timezone.now() + timedelta(minutes=10)
        tasks.erase_again(**job.args)
        late.refresh_from_db()
        assert "Ana" not in late.subject + late.text


class TestDeeds:
    """What officials type while they work, through the actions that they use, is gone with the person."""

    def test_no_word_is_left(self, cast):
        ana = cast.ana.person
        edition = training.coming(cast.timis)
        given_up = training.place(ana, edition)
        enrolments.cancel(enrolment=given_up, by=cast.mara, reason="zebra one")
        place = training.place(ana, edition)
        training.move_to(edition.sessions.get(), 0)
        session = edition.sessions.get()
        for mark in (
            RollMark(place.pk, "late", 30, "zebra two"),
            RollMark(place.pk, "late", 40, "zebra three"),
            RollMark(place.pk, "excused", None, "zebra four"),
        ):
            attendance.take_roll(session=session, by=None, marks=[mark])
        outcomes.fail(enrolment=place, by=None, reason="zebra five")
        audit.record(
            by=cast.ion, verb="person.opened", target=ana, person=ana, reason="zebra six", number=7
        )
        forget(ana, cast.ion)
        assert [row for row in table_words() if "zebra" in row] == []
        assert Attendance.objects.get().mark == "excused"
        opened = AuditEvent.objects.get(verb="person.opened")
        assert opened.data == {"number": 7}

    def test_the_trail_refuses_everybody_else(self, cast):
        audit.record(
            by=None,
            verb="person.opened",
            target=cast.ana.person,
            person=cast.ana.person,
            reason="x",
        )
        forget(cast.ana.person, cast.ion)
        with pytest.raises(Exception, match="[Cc]annot update"), transaction.atomic():
            AuditEvent.objects.update(data={})


class TestCopy:
    @pytest.mark.parametrize("who", ["ana", "ion", "vera", "adm"])
    def test_for_oneself_and_for_those_who_may_take_copies(self, cast, who):
        copy = export(person=cast.ana.person, by=cast.everybody[who])
        assert copy["records"]["people.Person"][0]["family_name"] == "Popescu"

    @pytest.mark.parametrize("who", ["olga", "mara", "doru", "quin", "petar", "nour", "clara"])
    def test_for_nobody_else(self, cast, who):
        with pytest.raises(PermissionDenied):
            export(person=cast.ana.person, by=cast.everybody[who])

    def test_is_in_the_trail(self, cast):
        export(person=cast.ana.person, by=cast.ion)
        event = AuditEvent.objects.get(verb="person.copied")
        assert (event.actor_id, event.person_id, event.data) == (
            cast.ion.pk,
            cast.ana.person.pk,
            {},
        )

    def test_is_plain_data_in_a_readable_order_with_names_and_iso_days(self, cast):
        training.place(cast.ana.person, training.coming(cast.timis))
        copy = export(person=cast.ana.person, by=cast.ana)
        assert json.loads(json.dumps(copy)) == copy
        tables = list(copy["records"])
        assert tables[:2] == ["people.Person", "people.PersonCategory"]
        assert tables.index("people.User") < tables.index("training.Enrolment")
        person = copy["records"]["people.Person"][0]
        assert person["region"] == str(cast.timis_region)
        assert copy["records"]["people.Membership"][0]["since"] == make.LONG_AGO.isoformat()
        assert copy["made_at"].startswith(f"{timezone.now():%Y-%m-%d}T")

    def test_holds_nothing_of_others(self, cast):
        training.place(cast.vasile, training.coming(cast.timis))
        words = json.dumps(export(person=cast.ana.person, by=cast.ana), ensure_ascii=False)
        assert "Țurcanu" not in words and "clara@" not in words


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(cast):
    gate, failed = threading.Barrier(2), []

    def go():
        try:
            gate.wait()
            forget(Person.objects.get(pk=cast.ana.person.pk))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=go) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == []
    assert AuditEvent.objects.filter(verb="person.erased").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestWhileSomethingElseHappens:
    """An erasure waits for what is being written about the person, and nothing is written after it."""

    def beside(self, work, erasing):
        """Starts `work` in a thread and an erasure as soon as it says so; both end."""
        begun, failed = threading.Event(), []

        def go():
            try:
                work(begun)
            except Exception as error:
                failed.append(error)
            finally:
                begun.set()
                connections.close_all()

        thread = threading.Thread(target=go)
        thread.start()
        assert begun.wait(10)
        forget(erasing)
        thread.join(20)
        return failed

    def completed(self, cast):
        """Ana's completed enrolment and the programme that its course leads to."""
        course = issue.course()
        programme = issue.programme(cast.carer, courses=(course,))
        issue.authority(cast.timis)
        edition = issue.edition(course, cast.timis, status="done")
        return issue.enrolment(
            edition, cast.ana.person, "completed", completed_on=make.today()
        ), programme

    def test_a_certificate_being_issued_is_found(self, cast):
        enrolment, programme = self.completed(cast)

        def slowly(begun):
            with transaction.atomic():
                certificates.issue(enrolment=enrolment, programme=programme)
                begun.set()
                time.sleep(0.5)

        assert self.beside(slowly, cast.ana.person) == []
        assert Certificate.objects.count() == 1
        assert not CertificateContent.objects.exists()
        assert [row for row in table_words() if "Popescu" in row] == []

    def test_a_certificate_asked_for_while_the_erasure_lasts_is_not_issued(self, cast):
        enrolment, programme = self.completed(cast)
        outcome = []

        def ask():
            try:
                certificates.issue(enrolment=enrolment, programme=programme)
            except Exception as error:
                outcome.append(type(error))
            finally:
                connections.close_all()

        thread = threading.Thread(target=ask)
        with transaction.atomic():
            forget(cast.ana.person)
            thread.start()
            time.sleep(0.5)
        thread.join(20)
        assert outcome == [HolderErased]
        assert not Certificate.objects.exists()

    def test_a_file_being_printed_is_found(self, cast, monkeypatch):
        certificate = issue.certificate(
            cast.ana.person, issue.programme(cast.carer), issuer=cast.timis, words=True
        )
        begun_here = threading.Event()

        def slow_print(of, credential):
            assert of.content.holder_name
            begun_here.set()
            time.sleep(0.5)
            return b"%PDF of Popescu"

        seal = documents.sealing.signer().certificate
        monkeypatch.setattr(documents, "printed", slow_print)
        monkeypatch.setattr(documents.sealing, "apply", lambda pdf, why: (pdf, seal))

        def printing(begun):
            threading.Thread(target=lambda: (begun_here.wait(10), begun.set())).start()
            documents.make(certificate=certificate)

        assert self.beside(printing, cast.ana.person) == []
        assert not CertificateDocument.objects.exists()

    def test_a_file_asked_for_while_the_erasure_lasts_is_not_made(self, cast):
        certificate = issue.certificate(
            cast.ana.person, issue.programme(cast.carer), issuer=cast.timis
        )
        outcome = []

        def ask():
            outcome.append(documents.make(certificate=certificate))
            connections.close_all()

        thread = threading.Thread(target=ask)
        with transaction.atomic():
            forget(cast.ana.person)
            thread.start()
            time.sleep(0.5)
        thread.join(20)
        assert outcome == [None]
        assert not CertificateDocument.objects.exists()


class TestThePage:
    """An officer erases from the person's page, after reading what goes and what stays."""

    def address(self, person, page="erase/"):
        return f"/en/me/people/{person.pk}/{page}"

    def test_a_person_is_erased_with_a_reason(self, cast):
        browser, ana = cast.browser(cast.ion), cast.ana.person
        assert self.address(ana) in browser.get(self.address(ana, "")).content.decode()
        page = browser.get(self.address(ana)).content.decode()
        assert ana.family_name in page and "certificates" in page
        answer = browser.post(self.address(ana), {"reason": "request", "sure": "on"})
        assert answer["Location"] == "/en/me/people/"
        ana.refresh_from_db()
        assert ana.erased_at is not None
        assert ana.family_name == ""

    @pytest.mark.parametrize(
        "data, words",
        [
            ({"sure": "on"}, "Choose why the person is erased."),
            ({"reason": "spite", "sure": "on"}, "Select a valid choice"),
            ({"reason": "request"}, "Confirm that you understand that this cannot be undone."),
        ],
    )
    def test_nothing_goes_by_a_slip(self, cast, data, words):
        answer = cast.browser(cast.ion).post(self.address(cast.ana.person), data)
        assert words in answer.content.decode()
        assert Person.objects.get(pk=cast.ana.person.pk).erased_at is None

    def test_what_has_to_end_first_is_named(self, cast):
        answer = cast.browser(cast.ion).post(
            self.address(cast.doru.person), {"reason": "request", "sure": "on"}
        )
        assert answer.status_code == 200
        assert Person.objects.get(pk=cast.doru.person.pk).erased_at is None
        assert "error-summary" in answer.content.decode()

    def test_nobody_erases_themselves_or_twice(self, cast):
        browser = cast.browser(cast.ion)
        assert browser.get(self.address(cast.ion.person)).status_code == 404
        forget(cast.ana.person, cast.ion)
        assert browser.get(self.address(cast.ana.person)).status_code == 404
