"""Issuing: what is checked, what is stored, who may do it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from certification import content, errors
from certification.actions.certificates import (
    issue,
    issuing_authority,
    printed_hours,
    take_number,
    term,
)
from certification.models import Certificate, CertificateContent, HoursEntry
from courses.models import TestAttempt
from notifications.models import Message
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

from .conftest import Training

D = date
TODAY = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(TODAY, tick=False):
        yield


def test_a_completed_enrolment_gets_its_certificate(cast: Cast, training: Training) -> None:
    made = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    assert (made.number, made.year, made.serial) == ("TM/2026/00001", 2026, 1)
    assert (made.issued_on, made.valid_from, made.valid_until) == (
        D(2026, 3, 12),
        D(2026, 3, 9),
        D(2029, 3, 9),
    )
    assert made.authority == training.authority and made.issued_by is None
    assert made.rule_version == training.programme.versions.get() and made.review_due is None
    assert len(made.token) >= 22  # 128 bits
    said = made.content.snapshot
    assert made.content.holder_name == said["holder"] == "Ana Popescu"
    assert said["course"]["title"] == "Bazele îngrijirii" and said["authority"] == "DGASPC Timiș"
    assert said["verify_url"].endswith(f"/v/{made.token}/")
    assert said["legal_basis"] == "Legea 1/2010" and said["category"] == "ro-foster-carer"
    assert said["signatories"] == [{"name": "Maria Radu", "post": "Director general"}]
    assert said["period"]["text"] == "2–9 martie 2026"
    assert content.fingerprint(said) == made.content_sha256


def test_what_is_stored_can_be_checked_after_a_journey_through_the_database(
    cast: Cast, training: Training
) -> None:
    made = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    again = CertificateContent.objects.get(pk=made.pk).snapshot
    assert content.fingerprint(again) == made.content_sha256
    assert content.fingerprint({**again, "holder": "Ana Popesku"}) != made.content_sha256


def test_issuing_twice_gives_the_same_certificate_and_one_message(
    cast: Cast, training: Training
) -> None:
    place = training.completed(cast.ana.person)
    one, two = (issue(enrolment=place, programme=training.programme) for _time in range(2))
    assert one == two and Certificate.objects.count() == 1
    assert Message.objects.filter(name="certificate_issued").count() == 1
    assert AuditEvent.objects.filter(verb="certificate.issued").count() == 1


def test_two_programmes_of_one_course_give_two_certificates(cast: Cast, training: Training) -> None:
    other = proof.programme(cast.carer, courses=(training.course,))
    place = training.completed(cast.ana.person)
    numbers = [
        issue(enrolment=place, programme=programme).number
        for programme in (training.programme, other)
    ]
    assert numbers == ["TM/2026/00001", "TM/2026/00002"]


@pytest.mark.parametrize(
    "status", ["applied", "waitlisted", "offered", "confirmed", "not_completed", "cancelled"]
)
def test_nothing_without_completion(cast: Cast, training: Training, status: str) -> None:
    extra = {"cancelled_at": timezone.now()} if status == "cancelled" else {}
    with pytest.raises(errors.NotCompleted):
        issue(
            enrolment=training.place(cast.ana.person, status, **extra), programme=training.programme
        )


def test_the_status_of_the_database_counts_not_that_of_a_stale_object(
    cast: Cast, training: Training
) -> None:
    place = training.place(cast.ana.person)
    place.status, place.completed_on = "completed", D(2026, 3, 9)  # never saved
    with pytest.raises(errors.NotCompleted):
        issue(enrolment=place, programme=training.programme)


def test_not_for_a_programme_that_the_course_does_not_lead_to(
    cast: Cast, training: Training
) -> None:
    other = proof.programme(cast.carer, courses=(proof.course(),))
    with pytest.raises(errors.WrongCourse):
        issue(enrolment=training.completed(cast.ana.person), programme=other)


def test_a_translation_of_the_course_leads_to_the_same_programme(
    cast: Cast, training: Training
) -> None:
    english = proof.course(
        "Basics of care", language="en", translation_key=training.course.translation_key
    )
    edition = proof.edition(english, cast.timis)
    place = proof.enrolment(edition, cast.ana.person, "completed", completed_on=D(2026, 3, 9))
    made = issue(enrolment=place, programme=training.programme)
    assert made.content.snapshot["course"]["title"] == "Bazele îngrijirii"  # the paper is Romanian


def test_the_rule_of_the_day_of_completion_decides(cast: Cast, training: Training) -> None:
    """Three years under the old rule; no expiry and a review every two years under the new one."""
    training.programme.versions.all().delete()
    old = proof.rule_version(training.programme, D(2003, 6, 23), D(2026, 3, 5), validity_months=36)
    new = proof.rule_version(
        training.programme,
        D(2026, 3, 5),
        validity="indefinite",
        validity_months=None,
        review_interval_months=24,
    )
    before = issue(
        enrolment=training.completed(cast.ana.person, D(2026, 3, 4)), programme=training.programme
    )
    place = training.completed(cast.vasile, D(2026, 3, 5))
    after = issue(enrolment=place, programme=training.programme, language="en")
    assert (before.rule_version, before.valid_until, before.review_due) == (
        old,
        D(2029, 3, 4),
        None,
    )
    assert (after.rule_version, after.valid_until, after.review_due) == (new, None, D(2028, 3, 5))
    assert (
        after.content.snapshot["valid_until"]["text"]
        == "no expiry date; next review on 5 March 2028"
    )


def test_nothing_where_no_rule_was_in_force(cast: Cast, training: Training) -> None:
    with pytest.raises(errors.NoRuleInForce):
        issue(
            enrolment=training.completed(cast.ana.person, D(2009, 12, 31)),
            programme=training.programme,
        )


def test_nothing_for_an_erased_person(cast: Cast, training: Training) -> None:
    place = training.completed(cast.vasile)
    type(cast.vasile).objects.filter(pk=cast.vasile.pk).update(erased_at=timezone.now())
    with pytest.raises(errors.HolderErased):
        issue(enrolment=place, programme=training.programme)


def test_the_nearest_authority_above_the_organiser_issues(cast: Cast) -> None:
    top = proof.authority(cast.anpdca, "RO")
    assert issuing_authority(cast.lugoj) == top
    county = proof.authority(cast.timis, "TM")
    assert issuing_authority(cast.lugoj) == issuing_authority(cast.timis) == county
    assert issuing_authority(cast.turda) == issuing_authority(cast.anpdca) == top


def test_without_an_authority_there_is_a_clear_error(cast: Cast, training: Training) -> None:
    edition = proof.edition(training.course, cast.cluj)
    place = proof.enrolment(edition, cast.clara.person, "completed", completed_on=D(2026, 3, 9))
    with pytest.raises(errors.NoAuthority) as raised:
        issue(enrolment=place, programme=training.programme)
    assert "administrator" in str(raised.value.message)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ion", True), ("adm", True), ("olga", False), ("vera", False), ("quin", False), ("mara", False),
        ("doru", False), ("petar", False), ("nour", False), ("ana", False),
    ],
)  # fmt: skip
def test_who_may_issue(cast: Cast, training: Training, who: str, may: bool) -> None:
    user, place = getattr(cast, who), training.completed(cast.vasile)
    if may:
        assert issue(enrolment=place, programme=training.programme, by=user).issued_by == user.pk
    else:
        with pytest.raises(PermissionDenied):
            issue(enrolment=place, programme=training.programme, by=user)
        assert not Certificate.objects.exists()


def test_permission_is_asked_before_an_existing_certificate_is_given(
    cast: Cast, training: Training
) -> None:
    place = training.completed(cast.ana.person)
    issue(enrolment=place, programme=training.programme)
    with pytest.raises(PermissionDenied):
        issue(enrolment=place, programme=training.programme, by=cast.olga)


def test_an_officer_below_the_authority_may_not_issue_in_its_name(
    cast: Cast, training: Training
) -> None:
    local = make.staff(cast.lugoj, "officer", "Local")
    with pytest.raises(PermissionDenied):
        issue(enrolment=training.completed(cast.vasile), programme=training.programme, by=local)


def test_only_the_system_may_say_the_day_of_issue(cast: Cast, training: Training) -> None:
    past = issue(
        enrolment=training.completed(cast.ana.person, D(2024, 5, 1)),
        programme=training.programme,
        on=D(2024, 5, 6),
    )
    assert past.number == "TM/2024/00001" and past.issued_on == D(2024, 5, 6)
    with pytest.raises(PermissionDenied):
        issue(
            enrolment=training.completed(cast.vasile),
            programme=training.programme,
            by=cast.ion,
            on=D(2024, 5, 6),
        )


def test_each_authority_and_year_counts_from_one(cast: Cast, training: Training) -> None:
    other = proof.authority(cast.cluj, "CJ")
    taken = [
        (take_number(a, year))
        for a, year in [(training.authority, 2026)] * 3
        + [(other, 2026), (training.authority, 2027)]
    ]
    assert taken == [1, 2, 3, 1, 1]


def test_a_crash_in_the_middle_leaves_no_gap(cast: Cast, training: Training, monkeypatch) -> None:
    place = training.completed(cast.ana.person)
    with monkeypatch.context() as broken:
        broken.setattr(CertificateContent.objects, "create", lambda **_fields: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issue(enrolment=place, programme=training.programme)
    assert proof.last_number(training.authority, 2026) == 0
    assert (
        not Certificate.objects.exists()
        and not Message.objects.filter(name="certificate_issued").exists()
    )
    assert issue(enrolment=place, programme=training.programme).number == "TM/2026/00001"


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_the_paper_speaks_the_language_that_is_asked_for(
    cast: Cast, training: Training, language: str
) -> None:
    made = issue(
        enrolment=training.completed(cast.ana.person),
        programme=training.programme,
        language=language,
    )
    assert made.language == made.content.snapshot["language"] == language
    month = {"en": "March", "ro": "martie", "uk": "березня", "bg": "март", "ar": "مارس"}[language]
    assert month in made.content.snapshot["issued_on"]["text"]


def test_hours_and_result_on_the_paper(cast: Cast, training: Training) -> None:
    place = training.completed(cast.ana.person)
    for n, (kind, source, minutes) in enumerate(
        [
            ("theory", "session", 120),
            ("theory", "correction", -30),
            ("practice", "session", 90),
            ("theory", "lesson", 45),
        ]
    ):
        where = "online" if source == "lesson" else "session"
        HoursEntry.objects.create(
            person=cast.ana.person, on=D(2026, 3, 9), minutes=minutes, kind=kind, source=source,
            reference=f"enrolment:{place.pk}:{where}:{n}",
        )  # fmt: skip
    HoursEntry.objects.create(
        person=cast.ana.person, on=D(2026, 3, 9), minutes=999, kind="theory", source="session",
        reference=f"enrolment:{place.pk}0:session:1",
    )  # fmt: skip
    for number, score in ((1, 5), (2, 9), (3, 8)):
        TestAttempt.objects.create(
            person=cast.ana.person, course_key=training.course.translation_key, test_key=training.edition.course_key,
            number=number, language="ro", score=score, questions=10, passed=score > 7,
        )  # fmt: skip
    assert printed_hours(place) == {"theory": 90, "practice": 90, "online": 45}
    said = issue(enrolment=place, programme=training.programme, language="en").content.snapshot
    assert [(line["label"], line["minutes"]) for line in said["hours"]] == [
        ("Theory", 90), ("Practice", 90), ("Online lessons", 45),
    ]  # fmt: skip
    assert said["result"] == "Test passed with 90 %"


def test_a_bare_training_prints_what_there_is(cast: Cast, training: Training) -> None:
    """No session, no test, no category, no signatory, an unknown validity: nothing is made up."""
    training.programme.versions.all().delete()
    proof.rule_version(training.programme, validity="unknown", validity_months=None)
    training.authority.signatories.all().delete()
    edition = proof.edition(training.course, cast.timis)
    place = proof.enrolment(edition, cast.petar.person, "completed", completed_on=D(2026, 3, 9))
    made = issue(enrolment=place, programme=training.programme, language="en")
    said = made.content.snapshot
    assert (said["period"], said["category"], said["signatories"], said["hours"]) == (
        None,
        "",
        [],
        [],
    )
    assert made.valid_until is None and said["valid_until"] == {"day": None, "text": ""}
    assert said["result"] == "Completed"
    paper = content.paper(said)
    assert paper.period == "" and paper.valid_until == ""


def test_no_expiry_in_words(cast: Cast, training: Training) -> None:
    training.programme.versions.all().delete()
    version = proof.rule_version(training.programme, validity="indefinite", validity_months=None)
    assert term(version, D(2026, 3, 9)) == (None, None)
    said = issue(
        enrolment=training.completed(cast.ana.person), programme=training.programme, language="en"
    ).content.snapshot
    assert said["valid_until"]["text"] == "no expiry date"


def test_what_proves_the_name_holds_no_name(cast: Cast, training: Training) -> None:
    one = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    assert (
        one.name_proof
        == content.name_proof("  TURCANU ", one.name_salt)
        == content.name_proof("Țurcanu", one.name_salt)
    )
    assert one.name_proof != content.name_proof("Turcan", one.name_salt)
    assert one.name_proof != content.name_proof("Țurcanu", "0" * 32)


@pytest.mark.parametrize("statement", ["UPDATE {} SET serial = 9", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_a_certificate(
    cast: Cast, training: Training, statement: str
) -> None:
    issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(statement.format("certification_certificate"))


def test_the_holder_is_told_in_her_language_with_a_link_and_no_attachment(
    cast: Cast, training: Training
) -> None:
    made = issue(enrolment=training.completed(cast.ana.person), programme=training.programme)
    message = Message.objects.get(name="certificate_issued")
    assert message.person == cast.ana.person and made.number in message.subject
    assert (
        f"/ro/certificates/{made.pk}/" in message.text
        and f"/ro/certificates/{made.pk}/" in message.html
    )
    assert made.token not in message.text


def test_somebody_without_e_mail_gets_a_letter(cast: Cast, training: Training) -> None:
    issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    assert Message.objects.get(name="certificate_issued").channel == Message.Channel.LETTER
