"""The training passport of a person: where they stand, what is missing, what comes next near them, what they did."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification import queries
from certification.days import today
from certification.models import Certificate, Programme, Requirement
from certification.requirements import Answer, Finding
from certification.standing import Standing, State
from courses.models import Topic
from formats import dates
from formats import passport as paper
from formats.fonts import typst_fonts
from people.models import Person
from training import cards
from training.models import Edition
from training.queries.editions import for_lists

RECENT = 3


@dataclass(frozen=True)
class Pass:
    """What the page and the paper show; words are in the language that is set."""

    person: Person
    standings: list[tuple[Programme, Standing]]
    missing: list[paper.Line]
    editions: list[Edition]
    done: list[paper.Line]
    certificate: Certificate | None

    @property
    def nothing_missing(self) -> str:
        """What is said where nothing is on the list of what is missing."""
        findings = (one for _programme, standing in self.standings for one in standing.findings)
        if any(one.answer == Answer.UNKNOWN for one in findings):
            return _("Nothing is missing that we know of. Not every figure of the law is known.")
        return _("Nothing is missing.")

    @property
    def verify_url(self) -> str:
        """Where whoever scans the code lands."""
        if self.certificate is None:
            return ""
        return settings.SITE_URL + reverse("verify-short", args=[self.certificate.token])


def passport_of(person: Person, at: date | None = None) -> Pass:
    """The passport on that day (today)."""
    day = at or today()
    found = queries.standings(person, day)
    return Pass(
        person,
        found,
        [line for programme, standing in found for line in missing_of(programme, standing)],
        next_near(person, [programme for programme, _standing in found]),
        done_by(person),
        _certificate(found),
    )


def missing_of(programme: Programme, standing: Standing) -> list[paper.Line]:
    """What somebody has to do under a programme, in short sentences."""
    name, language = str(programme.name), translation.get_language() or "en"
    last = standing.until or standing.valid_until
    day = dates.long_date(last, language) if last else ""
    words = {
        State.NEVER: _("A course with a certificate is missing."),
        State.IN_PROGRESS: _("Finish the course: sessions, lessons and test."),
        State.EXPIRED: _("The certificate ended. A new course is needed."),
        State.REVOKED: _("The certificate was taken back. Ask your institution what to do."),
        State.SUSPENDED: _("The certificate does not count for now. Ask your institution what to do."),
        State.IN_GRACE: _("Renew the certificate. Last day: %(day)s") % {"day": day},
        State.EXPIRING: _("Renew the certificate. Last day: %(day)s") % {"day": day},
        State.REVIEW_DUE: _("The review of your work is due. Your institution does it with you."),
    }.get(standing.state)  # fmt: skip
    lines = [paper.Line(words, name)] if words else []
    wanting = (finding for finding in standing.findings if finding.answer == Answer.MISSING)
    return lines + [_wanting(finding, name, language) for finding in wanting]


def _wanting(finding: Finding, programme: str, language: str) -> paper.Line:
    """How much of one requirement is missing, and by when."""
    what = str(Requirement.Kind(finding.ask.kind).label)
    if topic := Topic.objects.filter(code=finding.ask.topic).first():
        what = f"{what}, {topic}"
    if finding.ask.minutes:
        words = {"hours": dates.hours(finding.lacking, language), "what": what}
        text = _("Still missing: %(hours)s (%(what)s)") % words
    elif finding.ask.times:
        text = ngettext(
            "Still missing: %(count)d time (%(what)s)",
            "Still missing: %(count)d times (%(what)s)",
            finding.lacking,
        ) % {"count": finding.lacking, "what": what}
    else:
        text = _("Still missing: %(what)s") % {"what": what}
    # Of what is asked once, the last day is only that of the question: nobody has to have it by today.
    if finding.last is None or not (finding.is_missed or finding.is_of_a_year):
        return paper.Line(text, programme)
    words = {"day": dates.long_date(finding.last, language)}
    by = _("was due by %(day)s") if finding.is_missed else _("by %(day)s")
    return paper.Line(text, f"{by % words} · {programme}")


def next_near(person: Person, programmes: list[Programme]) -> list[Edition]:
    """Coming editions of courses that lead to those programmes: in the person's county, or online."""
    keys = {
        key for one in programmes for key in one.courses.values_list("translation_key", flat=True)
    }
    coming = Edition.objects.public().open().coming()
    coming = coming.filter(course__translation_key__in=keys)
    if person.region_id:
        coming = coming.filter(Q(region=person.region_id) | Q(is_online=True))
    mine = person.enrolments.active().values("edition")
    return list(for_lists(coming.exclude(pk__in=mine))[:RECENT])


def done_by(person: Person) -> list[paper.Line]:
    """The last certificates, ours and those on paper, and the hours of the last years."""
    language = translation.get_language() or "en"
    lines = []
    papers = [
        *Certificate.objects.held_by(person).select_related("programme").order_by("-valid_from")[:2],
        *person.earlier_certificates.filter(struck_on=None).order_by("-valid_from")[:1],
    ]  # fmt: skip
    for one in sorted(papers, key=lambda found: found.valid_from, reverse=True)[:2]:
        detail = f"{dates.long_date(one.valid_from, language)} · {one.number}"
        if not isinstance(one, Certificate):
            issuer = {"issuer": one.issuer}
            detail += " · " + _("on paper, by %(issuer)s") % issuer
        text = _("Certificate: %(programme)s") % {"programme": one.programme}
        lines.append(paper.Line(text, detail))
    for year, minutes in queries.hours_by_year(person)[:2]:
        text = _("%(year)s: %(hours)s of training") % {
            "year": year, "hours": dates.hours(minutes, language),
        }  # fmt: skip
        lines.append(paper.Line(text))
    return lines


def printed(person: Person) -> bytes:
    """The passport as PDF, in the person's language whatever the reader's."""
    language = person.language
    with translation.override(language):
        found = passport_of(person)
        content = paper.Passport(
            language=language,
            name=person.formal_name,
            labels=_labels(found),
            printed=_("Printed on %(day)s") % {"day": dates.long_date(today(), language)},
            stands=[
                paper.Stand(str(programme.name), str(one.state.label), one.tone, one.reason)
                for programme, one in found.standings
            ],
            missing=found.missing,
            next=[
                paper.Line(edition.name, " · ".join(filter(None, (cards.when(edition), cards.where(edition)))))
                for edition in found.editions
            ],
            done=found.done,
            verify_url=found.verify_url,
            number=found.certificate.number if found.certificate else "",
        )  # fmt: skip
    fonts = typst_fonts(settings.FONT_DIR)
    return paper.passport(content, fonts=fonts, timestamp=timezone.now().replace(microsecond=0))


def _labels(found: Pass) -> paper.Labels:
    return paper.Labels(
        title=_("Training passport"),
        stand=_("Where I stand"),
        no_stand=_("No programme is asked of me."),
        missing=_("What is missing"),
        nothing_missing=found.nothing_missing,
        next=_("What comes next near me"),
        no_next=_("No course near me is open now. My institution knows the next dates."),
        done=_("What I did"),
        no_done=_("Nothing is on record yet."),
        check=_("Check my certificate"),
        scan=_("Scan the code with a phone."),
        qr_alt=_("Code that leads to the page where this certificate is checked"),
        more=_("Not everything fits on this paper. The rest is on your page."),
    )


def _certificate(found: list[tuple[Programme, Standing]]) -> Certificate | None:
    """The one that speaks for the person: of a good standing first, else the newest that is named."""
    ranked = sorted(found, key=lambda pair: not pair[1].is_good)
    number = next((one.certificate_id for _programme, one in ranked if one.certificate_id), None)
    return Certificate.objects.filter(pk=number).first()
