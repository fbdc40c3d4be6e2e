"""The links in mails that stop a topic. They work without signing in: whoever has the mail may stop it."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from notifications.models import Topic
from people.models import Person

_SALT = "notifications.stop"


def stop_url(person: Person, topic: Topic) -> str:
    """The address that stops the topic for that person, in their language."""
    token = signing.Signer(salt=_SALT).sign_object([person.pk, str(topic)])
    with translation.override(person.language):
        return settings.SITE_URL + reverse("notices:stop", args=[token])


def of_token(token: str) -> tuple[Person, Topic] | None:
    """Who stops what; None for an address that we did not make, or of somebody who is gone."""
    try:
        pk, topic = signing.Signer(salt=_SALT).unsign_object(token)
        person = Person.objects.filter(pk=pk, erased_at=None).first()
        return (person, Topic(topic)) if person else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
