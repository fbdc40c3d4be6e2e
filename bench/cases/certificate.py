"""One certificate: printed; with credential, seal and storing; checked as a file. Beside WeasyPrint and ReportLab."""

import io
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import segno
import weasyprint
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from PIL import ImageFile
from pymupdf_fonts import myfont
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from weasyprint.text.fonts import FontConfiguration

from bench import data
from bench.harness import Options, alternate, show
from certification import content, file_check
from certification.actions import documents
from certification.designs import design_of
from certification.models import (
    Authority,
    Certificate,
    CertificateContent,
    CertificateDocument,
    Programme,
    Signatory,
)
from config.demo import institutions, names, pages, programmes
from courses.models import Course
from formats.certificate import CertificateContent as Paper
from formats.certificate import render
from formats.fonts import typst_fonts
from people.models import Organisation, Person

# WeasyPrint lets the whole process take pictures that are cut off; our own uploads may not be.
ImageFile.LOAD_TRUNCATED_IMAGES = False

ROUNDS = 30
CERTIFICATES = 200
GOALS = {
    "printed": 10,
    "printed, with credential, sealed, stored": 60,
    "a file checked in full": "–",
}
DAY = date(2026, 3, 7)


def fill(scale: int) -> None:
    """Certificates as issued, without their files."""
    jurisdiction, counties = institutions.build()
    courses = pages.write(["ro"])
    programmes.build(jurisdiction, courses)
    programme = Programme.objects.get(code="ro.asistent-maternal")
    signs = _authority(counties[0].directorate)
    for number in range(1, CERTIFICATES * scale + 1):
        _issue(number, programme, signs, courses["foster-initial"])


def _authority(organisation: Organisation) -> Authority:
    found = Authority.objects.get_or_create(
        organisation=organisation, defaults={"prefix": "BENCH"}
    )[0]
    Signatory.objects.get_or_create(authority=found, place=1, defaults={"name": "Maria Radu"})
    return found


def _issue(number: int, programme: Programme, signs: Authority, course: Course) -> None:
    holder = Person.objects.create(
        family_name=names.FAMILY[number % len(names.FAMILY)], given_name="Ștefania", language="ro"
    )
    version = programme.versions.order_by("pk").first()
    assert version
    token = secrets.token_urlsafe(16)
    facts = content.Facts(
        number=f"{signs.prefix}/2026/{number:05d}", token=token, authority=signs, programme=programme,
        version=version, holder=holder, course=course, category={"ro": "asistent maternal profesionist"},
        hours={"theory": 1200, "practice": 1200}, first_day=DAY, last_day=DAY, test_percent=90,
        issued_on=DAY, valid_from=DAY, valid_until=date(2029, 3, 7), review_due=None, design=design_of(signs),
    )  # fmt: skip
    said = content.snapshot(facts, "ro")
    certificate = Certificate.objects.create(
        number=facts.number, token=token, authority=signs, year=2026, serial=number, person=holder,
        programme=programme, rule_version=version, course_key=course.translation_key, language="ro",
        issued_on=DAY, valid_from=DAY, valid_until=facts.valid_until, name_salt="5" * 32,
        name_proof=content.name_proof(holder.family_name, "5" * 32),
        content_sha256=content.fingerprint(said),
    )  # fmt: skip
    CertificateContent.objects.create(
        certificate=certificate, holder_name=holder.formal_name, snapshot=said
    )


@dataclass(frozen=True)
class Lines:
    """What all of them print: text with its size, from the top down."""

    texts: tuple[tuple[str, float, bool], ...]
    url: str


def lines(paper: Paper) -> Lines:
    """The words of the certificate, without what only ours has (tags, outlines, alternative text)."""
    labels = paper.labels
    texts = [
        (paper.authority, 14, True), (paper.title, 30, True), (f"{labels['number']} {paper.number}", 10, True),
        (labels["intro"], 11, False), (paper.holder, 28, True), (labels["completed"], 11, False),
        (paper.course, 18, True), (f"{labels['programme']}: {paper.programme}", 11, False),
        (f"{labels['category']}: {paper.category}", 11, False),
        *((f"{label}: {text}", 11, False) for label, text in paper.hours),
        (f"{labels['period']}: {paper.period}", 11, False), (f"{labels['result']}: {paper.result}", 11, False),
        (f"{labels['legal_basis']}: {paper.legal_basis}", 11, False),
        (f"{labels['issued_on']}: {paper.issued_on}", 11, False),
        (f"{labels['valid_until']}: {paper.valid_until}", 11, False),
        *((f"{name}, {post}", 11, False) for name, post in paper.signatories),
        (labels["verify"], 9, True), (paper.verify_hint, 8, False), (paper.verify_url, 8, False),
        (paper.seal_note, 8, False),
    ]  # fmt: skip
    return Lines(tuple(texts), paper.verify_url)


@cache
def _weasyprint_fonts(folder: Path) -> tuple[FontConfiguration, weasyprint.CSS]:
    """Fonts and style sheet are read once, as a careful user of it would."""
    found = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: FiraGO; font-weight: {weight}; src: url({(folder / name).as_uri()}) }}"
        for weight, name in (("400", "firago-regular.ttf"), ("700", "firago-bold.ttf"))
    )
    rest = "@page { size: A4 landscape; margin: 22mm 30mm } body { font-family: FiraGO; text-align: center }"
    return found, weasyprint.CSS(string=faces + rest, font_config=found)


def with_weasyprint(said: Lines, folder: Path) -> bytes:
    """The same words as a page of HTML."""
    fonts, style = _weasyprint_fonts(folder)
    code = segno.make(said.url, error="m").svg_inline(scale=3)
    words = "".join(
        f'<p style="font-size:{size}pt;margin:1mm;font-weight:{700 if bold else 400}">{escape(text)}</p>'
        for text, size, bold in said.texts
    )
    page = weasyprint.HTML(string=f"<!doctype html><html lang=ro><body>{words}{code}</body></html>")
    return page.write_pdf(stylesheets=[style], font_config=fonts)


@cache
def _reportlab_fonts() -> None:
    for name, code in (("FiraGO", "figo"), ("FiraGO-Bold", "figbo")):
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(myfont(code))))


def with_reportlab(said: Lines) -> bytes:
    """The same words drawn line by line."""
    _reportlab_fonts()
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=landscape(A4))
    width, top = landscape(A4)[0], landscape(A4)[1] - 70
    for text, size, bold in said.texts:
        page.setFont("FiraGO-Bold" if bold else "FiraGO", size)
        page.drawCentredString(width / 2, top, text)
        top -= size * 1.25 + 3
    for y, row in enumerate(segno.make(said.url, error="m").matrix):
        for x, dark in enumerate(row):
            if dark:
                page.rect(700 + 2 * x, 120 - 2 * y, 2, 2, stroke=0, fill=1)
    page.showPage()
    page.save()
    return out.getvalue()


def _next(pending: list[Certificate]) -> Callable[[], object]:
    """Each call makes the file of another certificate."""
    waiting = iter(pending)
    return lambda: documents.make(certificate=next(waiting))


def run(options: Options) -> None:
    """Both of ours beside both references, in turns in this process."""
    data.prepared("certificate", fill)
    CertificateDocument.objects.all().delete()
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            show(
                "One certificate: processor milliseconds, and how many a second one process makes",
                [
                    "ours",
                    "reference",
                    "ours CPU ms",
                    "its CPU ms",
                    "ratio",
                    "goal",
                    "ours per s",
                    "its per s",
                ],
                _compared(options),
            )
    finally:
        data.stop()


def _compared(options: Options) -> list[list[object]]:
    fonts = typst_fonts(settings.FONT_DIR)
    waiting = list(Certificate.objects.order_by("pk"))
    paper = content.paper(waiting[0].content.snapshot)
    said, now = lines(paper), timezone.now().replace(microsecond=0)
    with documents.make(certificate=waiting.pop()).pdf.open("rb") as file:
        whole = file.read()
    sealed = _next(waiting)
    ours: dict[str, Callable[[], object]] = {
        "printed": lambda: render(paper, fonts=fonts, timestamp=now),
        "printed, with credential, sealed, stored": sealed,
        "a file checked in full": lambda: file_check.examine_file(whole),
    }
    references: dict[str, Callable[[], object]] = {
        "WeasyPrint, untagged, unsealed": lambda: with_weasyprint(said, fonts),
        "ReportLab, untagged, unsealed": lambda: with_reportlab(said),
    }
    rows: list[list[object]] = []
    for name, side in ours.items():
        for other, reference in references.items():
            pair = alternate(side, reference, rounds=max(ROUNDS, options.rounds))
            speeds = [1000 / pair.ours_wall, 1000 / pair.reference_wall]
            figures = [pair.ours_cpu, pair.reference_cpu, pair.ratio, GOALS[name]]
            rows.append([name, other, *figures, *speeds])
    return rows
