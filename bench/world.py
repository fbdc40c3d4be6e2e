"""A country in the database: 60 courses in five languages, 240 editions, 5,000 participants with log-ins."""

from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as BrowserSession
from django.utils import timezone
from wagtail.signal_handlers import disable_reference_index_auto_update

from bench.visitors import Visitor, anybody, signed_in
from config.demo import institutions, names, pages
from config.demo.institutions import County
from courses.models import Catalogue, Course, CourseHours, Topic
from people.models import Category, Membership, Person, User
from training.models import Edition, Enrolment, Session

COURSES, EDITIONS, PEOPLE = 60, 240, 5_000
CAPACITY = 40
ZONE = ZoneInfo("Europe/Bucharest")
LONG_AGO = date(2020, 1, 1)
SUBJECTS = (
    "Attachment and loss", "The first days after a placement", "Working with the birth family",
    "Trauma and behaviour", "Rights and the law", "Health and first aid", "School and learning",
)  # fmt: skip


def fill(scale: int) -> None:
    """Write it; `scale` times as many editions and people, the same institutions and courses."""
    _, counties = institutions.build()
    written = list(pages.write([code for code, _name in settings.LANGUAGES]).values())
    with disable_reference_index_auto_update():
        courses = written + [_course(number) for number in range(COURSES - len(written))]
    editions = _editions(counties, courses, EDITIONS * scale)
    people = _people(counties, PEOPLE * scale)
    _enrolments(editions, people)


def _course(number: int) -> Course:
    """One in Romanian with its translations."""
    source: Course | None = None
    topics, categories = list(Topic.objects.order_by("pk")), list(Category.objects.order_by("pk"))
    for catalogue in Catalogue.objects.order_by("pk").select_related("locale"):
        course = Course(
            title=f"{SUBJECTS[number % len(SUBJECTS)]} {number + 1}",
            slug=f"bench-{number}",
            summary="What carers meet in the first months, with examples from practice and time for questions.",
            locale=catalogue.locale,
        )
        if source:
            course.translation_key = source.translation_key
        catalogue.add_child(instance=course)
        course.topics.set(topics[number % 5 : number % 5 + 2])
        course.categories.set(categories[number % 3 : number % 3 + 2])
        course.hours.set([CourseHours(kind="theory", minutes=300 + 60 * (number % 9))])
        course.save()
        source = source or course
    assert source
    return source


def _editions(counties: list[County], courses: list[Course], number: int) -> list[Edition]:
    """All still to come, so that the catalogue shows them; two sessions each, in rooms that are free."""
    rooms = [(county, room) for county in counties for room in county.rooms]
    made, sessions = [], []
    for n in range(number):
        county, room = rooms[n % len(rooms)]
        first = timezone.localdate() + timedelta(days=10 + 2 * (n // len(rooms)))
        edition = Edition(
            course=courses[n % len(courses)], organiser=county.directorate, region=county.region,
            language="ro", status=Edition.Status.OPEN, capacity=CAPACITY, is_online=n % 10 == 9,
        )  # fmt: skip
        starts = [_at(first, 9), _at(first + timedelta(days=1), 9)]
        edition.starts, edition.ends = starts[0], starts[1] + timedelta(hours=6)
        made.append(edition)
        for moment in starts:
            ends = moment + timedelta(hours=6)
            sessions.append(
                Session(edition=edition, starts=moment, ends=ends, time_zone=str(ZONE), room=room)
            )
    Edition.objects.bulk_create(made)
    Session.objects.bulk_create(sessions)
    return made


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def _people(counties: list[County], number: int) -> list[Person]:
    """With a place in a town hall and a log-in."""
    people = [
        Person(
            family_name=names.FAMILY[n % len(names.FAMILY)],
            given_name=names.GIVEN[n // len(names.FAMILY) % len(names.GIVEN)],
            email=f"bench{n}@example.org", language="ro", region=counties[n % len(counties)].region,
        )
        for n in range(number)
    ]  # fmt: skip
    Person.objects.bulk_create(people, batch_size=1000)
    halls = [hall for county in counties for hall in county.town_halls]
    Membership.objects.bulk_create(
        Membership(person=p, organisation=halls[n % len(halls)], role="learner", since=LONG_AGO)
        for n, p in enumerate(people)
    )
    users = [User(email=p.email, person=p, language="ro", password="!") for p in people]
    User.objects.bulk_create(users, batch_size=1000)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return people


def _enrolments(editions: list[Edition], people: list[Person]) -> None:
    """Everybody in one edition: about half of the places are taken."""
    Enrolment.objects.bulk_create(
        (
            Enrolment(
                edition=editions[n % len(editions)], person=person, code=f"B{n:07d}",
                status=Enrolment.Status.CONFIRMED,
            )
            for n, person in enumerate(people)
        ),
        batch_size=1000,
    )  # fmt: skip


def learner() -> Visitor:
    """A participant who is signed in."""
    user = User.objects.get(email="bench7@example.org")
    return signed_in(user)


def many_signed_in(users: list[User]) -> list[Visitor]:
    """Browsers of all of them at once: as `signed_in`, but in three statements."""
    numbers, store = count(1), SessionStore()
    keys = [f"bench{next(numbers):027d}" for _user in users]
    UserSession.objects.filter(session_key__startswith="bench").delete()
    BrowserSession.objects.filter(session_key__startswith="bench").delete()
    tomorrow = timezone.now() + timedelta(days=1)
    BrowserSession.objects.bulk_create(
        BrowserSession(
            session_key=key, session_data=store.encode(_signed_in(user)), expire_date=tomorrow
        )
        for key, user in zip(keys, users, strict=True)
    )
    UserSession.objects.bulk_create(
        UserSession(session_key=key, user=user, ip="127.0.0.1", user_agent="", data={})
        for key, user in zip(keys, users, strict=True)
    )
    return [_browser(key) for key in keys]


def _signed_in(user: User) -> dict[str, str]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


def _browser(key: str) -> Visitor:
    """What forms need against CSRF is the same word in a cookie and in the form: here, in a header."""
    word = "a" * 32
    visitor = anybody()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = key
    visitor.client.cookies[settings.CSRF_COOKIE_NAME] = word
    cookies = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={word}"
    visitor.headers.update({"Cookie": cookies, "X-CSRFToken": word})
    return visitor
