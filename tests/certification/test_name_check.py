"""Who is meant by a row of a list: numbers first, names in any script, and in doubt the officer is asked."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.check_words import COLUMNS
from certification.lookup import by_name
from certification.models import Programme
from certification.name_check import Answer, Finder, columns_of, people_to_export
from formats.sheets import Sheet, SheetError
from people.models import Authorisation, Person
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import people as make

EMPTY = dict.fromkeys(COLUMNS, "")


def find(cast: Cast, by=None, **row: str) -> Answer:
    asked = {**EMPTY, **row}
    (answer,) = Finder(by or cast.ion).answers([asked])
    return answer


@pytest.fixture
def register(cast: Cast, programme: Programme) -> dict[str, Person]:
    people = {
        "țepeș": make.person(cast.lugoj, "Țepeș", "Vlad"),
        "ion1": make.person(cast.lugoj, "Ionel", "Dan", patronymic="Gheorghe"),
        "ion2": make.person(cast.centru, "Ionel", "Dan", patronymic="Mihai"),
        "ivan": make.person(cast.lugoj, "Шевченко", "Оксана", language="uk"),
        "long": make.person(cast.lugoj, "Popa", "Ana Maria"),
        "cluj": make.person(cast.turda, "Străin", "Dan"),
    }
    number = {"valid_from": date(2024, 3, 1), "issuer": proof.authority(cast.timis, "TM")}
    proof.certificate(people["țepeș"], programme, serial=7, **number)
    proof.certificate(people["cluj"], programme, serial=8, **number)
    elsewhere.earlier(people["ivan"], programme, number="Seria A 12/2019")
    for who, text in (("ion1", "AM 15/2020"), ("cluj", "AM 16/2020")):
        Authorisation.objects.create(
            person=people[who], kind="atestat", number=text, since=date(2020, 1, 1)
        )
    return people


@pytest.mark.parametrize(
    ("row", "who"),
    [
        ({"family_name": "Țepeș", "given_name": "Vlad"}, "țepeș"),
        ({"family_name": "ŢEPEŞ", "given_name": "vlad"}, "țepeș"),
        ({"family_name": "Tepes", "given_name": "Vlad"}, "țepeș"),
        ({"family_name": "Цепеш", "given_name": "Влад"}, "țepeș"),
        ({"name": "Vlad Țepeș"}, "țepeș"),
        ({"name": "Țepeș, Vlad"}, "țepeș"),
        ({"name": "Shevchenko Oksana"}, "ivan"),
        # Each word is a whole word of the only person whom the search finds.
        ({"family_name": "Popa", "given_name": "Ana"}, "long"),
        ({"family_name": "Шевченко", "given_name": "Оксана"}, "ivan"),
        ({"family_name": "Ionel", "given_name": "Dan", "patronymic": "Mihai"}, "ion2"),
        ({"number": "TM/2024/00007"}, "țepeș"),
        ({"number": "tm 2024 7"}, "țepeș"),
        ({"number": "TM/2024/00007", "family_name": "Tepes"}, "țepeș"),
        ({"number": "seria a 12/2019"}, "ivan"),
        ({"authorisation": "am 15/2020"}, "ion1"),
        ({"authorisation": "AM 15/2020", "name": "Ionel Dan"}, "ion1"),
        ({"number": "TM/2024/00007", "authorisation": "nothing"}, "țepeș"),
    ],
)
def test_found(cast, register, row, who):
    assert find(cast, **row) == Answer("found", person=register[who].pk)


@pytest.mark.parametrize(
    ("row", "code", "who"),
    [
        ({"family_name": "Ionel", "given_name": "Dan"}, "several", {"ion1", "ion2"}),
        ({"family_name": "Țepeș"}, "alike", {"țepeș"}),  # a family name alone is never enough
        ({"family_name": "Țep", "given_name": "Vla"}, "alike", {"țepeș"}),
        ({"number": "TM/2024/00007", "family_name": "Popa", "given_name": "Ana"}, "another_name", {"țepeș"}),
        ({"number": "TM/2024/99999", "family_name": "Țepeș", "given_name": "Vlad"}, "number_unknown", {"țepeș"}),
        ({"authorisation": "AM 99", "family_name": "Țepeș", "given_name": "Vlad"}, "number_unknown", {"țepeș"}),
    ],
)  # fmt: skip
def test_in_doubt_nobody_is_chosen(cast, register, row, code, who):
    found = find(cast, **row)
    assert (found.state, found.person, found.code) == ("unsure", None, code)
    assert set(found.candidates) == {register[name].pk for name in who}


@pytest.mark.parametrize(
    ("row", "state", "code"),
    [
        ({}, "refused", "nothing"),
        ({"name": " -- "}, "refused", "nothing"),
        ({"name": "x" * 161}, "refused", "too_long"),
        ({"number": "9" * 500}, "refused", "too_long"),
        ({"family_name": "Nimeni", "given_name": "Nicăieri"}, "missing", "nobody"),
        ({"number": "TM/2024/99999"}, "missing", "no_number"),
        ({"authorisation": "x-1"}, "missing", "no_number"),
        ({"name": "'; DROP TABLE people_person; --"}, "missing", "nobody"),
        ({"name": "a & b | !c:*"}, "missing", "nobody"),
        # Another county: by name, by certificate, by authorisation.
        ({"family_name": "Străin", "given_name": "Dan"}, "missing", "nobody"),
        ({"number": "TM/2024/00008"}, "missing", "no_number"),
        ({"authorisation": "AM 16/2020"}, "missing", "no_number"),
        ({"number": "TM/2024/00008", "name": "Străin Dan"}, "missing", "nobody"),
    ],
)
def test_nobody(cast, register, row, state, code):
    found = find(cast, **row)
    assert (found.state, found.code, found.person, found.candidates) == (state, code, None, [])


def test_the_other_county_finds_its_own_only(cast, register):
    assert find(cast, cast.olga, name="Străin Dan").person == register["cluj"].pk
    assert find(cast, cast.olga, number="TM/2024/00008").person == register["cluj"].pk
    assert find(cast, cast.olga, name="Țepeș Vlad").state == "missing"
    assert find(cast, cast.olga, number="TM/2024/00007").state == "missing"
    # Who may not take lists out finds nobody at all, oneself included.
    for reader in (cast.mara, cast.quin, cast.ana, cast.doru):
        assert find(cast, reader, name="Țepeș Vlad").state == "missing"
    assert find(cast, cast.ana, name="Popescu Ana").state == "missing"


def test_an_erased_person_and_a_struck_paper_are_not_found(cast, register, programme):
    paper = register["ivan"].earlier_certificates.get()
    type(paper).objects.filter(pk=paper.pk).update(
        struck_on=paper.recorded_on, struck_reason="Greșeală"
    )
    assert find(cast, number="Seria A 12/2019").state == "missing"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (("Nume de familie", "Prenume"), {"family_name", "given_name"}),
        (("ПІБ", "Номер сертифіката"), {"name", "number"}),
        (("رقم الشهادة",), {"number"}),
        (("Atestat", "Observații"), {"authorisation"}),
        (("NUME ȘI PRENUME",), {"name"}),
    ],
)
def test_columns_in_each_language(headers, expected):
    assert set(columns_of(Sheet(headers, ()))) == expected


@pytest.mark.parametrize("headers", [("Observații",), ("Patronimic",), ("x", "y")])
def test_without_a_column_to_look_in(headers):
    with pytest.raises(SheetError) as refusal:
        columns_of(Sheet(headers, ()))
    assert refusal.value.code == "wrong_template"


NAMES = (
    "Țepeș",
    "Ștefan-Vodă",
    "Цепеш",
    "Шевченко",
    "D'Angelo",
    "Popescu",
    "Pop",
    "محمود",
    "Ana Maria",
    "Chiriac",
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=14
    ),
    asked=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 8)), min_size=1, max_size=2),
)
def test_it_offers_whom_the_look_up_offers(cast: Cast, people, asked) -> None:
    """Two ways to one answer: the look-up asks the database, a list of thousands asks what was read once."""
    with transaction.atomic():
        for family, given_name in people:
            make.person(cast.lugoj, family, given_name)
        reach = people_to_export(cast.ion)
        finder = Finder(cast.ion)
        for text in (
            " ".join(name[:length] for name, length in asked),
            *(name for name, _n in asked),
        ):
            offered = by_name(reach, text).people
            assert finder.alike(text) == [one.pk for one in offered], text
        transaction.set_rollback(True)


def test_a_list_of_misspelt_names_asks_the_database_as_little_as_one_name(
    cast, register, django_assert_num_queries
):
    row = {**EMPTY, "family_name": "Tzepesh", "given_name": "Vlad"}
    finder = Finder(cast.ion)
    for rows in ([row], [row] * 40):
        with django_assert_num_queries(0):
            assert {answer.person for answer in finder.answers(rows)} == {register["țepeș"].pk}
