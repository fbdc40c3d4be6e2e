"""Layouts: who sets them, what the paper then shows, and that what was issued stays as it was."""

import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from pypdf import PdfReader

from certification import errors, samples
from certification.actions import documents, layouts
from certification.actions.certificates import issue
from certification.designs import Design, design_of, logo_of
from certification.models import Certificate, Layout, Logo, Signatory
from certification.models.layout import Fact
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof

from .conftest import Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
PEOPLE = (
    ("Ioana Exemplu", {"ro": "Director general", "en": "Director general (en)"}),
    ("Mihai Model", {"ro": "Formator"}),
    ("Ana Probă", {}),
)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def save(training: Training, by=None, **design) -> Layout:
    return layouts.save(
        authority=training.authority, by=by, design=Design(**design), is_automatic=True, asks_second_person=False
    )  # fmt: skip


def issued(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.vasile), programme=training.programme)


def printed(certificate: Certificate) -> str:
    reader = PdfReader(io.BytesIO(documents.printed(certificate)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


# What is shown, the key of the content, whether it is there.
SHOWN = [
    (Fact.CATEGORY, "category"), (Fact.HOURS, "hours"), (Fact.TOTAL, "total"), (Fact.PERIOD, "period"),
    (Fact.RESULT, "result"), (Fact.LEGAL_BASIS, "legal_basis"), (Fact.RULE, "rule"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "key"), SHOWN, ids=[key for _fact, key in SHOWN])
def test_each_fact_is_shown_only_where_it_was_chosen(
    cast: Cast, training: Training, fact: Fact, key: str
) -> None:
    place = training.attended(cast.vasile)
    place.status, place.completed_on = "completed", NOW.date()
    place.save()
    for session, _minutes in ((training.first, 120), (training.second, 120)):
        cast.vasile.hours.create(
            on=NOW.date(), minutes=120, kind="theory", source="session",
            reference=f"enrolment:{place.pk}:{session.pk}",
        )  # fmt: skip
    save(training, shown=(fact,))
    said = issue(enrolment=place, programme=training.programme).content.snapshot
    assert {name for _fact, name in SHOWN if said[name]} == {key}


def test_the_paper_shows_logo_three_signatories_own_basis_and_both_languages(
    cast: Cast, training: Training
) -> None:
    layouts.set_logo(authority=training.authority, by=None, data=proof.logo_png())
    save(
        training, second_language="en", legal_basis={"ro": "Ordinul 7/2025", "en": "Order 7/2025"}, signatories=PEOPLE
    )  # fmt: skip
    made = issued(cast, training)
    said, words = made.content.snapshot, printed(made)
    assert logo_of(said).startswith(b"\x89PNG") and said["design"]["second"] == "en"
    for shown in (
        "Ioana Exemplu", "Mihai Model", "Ana Probă", "Director general (en)", "Ordinul 7/2025", "Order 7/2025",
        "This is to certify that", "12 martie 2026", "12 March 2026", "Vasile Țurcanu",
    ):  # fmt: skip
        assert shown in words
    assert len(PdfReader(io.BytesIO(documents.printed(made))).pages) == 1


@pytest.mark.parametrize(
    ("second", "printed_name"), [("en", "Zghurskyi Yurii"), ("ro", "Zghurskyi Yurii"), ("bg", "Згурський Юрій")]
)  # fmt: skip
def test_the_name_stands_in_letters_that_readers_of_the_second_language_know(
    cast: Cast, training: Training, second: str, printed_name: str
) -> None:
    cast.timis.language = "uk"
    cast.timis.save()
    holder = cast.vasile
    holder.family_name, holder.given_name, holder.language = "Згурський", "Юрій", "uk"
    holder.latin_name = ""
    holder.save()
    training.authority.refresh_from_db()
    save(training, second_language=second)
    said = issue(
        enrolment=training.completed(holder), programme=training.programme, language="uk"
    ).content.snapshot
    assert said["holder"] == "Згурський Юрій" and said["second"]["holder"] == printed_name


def test_what_was_issued_stays_byte_for_byte_when_the_layout_changes(
    cast: Cast, training: Training
) -> None:
    layouts.set_logo(authority=training.authority, by=None, data=proof.logo_png())
    save(training, signatories=PEOPLE)
    made = issued(cast, training)
    before = documents.printed(made)
    layouts.set_logo(authority=training.authority, by=None, data=proof.logo_png("red"))
    save(training, second_language="ar", signatories=PEOPLE[:1], shown=())
    assert documents.printed(Certificate.objects.get(pk=made.pk)) == before
    layouts.set_logo(authority=training.authority, by=None, data=None)
    assert documents.printed(Certificate.objects.get(pk=made.pk)) == before
    assert design_of(training.authority).logo == "" and Logo.objects.count() == 2


def test_a_paper_of_the_first_form_can_still_be_printed(cast: Cast, training: Training) -> None:
    """What was issued before there were layouts holds neither a design nor a second language."""
    made = issued(cast, training)
    said = made.content.snapshot
    for new in ("design", "second", "total", "rule", "replaces"):
        said.pop(new)
    for label in ("total", "rule", "replaces"):
        said["labels"].pop(label)
    assert documents.content.paper(said, logo=logo_of(said)).second is None


def test_the_credential_travels_in_the_paper(cast: Cast, training: Training) -> None:
    made = issued(cast, training)
    reader = PdfReader(io.BytesIO(documents.printed(made)))
    (attached,) = reader.attachments["credential.json"]
    assert attached == documents.credentials.file(made, "credential.json")
    (entry,) = reader.trailer["/Root"]["/AF"]
    assert entry.get_object()["/AFRelationship"] == "/Supplement"
    assert entry.get_object()["/EF"]["/F"].get_object()["/Subtype"] == "/application/vc"


@pytest.mark.parametrize(
    "who", ["ion", "mara", "olga", "vera", "quin", "doru", "petar", "nour", "ana"]
)
def test_who_may_not(cast: Cast, training: Training, who: str) -> None:
    with pytest.raises(PermissionDenied):
        save(training, by=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        layouts.set_logo(authority=training.authority, by=getattr(cast, who), data=proof.logo_png())
    assert not Layout.objects.exists() and not Logo.objects.exists()


def test_an_administrator_may_and_it_stands_in_the_trail(cast: Cast, training: Training) -> None:
    save(training, by=cast.adm, signatories=PEOPLE)
    layouts.set_logo(authority=training.authority, by=cast.adm, data=proof.logo_png())
    verbs = (
        AuditEvent.objects.filter(actor_id=cast.adm.pk)
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["authority.layout", "authority.logo"]
    assert "Ioana" not in str(AuditEvent.objects.get(verb="authority.layout").data)


def test_a_letter_that_papers_cannot_show_is_refused_and_nothing_is_changed(
    training: Training,
) -> None:
    with pytest.raises(errors.UnprintableLayout) as refused:
        save(training, signatories=(("Ana 😀", {}),))
    assert "😀" in str(refused.value.message)
    assert [one.name for one in Signatory.objects.all()] == ["Maria Radu"]


def test_a_picture_that_is_none_is_refused_by_name(training: Training) -> None:
    with pytest.raises(errors.LogoRefused, match="wrong_kind"):
        layouts.set_logo(authority=training.authority, by=None, data=b"<svg/>")


@pytest.mark.parametrize("place", [0, 4])
def test_the_database_knows_three_places(training: Training, place: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Signatory.objects.create(authority=training.authority, place=place, name="x")


@pytest.mark.parametrize("shown", [["secret"], ["hours", "holder"]], ids=["unknown", "mixed"])
def test_the_database_knows_the_facts(training: Training, shown: list[str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.create(authority=training.authority, shown=shown)


@pytest.mark.parametrize(
    "statement", ["UPDATE certification_logo SET png = 'x'", "DELETE FROM certification_logo"]
)
def test_a_logo_that_was_printed_can_neither_be_changed_nor_deleted(
    training: Training, statement: str
) -> None:
    layouts.set_logo(authority=training.authority, by=None, data=proof.logo_png())
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_the_sample_is_one_page_in_every_language_with_everything_on_it(
    cast: Cast, training: Training, language: str
) -> None:
    cast.timis.language = language
    cast.timis.save()
    training.authority.refresh_from_db()
    logo = layouts.set_logo(authority=training.authority, by=None, data=proof.logo_png()).logo_id
    second = "en" if language != "en" else "ro"
    design = Design(logo=logo, shown=tuple(Fact.values), second_language=second, signatories=PEOPLE)
    pdf = samples.sample_pdf(training.authority, design)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert samples.sample_picture(training.authority, design).startswith(b"\x89PNG")
    assert "/sample/" in samples._said(training.authority, design)["verify_url"]
