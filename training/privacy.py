"""The register of training: places, attendance, calendars. Places not begun are freed before an erasure."""

from collections.abc import Iterator

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Room,
    Table,
    author,
    becomes,
    keep,
    of_person,
    personal,
    plain,
    secret,
)
from training.actions import enrolments
from training.models import Edition, Enrolment, SessionTrainer
from training.privacy_trainers import TRAINERS
from training.privacy_waiting import SENT

PROVES = _("kept: certificates rest on it, and it names nobody")
# Unique, and never on a letter: codes have no dash.
NO_CODE = Concat(Value("-"), Cast(F("pk"), CharField()))
Status = Enrolment.Status


def under_way() -> Q:
    """Editions that have begun and are not over."""
    over = [Edition.Status.DONE, Edition.Status.CANCELLED]
    begun = Q(edition__status=Edition.Status.RUNNING) | Q(edition__starts__lte=timezone.now())
    return begun & ~Q(edition__status__in=over)


def blockers(person: Person) -> Iterator[str]:
    """A course that is being attended ends first; a session that is to be led is given to somebody else first."""
    attended = Enrolment.objects.filter(under_way(), person=person, status=Status.CONFIRMED)
    for enrolment in attended.select_related("edition__course"):
        words = {"edition": enrolment.edition}
        yield (
            gettext(
                "The person has a place in a course that is running: %(edition)s. Cancel it or record its result first."
            )
            % words
        )
    leads = SessionTrainer.objects.filter(
        trainer=person, is_cancelled=False, ends__gt=timezone.now()
    )
    for lead in leads.select_related("session__edition__course"):
        yield gettext(
            "The person leads a session that is still to come: %(session)s. Name another trainer first."
        ) % {"session": lead.session}


def free_places(person: Person, _by: User | None) -> None:
    """Give up what the person waits for or has not begun, so that the next in the list moves up."""
    given_up = (Status.CANCELLED, Status.COMPLETED, Status.NOT_COMPLETED, Status.REFUSED)
    waiting = Enrolment.objects.filter(person=person).exclude(status__in=given_up)
    begun = Q(under_way(), status=Status.CONFIRMED) | Q(edition__status=Edition.Status.DONE)
    for enrolment in waiting.exclude(begun).order_by("edition"):
        enrolments.cancel(enrolment=enrolment, by=None)
    # Whoever issues a certificate locks the enrolment before the person: so does an erasure.
    list(Enrolment.objects.filter(person=person).select_for_update(no_key=True).order_by("pk"))


OFFER = (
    Table(
        "training.Venue",
        (
            plain(
                "organisation name address region directions access latitude longitude",
                "A public building.",
            ),
        ),
    ),
    Table("training.Room", (plain("venue name capacity access", "A room in it."),)),
    Table(
        "training.Edition",
        (
            plain(
                "course organiser region title language status status_reason is_online",
                "A run of a course.",
            ),
            plain(
                "capacity enrolment_opens enrolment_closes notes queue_rule offer_hours starts ends created_at",
                "Its places and days.",
            ),
            plain("trainers_needed link_minutes planned_for", "How it is planned."),
            plain(
                "approval audience_only region_only prerequisite institution_quota cancel_hours join_code",
                "Who can have a place.",
            ),
        ),
    ),
    Table(
        "training.SeatReservation",
        (plain("edition institution seats release_at", "Seats kept for an institution."),),
    ),
    Table("training.Household", (plain("created_at", "Holds its members together."),)),
    Table(
        "training.Session",
        (
            plain("edition starts ends time_zone title room link", "A meeting."),
            plain(
                "is_cancelled cancel_reason sequence changed_at roll_closed_at",
                "What became of it.",
            ),
        ),
    ),
    Table(
        "training.CheckIn",
        (
            plain(
                "session secret opened_at", "What the codes on the screen in the room are made of."
            ),
        ),
    ),
)

TOLD = (
    Table(
        "training.PendingChange",
        (
            plain("session starts ends time_zone where link", "A session as people know it."),
            plain("reason first_at last_at", "Why it changes, and since when."),
        ),
    ),
    Table("training.ReminderRule", (plain("edition kind days", "When people are reminded."),)),
)

PLACES = (
    Table(
        "training.SessionTrainer",
        title=_("Sessions that you lead"),
        rows=of_person("trainer"),
        entries=(
            personal(
                "session",
                _("Which sessions you lead, so that participants know."),
                erase=keep(PROVES),
            ),
            plain("trainer", "Who."),
            plain("starts ends is_cancelled", "A copy of the session's times."),
        ),
    ),
    Table(
        "training.Enrolment",
        title=_("Your courses"),
        rows=of_person("person"),
        entries=(
            plain("person", "Whose."),
            personal(
                "edition status queued_at nominated_by institution decided_at moved_to cancelled_at completed_on",
                _("Which courses you have a place in, and how they ended."),
                keep=Keep.PROOF,
                erase=keep(PROVES),
            ),
            personal("cancel_reason", _("Why a place was given up or refused.")),
            plain("party", "A random mark that those who asked together share."),
            author("decided_by"),
            personal(
                "urgency offer_until called_at",
                _("Your turn on a waiting list, and until when a place was kept for you."),
                erase=keep(PROVES),
            ),
            secret(
                "code",
                _("The code on your letter, to reach your place without an account."),
                ground=Ground.PUBLIC_TASK,
                keep=Keep.RECORD,
                erase=becomes(NO_CODE),
            ),
        ),
    ),
    Table(
        "training.HouseholdMember",
        title=_("Your household"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "household since until",
                _("With which adults you live and enrol together, and from when to when."),
                ground=Ground.WISH,
            ),
        ),
    ),
    Table(
        "training.Attendance",
        title=_("When you were there"),
        rows=of_person("enrolment__person"),
        entries=(
            plain("enrolment", "Whose."),
            personal(
                "session mark minutes method recorded_at key",
                _("How long you were in each session: a certificate asks for it."),
                keep=Keep.PROOF,
                erase=keep(PROVES),
            ),
            personal("reason", _("Why you were late or not there, if the trainer wrote it down.")),
            author("recorded_by"),
        ),
    ),
    Table(
        "training.SessionAnswer",
        title=_("Whether you said that you come"),
        rows=of_person("enrolment__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("enrolment", "Whose."),
            personal(
                "session answer via about said_at",
                _("What you answered to an invitation, so that the organiser can plan."),
            ),
        ),
    ),
    Table(
        "training.RollEntry",
        title=_("Marks in the roll, with those that were corrected"),
        rows=of_person("enrolment__person"),
        entries=(
            plain("enrolment", "Whose."),
            personal(
                "session mark minutes method outcome recorded_at held_seconds key settled_at",
                _("Each mark as it was made, so that a mistake can be found and put right."),
                keep=Keep.PROOF,
                erase=keep(PROVES),
            ),
            personal(
                "reason correction",
                _(
                    "Why you were late or not there, or why a mark was corrected, if it was written down."
                ),
            ),
            author("recorded_by"),
            author("settled_by"),
        ),
    ),
    Table(
        "training.TrainerResult",
        title=_("What your trainer said of you"),
        rows=of_person("enrolment__person"),
        entries=(
            plain("enrolment", "Whose."),
            personal(
                "result given_at",
                _("How you did in the eyes of your trainer, where the programme asks for it."),
                keep=Keep.PROOF,
                erase=keep(PROVES),
            ),
            personal("text", _("The words of your trainer about it.")),
            author("given_by"),
        ),
    ),
    Table(
        "training.CalendarFeed",
        title=_("Your calendar address"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person room", "Whose: a person's, or a room's, which names nobody."),
            personal(
                "kind created_at revoked_at",
                _("When you asked for a calendar address."),
                ground=Ground.WISH,
            ),
            secret(
                "token",
                _("The secret part of your calendar address."),
                ground=Ground.WISH,
                keep=Keep.RECORD,
            ),
        ),
    ),
)

ROOM = Room(
    tables=(*OFFER, *TOLD, *PLACES, *SENT, *TRAINERS), blockers=blockers, prepare=free_places
)
