"""At least one row of Ana's in each table that the register knows how to search."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    PageLogEntry,
    PageSubscription,
    Task,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
)
from wagtail.users.models import UserProfile

from certification.models import (
    Appointment,
    Approval,
    CertificateDocument,
    CheckList,
    Circumstance,
    DueNotice,
    DueRun,
    EarlierCertificate,
    EarlierList,
    Evidence,
    EvidenceFile,
    EvidenceGrant,
    EvidenceStep,
    ExportPlan,
    HoursEntry,
    IssueBatch,
    IssuedFile,
    IssueItem,
    Post,
    Programme,
    Relief,
    StandingPeriod,
)
from courses.models import LessonProgress, TestAttempt
from home.models import HomePage
from notifications.models import Message, OptOut
from people import audit
from people.models import (
    Apart,
    Authorisation,
    ImportDraft,
    Merge,
    Person,
    PersonDocument,
    User,
)
from tests.cast import Cast
from tests.factories import certification as issue
from tests.factories import courses
from tests.factories import people as make
from training.actions.households import keep_together
from training.models import (
    Attendance,
    CalendarFeed,
    DatedTime,
    Edition,
    Engagement,
    Enrolment,
    NominationList,
    Qualification,
    RollEntry,
    Session,
    SessionAnswer,
    SessionTrainer,
    Submission,
    TrainerProfile,
    TrainerResult,
    WeeklyHours,
)

NOW = timezone.now()


def of_learning(cast: Cast) -> None:
    """A course of last month: progress, place, attendance; and a session that Ana herself led."""
    ana = cast.ana.person
    LessonProgress.objects.create(person=ana, course_key=uuid4(), lesson_key=uuid4())
    TestAttempt.objects.create(
        person=ana, course_key=uuid4(), test_key=uuid4(), number=1, language="ro", score=1, questions=2, passed=False
    )  # fmt: skip
    CalendarFeed.objects.create(person=ana)
    keep_together(by=None, people=[ana, cast.vasile])
    edition = issue.edition(courses.course(), cast.timis, status=Edition.Status.DONE)
    past = issue.session(edition, NOW - timedelta(days=30))
    _place(cast, edition, past)
    _teaching(cast, edition, past)
    NominationList.objects.create(
        owner=cast.ana, organisation=cast.timis, edition=edition, file_name="x.csv"
    )
    Submission.objects.create(key="k", page="x", user=cast.ana, location="/x/")


def _number(person: Person) -> int:
    return person.pk


def of_the_desk(cast: Cast) -> None:
    """What an office notes and sends: an authorisation, a list being read, a look at the record, a mail."""
    ana = cast.ana.person
    Authorisation.objects.create(
        person=ana, kind="atestat", number="1", body="DGASPC", since=NOW.date()
    )
    double = Person.objects.create(family_name="x", merged_into=ana)
    Merge.objects.create(kept=ana, merged=double, by=cast.ion, journal={"kept": {"email": "x"}})
    Apart.objects.create(
        first=min(ana, cast.vasile, key=_number), second=max(ana, cast.vasile, key=_number)
    )
    PersonDocument.objects.create(
        person=ana, kind="contract", body="DGASPC", issued_on=NOW.date(), format="pdf", sha256="a", size=1,
        file=ContentFile(b"%PDF-", name="a.pdf"),
    )  # fmt: skip
    ImportDraft.objects.create(owner=cast.ana, organisation=cast.timis, file_name="list.xlsx")
    audit.record(by=cast.ion, verb="person.opened", target=ana, person=ana, organisation=cast.timis)
    words = dict.fromkeys(("subject", "text", "html"), "x")
    Message.objects.create(person=ana, address="ana@example.org", name="x", language="ro", **words)


def _place(cast: Cast, edition: Edition, past: Session) -> None:
    ana = cast.ana.person
    place = Enrolment.objects.create(
        edition=edition,
        person=ana,
        status="cancelled",
        cancelled_at=NOW,
        cancel_reason="x",
        code="MK",
    )
    SessionAnswer.objects.create(
        session=past, enrolment=place, answer="no", via="link", about=past.starts
    )
    OptOut.objects.create(person=ana, topic="reminders")
    Attendance.objects.create(
        session=past, enrolment=place, mark="late", minutes=60, reason="x", recorded_by=cast.ana
    )
    RollEntry.objects.create(
        key=uuid4(), session=past, enrolment=place, mark="late", minutes=60, outcome="written",
        reason="x", correction="x", recorded_by=cast.ana,
    )  # fmt: skip
    TrainerResult.objects.create(enrolment=place, result="passed", text="x", given_by=cast.ana)


def _teaching(cast: Cast, edition: Edition, past: Session) -> None:
    ana = cast.ana.person
    SessionTrainer.objects.create(session=past, trainer=ana, starts=past.starts, ends=past.ends)
    day, later = NOW.date(), NOW + timedelta(days=1)
    TrainerProfile.objects.create(trainer=ana, time_zone="Europe/Bucharest").regions.add(
        cast.timis_region
    )
    Qualification.objects.create(trainer=ana, course=edition.course, since=day, document="x")
    WeeklyHours.objects.create(trainer=ana, weekday=1, starts=0, ends=60)
    DatedTime.objects.create(trainer=ana, first=day, last=day)
    Engagement.objects.create(
        edition=edition, trainer=ana, origin="asked", token_hash="x", expires_at=later
    )


def of_certificates(cast: Cast) -> None:
    """A revoked certificate with its content and file, what was asked before it was issued, and an hour."""
    ana, day = cast.ana.person, NOW.date()
    certificate = issue.certificate(ana, issue.programme(cast.carer), issuer=cast.timis)
    issue.event(certificate, "revoked", day)
    CertificateDocument.objects.create(
        certificate=certificate, pdf=ContentFile(b"%PDF", name="a.pdf"), sha256="0" * 64, sealed_with="x",
    )  # fmt: skip
    IssuedFile.objects.create(certificate=certificate, kind="pdf", sha256="0" * 64)
    place = Enrolment.objects.filter(person=ana).first()
    batch = IssueBatch.objects.create(
        edition=place.edition, authority=certificate.authority, status="running"
    )
    IssueItem.objects.create(
        batch=batch, enrolment=place, programme=certificate.programme, state="refused", problem="x"
    )
    Approval.objects.create(
        certificate=certificate, authority=certificate.authority, reason="x", on=day, asked_by=1
    )
    Circumstance.objects.create(person=ana, condition="child-placed", since=day)
    HoursEntry.objects.create(
        person=ana, on=day, minutes=60, kind="theory", source="external", reference="x", note="x"
    )
    _of_the_office(cast, certificate.programme)


def _of_the_office(cast: Cast, programme: Programme) -> None:
    """What was sent, checked and exported."""
    ana, day = cast.ana.person, NOW.date()
    DueNotice.objects.create(person=ana, programme=programme, channel="letter", on=day)
    DueRun.objects.create(
        owner=cast.ana, key=uuid4(), kind="letters", programme=programme, rows=[{"person": ana.pk}]
    )
    checked = CheckList.objects.create(
        owner=cast.ana, programme=programme, at=day, file_name="x", headers=["x"],
        status="refused", problem="x",
    )  # fmt: skip
    checked.rows.create(line=2, cells=["x"], state="found", person=ana, standing={"state": "x"})
    plan = ExportPlan.objects.create(
        owner=cast.ana, what="board", kind="csv", rhythm="weekly", language="ro", next_on=day
    )
    plan.files.create(on=day, name="x.csv", data=b"x")


def of_elsewhere(cast: Cast) -> None:
    """A proof with its file, a paper certificate, a list of such, and an exemption."""
    ana, day = cast.ana.person, NOW.date()
    proof = Evidence.objects.create(
        person=ana, title="x", provider="x", number="x", first_day=day, last_day=day, minutes=60
    )
    EvidenceFile.objects.create(
        evidence=proof, kind="jpg", file=ContentFile(b"x", name="a.jpg"), sha256="0" * 64, size=1
    )
    EvidenceStep.objects.create(evidence=proof, kind="asked", words="x", by=cast.ion.pk)
    EvidenceGrant.objects.create(evidence=proof, kind="theory", minutes=60)
    programme = issue.programme(cast.carer)
    EarlierCertificate.objects.create(
        person=ana, programme=programme, number="x", issuer="x", valid_from=day, recorded_on=day,
        organisation=cast.timis, struck_on=day, struck_reason="x",
    )  # fmt: skip
    StandingPeriod.objects.create(person=ana.pk, programme=programme.pk, since=day, state="valid")
    EarlierList.objects.create(owner=cast.ana, organisation=cast.timis, file_name="x.csv")
    post = Post.objects.create(jurisdiction=cast.jurisdiction, code="post", name={"en": "x"})
    Appointment.objects.create(post=post, person=ana, organisation=cast.timis, since=day)
    Relief.objects.create(
        person=ana, programme=programme, kind="exemption", since=day, until=day,
        reason="parental", document="x", words="x", answer="x", asked_by=cast.ana,
    )  # fmt: skip


def of_account(cast: Cast) -> None:
    """Second step, confirmation, a session with something in it."""
    address = EmailAddress.objects.get(user=cast.ana)
    EmailConfirmation.objects.create(email_address=address, key="k", sent=NOW)
    Authenticator.objects.create(user=cast.ana, type="totp", data={"secret": "s"})
    make.provider(cast.timis).identities.create(user=cast.ana, subject="x")
    SocialAccount.objects.create(user=cast.ana, provider="x", uid="x")
    store = SessionStore()
    store["_auth_user_id"] = str(cast.ana.pk)
    store.save()
    UserSession.objects.create(
        user=cast.ana,
        ip="203.0.113.77",
        session_key=store.session_key,
        user_agent="x",
        data={},
        last_seen_at=NOW,
    )


def of_the_cms(cast: Cast) -> None:
    """What an editor leaves behind in Wagtail."""
    user, page = cast.ana, courses.home_page()
    page_kind = ContentType.objects.get_for_model(page)
    UserProfile.objects.create(user=user, avatar=ContentFile(b"x", name="a.png"))
    EditingSession.objects.create(
        user=user, content_type=page_kind, object_id=str(page.pk), last_seen_at=NOW
    )
    FormState.objects.create(
        user=user, content_type=page_kind, object_id=str(page.pk), data="{}", last_updated_at=NOW
    )
    APIToken.objects.create(user=user, name="x", key_hash="h", prefix="p")
    UploadedFile.objects.create(uploaded_by_user=user, file=ContentFile(b"x", name="u.png"))
    _remarks(cast, page, page_kind)
    _workflow(user, page, page_kind)


def _remarks(cast: Cast, page: HomePage, page_kind: ContentType) -> None:
    user, user_kind = cast.ana, ContentType.objects.get_for_model(User)
    remark = Comment.objects.create(page=page, user=user, text="x", contentpath="title")
    CommentReply.objects.create(comment=remark, user=user, text="x")
    PageSubscription.objects.create(user=user, page=page, comment_notifications=True)
    ModelLogEntry.objects.create(
        content_type=user_kind,
        object_id=str(user.pk),
        label="x",
        action="wagtail.edit",
        timestamp=NOW,
        user=cast.adm,
    )
    PageLogEntry.objects.create(
        page=page,
        content_type=page_kind,
        label="x",
        action="wagtail.comments.create",
        timestamp=NOW,
        user=user,
    )


def _workflow(user: User, page: HomePage, page_kind: ContentType) -> None:
    page.owner = page.locked_by = user
    page.save()
    revision = page.save_revision(user=user)
    state = WorkflowState.objects.create(
        content_type=page_kind, base_content_type=page_kind, object_id=str(page.pk), status="approved",
        workflow=Workflow.objects.create(name="Review"), requested_by=user,
    )  # fmt: skip
    TaskState.objects.create(
        workflow_state=state,
        revision=revision,
        task=Task.objects.create(name="Look"),
        finished_by=user,
        comment="x",
    )
