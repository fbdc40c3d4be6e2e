"""Looking somebody up while the telephone waits: by name, by the number of a certificate or of an authorisation."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.models import Certificate, EarlierCertificate
from certification.verification import spellings
from formats import names
from formats.dates import long_date
from people.models import Authorisation, Person, User
from people.permissions import Permission

# So many are offered to choose from; of more, the asker is asked for more of the name.
MOST = 10
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """Whom a text means, and the paper whose number it is."""

    people: tuple[Person, ...] = ()
    certificate: Certificate | EarlierCertificate | None = None
    authorisation: Authorisation | None = None
    is_cut: bool = False


def people_to_tell_of(user: User) -> QuerySet[Person]:
    """The people of whom this user may say where they stand."""
    people = Person.objects.visible_to(user, Permission.VIEW_STANDING).filter(erased_at=None)
    return people.select_related("region")


def look_up(user: User, text: str) -> Found:
    """A number is tried first, where there is a digit in it. Whoever is out of reach is not found."""
    reach = people_to_tell_of(user)
    if any(c.isdigit() for c in text):
        found = _by_certificate(reach, text) or _by_authorisation(reach, text)
        if found:
            return found
    return by_name(reach, text)


def _by_certificate(reach: QuerySet[Person], text: str) -> Found | None:
    inside = reach.values("pk")
    ours = Certificate.objects.filter(number__in=spellings(text), person__in=inside).first()
    if ours:
        return Found((reach.get(pk=ours.person_id),), certificate=ours)
    papers = EarlierCertificate.objects.filter(
        number_key=names.fold(text), struck_on=None, person__in=inside
    )
    return _held(reach, list(papers.order_by("pk")[: MOST + 1]), "certificate")


def _by_authorisation(reach: QuerySet[Person], text: str) -> Found | None:
    rows = Authorisation.objects.exclude(number="").filter(
        number__iexact=names.clean(text), person__in=reach.values("pk")
    )
    return _held(reach, list(rows.order_by("-since", "-pk")[: MOST + 1]), "authorisation")


def _held(reach: QuerySet[Person], papers: list, kind: str) -> Found | None:
    """Whoever holds these papers; which paper it is where one person does."""
    holders = list(dict.fromkeys(paper.person_id for paper in papers))
    if not holders:
        return None
    people = tuple(reach.filter(pk__in=holders).by_name()[:MOST])
    one = papers[0] if len(holders) == 1 else None
    return Found(people, is_cut=len(holders) > MOST, **{kind: one})


def by_name(reach: QuerySet[Person], text: str) -> Found:
    """Those whose name is written so first, then those whose name only sounds so."""
    if sum(c.isalpha() for c in text) < SHORTEST:
        return Found()
    written = Person.objects.matching(text).order_by().values("pk")
    rank = Case(
        When(pk__in=written, then=Value(0)), default=Value(1), output_field=IntegerField()
    )  # fmt: skip
    rows = reach.sounding_like(text).annotate(rank=rank).order_by("rank", "sort_key", "pk")
    people = list(rows[: MOST + 1])
    return Found(tuple(people[:MOST]), is_cut=len(people) > MOST)


def authorisation_said(paper: Authorisation, at: date) -> str:
    """What the record says of an authorisation on that day, in a sentence."""
    language = get_language() or "en"
    words = {
        "number": paper.number,
        "since": long_date(paper.since, language),
        "until": long_date(paper.until, language) if paper.until else "",
    }
    if paper.status == Authorisation.Status.WITHDRAWN:
        return _("Authorisation %(number)s has been withdrawn.") % words
    if paper.status == Authorisation.Status.SUSPENDED:
        return _("Authorisation %(number)s is suspended.") % words
    if paper.since > at:
        return _("Authorisation %(number)s begins on %(since)s.") % words
    if paper.until and paper.until < at:
        return _("Authorisation %(number)s ended on %(until)s.") % words
    if paper.until:
        return _("Authorisation %(number)s is in force until %(until)s.") % words
    return _("Authorisation %(number)s is in force, without an end date.") % words
