"""Replacing: a new certificate for the same training, the old one says so, both go on being checked; and renewal."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import content, credentials, errors, queries, register, verification
from certification.actions import documents, events, layouts, log, replacement
from certification.actions.certificates import issue
from certification.designs import Design
from certification.models import Certificate, LogEntry
from certification.standing import State
from formats.credential_check import State as Worth
from notifications.models import Message
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence
from tests.factories import people as make
from training.models import Enrolment

from .conftest import LAST_DAY, Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
LATER = datetime(2027, 1, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def old(cast: Cast, training: Training) -> Certificate:
    """Printed with a typing error in the name."""
    cast.vasile.family_name = "Țurcanuu"
    cast.vasile.save()
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    cast.vasile.family_name = "Țurcanu"
    cast.vasile.save()
    return made


def replace(cast: Cast, old: Certificate, **more) -> Certificate:
    values = {"by": make.fresh(cast.ion), "reason": "Greșeală de scriere", **more}
    return replacement.replace(certificate=old, **values)


def verdict(certificate: Certificate) -> str:
    entry = register.by_token(certificate.token)
    return verification.examine(entry, queries.today()).verdict


def test_the_new_one_bears_the_right_name_and_the_same_validity(
    cast: Cast, old: Certificate, clock
) -> None:
    clock.move_to(LATER)
    new = replace(cast, old)
    assert (new.number, new.year, new.issued_on) == ("TM/2027/00001", 2027, date(2027, 1, 15))
    for same in (
        "person",
        "programme",
        "rule_version",
        "course_key",
        "enrolment_id",
        "valid_from",
        "valid_until",
    ):
        assert getattr(new, same) == getattr(old, same)
    said, before = new.content.snapshot, old.content.snapshot
    assert (said["holder"], before["holder"]) == ("Vasile Țurcanu", "Vasile Țurcanuu")
    assert said["replaces"] == old.number and new.replaces == old
    assert said["issued_on"]["text"] == "15 ianuarie 2027"
    for same in ("course", "hours", "period", "result", "legal_basis", "valid_until", "programme"):
        assert said[same] == before[same]
    assert content.fingerprint(said) == new.content_sha256


def test_the_old_one_says_replaced_and_both_go_on_being_checked(
    cast: Cast, old: Certificate
) -> None:
    assert verdict(old) == "valid"
    new = replace(cast, old)
    assert (verdict(old), verdict(new)) == ("replaced", "valid")
    assert verification.by_number(old.number, "Turcanuu").id == old.pk
    assert verification.by_number(new.number, "Turcanu").id == new.pk
    assert verification.by_number(new.number, "Turcanuu") is None
    event = old.events.get()
    assert (event.kind, event.reason, event.by) == ("replaced", "Greșeală de scriere", cast.ion.pk)


def test_the_paper_and_the_page_name_the_old_number(cast: Cast, old: Certificate) -> None:
    new = replace(cast, old)
    entry = register.by_token(new.token)
    facts = {
        label: value
        for label, value, _language in verification.examine(entry, queries.today()).facts
    }
    assert facts["Replaces"] == old.number
    assert (
        old.number in documents.printed(new).decode("latin-1")
        or documents.content.paper(new.content.snapshot).replaces == old.number
    )


def test_the_status_list_the_credential_and_the_log_follow(cast: Cast, old: Certificate) -> None:
    data = credentials.file(old, "credential.json")
    assert credentials.examine(data, NOW).state == Worth.ACTIVE
    new = replace(cast, old)
    assert credentials.examine(data, NOW).state == Worth.REVOKED
    assert credentials.examine(credentials.file(new, "credential.json"), NOW).state == Worth.ACTIVE
    log.add_new()
    kinds = LogEntry.objects.order_by("position").values_list("certificate", "event__kind")
    assert list(kinds) == [(old.pk, None), (new.pk, None), (old.pk, "replaced")]


def test_the_holder_is_told_the_file_is_asked_for_and_the_trail_knows(
    cast: Cast, old: Certificate
) -> None:
    new = replace(cast, old)
    told = Message.objects.get(name="certificate_replaced")
    assert (
        old.number in told.text and new.number in told.text and "Greșeală de scriere" in told.text
    )
    jobs = ProcrastinateJob.objects.filter(task_name="certification.make_document")
    assert {"certificate_id": new.pk} in list(jobs.values_list("args", flat=True))
    assert AuditEvent.objects.get(verb="certificate.replaced").data == {"by_certificate": new.pk}


def test_standing_rests_on_the_new_one(cast: Cast, training: Training, old: Certificate) -> None:
    new = replace(cast, old)
    standing = queries.standing(cast.vasile, training.programme)
    assert (standing.state, standing.number) == (State.VALID, new.number)


def test_who_signs_now_signs_and_the_second_language_comes_along(
    cast: Cast, training: Training, clock
) -> None:
    signed = {
        "signatories": (("Întâia", {"ro": "Directoare", "en": "Director"}),),
        "second_language": "en",
    }
    rules = {"is_automatic": True, "asks_second_person": False}
    layouts.save(authority=training.authority, by=None, design=Design(**signed), **rules)
    old = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    signed["signatories"] = (("Al Doilea", {"ro": "Director", "en": "Head"}),)
    layouts.save(authority=training.authority, by=None, design=Design(**signed), **rules)
    clock.move_to(LATER)
    said = replace(cast, old).content.snapshot
    assert said["signatories"] == [{"name": "Al Doilea", "post": "Director"}]
    assert said["second"]["signatories"] == [{"name": "Al Doilea", "post": "Head"}]
    assert said["second"]["issued_on"]["text"] == "15 January 2027"
    assert said["second"]["replaces"] == old.number


def test_an_extension_of_the_old_one_is_carried_over(
    cast: Cast, training: Training, old: Certificate
) -> None:
    longer = date(2029, 9, 9)
    evidence.relief(
        cast.vasile, training.programme, kind="extension", certificate=old, until=longer
    )
    new = replace(cast, Certificate.objects.get(pk=old.pk))
    assert old.valid_until < new.valid_until == longer
    assert new.content.snapshot["valid_until"] == {"day": "2029-09-09", "text": "9 septembrie 2029"}


def test_it_can_be_replaced_again_but_not_twice(cast: Cast, old: Certificate) -> None:
    new = replace(cast, old)
    with pytest.raises(errors.NotNow):
        replace(cast, old)
    newest = replace(cast, new)
    assert (newest.replaces, verdict(new), verdict(old)) == (new, "replaced", "replaced")
    assert Certificate.objects.count() == 3


def test_a_certificate_of_the_first_form_can_be_replaced(cast: Cast, training: Training) -> None:
    """What was issued before there were layouts knows no design, and no label for what it replaces."""
    bare = proof.certificate(cast.vasile, training.programme, issuer=training.authority, words=True)
    said = replace(cast, bare).content.snapshot
    assert said["replaces"] == bare.number and said["labels"]["replaces"] and said["second"] is None


@pytest.mark.parametrize("course_goes", [True, False], ids=["course-deleted", "course-renamed"])
def test_the_course_need_not_be_there_any_more(
    cast: Cast, training: Training, old: Certificate, course_goes: bool
) -> None:
    if course_goes:
        Enrolment.objects.filter(edition=training.edition).delete()
        training.edition.sessions.all().delete()
        training.edition.delete()
        training.course.delete()
    else:
        training.course.title = "Alt titlu"
        training.course.save()
    assert replace(cast, old).content.snapshot["course"]["title"] == "Bazele îngrijirii"


@pytest.mark.parametrize(
    ("before", "right"),
    [
        ((), True), (("suspended",), False), (("revoked",), False), (("suspended", "reinstated"), True),
        (("revoked", "reinstated"), True), (("reviewed",), True),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_only_what_counts_is_replaced(
    cast: Cast, old: Certificate, before: tuple, right: bool
) -> None:
    """Else a revoked certificate could be washed clean."""
    for kind in before:
        events.happen(certificate=old, kind=kind, by=None, reason="x")
    if right:
        assert replace(cast, old)
    else:
        with pytest.raises(errors.NotNow):
            replace(cast, old)
        assert Certificate.objects.count() == 1 and proof.last_number(old.authority, 2026) == 1


def test_an_erased_holder_gets_nothing(cast: Cast, old: Certificate) -> None:
    cast.vasile.erased_at = NOW
    cast.vasile.save()
    with pytest.raises(errors.HolderErased):
        replace(cast, old)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_without_a_reason(cast: Cast, old: Certificate, reason: str) -> None:
    with pytest.raises(errors.ReasonNeeded):
        replace(cast, old, reason=reason)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ion", True), ("adm", True), ("olga", False), ("vera", False), ("quin", False), ("mara", False),
        ("doru", False), ("petar", False), ("nour", False), ("ana", False),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, old: Certificate, who: str, may: bool) -> None:
    user = getattr(cast, who)
    assert replacement.may_ever(old, user) == replacement.possible(old, user) == may
    if may:
        assert replace(cast, old, by=user).issued_by == user.pk
    else:
        with pytest.raises(PermissionDenied):
            replace(cast, old, by=user)


def test_the_page_shows_both_names_and_leads_to_the_new_one(cast: Cast, old: Certificate) -> None:
    browser = cast.browser(cast.ion, language="en")
    address = reverse("certification:certificate-replace", args=[old.pk])
    text = browser.get(reverse("certification:certificate", args=[old.pk])).content.decode()
    assert address in text
    text = browser.get(address).content.decode()
    assert (
        "Vasile Țurcanuu" in text
        and "<bdi>Vasile Țurcanu</bdi>" in text
        and "Both names" not in text
    )
    assert "Enter a reason." in browser.post(address, {"reason": " "}).content.decode()
    answer = browser.post(address, {"reason": "Greșeală"}, follow=True)
    new = Certificate.objects.get(replaces=old)
    assert answer.redirect_chain[-1][0] == reverse("certification:certificate", args=[new.pk])
    assert "This is the new one." in answer.content.decode()
    # Once more from the page that still stands open.
    assert browser.post(address, {"reason": "Greșeală"}).url == answer.redirect_chain[-1][0]
    assert Certificate.objects.count() == 2


def test_the_page_warns_when_the_name_on_record_is_the_same(cast: Cast, training: Training) -> None:
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    address = reverse("certification:certificate-replace", args=[made.pk])
    assert (
        "Both names are the same."
        in cast.browser(cast.ion, language="en").get(address).content.decode()
    )


def test_the_page_says_when_it_is_too_late(cast: Cast, old: Certificate) -> None:
    events.revoke(certificate=old, by=None, reason="x")
    address = reverse("certification:certificate-replace", args=[old.pk])
    assert cast.browser(cast.ion).get(address).status_code == 409


def test_a_renewal_is_a_new_certificate_and_leaves_the_old_as_it_was(
    cast: Cast, training: Training, clock
) -> None:
    first = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    before = {field.attname: getattr(first, field.attname) for field in Certificate._meta.fields}
    file = documents.printed(first)
    clock.move_to(datetime(2029, 1, 10, 9, tzinfo=UTC))
    again = proof.edition(training.course, cast.timis)
    place = proof.enrolment(again, cast.vasile, "completed", completed_on=date(2029, 1, 9))
    second = issue(enrolment=place, programme=training.programme)
    assert (
        second.pk != first.pk and second.replaces is None and second.valid_until == date(2032, 1, 9)
    )
    kept = Certificate.objects.get(pk=first.pk)
    assert {
        field.attname: getattr(kept, field.attname) for field in Certificate._meta.fields
    } == before
    assert not kept.events.exists() and documents.printed(kept) == file
    assert (verdict(first), verdict(second)) == ("valid", "valid")
    assert second.valid_from > LAST_DAY
