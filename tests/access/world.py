"""One of everything in each of two counties, for the matrix of who may open what."""

from dataclasses import dataclass
from datetime import date

from certification.actions import log
from notifications.links import stop_url
from notifications.models import Topic
from people.models import ImportDraft, Membership, Organisation, Person, User
from tests.cast import Cast
from tests.factories import certification as proofs
from tests.factories import courses, lessons
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, households
from training.answer_links import token_of
from training.models import CalendarFeed, Edition, NominationList, Session
from training.tokens import offer_token

# Digits that a code has, for those that it has not.
LIKE_CODES = str.maketrans("01258", "AC3EF")


@dataclass(frozen=True)
class County:
    """What a county has, all of one carer, one officer and one edition."""

    directorate: Organisation
    carer: Person
    officer: User
    edition: Edition
    session: Session
    ids: dict[str, int]
    tokens: dict[str, str]


def county(
    cast: Cast, directorate: Organisation, carer: User, officer: User, course, programme, **session
) -> County:
    """One of everything, most of it through the actions."""
    edition = make.edition(directorate, course=course, capacity=5)
    meeting = make.session(edition, 0, 3, hours=24, **session)  # never over today
    place = make.place(carer.person, edition)
    edition.join_code = f"JN{edition.pk:06d}".translate(LIKE_CODES)
    edition.save()
    spouse = make_people.person(directorate)
    households.keep_together(by=None, people=[carer.person, spouse])
    asked = make.edition(directorate, course=course)
    editions.update(by=None, edition=asked, approval="organiser")
    request = make.place(spouse, asked, by=make_people.user(spouse, f"s{spouse.pk}@example.org"))
    certificate = proofs.certificate(
        carer.person, programme, issuer=directorate, valid_from=date(2024, 3, 1)
    )
    attempt = carer.person.test_attempts.create(
        course_key=course.translation_key,
        test_key=course.translation_key,
        number=1,
        language="ro",
        score=1,
        questions=2,
        passed=False,
    )
    draft = ImportDraft.objects.create(
        owner=officer, organisation=directorate, file_name="oameni.csv"
    )
    nominations = NominationList.objects.create(
        owner=officer, organisation=directorate, edition=edition, file_name="oameni.csv"
    )
    ids = {
        "nomination": nominations.pk,
        "edition": edition.pk,
        "session": meeting.pk,
        "place": place.pk,
        "request": request.pk,
        "person": carer.person_id,
        "certificate": certificate.pk,
        "attempt": attempt.pk,
        "draft": draft.pk,
        "organisation": directorate.pk,
        "venue": make.room(directorate).venue_id,
        "room": make.room(directorate).pk,
        "membership": Membership.objects.filter(person=carer.person_id).latest("pk").pk,
        "programme": programme.pk,
        "lesson": 0,
        "test": 0,
    }
    feed = CalendarFeed.objects.create(person=carer.person)
    return County(
        directorate,
        carer.person,
        officer,
        edition,
        meeting,
        ids,
        {
            "certificate": certificate.token,
            "feed": feed.token,
            "place": place.code,
            "answer": token_of(place),
            "stop": stop_url(carer.person, Topic.REMINDERS).rstrip("/").rpartition("/")[2],
            "offer": offer_token(place),
            "join": edition.join_code,
        },
    )


@dataclass(frozen=True)
class World:
    """Timiș is where most of the cast works; Cluj is the other county."""

    cast: Cast
    timis: County
    cluj: County


def build(cast: Cast) -> World:
    """Both counties."""
    course = courses.course("Primii pași")
    module = lessons.module(course)
    pages = {"lesson": lessons.lesson(module).pk, "test": lessons.test(course).pk}
    programme = proofs.programme(cast.carer, courses=(course,))
    timis = county(
        cast, cast.timis, cast.ana, cast.ion, course, programme, trainers=[cast.petar.person]
    )
    cluj = county(cast, cast.cluj, cast.clara, cast.olga, course, programme)
    for one in (timis, cluj):
        one.ids.update(pages)
    log.add_new()
    log.sign_head(on=date(2026, 1, 1))
    return World(cast, timis, cluj)
