"""The pages of issuing and of the second person: preview, progress, per-person results; other counties are 404."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from certification.actions import documents, issuing
from certification.models import Approval, Certificate, IssueBatch
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from training.models import Enrolment

from .conftest import LAST_DAY, Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(cast: Cast, training: Training) -> Enrolment:
    """Vasile completed it, Ana did not."""
    training.place(cast.ana.person)
    made = training.attended(cast.vasile)
    Enrolment.objects.filter(pk=made.pk).update(status="completed", completed_on=LAST_DAY)
    return made


def preview(training: Training) -> str:
    return reverse("certification:edition-certificates", args=[training.edition.pk])


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_edition_leads_there_for_who_may_issue(cast: Cast, training: Training) -> None:
    manage = reverse("training:manage", args=[training.edition.pk])
    for who, shown in ((cast.ion, True), (cast.mara, False)):
        text = text_of(cast.browser(who, language="en").get(manage))
        assert (preview(training).replace("/en/", "/", 1) in text.replace("/en/", "/")) == shown


def test_the_preview_says_who_and_why_not(cast: Cast, training: Training, place: Enrolment) -> None:
    text = text_of(cast.browser(cast.ion, language="en").get(preview(training)))
    assert "Vasile Țurcanu" in text and "Ana Popescu" in text
    assert "Issue 1 certificate" in text and "Attended less than the programme asks." in text


def test_from_the_button_to_the_last_certificate(
    cast: Cast, training: Training, place: Enrolment
) -> None:
    browser = cast.browser(cast.ion, language="en")
    answer = browser.post(preview(training), follow=True)
    text = text_of(answer)
    assert 'hx-trigger="every 3s"' in text and "0 of 1" in text and "still to come" in text
    batch = IssueBatch.objects.get()
    issuing.work(batch_id=batch.pk)
    address = reverse("certification:batch", args=[batch.pk])
    text = text_of(browser.get(f"{address}?part=1"))
    assert "<html" not in text and "1 of 1" in text and "TM/2026/00001" in text
    assert 'hx-trigger="every 3s"' in text  # the file is still to come
    documents.make(certificate=Certificate.objects.get())
    text = text_of(browser.get(address))
    assert "hx-trigger" not in text and 'type="application/pdf"' in text
    assert "has one" in text_of(browser.get(preview(training)))


def test_nobody_to_issue_is_said(cast: Cast, training: Training) -> None:
    answer = cast.browser(cast.ion, language="en").post(preview(training), follow=True)
    assert "Nobody in this edition gets a certificate now." in text_of(answer)


def test_a_stop_says_why_and_offers_to_go_on(
    cast: Cast, training: Training, place: Enrolment, settings
) -> None:
    browser = cast.browser(cast.ion, language="en")
    browser.post(preview(training))
    settings.SEAL_KEY_FILE = settings.SEAL_CERT_FILE = "/nowhere.pem"
    batch = IssueBatch.objects.get()
    issuing.work(batch_id=batch.pk)
    address = reverse("certification:batch", args=[batch.pk])
    text = text_of(browser.get(address))
    assert "There is no key to seal certificates with." in text and "Go on" in text
    settings.SEAL_KEY_FILE = ""
    browser.post(address)
    batch.refresh_from_db()
    assert batch.status == "running"
    # The button pressed once more, from an old page: nothing breaks.
    assert "answered already" in text_of(browser.post(address, follow=True))


def test_where_nobody_issues(cast: Cast, training: Training) -> None:
    edition = proof.edition(training.course, cast.cluj)
    address = reverse("certification:edition-certificates", args=[edition.pk])
    text = text_of(cast.browser(cast.olga, language="en").get(address))
    assert "An administrator can set this up." in text and '<form class="no-print"' not in text


def test_an_institution_below_issues_through_the_one_above_only_if_its_officer_may_there(
    cast: Cast, training: Training
) -> None:
    """The officer of the town hall sees the edition; certificates are the directorate's."""
    edition = proof.edition(training.course, cast.lugoj)
    local = make.staff(cast.lugoj, "officer", "Lupu", "Lia", email="lia@example.org")
    address = reverse("certification:edition-certificates", args=[edition.pk])
    assert cast.browser(local).get(address).status_code == 404
    assert cast.browser(local).post(address).status_code == 404
    assert cast.browser(cast.ion).get(address).status_code == 200


# The second person


@pytest.fixture
def irina(cast: Cast, training: Training):
    training.authority.asks_second_person = True
    training.authority.save()
    return make.staff(cast.timis, "officer", "Iliescu", "Irina", email="irina@example.org")


def test_issuing_waits_for_a_colleague(
    cast: Cast, training: Training, place: Enrolment, irina
) -> None:
    asker, second = cast.browser(cast.ion, language="en"), cast.browser(irina, language="en")
    assert "a colleague has to confirm it" in text_of(asker.get(preview(training)))
    text = text_of(asker.post(preview(training), follow=True))
    assert "A colleague has to confirm it first." in text
    approval = Approval.objects.get()
    address = reverse("certification:approval", args=[approval.pk])
    assert "Take it back" in text_of(asker.get(address)) and "Confirm: issue" not in text_of(
        asker.get(address)
    )
    listing = text_of(second.get(reverse("certification:approvals")))
    assert address in listing
    assert "You asked for it yourself." in text_of(
        asker.post(address, {"answer": "confirm"}, follow=True)
    )
    assert "You confirmed it." in text_of(second.post(address, {"answer": "confirm"}, follow=True))
    assert IssueBatch.objects.get().status == "running"
    assert "answered already" in text_of(second.post(address, {"answer": "refuse"}, follow=True))


def test_revoking_waits_for_a_colleague(cast: Cast, training: Training, irina) -> None:
    made = proof.certificate(
        cast.ana.person, training.programme, issuer=training.authority, valid_from=date(2025, 1, 10)
    )
    address = reverse("certification:certificate-act", args=[made.pk, "revoke"])
    asker = cast.browser(cast.ion, language="en")
    assert "A colleague has to confirm it first." in text_of(asker.get(address))
    entered = {"reason": "Dosar incomplet", "on": "2026-03-12"}
    answer = asker.post(address, {**entered, "step": "send"}, follow=True)
    assert "Take it back" in text_of(answer) and not made.events.exists()
    approval = Approval.objects.get()
    second = cast.browser(irina, language="en")
    page = reverse("certification:approval", args=[approval.pk])
    text = text_of(second.get(page))
    assert "Dosar incomplet" in text and "Ion Ionescu" in text and "Ana Popescu" in text
    second.post(page, {"answer": "confirm"})
    assert made.events.get().kind == "revoked"


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_an_answer_that_is_none_changes_nothing(
    cast: Cast, training: Training, place: Enrolment, irina, answer: str
) -> None:
    cast.browser(cast.ion).post(preview(training))
    page = reverse("certification:approval", args=[Approval.objects.get().pk])
    assert cast.browser(irina).post(page, {"answer": answer}).status_code == 200
    assert Approval.objects.get().answer == ""
