"""Look-up: who is found by what, what is said, what is never shown, and that the trail knows."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from certification.lookup import MOST, authorisation_said, look_up
from people.models import AuditEvent, Authorisation, Person, User
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence as papers_of
from tests.factories import people as make

D = date
DAY = D(2026, 3, 12)
PAGE = "/en/standing/look-up/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def text_of(browser: Client, **query: str) -> str:
    page = browser.get(PAGE, query)
    assert page.status_code == 200
    return page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]


def trail(user: User) -> list[int]:
    rows = AuditEvent.objects.filter(verb="standing.looked_up", actor_id=user.pk).order_by("id")
    return list(rows.values_list("person_id", flat=True))


def found(user: User, text: str) -> set[str]:
    return {person.full_name for person in look_up(user, text).people}


@pytest.fixture
def tepes(cast: Cast) -> list[Person]:
    """The same name in two scripts."""
    return [
        make.person(cast.lugoj, "Țepeș", "Vlad", categories=[cast.carer]),
        make.person(
            cast.lugoj, "Цепеш", "Влад", categories=[cast.carer], language="uk", latin_name="Tsepesh Vlad"
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["Țepeș", "Tepes", "tepes", "Цепеш", "ЦЕПЕШ", "Vlad Țepeș", "Цепеш Влад", "țep"]
)
def test_three_ways_to_write_find_each_other(cast: Cast, tepes: list[Person], asked: str) -> None:
    assert found(cast.ion, asked) == {person.full_name for person in tepes}
    assert found(cast.olga, asked) == set()


def test_who_is_written_so_stands_before_who_sounds_so(cast: Cast, tepes: list[Person]) -> None:
    assert look_up(cast.ion, "Цепеш").people[0] == tepes[1]
    assert look_up(cast.ion, "Tepes").people[0] == tepes[0]


@pytest.fixture
def papers(cast: Cast) -> dict[str, str]:
    """Vasile's certificate, the one that it replaced, a paper one of Ana's, and authorisations of both."""
    programme = proof.programme(cast.carer, code="ro.foster")
    issued = [
        proof.certificate(
            cast.vasile, programme, issuer=cast.timis, valid_from=D(2022 + n, 1, 1), valid_until=D(2027 + n, 1, 1)
        )
        for n in range(2)
    ]  # fmt: skip
    proof.event(issued[0], "replaced", D(2023, 1, 1))
    papers_of.earlier(
        cast.ana.person,
        programme,
        valid_from=D(2024, 1, 1),
        number="Seria B-17",
        issuer="DGASPC Arad",
    )
    make_right(cast.vasile, "AT 44/2020")
    make_right(cast.clara.person, "AT 99/2020")
    return {"new": issued[1].number, "old": issued[0].number}


def make_right(who: Person, number: str, **fields) -> Authorisation:
    values = {"kind": "atestat", "since": D(2020, 1, 1), **fields}
    return Authorisation.objects.create(person=who, number=number, **values)


def test_by_the_number_of_a_certificate(cast: Cast, papers: dict[str, str]) -> None:
    for text in (papers["new"], papers["new"].lower(), papers["new"].replace("/", " ")):
        said = text_of(cast.browser(cast.ion), q=text)
        assert (
            "Vasile Țurcanu" in said
            and f"Certificate {papers['new']} is valid until 1 January 2028." in said
        )
        assert "is not the certificate that counts" not in said
    assert trail(cast.ion) == [cast.vasile.pk] * 3


def test_the_number_of_an_older_certificate_says_so(cast: Cast, papers: dict[str, str]) -> None:
    said = text_of(cast.browser(cast.ion), q=papers["old"])
    assert f"Number {papers['old']} is not the certificate that counts today" in said
    assert f"Certificate {papers['new']} is valid until" in said


def test_by_the_number_on_paper_and_of_an_authorisation(cast: Cast, papers: dict[str, str]) -> None:
    browser = cast.browser(cast.ion)
    said = text_of(browser, q="seria b 17")
    assert "Ana Popescu" in said and "It was issued on paper by DGASPC Arad." in said
    said = text_of(browser, q="at 44/2020")
    assert (
        "Vasile Țurcanu" in said
        and "Authorisation AT 44/2020 is in force, without an end date." in said
    )


@pytest.mark.parametrize("asked", ["Mureșan", "Clara", "AT 99/2020"])
def test_another_county_s_person_is_not_found_and_nothing_is_said(
    cast: Cast, papers, asked: str
) -> None:
    browser = cast.browser(cast.ion)
    for text in (text_of(browser, q=asked), text_of(browser, person=str(cast.clara.person_id))):
        assert "Nobody in your institutions fits" in text and "Clara" not in text.replace(asked, "")
    assert trail(cast.ion) == []
    assert "Clara Mureșan" in text_of(cast.browser(cast.olga), q=asked)
    assert "Clara Mureșan" in text_of(cast.browser(cast.vera), q=asked)


def test_another_county_s_certificate_is_not_found(cast: Cast, papers: dict[str, str]) -> None:
    said = text_of(cast.browser(cast.olga), q=papers["new"])
    assert "Nobody in your institutions fits" in said and "Țurcanu" not in said
    assert trail(cast.olga) == []


def test_who_left_and_who_was_erased_is_not_found(cast: Cast, papers) -> None:
    cast.vasile.memberships.update(until=D(2026, 3, 11))
    assert found(cast.ion, "Țurcanu") == found(cast.ion, "AT 44/2020") == set()
    Person.objects.filter(pk=cast.ana.person_id).update(erased_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert found(cast.ion, "Seria B-17") == found(cast.ion, "Popescu") == set()


def test_several_are_offered_with_their_place_and_nothing_else(cast: Cast, papers) -> None:
    twins = [
        make.person(
            place, "Popescu", "Ion", categories=[cast.carer], region=cast.timis_region, locality=town,
            email=f"{town}@example.org", phone="0700 000 001",
        )
        for place, town in ((cast.lugoj, "Lugoj"), (cast.centru, "Făget"))
    ]  # fmt: skip
    browser = cast.browser(cast.ion)
    said = text_of(browser, q="Popescu Ion")
    assert "Whom do you mean?" in said and "Lugoj" in said and "Făget" in said
    assert "example.org" not in said and "0700" not in said and "Primăria" not in said
    assert "certificate" not in re.sub(r"<form.*?</form>", "", said, flags=re.S).lower()
    assert trail(cast.ion) == []  # nobody's record was shown yet
    href = re.findall(r'<a href="(\?[^"]*)"', said)[1].replace("&amp;", "&")
    answer = browser.get(PAGE + href).content.decode()
    assert "Where" not in said and "Făget" in answer or "Lugoj" in answer
    assert len(trail(cast.ion)) == 1 and trail(cast.ion)[0] in {one.pk for one in twins}


def test_those_whom_name_and_place_do_not_tell_apart_have_their_institution(cast: Cast) -> None:
    for place in (cast.lugoj, cast.centru):
        make.person(place, "Popescu", "Ion", locality="Lugoj")
    said = text_of(cast.browser(cast.ion), q="Popescu Ion")
    assert "Primăria Lugoj" in said and "Centrul Timișoara" in said


def test_too_many_ask_for_more_of_the_name(cast: Cast) -> None:
    for n in range(MOST + 1):
        make.person(cast.lugoj, "Ionescu", f"Om{n}")
    said = text_of(cast.browser(cast.ion), q="Ionescu")
    assert said.count('<li class="row">') == MOST and "More people fit" in said
    assert "More people fit" not in text_of(cast.browser(cast.ion), q="Ionescu Om1")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Enter a name or a number."), ("a", "Enter at least two letters"), ("-!", "Enter at least two letters"),
        ("x" * 121, "120"), ("nobody's name", "Enter only the family name"), ("'; DROP --aa", "Nobody in your"),
        ("& | ! :* ()aa", "Nobody in your"), ("99999999999999999999999", "Nobody in your"), ("%%%zz", "Nobody in your"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_says_what_to_try(cast: Cast, asked: str, said: str) -> None:
    assert said in text_of(cast.browser(cast.ion), q=asked)


@pytest.mark.parametrize("person", ["x", "-1", "0", "99999999999999999999", "٣", "1e3"])
def test_a_person_that_is_no_number_is_nobody(cast: Cast, person: str) -> None:
    assert "Nobody in your institutions fits" in text_of(cast.browser(cast.ion), person=person)


def test_one_s_own_record_leaves_no_trace_and_no_page_is_for_a_carer(cast: Cast) -> None:
    assert "Ion Ionescu" in text_of(cast.browser(cast.ion), q="Ionescu Ion")
    assert trail(cast.ion) == []
    assert cast.browser(cast.ana).get(PAGE).status_code == 404
    assert cast.browser(cast.ion).post(PAGE).status_code == 405


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "withdrawn"}, "has been withdrawn"), ({"status": "suspended"}, "is suspended"),
        ({"since": D(2026, 3, 13)}, "begins on 13 March 2026"), ({"since": DAY}, "is in force, without an end date"),
        ({"until": D(2026, 3, 11)}, "ended on 11 March 2026"), ({"until": DAY}, "is in force until 12 March 2026"),
        ({"until": D(2026, 3, 11), "status": "withdrawn"}, "has been withdrawn"),
    ],
)  # fmt: skip
def test_an_authorisation_in_words(cast: Cast, fields: dict, said: str) -> None:
    assert said in authorisation_said(make_right(cast.vasile, "7", **fields), DAY)
