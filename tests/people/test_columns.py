"""Lists with titles of an institution's own: said once, understood the next time."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from formats.sheets import SheetError
from people.actions import columns, imports
from people.models import AuditEvent, ColumnMapping

pytestmark = pytest.mark.django_db
TITLES = ["Cine", "Pren.", "Obs"]
MEANT = {"family_name": "Cine", "given_name": "Pren."}
LIST = b"Cine;Pren.;Obs\nUnu;Ana;x\n"


def draft(cast, data=LIST, place=None, by=None):
    return imports.draft(
        by=by or cast.ion, organisation=place or cast.lugoj, file_name="a.csv", data=data
    )


def say(cast, place=None, **more):
    return columns.remember(
        by=cast.ion, organisation=place or cast.lugoj, titles=TITLES, **{"columns": MEANT, **more}
    )


class TestRemembered:
    def test_the_next_list_with_these_titles_is_understood(self, cast):
        with pytest.raises(SheetError, match="wrong_template"):
            draft(cast)
        say(cast)
        row = draft(cast).accepted[0]
        assert (row["family_name"], row["given_name"]) == ("Unu", "Ana")

    @pytest.mark.parametrize(
        "data",
        ["OBS;pren.;CINE\nx;Ana;Unu\n", "Pren.;Cíne;Obs\nAna;Unu;x\n"],
        ids=["turned", "marks"],
    )
    def test_whatever_their_order_case_and_marks(self, cast, data):
        say(cast)
        row = draft(cast, data.encode()).accepted[0]
        assert (row["family_name"], row["given_name"]) == ("Unu", "Ana")

    def test_not_with_another_title_more(self, cast):
        say(cast)
        with pytest.raises(SheetError):
            draft(cast, b"Cine;Pren.;Obs;Altceva\nUnu;Ana;x;y\n")

    def test_of_the_institution_and_those_below_it_only(self, cast):
        say(cast, place=cast.timis)
        assert draft(cast, place=cast.lugoj).accepted
        with pytest.raises(SheetError):
            draft(cast, place=cast.turda, by=cast.olga)

    def test_the_nearest_counts(self, cast):
        say(cast, place=cast.timis)
        say(cast, columns={"family_name": "Pren.", "given_name": "Cine"})
        assert draft(cast).accepted[0]["family_name"] == "Ana"

    def test_what_was_said_counts_before_what_we_would_guess(self, cast):
        """A column called Telefon may hold a name; nothing is guessed beside what was said."""
        titles = ["Telefon", "Nume"]
        columns.remember(
            by=cast.ion, organisation=cast.lugoj, titles=titles, columns={"family_name": "Telefon"}
        )
        row = draft(cast, b"Telefon;Nume\nUnu;Ana\n").accepted[0]
        assert (row["family_name"], row["given_name"], row["phone"]) == ("Unu", "", "")

    def test_said_again_the_later_counts(self, cast):
        say(cast)
        say(cast, columns={"given_name": "Cine"})
        assert ColumnMapping.objects.get().columns == {"given_name": "Cine"}
        assert AuditEvent.objects.filter(verb="people.columns").count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [{"phone": "Obs"}, {"family_name": "Nowhere"}, {"password": "Obs", **MEANT},
         {"family_name": "Cine", "phone": "Cine"}],
        ids=["no name", "no such title", "no such fact", "one column twice"],
    )  # fmt: skip
    def test_what_cannot_be(self, cast, wrong):
        with pytest.raises(ValidationError):
            say(cast, columns=wrong)
        assert not ColumnMapping.objects.exists()

    @pytest.mark.parametrize("who", ["olga", "doru", "mara", "vera", "ana"])
    def test_who_may_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            columns.remember(
                by=getattr(cast, who), organisation=cast.lugoj, titles=TITLES, columns=MEANT
            )


class TestPage:
    PATH = "/en/me/people/import/columns/"

    def test_the_whole_way(self, cast):
        browser = cast.browser(cast.ion, language="en")
        assert self.PATH in browser.get("/en/me/people/import/").content.decode()
        asked = browser.post(
            self.PATH, {"organisation": cast.lugoj.pk, "file": SimpleUploadedFile("a.csv", LIST)}
        )
        page = asked.content.decode()
        assert "Remember the columns" in page and "Pren." in page and "Unu" not in page
        said = {"organisation": cast.lugoj.pk, "titles": json.dumps(TITLES), **MEANT}
        done = browser.post(self.PATH, said, follow=True)
        assert "Now upload the list" in done.content.decode()
        assert draft(cast).accepted

    @pytest.mark.parametrize("titles", ["", "x", "{}", "[1]", "[[]]"])
    def test_titles_made_up_by_hand(self, cast, titles):
        said = {"organisation": cast.lugoj.pk, "titles": titles, **MEANT}
        assert cast.browser(cast.ion).post(self.PATH, said).status_code == 200
        assert not ColumnMapping.objects.exists()

    def test_another_countys_institution_is_not_offered(self, cast):
        said = {"organisation": cast.turda.pk, "titles": json.dumps(TITLES), **MEANT}
        assert cast.browser(cast.ion).post(self.PATH, said).status_code == 200
        assert not ColumnMapping.objects.exists()


def test_titles_of_one_list_in_any_order_have_one_key():
    assert columns.titles_key(["Ă", "b"]) == columns.titles_key(["B", "a"])
    assert columns.titles_key(["a", "b"]) != columns.titles_key(["a"])
