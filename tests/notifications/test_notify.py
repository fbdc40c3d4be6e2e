"""One message per deed, in the person's language, written with the deed and sent by the queue."""

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications.actions import notify, post, render
from notifications.models import Message
from notifications.tasks import deliver
from people.models import Person

pytestmark = pytest.mark.django_db

WORDS = {"en": "Hello", "ro": "Bună ziua", "uk": "Доброго дня", "bg": "Здравейте", "ar": "مرحبا"}


@pytest.fixture
def notice(tmp_path, settings):
    """A notice of the tests' own."""
    folder = tmp_path / "notifications" / "probe"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("About {{ thing }}\n")
    (folder / "body.txt").write_text(
        "{% autoescape off %}{{ thing }} for {{ person.full_name }}{% endautoescape %}"
    )
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    settings.TEMPLATES = templates
    return "probe"


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notifications.deliver").count()


def test_a_notice_is_written_and_handed_to_the_queue(cast, notice):
    before = jobs()
    message = notify(cast.ana.person, notice, thing="the course")
    assert (message.subject, message.address, message.status) == (
        "About the course",
        "ana@example.org",
        "pending",
    )
    assert message.text == "the course for Ana Popescu\n"
    assert jobs() == before + 1


def test_the_same_key_is_one_message(cast, notice):
    first = notify(cast.ana.person, notice, thing="a", dedupe="enrolled:1")
    second = notify(cast.ana.person, notice, thing="b", dedupe="enrolled:1")
    assert first.pk == second.pk
    assert Message.objects.filter(name=notice).count() == 1


def test_a_deed_that_is_rolled_back_leaves_no_message_and_no_job(cast, notice):
    before = jobs()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(cast.ana.person, notice, thing="x")
        1 / 0  # noqa: B018
    assert not Message.objects.filter(name=notice).exists()
    assert jobs() == before


def test_a_person_without_email_gets_a_letter_and_no_job(cast, notice):
    before = jobs()
    message = notify(cast.vasile, notice, thing="x")
    assert (message.channel, message.address) == ("letter", "")
    assert jobs() == before


def test_user_text_is_data_in_mails(cast, notice):
    Person.objects.filter(pk=cast.ana.person_id).update(given_name="<b>{{ settings }}</b>")
    person = Person.objects.get(pk=cast.ana.person_id)
    message = notify(person, notice, thing="line\r\nBcc: all@example.org")
    assert "\n" not in message.subject
    assert message.subject == "About line Bcc: all@example.org"
    assert "<b>{{ settings }}</b>" in message.text
    assert "<b>" not in message.html.split("<main>")[1]
    assert "&lt;b&gt;{{ settings }}" in message.html


@pytest.mark.parametrize(("language", "direction"), [("ro", "ltr"), ("ar", "rtl"), ("uk", "ltr")])
def test_a_mail_says_its_language_and_direction(notice, cast, language, direction):
    _subject, _text, html = render(notice, language, {"person": cast.ana.person, "thing": "x"})
    assert f'<html lang="{language}" dir="{direction}">' in html


def test_posting_a_key_twice_keeps_the_first_words(cast):
    fields = {
        "person": cast.ana.person,
        "address": "ana@example.org",
        "name": "probe",
        "language": "ro",
        "subject": "s",
    }
    first = post(Message(**fields, text="one", dedupe_key="k"))
    second = post(Message(**fields, text="two", dedupe_key="k"))
    assert (first.pk, second.text) == (second.pk, "one")


def test_the_task_refuses_nothing_it_does_not_know(cast, notice):
    message = notify(cast.vasile, notice, thing="x")
    deliver(message_id=message.pk)
    message.refresh_from_db()
    assert message.status == "pending"
