"""One of everything in each of two counties, for the matrix of who may open what."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from certification.actions import credentials, due, log, posts, review
from certification.models import (
    Approval,
    Authority,
    CheckList,
    EarlierList,
    ExportPlan,
    IssueBatch,
)
from notifications import webhooks
from notifications.links import stop_url
from notifications.models import Topic
from people.actions import apart, documents, merges, providers
from people.models import Authorisation, ImportDraft, Membership, Organisation, Person, User
from tests.cast import Cast
from tests.factories import certification as proofs
from tests.factories import courses, lessons
from tests.factories import evidence as elsewhere
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, households
from training.actions.engagements import fingerprint
from training.answer_links import token_of
from training.models import (
    CalendarFeed,
    Edition,
    Engagement,
    NominationList,
    Session,
    WeeklyHours,
)
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
    edition.join_code = f"JN{edition.pk:06d}".translate(LIKE_CODES)
    edition.save()
    meeting = make.session(edition, 0, 3, hours=24, **session)  # never over today
    place = make.place(carer.person, edition)
    ids = {"edition": edition.pk, "session": meeting.pk, "place": place.pk}
    ids |= {"person": carer.person_id, "organisation": directorate.pk, "programme": programme.pk}
    ids |= {"request": _request(directorate, carer, course), "lesson": 0, "test": 0}
    ids |= _papers(edition, carer, officer, course)
    certificate = proofs.certificate(
        carer.person, programme, issuer=directorate, valid_from=date(2024, 3, 1), words=True
    )
    ids |= _elsewhere(directorate, carer, officer, programme)
    ids |= _office(carer, officer, programme)
    ids["circumstance"] = proofs.circumstance(carer.person, date(2024, 3, 1)).pk
    teaching = a_trainer(cast, directorate, carer, edition)
    ids |= {name: pk for name, pk in teaching.items() if isinstance(pk, int)}
    ids |= _issuing(edition, certificate.authority, officer)
    ids["machine"] = make_people.token(directorate)[0].pk
    ids |= _webhook(directorate) | _sign_in(directorate)
    ids |= _doubles(directorate)
    tokens = {
        "certificate": certificate.token,
        "issuer": credentials.place(certificate=certificate).status_list.issuer.code,
        "feed": CalendarFeed.objects.create(person=carer.person).token,
        "place": place.code,
        "answer": token_of(place),
        "stop": stop_url(carer.person, Topic.REMINDERS).rstrip("/").rpartition("/")[2],
        "offer": offer_token(place),
        "join": edition.join_code,
        "teaching": str(teaching["token"]),
        "export": ExportPlan.objects.get(owner=officer).token,
    }
    ids |= {"certificate": certificate.pk, "authority": certificate.authority_id}
    return County(directorate, carer.person, officer, edition, meeting, ids, tokens)


def _webhook(directorate: Organisation) -> dict[str, int]:
    """A program that is told of certificates, and what it was told."""
    made, _secret = webhooks.register(
        by=None, organisation=directorate, url="https://example.org/", kinds=["certificate.issued"]
    )
    told = made.deliveries.create(
        kind="certificate.issued", key="trail:0", body={}, status="failed"
    )
    return {"webhook": made.pk, "delivery": told.pk}


def _sign_in(directorate: Organisation) -> dict[str, int]:
    """The institution signs in its people itself; its officers are officers here."""
    made = make_people.provider(directorate)
    rule = providers.add_rule(
        by=None,
        provider=made,
        claim="groups",
        value="officers",
        organisation=directorate,
        role="officer",
    )
    return {"provider": made.pk, "signin_rule": rule.pk}


def _issuing(edition: Edition, authority: Authority, officer: User) -> dict[str, int]:
    """Certificates of an edition that the officer wants issued; somebody is asked whether they may."""
    fields = {"authority": authority, "status": "running", "by": officer.pk}
    batch = IssueBatch.objects.create(edition=edition, **fields)
    asked = Approval.objects.create(batch=batch, authority=authority, asked_by=officer.pk)
    issuer = credentials.issuer_of(authority=authority)
    key = credentials.key_of(issuer=issuer, kind="ed25519")
    return {"batch": batch.pk, "approval": asked.pk, "key": key.pk}


def _office(carer: User, officer: User, programme) -> dict[str, int]:
    """What the officer did for many at one click."""
    letters = due.write_letters(by=officer, programme=programme, people=[carer.person], key=uuid4())
    checked = CheckList.objects.create(
        owner=officer, programme=programme, at=date(2026, 3, 1), status="done", headers=["Nume"]
    )
    checked.rows.create(line=2, cells=["Popescu"], state="unsure", candidates=[carer.person_id])
    plan = ExportPlan.objects.create(
        owner=officer,
        what="board",
        kind="csv",
        rhythm="weekly",
        language="ro",
        next_on=date(2036, 1, 1),
    )
    file = plan.files.create(on=date(2026, 3, 1), name="tablou.csv", data=b"x")
    return {"due_run": letters.pk, "check_list": checked.pk, "export_file": file.pk}


def _doubles(directorate: Organisation) -> dict[str, int]:
    """Somebody recorded twice, and somebody whose two records were made one."""
    double, kept, merged = (make_people.person(directorate) for _three in range(3))
    made = merges.merge(by=None, kept=kept, merged=merged)
    paper = Authorisation.objects.create(person=double, kind="atestat", since=date(2024, 3, 1))
    apart.keep_apart(by=None, one=double, other=make_people.person(directorate))
    post = posts.define(by=None, name={"en": "Child-protection officer"})
    held = posts.appoint(by=None, post=post, person=double, organisation=directorate)
    ids = {"double": double.pk, "merge": made.pk, "authorisation": paper.pk}
    return ids | {"post": post.pk, "appointment": held.pk}


def _request(directorate: Organisation, carer: User, course) -> int:
    """The carer's husband asks for a place that somebody has to approve."""
    spouse = make_people.person(directorate)
    households.keep_together(by=None, people=[carer.person, spouse])
    asked = make.edition(directorate, course=course)
    editions.update(by=None, edition=asked, approval="organiser")
    login = make_people.user(spouse, f"s{spouse.pk}@example.org")
    return make.place(spouse, asked, by=login).pk


def _papers(edition: Edition, carer: User, officer: User, course) -> dict[str, int]:
    """What stands around: a test handed in, lists being read, a room, a membership."""
    attempt = carer.person.test_attempts.create(
        course_key=course.translation_key,
        test_key=course.translation_key,
        number=1,
        language="ro",
        score=1,
        questions=2,
        passed=False,
    )
    uploaded = {"owner": officer, "organisation": edition.organiser, "file_name": "oameni.csv"}
    room = make.room(edition.organiser)
    return {
        "attempt": attempt.pk,
        "draft": ImportDraft.objects.create(**uploaded).pk,
        "nomination": NominationList.objects.create(**uploaded, edition=edition).pk,
        "venue": room.venue_id,
        "room": room.pk,
        "membership": Membership.objects.filter(person=carer.person_id).latest("pk").pk,
    }


def _elsewhere(directorate: Organisation, carer: User, officer: User, programme) -> dict[str, int]:
    """A proof of training elsewhere, a paper certificate, a list of such, an exemption that waits."""
    proof = elsewhere.proof(carer.person, carer)
    question = elsewhere.proof(
        carer.person, carer, title="Nutriție", files=[elsewhere.photo("blue")]
    )
    review.ask(by=officer, evidence=question, words="Ce zi a fost?")
    paper = elsewhere.earlier(carer.person, programme, number=f"{directorate.pk}/2019")
    uploaded = {"owner": officer, "organisation": directorate, "file_name": "certificate.csv"}
    return {
        "proof": proof.pk,
        "home": carer.person.households.get().pk,
        "document": _document(carer.person),
        "proof_file": proof.files.get().pk,
        "question": question.pk,
        "earlier": paper.pk,
        "earlier_list": EarlierList.objects.create(**uploaded).pk,
        "relief": elsewhere.relief(carer.person, programme, status="asked").pk,
    }


def _document(carer: Person) -> int:
    """The contract of the carer."""
    paper = documents.Paper(kind="contract", issued_on=date(2024, 3, 1))
    return documents.keep(by=None, person=carer, paper=paper, data=elsewhere.photo()).pk


def a_trainer(
    cast: Cast, directorate: Organisation, carer: User, edition: Edition
) -> dict[str, int | str]:
    """A trainer with an hour, a question to them, and an edition that needs one more; its first session is online."""
    own = directorate == cast.timis
    trainer = (cast.petar if own else make_people.staff(directorate, "trainer")).person
    hours = WeeklyHours.objects.create(trainer=trainer, weekday=1, starts=540, ends=600)
    token = f"token-of-{directorate.pk}"
    question = Engagement.objects.create(
        edition=edition,
        trainer=trainer,
        origin=Engagement.Origin.ASKED,
        token_hash=fingerprint(token),
        expires_at=make.at(5),
    )
    wanting = make.edition(directorate, is_online=True)
    online = make.session(wanting, 5, link="https://meet.example.org/a", trainers=[trainer])
    make.session(wanting, 6)
    make.place(carer.person, wanting)
    return {
        "trainer": trainer.pk,
        "hours": hours.pk,
        "engagement": question.pk,
        "wanting": wanting.pk,
        "online": online.pk,
        "token": token,
    }


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
    draft = proofs.rule_version(programme, date(2036, 1, 1), status="draft")
    asked = proofs.requirement(draft, counts=[{"course": course}])
    pages |= {"rules": draft.pk, "requirement": asked.pk, "equal": asked.equivalences.get().pk}
    timis = county(
        cast, cast.timis, cast.ana, cast.ion, course, programme, trainers=[cast.petar.person]
    )
    cluj = county(cast, cast.cluj, cast.clara, cast.olga, course, programme)
    for one in (timis, cluj):
        one.ids.update(pages)
    log.add_new()
    log.sign_head(on=date(2026, 1, 1))
    return World(cast, timis, cluj)
