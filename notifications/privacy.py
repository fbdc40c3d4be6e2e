"""The register of the outbox."""

from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Room,
    Subject,
    Table,
    author,
    becomes,
    keep,
    of_person,
    personal,
    plain,
    secret,
)
from people.privacy.own import SAYS_NOTHING

# What was waiting is not sent; what was sent, was sent.
NEVER_SENT = Case(
    When(status=Message.Status.PENDING, then=Value(Message.Status.FAILED)), default=F("status")
)


def messages_to(subject: Subject) -> Q:
    """Those to the person, and those to their addresses before they were on record."""
    return Q(person=subject.person_id) | Q(person=None, address__in=subject.addresses)


ROOM = Room(
    tables=(
        Table(
            "notifications.Message",
            title=_("What we wrote to you"),
            rows=messages_to,
            entries=(
                plain("person", "To whom."),
                personal(
                    "name channel language created_at sent_at",
                    _("When we wrote to you, and about what."),
                    erase=keep(SAYS_NOTHING),
                ),
                # An e-mail has an address: the database insists.
                personal("address", _("Where we wrote to."), erase=becomes("-")),
                personal("subject", _("The subject of our letter.")),
                personal("text html", _("The words of our letter."), keep=Keep.MONTH),
                personal("topic", _("Whether it was a reminder, a summary or an invitation.")),
                # It holds the address that answers go to: whoever had it could answer in their name.
                secret(
                    "calendars",
                    _("The invitations for your calendar that went with our letter."),
                    ground=Ground.PUBLIC_TASK,
                    keep=Keep.MONTH,
                    erase=becomes([]),
                ),
                personal(
                    "status", _("Whether it arrived."), erase=becomes(NEVER_SENT, why=SAYS_NOTHING)
                ),
                personal("error", _("What the mail server answered.")),
                plain("dedupe_key attempts", "Numbers that keep the queue from writing twice."),
            ),
        ),
        Table(
            "notifications.Webhook",
            (
                plain("organisation url kinds secret", "A program that is told what happens."),
                plain("made_at ended_at seen", "From when to when it is told."),
                author("made_by", "Which administrator made it."),
            ),
        ),
        Table(
            "notifications.Delivery",
            (
                plain("webhook number kind key body", "What it was told, in numbers, for a month."),
                plain("status attempts answer made_at next_at delivered_at", "How that went."),
            ),
        ),
        Table(
            "notifications.OptOut",
            title=_("What you do not want to get"),
            rows=of_person("person"),
            on_erase=OnErase.GO,
            entries=(
                plain("person", "Whose."),
                personal(
                    "topic created_at", _("Which mails you stopped, and when."), ground=Ground.WISH
                ),
            ),
        ),
    )
)
