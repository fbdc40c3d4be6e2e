"""A certificate outlives what it was made of: institutions, programmes and courses are renamed, a course goes, its
holder is erased; the code, the typed number and the files that were saved before go on answering."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from certification import credentials
from certification.actions import documents
from certification.file_check import examine_file
from certification.models import Certificate
from certification.verification import Verdict
from people.actions.erasure import Reason, erase
from tests.cast import Cast
from training.models import Enrolment

from .conftest import Training

pytestmark = pytest.mark.usefixtures("clock")
YEARS_LATER = datetime(2028, 11, 2, 9, tzinfo=UTC)


def everything_is_renamed(cast: Cast, training: Training) -> None:
    """Whatever the paper names is called something else now, its number's prefix included."""
    cast.timis.name = {"ro": "Agenția Nouă", "en": "New Agency"}
    cast.timis.short_name = "AN"
    cast.timis.save()
    training.programme.name = {"ro": "Program nou", "en": "New programme"}
    training.programme.save()
    training.course.title = "Curs nou"
    training.course.save()
    training.authority.prefix = "AN"
    training.authority.save()
    cast.vasile.family_name = "Ionescu"
    cast.vasile.save()
    cast.carer.name = {"ro": "Altă categorie", "en": "Another category"}
    cast.carer.save()


def the_course_goes(_cast: Cast, training: Training) -> None:
    """Not through our pages, which refuse it: as somebody with the database in hand."""
    Enrolment.objects.filter(edition=training.edition).delete()
    training.edition.sessions.all().delete()
    training.edition.delete()
    training.course.delete()


def its_holder_is_erased(cast: Cast, _training: Training) -> None:
    erase(person=cast.vasile, by=None, reason=Reason.REQUEST)


LIVES = {
    "renamed": [everything_is_renamed],
    "course-gone": [the_course_goes],
    "erased": [its_holder_is_erased],
    "all-three": [everything_is_renamed, the_course_goes, its_holder_is_erased],
}


@pytest.mark.parametrize("life", LIVES)
def test_the_check_and_the_saved_files_go_on_answering(
    cast: Cast, training: Training, certificate: Certificate, clock, life: str
) -> None:
    with certificate.document.pdf.open("rb") as file:
        saved = [file.read(), credentials.file(certificate, "credential.json")]
    clock.move_to(YEARS_LATER)
    for happens in LIVES[life]:
        happens(cast, training)
    credentials.caches["local"].clear()
    is_erased = its_holder_is_erased in LIVES[life]
    with translation.override("en"):
        by_code = Client().get(reverse("certification:verify-token", args=[certificate.token]))
        typed = {"number": "TM/2026/00001", "family_name": "Țurcanu"}
        by_number = Client().post(reverse("certification:verify"), typed)
    for page in (by_code, by_number):
        text = page.content.decode()
        assert page.status_code == 200 and "<h1>Valid</h1>" in text and "TM/2026/00001" in text
        assert ("Vasile Țurcanu" in text) != is_erased and "Ionescu" not in text
        # Of an erased certificate issuer and programme are told as they are called today.
        assert is_erased or ("Bazele îngrijirii" in text and "DGASPC Timiș" in text)
    found = [examine_file(data) for data in saved]
    assert [one.verdict for one in found] == [Verdict.VALID] * 2
    assert {one.entry.id for one in found} == {certificate.pk}


@pytest.mark.parametrize("life", ["renamed", "course-gone"])
def test_the_paper_is_made_again_byte_for_byte_years_later(
    cast: Cast, training: Training, certificate: Certificate, clock, life: str
) -> None:
    before = documents.printed(certificate), credentials.file(certificate, "credential.json")
    clock.move_to(YEARS_LATER)
    for happens in LIVES[life]:
        happens(cast, training)
    credentials.caches["local"].clear()
    fresh = Certificate.objects.get(pk=certificate.pk)
    assert (documents.printed(fresh), credentials.file(fresh, "credential.json")) == before


def test_the_last_day_is_still_that_of_the_paper(certificate: Certificate, clock) -> None:
    """Surviving is not the same as staying valid for ever."""
    with certificate.document.pdf.open("rb") as file:
        saved = file.read()
    assert certificate.valid_until == date(2029, 3, 9)
    clock.move_to(datetime(2029, 3, 10, 9, tzinfo=UTC))
    assert examine_file(saved).verdict == Verdict.EXPIRED
