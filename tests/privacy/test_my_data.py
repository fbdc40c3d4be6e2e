"""The page on which somebody reads what is kept about them, and takes a copy."""

import json

import pytest
from django.conf import settings
from django.utils import translation

from people import privacy
from people.models import AuditEvent, Person
from people.privacy import page
from people.privacy.kinds import Deed
from tests.factories import people as make
from tests.factories import training
from tests.privacy import planting

pytestmark = pytest.mark.django_db
PAGE, FILE = "/en/me/data/", "/en/me/data/file/"


def titles(person) -> list[str]:
    return [section.title for section in page.sections(person)]


class TestPage:
    def test_says_what_is_kept_why_and_how_long(self, cast):
        text = cast.browser(cast.ana, language="en").get(PAGE).content.decode()
        assert "Your name, to enrol you and to print it on your certificates." in text
        assert "As long as you are on record" in text
        assert "It is part of a public task that the law gives to the authority" in text
        assert "We do not keep the number" in text

    def test_shows_only_kinds_of_records_that_there_are(self, cast):
        assert "Your courses" not in titles(cast.ana.person)
        training.place(cast.ana.person, training.coming(cast.timis))
        assert "Your courses" in titles(cast.ana.person)
        assert titles(cast.ana.person)[0] == "You"

    def test_says_what_outlives_an_erasure_and_why(self, cast):
        training.place(cast.ana.person, training.coming(cast.timis))
        promises = [
            p
            for s in page.sections(cast.ana.person)
            if s.title == "Your courses"
            for p in s.promises
        ]
        assert any(str(p.erased).startswith("kept: ") for p in promises)
        assert any(p.erased == "deleted" for p in promises)

    def test_tells_everything_that_the_copy_holds(self, cast):
        """With every table filled: no exported field without its sentence on the page."""
        planting.everything(cast)
        told = {
            str(purpose)
            for s in page.sections(cast.ana.person)
            for p in s.promises
            for purpose in p.purposes
        }
        for table in privacy.tables():
            for entry in table.entries:
                if entry.export and table.erasure(entry).deed != Deed.UNLINK:
                    assert str(entry.purpose) in told, table.model

    def test_says_whom_to_ask_for_an_erasure(self, cast):
        cast.timis.email, cast.timis.phone = "privacy@example.org", "+40 256 000 000"
        cast.timis.save()
        text = cast.browser(cast.ana, language="en").get(PAGE).content.decode()
        assert "To have your record erased, ask <bdi>DGASPC Timiș</bdi>" in text
        assert 'href="mailto:privacy@example.org"' in text
        assert 'href="tel:+40256000000"' in text

    @pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
    def test_opens_in_every_language(self, cast, language):
        answer = cast.browser(cast.ana, language=language).get(f"/{language}/me/data/")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()

    def test_asks_nobody_to_sign_in_twice_but_strangers_once(self, cast, client):
        answer = client.get(PAGE)
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]

    def test_sends_somebody_without_a_record_to_make_one(self, cast):
        user = make.user(make.person(cast.timis))
        user.person = None
        user.save()
        for nobody in (user, make.superuser()):
            browser = make.signed_in(nobody)
            for answer in (browser.get(PAGE), browser.post(FILE)):
                assert answer.status_code == 302
                assert "/me/welcome/" in answer["Location"]

    def test_costs_no_more_for_more_rows(self, cast, django_assert_max_num_queries):
        for day in range(3):
            training.place(cast.ana.person, training.coming(cast.timis, day=7 + day))
        person = Person.objects.get(pk=cast.ana.person.pk)
        with django_assert_max_num_queries(len([t for t in privacy.tables() if t.rows]) + 10):
            page.sections(person)


class TestFile:
    def test_is_everything_as_json(self, cast):
        answer = cast.browser(cast.ana).post(FILE)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/json"
        assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
        assert answer["Cache-Control"] == "no-store"
        copy = json.loads(answer.content)
        assert copy["records"]["people.Person"][0]["family_name"] == "Popescu"
        assert "Popescu" in answer.content.decode(), "letters as letters, not as numbers"

    def test_is_ones_own(self, cast):
        copy = json.loads(cast.browser(cast.clara).post(FILE).content)
        assert copy["person"] == cast.clara.person.pk

    def test_each_copy_is_in_the_trail(self, cast):
        cast.browser(cast.ana).post(FILE)
        event = AuditEvent.objects.get(verb="person.copied")
        assert (event.actor_id, event.person_id) == (cast.ana.pk, cast.ana.person.pk)

    def test_is_not_made_by_following_a_link(self, cast):
        assert cast.browser(cast.ana).get(FILE).status_code == 405
        assert not AuditEvent.objects.filter(verb="person.copied").exists()


def test_the_words_change_with_the_language_of_the_reader(cast):
    """Purposes are lazy: the register is built once, before any request has a language."""
    purpose = next(
        e.purpose for t in privacy.tables() if t.model == "people.Person" for e in t.entries
    )
    with translation.override("en"):
        assert str(purpose).startswith("Your name")
    assert not isinstance(purpose, str)
