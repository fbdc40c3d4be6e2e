"""A town hall puts people forward, with and without e-mail."""

import re

import pytest

from people.models import Person
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions.households import keep_together
from training.models import Edition, Enrolment


def test_a_town_hall_nominates_people_with_and_without_email(cast, doru, edition):
    assert url("nominate-people", edition.pk) in doru.get(url("nominate")).content.decode()
    page = main(doru.get(url("nominate-people", edition.pk)))
    assert "Vasile Țurcanu" in page
    assert "Ana Popescu" not in page
    fields = {
        "family_name": "Nouă",
        "given_name": "Ioana",
        "language": "ro",
        "email": "noua@example.org",
    }
    query = f"?person={cast.vasile.pk}"
    back = doru.post(
        url("nominate-person", edition.pk) + query, {**fields, "postal_address": "Str. 1"}
    )
    ioana = Person.objects.get(family_name="Nouă")
    assert f"person={ioana.pk}" in back["Location"]
    assert f"person={cast.vasile.pk}" in back["Location"]
    check = main(
        doru.get(url("nominate-check", edition.pk) + f"?person={ioana.pk}&person={cast.vasile.pk}")
    )
    assert "2 people" in check
    chosen = {"person": [cast.vasile.pk, ioana.pk]}
    first, second = (doru.post(url("nominate-check", edition.pk), chosen) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Enrolment.objects.filter(nominated_by=cast.lugoj).count() == 2
    done = doru.get(first["Location"])
    letter = url("letter", Enrolment.objects.get(person=cast.vasile).pk)
    assert letter in done.content.decode()
    assert doru.get(letter).status_code == 200
    assert "Nouă" in main(doru.get(url("nominate")))


def test_the_search_keeps_what_is_ticked(cast, doru, edition):
    other = make_people.person(cast.lugoj, "Zamfir", "Zoe")
    text = doru.get(
        url("nominate-people", edition.pk) + f"?q=zam&person={cast.vasile.pk}"
    ).content.decode()
    assert re.search(rf'value="{cast.vasile.pk}" checked', text)
    assert re.search(rf'value="{other.pk}">', text)


def test_nobody_is_ticked_leads_back(cast, doru, edition):
    for query in (
        "",
        "?person=x",
        f"?person={cast.clara.person.pk}",
        f"?person={cast.doru.person.pk}",
    ):
        response = doru.get(url("nominate-check", edition.pk) + query)
        assert response["Location"].startswith(url("nominate-people", edition.pk))
    doru.post(
        url("nominate-check", edition.pk), {"person": [cast.clara.person.pk, cast.ana.person.pk]}
    )
    assert not Enrolment.objects.exists()


def test_a_closed_edition_takes_no_nomination(cast, doru, edition):
    Edition.objects.filter(pk=edition.pk).update(status="closed")
    assert "Enrolment is closed." in main(doru.get(url("nominate-people", edition.pk)))
    text = main(doru.post(url("nominate-check", edition.pk), {"person": cast.vasile.pk}))
    assert "Enrolment is closed." in text
    assert "Nobody is nominated here" in main(doru.get(url("nominate-done", edition.pk)))


def test_the_coordinator_nominates_for_the_institution_of_the_person(cast, mara, edition):
    mara.post(url("nominate-check", edition.pk), {"person": [cast.vasile.pk]})
    assert Enrolment.objects.get().nominated_by == cast.timis


def test_a_nominator_gives_up_a_nomination(cast, doru, edition):
    place = make.place(cast.vasile, edition, nominated_by=cast.lugoj)
    done = doru.post(url("place-cancel", place.pk), {"reason": "Nu poate veni"})
    assert done["Location"] == url("nominate")
    place.refresh_from_db()
    assert place.is_cancelled


# Adults of one household


@pytest.fixture
def couple(cast):
    """Vasile and his wife, whom the town hall knows as one household."""
    wife = make_people.person(cast.lugoj, "Țurcanu", "Zoe")
    keep_together(by=cast.doru, people=[cast.vasile, wife])
    return [cast.vasile, wife]


def states(edition) -> dict[str, str]:
    rows = edition.enrolments.order_by("pk").values_list("person__given_name", "status")
    return dict(rows)


def nominate(browser, edition, people):
    return browser.post(url("nominate-check", edition.pk), {"person": [p.pk for p in people]})


def test_a_household_comes_together_or_waits_together(cast, doru, couple):
    """One place is left: both wait, and the other person of the list has it."""
    edition = make.coming(cast.timis, capacity=1)
    alone = make_people.person(cast.lugoj, "Alt", "Om")
    asked = "&".join(f"person={p.pk}" for p in [*couple, alone])
    said = main(doru.get(url("nominate-check", edition.pk) + f"?{asked}"))
    assert "Adults of one household come together" in said
    assert "Vasile Țurcanu , Zoe Țurcanu" in said
    nominate(doru, edition, [*couple, alone])
    assert states(edition) == {"Om": "confirmed", "Vasile": "waitlisted", "Zoe": "waitlisted"}
    assert len(set(edition.enrolments.exclude(person=alone).values_list("party", flat=True))) == 1
    assert {place.nominated_by for place in edition.enrolments.all()} == {cast.lugoj}


def test_one_of_a_household_alone_is_nobody_s_unit(cast, doru, couple, edition):
    said = main(doru.get(url("nominate-check", edition.pk) + f"?person={cast.vasile.pk}"))
    assert "household" not in said
    nominate(doru, edition, [cast.vasile])
    assert states(edition) == {"Vasile": "confirmed"}
    assert edition.enrolments.get().party is None


def test_where_one_of_them_cannot_come_nobody_of_the_list_is_written(cast, doru, couple, edition):
    make.place(couple[1], make.coming(cast.timis, course=edition.course, day=40))
    page = main(nominate(doru, edition, [make_people.person(cast.lugoj), *couple]))
    assert "Zoe Țurcanu cannot enrol here." in page
    assert not edition.enrolments.exists()


# The letter on paper


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "Please call us the day before"), ("vasile@example.org", "on the page of your place")],
)
def test_the_letter_never_prints_the_link(cast, doru, email, said):
    Person.objects.filter(pk=cast.vasile.pk).update(email=email)
    edition = make.edition(cast.timis)
    make.session(edition, link="https://meet.example.org/secret")
    nominate(doru, edition, [cast.vasile])
    place = Enrolment.objects.get()
    Person.objects.filter(pk=cast.vasile.pk).update(language="en")
    letter = doru.get(url("letter", place.pk)).content.decode()
    assert "meet.example.org" not in letter
    assert said in letter and "Online" in letter


def test_the_letter_says_nothing_of_links_where_there_are_rooms(cast, doru, edition):
    nominate(doru, edition, [cast.vasile])
    Person.objects.filter(pk=cast.vasile.pk).update(language="en")
    letter = doru.get(url("letter", Enrolment.objects.get().pk)).content.decode()
    assert "online session" not in letter
