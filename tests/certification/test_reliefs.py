"""Exemptions and extensions: one asks with a document, another confirms, and only then standing takes notice."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification import queries
from certification.actions import reliefs as actions
from certification.errors import NotNow, ReasonNeeded
from certification.models import Certificate, Programme, Relief, Requirement
from certification.relief_words import sentence
from certification.standing import State
from notifications.models import Message
from people.actions.erasure import erase
from people.models import AuditEvent
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import earlier, relief

D = date
Status = Relief.Status


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def programme(cast) -> Programme:
    return issue.programme(cast.carer)


@pytest.fixture
def certificate(cast, programme) -> Certificate:
    """Of Ana's; it ended a fortnight ago."""
    return issue.certificate(
        cast.ana.person,
        programme,
        issuer=cast.timis,
        valid_from=D(2023, 3, 1),
        valid_until=D(2026, 2, 28),
    )


@pytest.fixture
def second(cast):
    return make.staff(cast.timis, "officer", "Doina", "Dan")


def asked(cast, programme, **fields) -> Relief:
    values = {
        "by": cast.ion, "person": cast.ana.person, "programme": programme, "kind": "exemption",
        "since": D(2026, 1, 1), "until": D(2026, 12, 31), "reason": "parental", "document": "Decizia 5", **fields,
    }  # fmt: skip
    return actions.ask(**values)


def extended(cast, certificate, **fields) -> Relief:
    values = {
        "kind": "extension",
        "certificate": certificate,
        "since": D(2026, 2, 1),
        "until": D(2026, 8, 31),
    }
    return asked(cast, certificate.programme, **{**values, **fields})


class TestAsking:
    def test_counts_only_once_a_second_person_confirmed(self, cast, certificate, second):
        made = extended(cast, certificate)

        def state() -> State:
            return queries.standing(cast.ana.person, certificate.programme).state

        assert state() == State.EXPIRED
        with pytest.raises(actions.SecondPersonNeeded):
            actions.confirm(by=cast.ion, relief=made)
        assert state() == State.EXPIRED
        actions.confirm(by=second, relief=made)
        assert state() == State.VALID

    def test_the_same_asked_twice_is_one(self, cast, programme, second):
        first = asked(cast, programme)
        assert asked(cast, programme) == first
        with pytest.raises(actions.OnRecordAlready):
            asked(cast, programme, by=second)
        actions.confirm(by=second, relief=first)
        with pytest.raises(actions.OnRecordAlready):
            asked(cast, programme)
        assert Relief.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"document": "  "}, actions.DocumentNeeded),
            ({"until": D(2025, 12, 31)}, actions.DaysDoNotFit),
            ({"requirement": "no-such"}, actions.UnknownRequirement),
            ({"kind": "extension"}, actions.NothingToExtend),
        ],
        ids=["no paper", "backwards", "no such requirement", "of no certificate"],
    )
    def test_what_does_not_fit(self, cast, programme, fields, error):
        with pytest.raises(error):
            asked(cast, programme, **fields)
        assert not Relief.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"until": D(2026, 2, 28)}, actions.NotLater),
            ({"since": D(2023, 2, 28)}, actions.NotLater),
            ({"requirement": "hours"}, actions.UnknownRequirement),
        ],
        ids=["not a day later", "before it began", "of a requirement too"],
    )
    def test_an_extension_is_later_and_of_the_certificate_alone(
        self, cast, certificate, fields, error
    ):
        with pytest.raises(error):
            extended(cast, certificate, **fields)

    def test_a_certificate_of_another_or_without_end_cannot_be_extended(
        self, cast, programme, certificate
    ):
        endless = issue.certificate(cast.ana.person, programme, issuer=cast.timis)
        theirs = issue.certificate(cast.vasile, programme, valid_until=D(2027, 1, 1))
        other = issue.certificate(
            cast.ana.person,
            issue.programme(cast.worker),
            issuer=cast.timis,
            valid_until=D(2027, 1, 1),
        )
        for paper in (endless, theirs):
            with pytest.raises(actions.NothingToExtend):
                extended(cast, paper)
        with pytest.raises(actions.NothingToExtend):
            asked(cast, programme, kind="extension", certificate=other, until=D(2027, 6, 1))

    @pytest.mark.parametrize("who", ["ana", "olga", "petar", "mara", "doru", "quin", "vera"])
    def test_who_may_not_ask(self, cast, programme, who):
        with pytest.raises(PermissionDenied):
            asked(cast, programme, by=getattr(cast, who))

    def test_nobody_asks_or_decides_for_themselves(self, cast, programme, second):
        with pytest.raises(actions.SecondPersonNeeded):
            asked(cast, programme, person=cast.ion.person)
        made = asked(cast, programme, person=cast.ion.person, by=second)
        with pytest.raises(actions.SecondPersonNeeded):
            actions.confirm(by=cast.ion, relief=made)

    def test_the_database_wants_two(self, cast, programme):
        made = asked(cast, programme)
        with pytest.raises(IntegrityError, match="relief_second_person"), transaction.atomic():
            Relief.objects.filter(pk=made.pk).update(decided_by=cast.ion)


class TestDeciding:
    def test_a_refusal_says_why_and_changes_nothing(self, cast, certificate, second):
        made = extended(cast, certificate)
        with pytest.raises(ReasonNeeded):
            actions.refuse(by=second, relief=made, answer=" ")
        for _time in range(2):
            actions.refuse(by=second, relief=made, answer="Fără temei.")
        with pytest.raises(NotNow):
            actions.confirm(by=second, relief=made)
        assert queries.standing(cast.ana.person, certificate.programme).state == State.EXPIRED
        assert extended(cast, certificate).pk != made.pk, "asked for anew after a refusal"

    def test_whoever_asked_takes_it_back_while_it_waits(self, cast, programme, second):
        made = asked(cast, programme)
        with pytest.raises(PermissionDenied):
            actions.withdraw(by=second, relief=made)
        for _time in range(2):
            actions.withdraw(by=cast.ion, relief=made)
        with pytest.raises(NotNow):
            actions.confirm(by=second, relief=made)

    def test_the_person_is_told_in_their_language(self, cast, certificate, second):
        made = extended(cast, certificate)
        assert not Message.objects.filter(name="relief").exists()
        for _time in range(2):
            actions.confirm(by=second, relief=made)
        message = Message.objects.get(name="relief")
        assert (message.person, message.language) == (cast.ana.person, "ro")

    def test_the_trail_has_no_reason_of_health_in_it(self, cast, programme, second):
        made = asked(cast, programme, reason="unfit", words="Recuperare")
        actions.confirm(by=second, relief=made)
        trail = AuditEvent.objects.filter(verb__startswith="relief.").order_by("pk")
        assert [(e.verb, e.actor_id) for e in trail] == [
            ("relief.asked", cast.ion.pk),
            ("relief.confirmed", second.pk),
        ]
        assert not any(
            word in str([e.data for e in trail]) for word in ("unfit", "Recuperare", "Decizia")
        )

    def test_what_was_confirmed_cannot_be_rewritten(self, cast, programme, second):
        made = actions.confirm(by=second, relief=asked(cast, programme))
        for change in (
            lambda: Relief.objects.filter(pk=made.pk).update(until=D(2030, 1, 1)),
            lambda: Relief.objects.filter(pk=made.pk).update(document="alta"),
            lambda: Relief.objects.all().delete(),
        ):
            with pytest.raises(Exception, match="Cannot (update|delete)"), transaction.atomic():
                change()

    def test_an_erasure_takes_it(self, cast, programme):
        relief(cast.ana.person, programme)
        erase(person=cast.ana.person, by=None, reason="request")
        assert not Relief.objects.exists()


class TestEnding:
    def test_from_that_day_on_it_does_not_count(self, cast, certificate, second):
        made = actions.confirm(by=second, relief=extended(cast, certificate))
        for _time in range(2):
            actions.end(by=cast.ion, relief=made, on=D(2026, 3, 10), answer="S-a întors.")
        assert queries.standing(cast.ana.person, certificate.programme, D(2026, 3, 9)).is_good
        assert (
            queries.standing(cast.ana.person, certificate.programme, D(2026, 3, 10)).state
            == State.EXPIRED
        )
        made.refresh_from_db()
        assert made.last_day == D(2026, 3, 9)

    @pytest.mark.parametrize(
        "on", [D(2026, 1, 31), D(2026, 9, 1)], ids=["before it began", "after it ended"]
    )
    def test_only_within_its_days(self, cast, certificate, second, on):
        made = actions.confirm(by=second, relief=extended(cast, certificate))
        with pytest.raises(actions.DaysDoNotFit):
            actions.end(by=cast.ion, relief=made, on=on, answer="x")

    def test_only_what_is_confirmed_and_by_whom_it_concerns(self, cast, certificate, second):
        made = extended(cast, certificate)
        with pytest.raises(NotNow):
            actions.end(by=second, relief=made, on=D(2026, 3, 1), answer="x")
        actions.confirm(by=second, relief=made)
        with pytest.raises(PermissionDenied):
            actions.end(by=cast.olga, relief=made, on=D(2026, 3, 1), answer="x")


class TestStanding:
    @pytest.mark.parametrize(
        ("day", "state"),
        [
            (D(2026, 1, 31), State.EXPIRING),
            (D(2026, 2, 1), State.VALID),
            (D(2026, 5, 1), State.VALID),
            (D(2026, 8, 31), State.EXPIRING),
            (D(2026, 9, 1), State.EXPIRED),
        ],
        ids=["the day before", "its first day", "in the middle", "its last day", "the day after"],
    )
    def test_of_an_extended_certificate_on_each_side_of_its_days(
        self, cast, certificate, second, day, state
    ):
        actions.confirm(by=second, relief=extended(cast, certificate))
        assert queries.standing(cast.ana.person, certificate.programme, day).state == state
        filters = queries.Filters(at=day)
        rows = {r.person_id: r.standing.state for r in queries.standing_rows(cast.ion, filters)}
        assert rows[cast.ana.person_id] == state, "the list says the same"

    def test_of_an_extended_paper_of_somebody_else(self, cast, programme, second):
        paper = earlier(cast.ana.person, programme, valid_until=D(2026, 2, 28))
        made = asked(
            cast,
            programme,
            kind="extension",
            earlier=paper,
            since=D(2026, 3, 1),
            until=D(2026, 6, 30),
        )
        assert queries.standing(cast.ana.person, programme).state == State.EXPIRED
        actions.confirm(by=second, relief=made)
        found = queries.standing(cast.ana.person, programme)
        assert found.is_good and found.earlier_id == paper.pk


class TestPages:
    def test_asked_confirmed_and_shown(self, cast, certificate, second):
        ion = cast.browser(cast.ion, language="en")
        path = f"/en/evidence/exemptions/people/{cast.ana.person_id}/new/"
        sent = {
            "what": f"certificate-{certificate.pk}", "since": "2026-02-01", "until": "2026-08-31",
            "reason": "parental", "document": "Decizia 5 din 3 ianuarie 2026", "words": "",
        }  # fmt: skip
        places = {ion.post(path, sent)["Location"] for _click in range(2)}
        (place,) = places
        made = Relief.objects.get()
        said = f"Certificate {certificate.number} counts until 31 August 2026."
        assert "A second person has to confirm" in ion.get(place).content.decode()
        assert ion.get(f"{place}confirm/").status_code == 409
        assert ion.post(f"{place}confirm/").status_code == 409
        other = make.signed_in(second, language="en")
        assert said in other.get("/en/evidence/exemptions/").content.decode()
        assert "It counts now." in other.post(f"{place}confirm/", follow=True).content.decode()
        ana = cast.browser(cast.ana, language="en")
        assert said in ana.get(f"/en/evidence/exemptions/{made.pk}/").content.decode()
        assert "Exemptions and extensions" in ana.get("/en/certificates/").content.decode()

    def test_a_requirement_is_named_in_words(self, cast, programme, second):
        rule = programme.versions.get()
        Requirement.objects.create(
            version=rule, code="yearly", kind="theory", minutes=60, period="calendar_year"
        )
        made = asked(cast, programme, requirement="yearly")
        assert sentence(made).startswith("Not asked where it falls due in these days (")
        assert sentence(made).endswith("theory, each calendar year")
        path = f"/en/evidence/exemptions/people/{cast.ana.person_id}/new/"
        assert (
            "theory, each calendar year"
            in cast.browser(cast.ion, language="en").get(path).content.decode()
        )

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"document": ""}, "Enter the number and the date of the paper"),
            ({"until": "2026-02-28"}, "must end later than the certificate"),
            ({"what": "certificate-0"}, "Select a valid choice"),
            ({"reason": "cancer"}, "Select a valid choice"),
            ({"since": "yesterday"}, "Enter a day that exists"),
        ],
        ids=["document", "not later", "another's", "an illness", "no day"],
    )
    def test_what_does_not_fit_is_explained_and_kept(self, cast, certificate, change, words):
        sent = {
            "what": f"certificate-{certificate.pk}", "since": "2026-02-01", "until": "2026-08-31",
            "reason": "parental", "document": "Decizia 5", "words": "o vorbă", **change,
        }  # fmt: skip
        path = f"/en/evidence/exemptions/people/{cast.ana.person_id}/new/"
        page = cast.browser(cast.ion, language="en").post(path, sent).content.decode()
        assert words in page and "o vorbă" in page
        assert not Relief.objects.exists()

    @pytest.mark.parametrize(
        "who", ["clara", "olga", "petar", "mara", "doru", "quin", "vera", "nour"]
    )
    def test_nobody_else_reads_why(self, cast, programme, who):
        made = relief(cast.ana.person, programme)
        browser = cast.browser(getattr(cast, who))
        assert browser.get(f"/ro/evidence/exemptions/{made.pk}/").status_code == 404
        assert browser.post(f"/ro/evidence/exemptions/{made.pk}/end/").status_code == 404

    @pytest.mark.parametrize(
        ("act", "sent"), [("refuse", {"answer": "Fără temei."}), ("confirm", {})]
    )
    def test_decided_by_a_button_and_then_no_more(self, cast, programme, second, act, sent):
        made = asked(cast, programme)
        browser = make.signed_in(second, language="en")
        path = f"/en/evidence/exemptions/{made.pk}/{act}/"
        assert browser.get(path).status_code == 200
        assert browser.post(path, sent).status_code == 302
        made.refresh_from_db()
        assert made.status in (Status.REFUSED, Status.CONFIRMED)
        wrong = "confirm" if act == "refuse" else "withdraw"
        answer = browser.post(f"/en/evidence/exemptions/{made.pk}/{wrong}/")
        assert answer.status_code in (403, 409)

    def test_ended_early_on_the_page(self, cast, programme):
        made = relief(cast.ana.person, programme)
        browser = cast.browser(cast.ion, language="en")
        path = f"/en/evidence/exemptions/{made.pk}/end/"
        assert (
            "Enter a reason."
            in browser.post(path, {"on": "2026-03-12", "answer": ""}).content.decode()
        )
        done = browser.post(path, {"on": "2026-03-12", "answer": "S-a întors."}, follow=True)
        assert "ended early" in done.content.decode()
