"""What people are told: each notice in each language, by e-mail and by letter, with nothing left over."""

import pytest
from django.conf import settings
from django.utils import translation

from notifications.models import Message
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, enrolments, sessions, telling
from training.models import Enrolment


def tell_now(edition) -> int:
    """As if nothing had changed for a while."""
    return telling.tell(edition_id=edition.pk)


LANGUAGES = [code for code, _name in settings.LANGUAGES]
NOTICES = {
    "enrolment_confirmed",
    "enrolment_waitlisted",
    "place_freed",
    "enrolment_cancelled",
    "nominated",
    "sessions_changed",
}


def everything_happens(cast, *, language: str, email: str) -> dict[str, list[Message]]:
    """One person with a place, one nominated, one waiting who moves up; a session moves, another is cancelled."""
    edition = make.edition(cast.timis, capacity=2, title="Formare „A”", language=language)
    first = make.session(edition, 7, room=make.room(cast.timis, "Sala Mare"))
    second = make.session(edition, 8, link="https://meet.example.org/a", title="Atașament")
    people = [
        make_people.person(
            cast.lugoj,
            family,
            "Ana",
            language=language,
            email=email and f"{family}@example.org".lower(),
        )
        for family in ("Unu", "Doi", "Trei", "Patru")
    ]
    place = make.place(people[0], edition)
    make.place(people[1], edition, nominated_by=cast.lugoj)
    make.place(people[2], edition)
    make.place(people[3], edition, nominated_by=cast.lugoj)
    jobs.run()
    enrolments.cancel(enrolment=place, by=None, reason="Nu pot veni.")
    jobs.run()
    facts = {"starts": make.at(9), "ends": make.at(9, 11), "time_zone": make.ZONE}
    sessions.move(by=None, session=first, **facts, room=first.room, reason="Sala e ocupată.")
    sessions.cancel(by=None, session=second, reason="Zi liberă.")
    tell_now(edition)
    found: dict[str, list[Message]] = {}
    for message in jobs.messages().filter(person__in=people).order_by("pk"):
        found.setdefault(message.name, []).append(message)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("email", ["yes", ""])
def test_every_notice_is_written_in_the_persons_language(cast, language, email):
    with translation.override("en"):
        found = everything_happens(cast, language=language, email=email)
    assert set(found) == NOTICES
    for messages in found.values():
        for message in messages:
            assert message.language == language
            assert message.channel == ("email" if email else "letter")
            for text in (message.subject, message.text, message.html):
                assert (
                    "{{" not in text
                    and "{%" not in text
                    and "%(" not in text
                    and "None" not in text
                )
            assert "Formare „A”" in message.text
            assert "\n\n\n\n" not in message.text
            assert ("/training/" in message.text) == bool(email)
            assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in message.html
            if email:
                assert f"{settings.SITE_URL}/{language}/training/" in message.text


def test_what_the_notices_say(cast):
    found = everything_happens(cast, language="en", email="yes")

    def text(name: str, number: int = 0) -> str:
        return found[name][number].text

    assert "Sala Mare" in text("enrolment_confirmed")
    assert "10:00–12:00" in text("enrolment_confirmed")
    assert "number 1 on the waiting list" in text("enrolment_waitlisted")
    assert "Primăria Lugoj nominated you" in text("nominated")
    assert "You have a place" in text("nominated")
    assert "number 2 on the waiting list" in text("nominated", 1)
    assert "It is yours now" in text("place_freed")
    assert "Nu pot veni." in text("enrolment_cancelled")
    changed = text("sessions_changed")
    assert "2 sessions of “" in changed
    assert changed.index("10:00–12:00") < changed.index("10:00–11:00")
    assert changed.index("Sala e ocupată.") < changed.index("Zi liberă.")
    assert "meet.example.org" not in "".join(
        m.text for messages in found.values() for m in messages
    )
    for place in Enrolment.objects.exclude(status="cancelled"):
        assert place.code in "".join(m.text for messages in found.values() for m in messages)
    for messages in found.values():
        assert "You get this message because" in messages[0].text


def test_an_edition_without_dates_says_so(cast):
    edition = make.edition(cast.timis)
    make.place(make_people.person(cast.timis, "Unu", language="en"), edition)
    assert "The dates are not set yet." in jobs.messages().get().text


def test_the_contact_of_the_organiser_is_there(cast):
    cast.timis.phone, cast.timis.email = "0256 000 000", "formare@example.org"
    cast.timis.save()
    edition = make.coming(cast.timis)
    make.place(make_people.person(cast.timis, "Unu", language="en"), edition)
    editions.change_status(by=None, edition=edition, status="cancelled", reason="Inundație")
    confirmed, cancelled = jobs.messages().order_by("pk")
    assert "0256 000 000" in confirmed.text and "formare@example.org" in confirmed.text
    assert "0256 000 000" in cancelled.text and "Inundație" in cancelled.text
