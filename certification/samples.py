"""A sample of an authority's paper, for those who set up its layout. It names nobody and certifies nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override, pgettext

from certification.content import Facts, paper, snapshot
from certification.days import today
from certification.designs import Design, logo_of
from certification.models import Authority, Programme, RuleVersion
from courses.models import Course
from formats.certificate import picture, render
from formats.fonts import typst_fonts
from people.models import Person

# Longer than most, made up: what fits these fits nearly everybody.
HOLDERS = {
    "en": ("Exampleton-Sampleworth", "Alexandra Maria", ""),
    "ro": ("Exemplaru-Modelescu", "Ștefania Alexandra", ""),
    "uk": ("Прикладенко-Зразківська", "Олександра", "Всеволодівна"),
    "bg": ("Примерова-Образцова", "Александра", "Владимирова"),
    "ar": ("النموذجي", "مثال", "عبد الرحمن محمد"),
}
SAMPLE = "sample"  # leads to a page that says that there is no such certificate
NOBODY = "00000000-0000-0000-0000-000000000000"
HOURS = {"theory": 40 * 60, "practice": 10 * 60, "online": 750, "supervision": 6 * 60}


def sample_pdf(authority: Authority, design: Design) -> bytes:
    """The sample as a PDF, without a seal."""
    said = _said(authority, design)
    content = paper(said, logo=logo_of(said))
    return render(
        content,
        fonts=typst_fonts(settings.FONT_DIR),
        timestamp=timezone.now().replace(microsecond=0),
    )


def sample_picture(authority: Authority, design: Design) -> bytes:
    """The sample as a PNG, to be looked at while the layout is set up.

    Raises `UnprintableText` for what a PDF could not hold: a picture alone would show an empty box.
    """
    sample_pdf(authority, design)
    said = _said(authority, design)
    return picture(paper(said, logo=logo_of(said)), fonts=typst_fonts(settings.FONT_DIR))


def _said(authority: Authority, design: Design) -> dict[str, Any]:
    language = authority.organisation.language
    family, given, middle = HOLDERS[language]
    holder = Person(family_name=family, given_name=given, patronymic=middle, language=language)
    day = today()
    facts = Facts(
        number=f"{authority.prefix}/{day.year}/00000", token=SAMPLE, authority=authority, programme=_programme(),
        version=_version(day), holder=holder, course=_course(language), category=_translated(_category),
        hours=HOURS, first_day=day - timedelta(days=60), last_day=day, test_percent=92, issued_on=day,
        valid_from=day, valid_until=day + timedelta(days=3 * 365), review_due=None, design=design,
        second_course=_course(design.second_language) if design.second_language else None,
    )  # fmt: skip
    return snapshot(facts, language)


def _course(language: str) -> Course:
    with override(language):
        title = pgettext("on the sample of a certificate", "Sample course for foster carers")
    return Course(title=title, translation_key=UUID(NOBODY))


def _programme() -> Programme:
    return Programme(code="sample", name=_translated(_programme_name))


def _version(day: date) -> RuleVersion:
    since = date(day.year - 2, 1, 1)
    return RuleVersion(effective_from=since, legal_basis=_translated(_law), validity_months=36)


def _category() -> str:
    return pgettext("on the sample of a certificate", "foster carer")


def _programme_name() -> str:
    return pgettext("on the sample of a certificate", "Sample programme: initial training")


def _law() -> str:
    return pgettext("on the sample of a certificate", "Sample Act 1/2020, article 2")


def _translated(say: Callable[[], str]) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = say()
    return found
