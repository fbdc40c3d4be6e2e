"""Who can teach a session, and why not: named conditions, each with its own sentence, over facts read once for all."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Course
from formats import dates
from people.models import Organisation, Person, Region, User
from training.models import Qualification, Session, SessionTrainer, TrainerProfile
from training.planning import week_of
from training.queries.availability import Said, said_by

LANGUAGES = dict(settings.LANGUAGES)
YES, PERHAPS, NO = "yes", "perhaps", "no"


@dataclass(frozen=True)
class Reason:
    """What one condition says: met, not met, or (None) that there is a doubt."""

    code: str
    ok: bool | None
    text: str


@dataclass(frozen=True)
class Candidate:
    """A trainer with all that speaks for and against them."""

    trainer: Person
    reasons: tuple[Reason, ...]
    leads: bool = False

    @property
    def verdict(self) -> str:
        """no: something is against it; perhaps: there is a doubt; yes: nothing is."""
        said = {reason.ok for reason in self.reasons}
        return NO if False in said else PERHAPS if None in said else YES


@dataclass
class Facts:
    """All that is known of one trainer and matters here."""

    profile: TrainerProfile | None = None
    regions: list[str] = field(default_factory=list)  # tree paths
    qualifications: list[Qualification] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    led: list[SessionTrainer] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A session with what its course is about, and with which day its weeks begin."""

    session: Session
    topics: frozenset[int]
    first_weekday: int = 1  # of the organiser's country
    unnamed: frozenset[int] = frozenset()  # sessions that the reader may not see

    @property
    def day(self) -> date:
        """Where it takes place."""
        return self.session.starts.astimezone(ZoneInfo(self.session.time_zone)).date()

    @property
    def region(self) -> Region | None:
        """The county of the building, else of the edition."""
        room, edition = self.session.room, self.session.edition
        return (room.venue.region if room else None) or edition.region


Condition = Callable[[Facts, Asked], Reason | None]


def is_qualified(facts: Facts, asked: Asked) -> Reason:
    """A paper for the course, or for one of its topics, that counts on the day."""
    key = asked.session.edition.course.translation_key
    fitting = [
        one
        for one in facts.qualifications
        if (one.course and one.course.translation_key == key) or one.topic_id in asked.topics
    ]
    words = {"what": "", "day": "", "document": ""}
    for one in fitting:
        words = {"what": str(one), "document": one.document, "day": _day(one.until)}
        if one.holds(asked.day):
            with_end = _("Qualified for %(what)s until %(day)s: %(document)s.")
            text = with_end if one.until else _("Qualified for %(what)s: %(document)s.")
            return Reason("qualified", True, text % words)
    if not fitting:
        text = _("No qualification for this course or its topics is recorded.")
    elif fitting[-1].until and fitting[-1].until < asked.day:
        text = _("The qualification for %(what)s ended on %(day)s.") % words
    else:
        words["day"] = _day(fitting[-1].since)
        text = _("The qualification for %(what)s begins on %(day)s.") % words
    return Reason("qualified", False, text)


def speaks(facts: Facts, asked: Asked) -> Reason:
    """The language of the edition."""
    code = asked.session.edition.language
    words = {"language": LANGUAGES.get(code, code)}
    if not facts.profile or not facts.profile.languages:
        text = _("It is not recorded in which languages this person teaches.")
        return Reason("language", None, text)
    if code in facts.profile.languages:
        return Reason("language", True, _("Teaches in %(language)s.") % words)
    return Reason("language", False, _("Does not teach in %(language)s.") % words)


def is_free(facts: Facts, asked: Asked) -> Reason:
    """No other session at that time: the database would refuse it."""
    session = asked.session
    for row in facts.led:
        other = row.session
        if other.pk != session.pk and row.starts < session.ends and row.ends > session.starts:
            when = dates.session_time(other.starts, other.ends, other.time_zone, _language())
            hidden = _("a session of another institution")
            words = {"title": hidden if other.pk in asked.unnamed else str(other), "when": when}
            text = _("Leads another session then: %(title)s, %(when)s.") % words
            return Reason("free", False, text)
    return Reason("free", True, _("Leads no other session then."))


def is_there(facts: Facts, asked: Asked) -> Reason:
    """The hours that they gave us, by their own clock."""
    session = asked.session
    zone = facts.profile.time_zone if facts.profile else session.time_zone
    known = facts.said.has_time(session.starts, session.ends, zone)
    texts = {
        True: _("Has time then."),
        False: _("Has no time then, by the hours given to us."),
        None: _("It is not recorded when this person has time."),
    }
    return Reason("time", known, texts[known])


def comes_here(facts: Facts, asked: Asked) -> Reason:
    """The territory; online there is none."""
    if asked.session.edition.is_online and not asked.session.room:
        return Reason("territory", True, _("The session is online."))
    if not facts.regions:
        return Reason("territory", True, _("Teaches everywhere."))
    if asked.region is None:
        return Reason("territory", None, _("It is not recorded in which county the session is."))
    words = {"region": str(asked.region)}
    if asked.region.path.startswith(tuple(facts.regions)):
        return Reason("territory", True, _("Teaches in this county: %(region)s.") % words)
    return Reason("territory", False, _("Does not teach in this county: %(region)s.") % words)


def within_the_week(facts: Facts, asked: Asked) -> Reason | None:
    """A limit of hours in a week warns, it does not forbid."""
    if not facts.profile or not facts.profile.weekly_hours:
        return None
    limit = facts.profile.weekly_hours * 60
    total = asked.session.minutes + minutes_in_week(
        facts.led, asked.session, ZoneInfo(facts.profile.time_zone), asked.first_weekday
    )
    words = {
        "hours": dates.hours(total, _language()),
        "limit": dates.hours(limit, _language()),
    }
    if total <= limit:
        text = _("With this session %(hours)s that week, of at most %(limit)s.")
    else:
        text = _("With this session %(hours)s that week: more than the %(limit)s given to us.")
    return Reason("week", True if total <= limit else None, text % words)


CONDITIONS: tuple[Condition, ...] = (
    is_qualified, speaks, is_free, is_there, comes_here, within_the_week,
)  # fmt: skip


def minutes_in_week(
    rows: Iterable[SessionTrainer], session: Session, zone: ZoneInfo, first_weekday: int
) -> int:
    """What somebody leads in the week of that session, on the wall clock there, without the session itself."""

    def week(moment: datetime) -> date:
        return week_of(moment.astimezone(zone).date(), first_weekday)

    return sum(
        int((row.ends - row.starts).total_seconds() // 60)
        for row in rows
        if row.session_id != session.pk and week(row.starts) == week(session.starts)
    )


def suitability(
    sessions: Sequence[Session], people: Iterable[Person], *, by: User | None
) -> dict[int, list[Candidate]]:
    """For each session every one of these trainers with the reasons; those for whom nothing is against it first.

    What else a trainer leads is named only to `by` who may see it.
    Sessions come with edition, course, room and venue. The number of queries does not grow.
    """
    trainers = list(people)
    facts = _facts(trainers, sessions)
    topics, weeks = _topics(sessions), _weeks(sessions)
    unnamed = _unnamed(facts.values(), by)
    order = {YES: 0, PERHAPS: 1, NO: 2}
    found = {}
    for session in sessions:
        of_course = topics[session.edition.course.translation_key]
        asked = Asked(session, of_course, weeks[session.edition.organiser_id], unnamed)
        rows = [_judge(one, facts[one.pk], asked) for one in trainers]
        found[session.pk] = sorted(rows, key=lambda row: order[row.verdict])
    return found


def _judge(trainer: Person, facts: Facts, asked: Asked) -> Candidate:
    said = (condition(facts, asked) for condition in CONDITIONS)
    leads = any(row.session_id == asked.session.pk for row in facts.led)
    return Candidate(trainer, tuple(reason for reason in said if reason), leads)


def _facts(trainers: Sequence[Person], sessions: Sequence[Session]) -> dict[int, Facts]:
    found: dict[int, Facts] = {one.pk: Facts() for one in trainers}
    of = {"trainer__in": list(found)}
    for profile in TrainerProfile.objects.filter(**of).prefetch_related("regions"):
        found[profile.trainer_id].profile = profile
        found[profile.trainer_id].regions = [region.path for region in profile.regions.all()]
    for paper in (
        Qualification.objects.filter(**of).select_related("course", "topic").order_by("since")
    ):
        found[paper.trainer_id].qualifications.append(paper)
    for key, said in said_by(found).items():
        found[key].said = said
    if sessions:
        # A week on each side: what counts into the weekly hours in any time zone.
        first = min(session.starts for session in sessions) - timedelta(days=8)
        last = max(session.ends for session in sessions) + timedelta(days=8)
        led = SessionTrainer.objects.filter(
            **of, is_cancelled=False, starts__lt=last, ends__gt=first
        )
        for row in led.select_related("session__edition__course"):
            found[row.trainer_id].led.append(row)
    return found


def _unnamed(facts: Iterable[Facts], by: User | None) -> frozenset[int]:
    """Sessions of other institutions: that somebody is there matters here, not what it is."""
    led = {row.session_id for one in facts for row in one.led}
    if by is None or not led:
        return frozenset()
    seen = Session.objects.visible_to(by).filter(pk__in=led).values_list("pk", flat=True)
    return frozenset(led.difference(seen))


def _topics(sessions: Sequence[Session]) -> dict[object, frozenset[int]]:
    """What each course is about, by the key that its translations share."""
    keys = {session.edition.course.translation_key for session in sessions}
    found: dict[object, set[int]] = defaultdict(set)
    rows = Course.objects.filter(translation_key__in=keys)
    for key, topic, taught in rows.values_list("translation_key", "topics", "hours__topic"):
        found[key] |= {topic, taught} - {None}
    return defaultdict(frozenset, {key: frozenset(values) for key, values in found.items()})


def _weeks(sessions: Sequence[Session]) -> dict[int, int]:
    """With which day of the week each organiser's weeks begin."""
    rows = Organisation.objects.filter(pk__in={s.edition.organiser_id for s in sessions})
    return dict(rows.values_list("pk", "jurisdiction__week_start"))


def _day(day: date | None) -> str:
    return dates.long_date(day, _language()) if day else ""


def _language() -> str:
    return get_language() or "en"
