"""The one way to tell a person something: it writes the outbox in the caller's transaction, defers the sending."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypedDict

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from notifications.links import stop_url
from notifications.models import Message, OptOut, Topic
from notifications.tasks import deliver
from people import audit
from people.models import Person, User


class CalendarPart(TypedDict):
    """One iTIP message that goes with a mail."""

    method: Literal["REQUEST", "CANCEL"]
    text: str


@transaction.atomic
def notify(
    person: Person,
    name: str,
    *,
    dedupe: str | None = None,
    topic: Topic | None = None,
    calendars: Sequence[CalendarPart] = (),
    **context: Any,
) -> Message:
    """Tell a person something in their own language; `name` is a folder of templates/notifications/.

    With `dedupe` a second call with the same key returns the first message and sends nothing. Somebody without
    an e-mail address gets a letter to be printed. Rolled back together with the transaction that caused it.
    A mail with a `topic` says how to stop such mails; whether it is wanted, the caller asks (`wanting`).
    """
    if dedupe and (existing := Message.objects.filter(dedupe_key=dedupe).first()):
        return existing
    if topic:
        context["stop_url"] = stop_url(person, topic)
    subject, text, html = render(name, person.language, {"person": person, **context})
    message = Message(
        person=person,
        channel=Message.Channel.EMAIL if person.email else Message.Channel.LETTER,
        address=person.email,
        name=name,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        topic=topic or "",
        calendars=list(calendars) if person.email else [],
        dedupe_key=dedupe,
    )
    return post(message)


def post(message: Message) -> Message:
    """Put a message into the outbox; e-mail is handed to the queue in the same transaction."""
    try:
        # Two at once with one key: the second waits here for the first, then gives way to it.
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if message.dedupe_key is None:
            raise
        return Message.objects.get(dedupe_key=message.dedupe_key)
    if message.channel == Message.Channel.EMAIL:
        deliver.defer(message_id=message.pk)
    return message


def render(name: str, language: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a notice in one language. Without a body.html the text is set as paragraphs."""
    with translation.override(language):
        context = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "language": language,
            **context,
        }
        context["dir"] = "rtl" if language == "ar" else "ltr"
        subject = " ".join(render_to_string(f"notifications/{name}/subject.txt", context).split())[
            :250
        ]
        text = render_to_string(f"notifications/{name}/body.txt", context).strip() + "\n"
        html_context = {**context, "subject": subject, "text": text}
        try:
            template = get_template(f"notifications/{name}/body.html")
        except TemplateDoesNotExist:
            template = get_template("notifications/plain.html")
        return subject, text, template.render(html_context)


def wanting(people: Iterable[Person], topic: Topic) -> list[Person]:
    """Those of the people who did not stop that topic."""
    listed = list(people)
    stopped = OptOut.objects.filter(person__in=listed, topic=topic)
    without = set(stopped.values_list("person_id", flat=True))
    return [person for person in listed if person.pk not in without]


@transaction.atomic
def choose(*, by: User | None, person: Person, topic: Topic, wanted: bool) -> None:
    """Stop mails of a topic, or have them again. Repeatable. `by` is None for whoever has the link of a mail."""
    if wanted:
        changed = OptOut.objects.filter(person=person, topic=topic).delete()[0]
    else:
        changed = OptOut.objects.get_or_create(person=person, topic=topic)[1]
    if changed:
        verb = "notices.resumed" if wanted else "notices.stopped"
        audit.record(by=by, verb=verb, target=person, person=person, topic=str(topic))
