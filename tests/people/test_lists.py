"""Who is who in a list of people: by number, by e-mail address, by name; and what is refused rather than guessed."""

import pytest
from django.core.exceptions import PermissionDenied

from formats.sheets import SheetError, write_csv
from people.actions import lists
from people.models import AuditEvent, Membership, Person
from people.queries import empty_sheet, sheet_known, sheet_reason, sheet_titles
from tests.factories import people as make

HEADERS = ["Family name", "Given name", "Patronymic", "National number", "E-mail"]
NUMBER, OTHER = "1800101000017", "2900202000023"


def sift(cast, *rows, by=None, organisation=None):
    """Doru's town hall uploads these rows."""
    data = write_csv(HEADERS, [[*row, *[""] * (len(HEADERS) - len(row))] for row in rows])
    return lists.sift(
        by=by or cast.doru, organisation=organisation or cast.lugoj, file_name="x.csv", data=data
    )


@pytest.fixture
def records(cast):
    """People of Lugoj, and one of Cluj, with numbers and addresses."""

    def put(organisation, family, given="Ana", **facts):
        return make.person(organisation, family, given, **facts)

    return {
        "vasile": cast.vasile,
        "numbered": put(cast.lugoj, "Anton", "Ilie", national_id=NUMBER),
        "mailed": put(cast.lugoj, "Barbu", "Ioana", email="casa@example.org"),
        "husband": put(cast.lugoj, "Barbu", "Mihai", email="casa@example.org"),
        "twin1": put(cast.lugoj, "Geamănu", "Dan", patronymic="Ion"),
        "twin2": put(cast.lugoj, "Geamănu", "Dan", patronymic="Petru"),
        "cluj": put(cast.cluj, "Departe", "Ema", national_id=OTHER, email="ema@example.org"),
    }


CASES = [
    # row, who it is (None: new), by what
    (["Țurcanu", "Vasile"], "vasile", "name"),
    (["TURCANU", "vasile"], "vasile", "name"),
    (["Ţurcanu", "Vasile", "", "", "nou@example.org"], "vasile", "name"),
    (["Țurcanu", "Vasilica"], None, ""),
    (["Antonescu", "Ilie", "", NUMBER], "numbered", "number"),
    (["Anton", "Ilie", "", "1850505000019"], None, ""),
    (["Anton", "Ilie"], "numbered", "name"),
    (["Barbu", "Ioana", "", "", "CASA@example.org"], "mailed", "email"),
    (["Barbu", "Mihai", "", "", "casa@example.org"], "husband", "email"),
    (["Barbu", "Ioana", "", "", "alta@example.org"], None, ""),
    (["Geamănu", "Dan", "Petru"], "twin2", "name"),
    (["Geamănu", "Dan", "Vasile"], None, ""),
    # Somebody of another county is not looked into, unless the number is theirs.
    (["Departe", "Ema"], None, ""),
    (["Departe", "Ema", "", "", "ema@example.org"], None, ""),
]


@pytest.mark.parametrize(("row", "who", "by"), CASES)
def test_who_it_is(cast, records, row, who, by):
    found = sift(cast, row)
    assert found.rejected == []
    if who is None:
        assert [r["line"] for r in found.new] == [2]
        assert found.known == []
    else:
        assert found.known == [
            {"line": 2, "by": by, "person": records[who].pk, "name": found.known[0]["name"]}
        ]
        assert found.new == []
        assert sheet_known(by)


REFUSED = [
    (["Departe", "Ema", "", OTHER], "number_taken"),
    (["Altul", "Cineva", "", OTHER], "number_taken"),
    (["Geamănu", "Dan"], "several_of_name"),
    (["Barbu", "Copil", "", "", "casa@example.org"], "email_of_another"),
    (["Dobre", "Doru"], "yourself"),
    (["", "", "", "", "x@example.org"], "no_name"),
    (["Ion3", "Ana"], "digits_in_name"),
    (["Ion", "Ana", "", "12"], "short_number"),
    (["Ion", "Ana", "", "", "nu-e-adresă"], "bad_email"),
]


@pytest.mark.parametrize(("row", "code"), REFUSED)
def test_what_is_refused_rather_than_guessed(cast, records, row, code):
    found = sift(cast, ["Bună", "Rând"], row)
    refused = [r for r in found.rejected if r["line"] == 3]
    assert [r["code"] for r in refused] == [code]
    text = sheet_reason(code, refused[0]["params"])
    assert text != sheet_reason("unheard of", {})
    # Nothing of another county's person is told but that the number is taken.
    assert "Departe" not in text
    assert [r["line"] for r in found.new] == [2]


def test_the_same_person_twice_in_one_list(cast, records):
    found = sift(cast, ["Țurcanu", "Vasile"], ["Turcanu", "Vasile"])
    assert [r["line"] for r in found.known] == [2]
    assert [(r["line"], r["code"], r["params"]) for r in found.rejected] == [
        (3, "twice", {"line": 2})
    ]


def test_reading_writes_nothing(cast, records):
    before = Person.objects.count(), AuditEvent.objects.count()
    sift(cast, ["Nou", "Om"], ["Țurcanu", "Vasile"])
    assert (Person.objects.count(), AuditEvent.objects.count()) == before


def test_recording_makes_learners_of_the_institution(cast):
    found = sift(cast, ["Nou", "Om", "", NUMBER], ["Alt", "Om"])
    made = lists.record(by=cast.doru, organisation=cast.lugoj, rows=found.new, nominations=7)
    assert [p.family_name for p in made] == ["Nou", "Alt"]
    assert made[0].national_id_hash
    assert NUMBER not in str(vars(made[0]))
    held = Membership.objects.filter(person__in=made)
    assert {(m.organisation_id, m.role) for m in held} == {(cast.lugoj.pk, "learner")}
    trail = AuditEvent.objects.filter(verb="person.recorded", person_id=made[0].pk).get()
    assert (trail.actor_id, trail.data) == (cast.doru.pk, {"role": "learner", "nominations": 7})
    again = lists.match(by=cast.doru, rows=found.new)
    assert (again.new, [r["person"] for r in again.known]) == ([], [p.pk for p in made])


@pytest.mark.parametrize("who", ["ana", "petar", "quin", "vera", "olga"])
def test_who_may_not(cast, who):
    user = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        sift(cast, ["Nou", "Om"], by=user)
    with pytest.raises(PermissionDenied):
        lists.record(by=user, organisation=cast.lugoj, rows=[])


def test_a_file_without_names_is_refused_whole(cast):
    with pytest.raises(SheetError):
        lists.sift(by=cast.doru, organisation=cast.lugoj, file_name="x.csv", data=b"A,B\n1,2\n")


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_our_template_is_read_back(cast, kind, language):
    data = empty_sheet(kind, language, "x")
    assert len(sheet_titles(language)) == 12
    with pytest.raises(SheetError) as refused:
        lists.sift(by=cast.doru, organisation=cast.lugoj, file_name=f"x.{kind}", data=data)
    assert refused.value.code == "no_rows"
