"""One site with something on every page: the demo's texts in five languages; people, courses and papers."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from certification.actions import events
from certification.actions.certificates import issue
from certification.models import Certificate, Programme
from config.demo import pages as demo
from courses.actions import progress
from courses.models import Course, Lesson, Test
from courses.scoring import questions_of
from people.actions import imports
from people.models import Person, User
from tests.access import world
from tests.cast import Cast
from tests.cast import build as build_cast
from tests.factories import certification as proofs
from tests.factories import people as make
from tests.training.test_pages import World as Training
from training.models import CalendarFeed

LANGUAGES = ["ro", "en", "uk", "bg", "ar"]
LIST = (
    "Nume de familie;Prenume;CNP;Adresă de e-mail;Telefon;Județ;Categorie;Limbă;Din data\n"
    "Popa;Maria;;maria.popa@example.org;;;;;\nStan;;;fără adresă;;;;;31.02.2026\n"
)


@dataclass(frozen=True)
class Site:
    """What there is to see."""

    cast: Cast
    county: world.County
    training: Training
    course: Course  # whole in all languages
    papers: dict[str, Certificate]
    drafts: dict[str, int]
    attempts: dict[str, int]
    stranger: User  # signed in, no name yet


def build() -> Site:
    """Everything, most of it through the actions."""
    call_command("load_preset", "ro", verbosity=0, stdout=StringIO())
    course = demo.write(LANGUAGES)["foster-initial"]
    cast = build_cast()
    everything = world.build(cast)
    CalendarFeed.objects.all().delete()  # one person has one; the next line makes it anew
    training = Training(cast)
    programme = proofs.programme(cast.carer, courses=(course,), code="site.foster")
    everybody_else(cast, programme)
    RecoveryCodes.activate(cast.ion)
    stranger = User.objects.create_user(email="noua@example.org")
    return Site(
        cast=cast,
        county=everything.timis,
        training=training,
        course=course,
        papers=papers(cast, course, programme),
        drafts={"whole": draft(cast, LIST), "sound": draft(cast, LIST.rpartition("Stan")[0])},
        attempts=attempts(cast.ana.person, course),
        stranger=stranger,
    )


def everybody_else(cast: Cast, programme: Programme) -> None:
    """Somebody in every standing, for the officer's list."""
    today = timezone.localdate()
    ends = {"Aproape": 30, "Grație": -5, "Expirat": -400, "Departe": 900}
    for name, days in ends.items():
        who = make.person(cast.lugoj, name, "Om", categories=[cast.carer])
        until = today + timedelta(days=days)
        proofs.certificate(
            who, programme, issuer=cast.timis, valid_from=date(2023, 1, 1), valid_until=until
        )


def papers(cast: Cast, course: Course, programme: Programme) -> dict[str, Certificate]:
    """A certificate in each state, all but the first of people who only have that one."""
    today = timezone.localdate()
    proofs.authority(cast.timis)

    def paper(who: Person, day: date) -> Certificate:
        edition = proofs.edition(course, cast.timis, status="done")
        place = proofs.enrolment(edition, who, "completed", completed_on=day)
        return issue(enrolment=place, programme=programme, on=day)

    def another(name: str, day: date = today) -> Certificate:
        return paper(make.person(cast.lugoj, name, "Ileana", categories=[cast.carer]), day)

    made = {
        "valid": paper(cast.ana.person, today),
        "expired": another("Veche", date(2019, 5, 6)),
        "revoked": another("Retrasă"),
        "suspended": another("Oprită"),
        "replaced": another("Schimbată"),
        "not-yet": another("Viitoare", today + timedelta(days=9)),
    }
    events.revoke(certificate=made["revoked"], by=None, reason="Dosarul era incomplet")
    events.suspend(certificate=made["suspended"], by=None, reason="Se verifică dosarul")
    proofs.event(made["replaced"], "replaced", today, "Nume greșit")
    return made


def draft(cast: Cast, text: str) -> int:
    """A list that was uploaded and waits for a yes."""
    data = SimpleUploadedFile("lista.csv", text.encode())
    return imports.draft(
        by=cast.ion, organisation=cast.lugoj, file_name=data.name, data=data.read()
    ).pk


def attempts(person: Person, course: Course) -> dict[str, int]:
    """A test that was not passed, then the same one passed; and a lesson that is done."""
    test = Test.objects.child_of(course).get()
    lesson = Lesson.objects.descendant_of(course).order_by("path").first()
    progress.finish_lesson(person=person, lesson=lesson, by=None)
    asked = questions_of(test)
    wrong = {q.id: [q.options[0].id] for q in asked}
    right = {q.id: sorted(q.correct) for q in asked}
    tried = [
        progress.hand_in(person=person, test=test, number=number, answers=answers, by=None)
        for number, answers in enumerate((wrong, right), start=1)
    ]
    assert [attempt.passed for attempt in tried] == [False, True]
    return {"failed": tried[0].pk, "passed": tried[1].pk}
