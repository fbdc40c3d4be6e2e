"""The conditions of a place, one by one. The same list serves the page that explains and the action that decides.

Each is a unit with a name: `unmet` says why a person cannot have a place (a `Refused` with its own message and next
step) or nothing; `asks` says beforehand, on the page of the edition, what it asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.queries import in_reader_language
from formats import dates
from people.models import Category, Person
from training.actions.applicants import Applicant
from training.actions.errors import (
    EditionCancelled,
    EditionOver,
    EnrolmentClosed,
    EnrolmentNotOpenYet,
    Refused,
)
from training.actions.refusals import (
    AlreadyInCourse,
    CourseMissing,
    NotForThem,
    NotFromHere,
    Overlaps,
    QuotaReached,
    long_moment,
    zone_of,
)
from training.models import Edition, Enrolment

Status = Edition.Status


@dataclass(frozen=True)
class Condition:
    """One condition. `personal` ones are asked of a person, the others of the edition alone."""

    name: str
    unmet: Callable[[Edition, Applicant, datetime], Refused | None]
    asks: Callable[[Edition], str] = lambda _edition: ""
    personal: bool = True


# Of the edition


def not_cancelled(edition: Edition, _who: Applicant | None, _at: datetime) -> Refused | None:
    """The edition takes place."""
    return EditionCancelled(edition) if edition.status == Status.CANCELLED else None


def not_over(edition: Edition, _who: Applicant | None, at: datetime) -> Refused | None:
    """There is still something to attend."""
    over = edition.status == Status.DONE or (edition.ends is not None and edition.ends <= at)
    return EditionOver() if over else None


def already_open(edition: Edition, _who: Applicant | None, at: datetime) -> Refused | None:
    """Enrolment has begun."""
    if edition.status in (Status.DRAFT, Status.ANNOUNCED):
        later = edition.enrolment_opens and edition.enrolment_opens > at
        return EnrolmentNotOpenYet(edition.enrolment_opens if later else None)
    if edition.enrolment_opens is not None and edition.enrolment_opens > at:
        return EnrolmentNotOpenYet(edition.enrolment_opens)
    return None


def not_closed(edition: Edition, _who: Applicant | None, at: datetime) -> Refused | None:
    """Enrolment has not ended."""
    return None if edition.takes_enrolments(at) else EnrolmentClosed()


# Of the person


def right_audience(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """The person is one of those whom the course is for."""
    if not edition.audience_only:
        return None
    wanted = _audience(edition)
    if not wanted or who.categories & {category.pk for category in wanted}:
        return None
    return NotForThem([str(category.name) for category in wanted])


def right_territory(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """The person lives in the county, or belongs to an institution of the organiser's branch if that is not known."""
    if not edition.region_only or edition.region is None:
        return None
    home = who.person.region
    if home is not None:
        fits = home.path.startswith(edition.region.path)
    else:
        institution = who.institution
        fits = bool(institution and institution.path.startswith(edition.organiser.path))
    return None if fits else NotFromHere(str(edition.region))


def prerequisite_done(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """The person has completed the course that comes before this one."""
    course = edition.prerequisite
    if course is None or course.translation_key in who.completed:
        return None
    return CourseMissing(course, in_reader_language(course).title)


def within_quota(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """The institution has not as many people here as it may; those who wait or ask count too."""
    if edition.institution_quota is None or who.institution is None:
        return None
    rows = Enrolment.objects.filter(edition=edition, institution=who.institution)
    rows = rows.exclude(status__in=[Enrolment.Status.CANCELLED, Enrolment.Status.REFUSED])
    if rows.exclude(person=who.person).count() + who.others < edition.institution_quota:
        return None
    return QuotaReached(str(who.institution), edition.institution_quota)


def not_in_course_already(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """The person has no place in another edition of the same course."""
    for held in who.places:
        if held.course_key == edition.course_key and held.edition != edition.pk:
            place = held.enrolment()
            return AlreadyInCourse(place, place.edition.name_in(), _days(place.edition))
    return None


def no_overlap(edition: Edition, who: Applicant, _at: datetime) -> Refused | None:
    """No session of another place of the person is at the same time."""
    if edition.starts is None or edition.ends is None:
        return None
    taken = [
        row
        for row in who.sessions
        if row[2] != edition.pk and row[0] < edition.ends and edition.starts < row[1]
    ]
    if not taken:
        return None
    for session in edition.sessions.all():
        if session.is_cancelled:
            continue
        for starts, ends, other in taken:
            if starts < session.ends and session.starts < ends:
                held = next(held for held in who.places if held.edition == other)
                place = held.enrolment()
                when = dates.session_time(starts, ends, session.time_zone, get_language() or "en")
                return Overlaps(place, place.edition.name_in(), when)
    return None


def always(_edition: Edition, _who: Applicant, _at: datetime) -> Refused | None:
    """Nothing stands in the way: what this unit asks is answered by somebody, later."""
    return None


# What is asked, said beforehand


def asks_audience(edition: Edition) -> str:
    names = [str(c.name) for c in _audience(edition)] if edition.audience_only else []
    return _("For: %(audience)s") % {"audience": ", ".join(names)} if names else ""


def asks_territory(edition: Edition) -> str:
    if not edition.region_only or edition.region is None:
        return ""
    return _("For people of this county: %(region)s") % {"region": edition.region}


def asks_prerequisite(edition: Edition) -> str:
    if edition.prerequisite is None:
        return ""
    title = in_reader_language(edition.prerequisite).title
    return _("After this course: %(title)s") % {"title": title}


def asks_quota(edition: Edition) -> str:
    if edition.institution_quota is None:
        return ""
    text = ngettext(
        "At most %(count)s person of one institution",
        "At most %(count)s people of one institution",
        edition.institution_quota,
    )
    return text % {"count": edition.institution_quota}


def asks_approval(edition: Edition) -> str:
    """Who decides, and that a request is not a place."""
    kinds = Edition.Approval
    if edition.approval == kinds.ORGANISER:
        text = _("%(organiser)s decides on each request. A request does not hold a place yet.")
        return text % {"organiser": edition.organiser}
    if edition.approval == kinds.INSTITUTION:
        return _("Your institution decides on your request. A request does not hold a place yet.")
    return ""


def asks_deadline(edition: Edition) -> str:
    """Until when one can change one's mind, said before it is too late."""
    if edition.cancel_until is None:
        return ""
    moment = long_moment(edition.cancel_until, zone_of(edition))
    return _("You can cancel your place until %(day)s.") % {"day": moment}


CONDITIONS: tuple[Condition, ...] = (
    Condition("not cancelled", not_cancelled, personal=False),
    Condition("not over", not_over, personal=False),
    Condition("already open", already_open, personal=False),
    Condition("not closed", not_closed, personal=False),
    Condition("not in the course already", not_in_course_already),
    Condition("audience", right_audience, asks_audience),
    Condition("territory", right_territory, asks_territory),
    Condition("prerequisite", prerequisite_done, asks_prerequisite),
    Condition("overlap", no_overlap),
    Condition("quota of an institution", within_quota, asks_quota),
    Condition("approval", always, asks_approval),
    Condition("deadline to cancel", always, asks_deadline),
)
# What changes with every place that is given: asked again under the lock, even if the edition is as it was.
COUNTED = frozenset({"quota of an institution"})
# What may have changed between a request and its answer. Whoever answers may do so after the last day to enrol.
AT_AN_ANSWER = frozenset({"not cancelled", "not over", "not in the course already", "overlap"})


def why_not(
    edition: Edition,
    who: Person | Applicant | None = None,
    *,
    at: datetime | None = None,
    only: frozenset[str] | None = None,
) -> Refused | None:
    """The first condition of a place that is not met, or None. A full edition is no refusal: it has a waiting list."""
    now = at or timezone.now()
    applicant = Applicant(who) if isinstance(who, Person) else who
    for condition in CONDITIONS:
        if (only and condition.name not in only) or (condition.personal and applicant is None):
            continue
        refusal = condition.unmet(edition, applicant, now)  # type: ignore[arg-type]
        if refusal:
            return refusal
    return None


def asked_of(edition: Edition) -> list[str]:
    """What the edition asks, in words, for its page: nobody learns of a condition by being refused."""
    return [text for condition in CONDITIONS if (text := condition.asks(edition))]


def _audience(edition: Edition) -> list[Category]:
    # Audience is the same in all translations of a course; whichever carries it counts.
    key = edition.course.translation_key
    return list(Category.objects.filter(courses__translation_key=key).distinct().order_by("code"))


def _days(edition: Edition) -> str:
    if not edition.starts or not edition.ends:
        return ""
    zone = zone_of(edition)
    first, last = edition.starts.astimezone(zone).date(), edition.ends.astimezone(zone).date()
    return dates.date_range(first, last, get_language() or "en")


def waiting_may_move_up(edition: Edition, *, at: datetime | None = None) -> bool:
    """A free place goes to the waiting list until the first session begins, and as long as enrolment is open."""
    now = at or timezone.now()
    if edition.status in (Status.DRAFT, Status.DONE, Status.CANCELLED):
        return False
    return edition.starts is None or edition.starts > now or edition.takes_enrolments(now)
