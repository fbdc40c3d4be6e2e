"""The public log: what it holds, that it only grows, what a visitor and a machine are shown, and who is found out."""

import base64
import json
import threading
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from certification import log, register, sealing, verification
from certification.actions import events
from certification.actions import log as growing
from certification.errors import SealUnavailable
from certification.models import Certificate, CertificateContent, LogEntry, LogHead, LogNode
from certification.tasks import close_day
from formats import merkle
from people.actions.erasure import Reason, erase
from tests.cast import Cast
from tests.factories import certification as proof
from tests.races import at_once

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def certificates(cast: Cast, number: int, **fields) -> list[Certificate]:
    programme = proof.programme()
    return [proof.certificate(cast.ana.person, programme, **fields) for _ in range(number)]


def worth(certificate: Certificate) -> verification.Finding:
    entry = register.by_token(certificate.token)
    assert entry
    return verification.examine(entry, TODAY)


def tampered(statement: str, *values) -> None:
    """What somebody with the keys of the database could do: past the triggers that guard the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
class TestGrowing:
    def test_everything_is_taken_in_once_certificates_before_what_happened_to_them(self, cast):
        first, second = certificates(cast, 2)
        proof.event(first, "revoked", TODAY)
        assert growing.add_new() == 3
        assert growing.add_new() == 0
        rows = LogEntry.objects.order_by("position").values_list("certificate", "event__kind")
        assert list(rows) == [(first.pk, None), (second.pk, None), (first.pk, "revoked")]

    @pytest.mark.parametrize("chunk", [1, 2, 3, 50])
    def test_the_tree_is_the_same_whatever_the_steps(self, cast, monkeypatch, chunk):
        monkeypatch.setattr(growing, "CHUNK", chunk)
        made = certificates(cast, 7)
        assert growing.add_new() == 7
        leaves = [merkle.leaf_hash(log.issued_record(c)) for c in made]
        tree = merkle.grow(0, leaves, {})
        stored = {(n.level, n.index): bytes.fromhex(n.hash) for n in LogNode.objects.all()}
        assert stored == tree
        assert log.root(7) == merkle.fold([tree[key] for key in merkle.parts((0, 7))])

    def test_a_head_a_day_however_often_it_is_asked_for(self, cast, clock):
        certificates(cast, 3)
        close_day(timestamp=0)
        close_day(timestamp=0)
        assert [(h.day, h.size) for h in LogHead.objects.all()] == [(TODAY, 3)]
        certificates(cast, 1)
        clock.move_to(datetime(2026, 3, 13, 9, tzinfo=UTC))
        close_day(timestamp=0)
        sizes = LogHead.objects.order_by("day").values_list("size", flat=True)
        assert list(sizes) == [3, 4]

    def test_an_empty_log_has_a_head_too(self):
        head = growing.sign_head()
        assert (head.size, head.root) == (0, merkle.EMPTY.hex())

    def test_without_a_key_nothing_is_signed_and_the_records_are_kept(self, cast, settings):
        settings.HTTPS, settings.DEMO, settings.SEAL_KEY_FILE = True, False, ""
        certificates(cast, 1)
        with pytest.raises(SealUnavailable):
            close_day(timestamp=0)
        assert (LogEntry.objects.count(), LogHead.objects.count()) == (1, 0)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE certification_logentry SET position = 9",
            "DELETE FROM certification_logentry",
            "UPDATE certification_lognode SET hash = repeat('0', 64)",
            "DELETE FROM certification_lognode",
            "UPDATE certification_loghead SET size = 0",
            "DELETE FROM certification_loghead",
        ],
    )
    def test_nothing_is_changed_or_taken_away(self, cast, change):
        certificates(cast, 1)
        close_day(timestamp=0)
        with pytest.raises(DatabaseError, match="[Cc]annot"), transaction.atomic():
            connection.cursor().execute(change)

    def test_reasons_and_names_stay_out(self, cast):
        (made,) = certificates(cast, 1)
        event = proof.event(made, "revoked", TODAY, "Ana Popescu lied")
        records = log.issued_record(made) + log.event_record(event, made.number)
        for word in (b"Ana", b"Popescu", b"lied", made.token.encode()):
            assert word not in records


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_they_wait_for_each_other(self, cast, monkeypatch):
        monkeypatch.setattr(growing, "CHUNK", 4)
        certificates(cast, 30)
        assert at_once([growing.add_new] * 2) == []
        assert LogEntry.objects.count() == 30
        call_command("check_log", stdout=StringIO())

    def test_without_the_lock_they_collide(self, cast, monkeypatch):
        """The twin: shows that there is a race to be lost."""
        certificates(cast, 30)
        size, both = growing.log_size, threading.Barrier(2)

        def late() -> int:
            found = size()
            both.wait(timeout=2)
            return found

        monkeypatch.setattr(growing, "LOCK", None)  # NULL locks nothing
        monkeypatch.setattr(growing, "log_size", late)
        monkeypatch.setattr(growing, "CHUNK", 50)
        failed = at_once([growing.add_new] * 2)
        assert len(failed) >= 1


@pytest.mark.django_db
class TestVisitors:
    def check(self, certificate: Certificate) -> verification.Check:
        return worth(certificate).checks[-1]

    @pytest.fixture
    def issued(self, cast: Cast) -> Certificate:
        certificates(cast, 4)
        said = {
            "holder": "Ana Popescu",
            "course": {"title": "A"},
            "programme": {"name": "B"},
            "authority": "C",
            "legal_basis": "D",
        }
        from_content = certificates(
            cast, 1, content=False, content_sha256=verification.fingerprint(said)
        )[0]
        CertificateContent.objects.create(
            certificate=from_content, holder_name="Ana Popescu", snapshot=said
        )
        return from_content

    def test_before_the_night_and_after_it(self, issued):
        assert self.check(issued).result == "open"
        assert worth(issued).verdict == "valid"
        close_day(timestamp=0)
        check = self.check(issued)
        assert (check.result, check.text) == (
            "done",
            "It has stood in the public log since 12 March 2026",
        )
        assert worth(issued).verdict == "valid"

    def test_it_is_the_first_head_that_counts(self, issued, clock):
        close_day(timestamp=0)
        clock.move_to(datetime(2026, 3, 20, 9, tzinfo=UTC))
        close_day(timestamp=0)
        assert "12 March" in self.check(issued).text

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE certification_certificate SET issued_on = '2020-01-01' WHERE id = %s",
            "UPDATE certification_certificate SET valid_until = '2040-01-01' WHERE id = %s",
            "UPDATE certification_lognode SET hash = repeat('0', 64) WHERE 0 < %s AND level = 0",
            "UPDATE certification_loghead SET root = repeat('0', 64) WHERE 0 < %s",
            "UPDATE certification_loghead SET day = '2020-01-01' WHERE 0 < %s",
            "UPDATE certification_loghead SET signature = 'AAAA' WHERE 0 < %s",
            "UPDATE certification_loghead SET signer = 'none' WHERE 0 < %s",
            "DELETE FROM certification_lognode WHERE 0 < %s AND level > 0",
        ],
    )
    def test_whoever_dates_back_is_found_out(self, issued, change):
        close_day(timestamp=0)
        tampered(change, issued.pk)
        finding = worth(issued)
        assert finding.checks[-1].result == "failed"
        assert finding.verdict == "unchecked"
        with pytest.raises(CommandError):
            call_command("check_log", stdout=StringIO(), stderr=StringIO())

    def test_one_that_was_slipped_in_has_no_place(self, cast, issued):
        close_day(timestamp=0)
        late = certificates(cast, 1, valid_from=date(2020, 1, 1))[0]
        assert self.check(late).result == "open"

    def test_erasing_the_person_leaves_the_proof(self, cast, issued):
        close_day(timestamp=0)
        erase(person=cast.ana.person, by=None, reason=Reason.REQUEST)
        assert self.check(issued).result == "done"
        call_command("check_log", stdout=StringIO())

    def test_the_page_of_the_certificate_leads_to_log_and_proof(self, issued):
        address = reverse("certification:verify-token", args=[issued.token])
        before = Client().get(address).content.decode()
        assert reverse("certification:log") in before
        assert "log.json" not in before
        close_day(timestamp=0)
        assert f"{issued.token}/log.json" in Client().get(address).content.decode()

    def test_checking_asks_the_database_twice(self, issued, django_assert_num_queries):
        close_day(timestamp=0)
        with django_assert_num_queries(2):
            assert self.check(issued).result == "done"


@pytest.mark.django_db
class TestMachines:
    """A stranger with nothing but the published files can check all of it."""

    def get(self, name: str, *args) -> str:
        answer = Client().get(reverse(name, args=args))
        assert answer.status_code == 200
        return answer.content.decode()

    def test_the_head_can_be_checked_with_its_key(self, cast):
        certificates(cast, 3)
        close_day(timestamp=0)
        words, signature, signer = self.get("log-newest").split("\n\n")
        assert words.splitlines()[1:] == [
            "3",
            base64.b64encode(log.root(3)).decode(),
            "2026-03-12",
        ]
        assert log.bears_signature(f"{words}\n", signature, signer)
        assert not log.bears_signature(f"{words} \n", signature, signer)
        assert self.get("log-head", "2026-03-12") == self.get("log-newest")

    def test_a_proof_of_inclusion_from_the_file_alone(self, cast):
        made = certificates(cast, 6)
        close_day(timestamp=0)
        given = json.loads(self.get("certification:verify-log", made[4].token))
        path = [bytes.fromhex(h) for h in given["inclusion"]]
        leaf = merkle.leaf_hash(given["record"].encode())
        root = bytes.fromhex(given["root_hash"])
        assert merkle.is_included(leaf, given["index"], given["tree_size"], path, root)
        assert json.loads(given["record"])["number"] == made[4].number

    def test_a_proof_of_growth_from_the_files_alone(self, cast, clock):
        certificates(cast, 5)
        close_day(timestamp=0)
        before = bytes.fromhex(LogHead.objects.get().root)
        certificates(cast, 6)
        clock.move_to(datetime(2026, 3, 13, 9, tzinfo=UTC))
        close_day(timestamp=0)
        after = bytes.fromhex(LogHead.objects.order_by("-day").first().root)
        given = json.loads(self.get("log-growth", "5", "11"))
        path = [bytes.fromhex(h) for h in given["consistency"]]
        assert merkle.is_consistent(5, 11, path, before, after)

    def test_the_leaves_build_the_tree_again(self, cast):
        certificates(cast, 5)
        close_day(timestamp=0)
        leaves = [bytes.fromhex(line) for line in self.get("log-leaves", "0").split()]
        tree = merkle.grow(0, leaves, {})
        assert merkle.fold([tree[key] for key in merkle.parts((0, 5))]) == log.root(5)
        assert self.get("log-leaves", "5") == ""

    @pytest.mark.parametrize(
        "address",
        ["/log/head", "/log/heads/2026-03-11", "/log/heads/2026-02-31", "/log/growth/1/2",
         "/log/growth/0/1", "/log/growth/3/2", "/log/growth/1/999999999999999", "/log/leaves/x"],
    )  # fmt: skip
    def test_what_is_not_there_is_404(self, address):
        assert Client().get(address, follow=True).status_code == 404

    def test_no_proof_before_the_night_or_for_a_wrong_code(self, cast):
        (made,) = certificates(cast, 1)
        for token in (made.token, "nonsense"):
            address = reverse("certification:verify-log", args=[token])
            assert Client().get(address, follow=True).status_code == 404

    def test_what_is_no_signature_is_none(self):
        signer = sealing.signer().certificate.public_bytes(Encoding.PEM).decode()
        for signature in ("not base64", "AAAA", ""):
            assert not log.bears_signature("x", signature, signer)

    def test_the_page_says_what_the_log_is_and_lists_its_days(self, cast):
        assert "The log begins tonight." in self.get("certification:log")
        certificates(cast, 2)
        close_day(timestamp=0)
        page = self.get("certification:log")
        assert "12 March 2026" in page
        assert LogHead.objects.get().root[:16] in page

    def test_the_command_says_that_all_is_in_order(self, cast):
        certificates(cast, 3)
        proof.event(Certificate.objects.first(), "suspended", TODAY)
        close_day(timestamp=0)
        out = StringIO()
        call_command("check_log", stdout=out)
        assert "4 records, 1 heads: in order." in out.getvalue()

    def test_events_that_were_changed_are_found(self, cast):
        (made,) = certificates(cast, 1)
        event = events.revoke(certificate=made, by=None, reason="wrong hours")
        close_day(timestamp=0)
        tampered("UPDATE certification_certificateevent SET kind = 'suspended' WHERE id = %s", event.pk)  # fmt: skip
        with pytest.raises(CommandError):
            call_command("check_log", stdout=StringIO(), stderr=StringIO())
