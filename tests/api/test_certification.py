"""Where people stand, certificates and checking them through the API: as the pages say, for the branch only."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification import misses, queries
from certification.content import name_proof
from certification.queries import Filters, standing_counts, standing_rows
from people.identity import national_number_hash
from people.models import AuditEvent, Authorisation, Person
from people.scopes import Scope
from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

D = date
DAY = D(2026, 3, 12)


@pytest.fixture
def programme(cast: Cast):
    """Ana's ends soon, Vasile's is over, Clara of Cluj has one that counts."""
    made = proof.programme(
        cast.carer, rule={"renewal_window_days": 90, "grace_days": 0}, code="ro.foster"
    )
    for who, issuer, until in (
        (cast.ana.person, cast.timis, D(2026, 4, 1)),
        (cast.vasile, cast.timis, D(2025, 1, 1)),
        (cast.clara.person, cast.cluj, D(2029, 1, 1)),
    ):
        proof.certificate(
            who,
            made,
            issuer=issuer,
            valid_from=D(2023, 1, 1),
            valid_until=until,
            words=True,
            name_proof=name_proof(who.family_name, "0" * 32),
        )
    return made


def of(person) -> object:
    return person.certificates.get()


def test_one_person_on_a_day(cast: Cast, timis: Program, programme):
    found = timis.get(f"/people/{cast.ana.person_id}/standing", at="2026-03-12").json()
    (one,) = found["standings"]
    paper = of(cast.ana.person)
    assert one == {
        "programme": "ro.foster", "state": "expiring", "is_good": True, "since": "2026-01-01",
        "until": "2026-04-01", "valid_until": "2026-04-01", "review_due": None,
        "reason": f"Certificate {paper.number} ends on 1 April 2026. It can be renewed now.",
        "certificate": {"id": paper.pk, "number": paper.number, "is_ours": True},
    }  # fmt: skip
    before = timis.get(f"/people/{cast.ana.person_id}/standing", at="2024-03-12").json()
    assert before["standings"][0]["state"] == "valid"
    event = AuditEvent.objects.filter(verb="standing.opened").latest("pk")
    assert (event.person_id, event.actor_id) == (cast.ana.person_id, timis.token.account_id)


@pytest.mark.parametrize("who", ["clara", "vera", "nobody"])
def test_whoever_is_of_another_branch_is_not_there(cast: Cast, timis: Program, programme, who: str):
    pk = getattr(cast, who).person_id if who != "nobody" else 10**9
    assert timis.get(f"/people/{pk}/standing").status_code == 404
    assert timis.get(f"/people/{pk}").status_code == 404
    asked = timis.post("/standing/check", {"people": [{"person": pk}]}).json()
    assert asked["people"] == [{"person": None, "standings": []}]
    assert not AuditEvent.objects.filter(person_id=pk, actor_id=timis.token.account_id).exists()


def test_many_by_whatever_is_known_of_them(cast: Cast, timis: Program, programme):
    Person.objects.filter(pk=cast.vasile.pk).update(
        national_id_hash=national_number_hash("1960101123456")
    )
    Person.objects.filter(pk=cast.clara.person_id).update(
        national_id_hash=national_number_hash("2960101123456")
    )
    for who, number in ((cast.ana.person, "AT-17"), (cast.clara.person, "AT-18")):
        Authorisation.objects.create(person=who, kind="atestat", number=number, since=D(2020, 1, 1))
    asked = [
        {"person": cast.vasile.pk}, {"certificate": of(cast.ana.person).number}, {"authorisation": "at-17"},
        {"national_number": "1960101-123456"}, {"certificate": of(cast.clara.person).number},
        {"authorisation": "AT-18"}, {"national_number": "2960101123456"}, {"certificate": "Popescu"},
        {"authorisation": of(cast.ana.person).number}, {"person": cast.vasile.pk},
    ]  # fmt: skip
    found = timis.post("/standing/check", {"people": asked, "at": "2026-03-12"}).json()
    ana, vasile = cast.ana.person_id, cast.vasile.pk
    assert [one["person"] for one in found["people"]] == [
        vasile, ana, ana, vasile, None, None, None, None, None, vasile,
    ]  # fmt: skip
    assert [one["standings"][0]["state"] for one in found["people"][:4]] == [
        "expired", "expiring", "expiring", "expired",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(verb="standing.looked_up").count() == 2


@pytest.mark.parametrize("day", [D(2022, 1, 1), D(2024, 6, 1), D(2026, 3, 12), D(2031, 1, 1)])
def test_many_and_one_say_the_same(cast: Cast, timis: Program, programme, day: date):
    # Of whom nobody asks for anything (any more), but who holds a certificate: one has left the category.
    former = make.person(cast.lugoj, "Fosta")
    proof.certificate(
        former, programme, issuer=cast.timis, valid_from=D(2023, 1, 1), valid_until=D(2027, 1, 1)
    )
    arrived = make.person(cast.lugoj, "Noua", categories=[cast.carer], since=D(2026, 1, 1))
    people = [cast.ana.person, cast.vasile, former, arrived, cast.petar.person]
    at = day.isoformat()
    many = timis.post(
        "/standing/check", {"people": [{"person": p.pk} for p in people], "at": at}
    ).json()
    for person, found in zip(people, many["people"], strict=True):
        one = timis.get(f"/people/{person.pk}/standing", at=at).json()
        assert found == {"person": person.pk, "standings": one["standings"]}
        assert [s["state"] for s in one["standings"]] == [
            s.state for _p, s in queries.standings(person, day)
        ]


def test_many_cost_a_few_statements(cast: Cast, timis: Program, programme):
    people = [make.person(cast.lugoj, categories=[cast.carer]) for _ in range(30)]

    def cost(some: list[Person]) -> int:
        with CaptureQueriesContext(connection) as asked:
            body = {"people": [{"person": one.pk} for one in some]}
            assert len(timis.post("/standing/check", body).json()["people"]) == len(some)
        reads = [
            q
            for q in asked
            if q["sql"].startswith("SELECT") and "people_auditevent" not in q["sql"]
        ]
        return len(reads)

    # What is read once and kept, such as the law's time zone, is known from here on.
    cost(people[:1])
    few, many = cost(people[:2]), cost(people)
    # What grows is the trail alone: one line for each person, with where they belong.
    assert many - few == len(people) - 2 and few < 15


def test_the_list_and_the_counts_are_those_of_the_site(cast: Cast, timis: Program, programme):
    for day in (DAY, D(2024, 6, 1)):
        at = day.isoformat()
        rows = timis.get("/standing", at=at, limit=200).json()["items"]
        site = standing_rows(cast.ion, Filters(at=day), sort="name")
        assert [
            (r["person"], r["state"], r["reason"], r["name"], r["institution"]) for r in rows
        ] == [
            (r.person_id, r.standing.state, r.standing.reason, r.name, r.organisation) for r in site
        ]
        counts = timis.get("/standing/counts", at=at).json()
        assert counts["states"] == standing_counts(cast.ion, Filters(at=day))
        assert counts["total"] == len(rows)


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({"state": "expired"}, {"vasile"}), ({"state": "expiring"}, {"ana"}), ({"state": "valid"}, set()),
        ({"programme": "ro.foster"}, {"ana", "vasile"}), ({"q": "turcanu"}, {"vasile"}), ({"q": "Mureșan"}, set()),
    ],
)  # fmt: skip
def test_what_narrows_the_list(cast: Cast, timis: Program, programme, query, people):
    found = timis.get("/standing", at="2026-03-12", **query).json()["items"]
    known = {cast.ana.person_id: "ana", cast.vasile.pk: "vasile"}
    assert {known[one["person"]] for one in found} == people


def test_an_institution_or_programme_that_is_not_the_tokens(cast: Cast, timis: Program, programme):
    assert (
        len(timis.get("/standing", institution=cast.lugoj.pk, at="2026-03-12").json()["items"]) == 1
    )
    for query in (
        {"institution": cast.cluj.pk},
        {"institution": cast.anpdca.pk},
        {"programme": "ro.none"},
    ):
        assert timis.get("/standing", **query).status_code == 404
        assert timis.get("/standing/counts", **query).status_code == 404


def test_pages_of_the_list_hold_together(cast: Cast, timis: Program, programme):
    for _ in range(7):
        make.person(cast.lugoj, categories=[cast.carer])
    whole = timis.get("/standing", limit=200).json()["items"]
    seen, cursor = [], ""
    while cursor is not None:
        page = timis.get("/standing", limit=4, cursor=cursor).json()
        assert 1 <= len(page["items"]) <= 4
        seen, cursor = seen + page["items"], page["next"]
    assert seen == whole and len(whole) == 9
    exported = AuditEvent.objects.filter(verb="standing.exported")
    assert [event.data["rows"] for event in exported.order_by("pk")] == [9, 4, 4, 1]


def test_reasons_are_in_the_language_asked_for(cast: Cast, programme):
    found = {}
    for language in ("en", "ro", "uk", "bg", "ar"):
        asks = program(cast.timis, language=language)
        answer = asks.get(f"/people/{cast.ana.person_id}/standing", at="2026-03-12")
        found[language] = answer.json()["standings"][0]["reason"]
        assert answer.headers["Content-Language"] == language
    assert len(set(found.values())) == 5
    assert all(of(cast.ana.person).number in reason for reason in found.values())


def test_certificates_of_the_branch(cast: Cast, timis: Program, programme):
    ana, vasile, clara = (of(p) for p in (cast.ana.person, cast.vasile, cast.clara.person))
    abroad = proof.certificate(
        cast.petar.person, programme, issuer=cast.cluj, valid_from=D(2025, 1, 1)
    )
    taught = proof.certificate(
        cast.olga.person, programme, issuer=cast.timis, valid_from=D(2025, 1, 1)
    )
    proof.event(vasile, "revoked", D(2024, 6, 1), "Un motiv")
    found = timis.get("/certificates").json()["items"]
    # What the branch issued, to whomever, and what its people hold, from whomever.
    assert [one["id"] for one in found] == [ana.pk, vasile.pk, abroad.pk, taught.pk]
    assert [one["state"] for one in found][1] == "revoked"
    assert timis.get("/certificates", person=cast.ana.person_id).json()["items"] == [found[0]]
    typed = ana.number.lower().replace("/", " ")
    assert timis.get("/certificates", number=typed).json()["items"] == [found[0]]
    one = timis.get(f"/certificates/{vasile.pk}").json()
    assert one["events"] == [{"kind": "revoked", "on": "2024-06-01", "reason": "Un motiv"}]
    assert one["verify_url"].endswith(f"/v/{vasile.token}/")
    assert timis.get(f"/certificates/{clara.pk}").status_code == 404
    assert timis.get("/certificates", number=clara.number).json()["items"] == []


def test_checking_certificates_of_anybody(cast: Cast, programme):
    asks = program(cast.timis, Scope.VERIFY)
    clara = of(cast.clara.person)
    right = {"number": clara.number, "family_name": "muresan"}
    one = asks.post("/verify", right).json()
    assert (one["verdict"], one["valid_until"], one["number"]) == (
        "valid",
        "2029-01-01",
        clara.number,
    )
    assert {check["result"] for check in one["checks"]} <= {"done", "open"}
    wrong = {"number": clara.number, "family_name": "Popescu"}
    missing = {"number": "XX/2020/00001", "family_name": "Mureșan"}
    several = asks.post("/verify/bulk", {"certificates": [wrong, right, missing]}).json()[
        "certificates"
    ]
    # Not even that the number exists is said without the name.
    assert several[0] == several[2] and several[0]["verdict"] == "not_found"
    assert several[1] == one and several[0]["number"] == ""
    proof.event(clara, "revoked", D(2024, 6, 1), "Fals")
    gone = asks.post("/verify", right).json()
    assert (gone["verdict"], gone["reason"]) == ("revoked", "Fals")


def test_nobody_guesses_numbers_by_the_hundred(cast: Cast, programme, monkeypatch):
    asks, other = program(cast.timis, Scope.VERIFY), program(cast.cluj, Scope.VERIFY)
    wrong = {"number": "XX/2020/00001", "family_name": "Mureșan"}
    answer = asks.post("/verify/bulk", {"certificates": [wrong] * (misses.MISSES + 1)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert asks.post("/verify", wrong).status_code == 429
    assert other.post("/verify", wrong).status_code == 200


def test_programmes_by_code(timis: Program, programme):
    assert {"code": "ro.foster", "name": str(programme.name)} in timis.get("/programmes").json()[
        "items"
    ]


def test_people_and_institutions_of_the_branch(cast: Cast, timis: Program):
    places = timis.get("/institutions").json()["items"]
    assert [(one["id"], one["above"]) for one in places] == [
        (cast.timis.pk, None), (cast.lugoj.pk, cast.timis.pk), (cast.centru.pk, cast.timis.pk),
    ]  # fmt: skip
    assert timis.get(f"/people/{cast.vasile.pk}").json() == {
        "id": cast.vasile.pk, "name": cast.vasile.list_name, "family_name": "Țurcanu", "given_name": "Vasile",
        "patronymic": "", "language": cast.vasile.language, "county": "RO-TM", "institution": "Primăria Lugoj",
    }  # fmt: skip
    assert [one["id"] for one in timis.get("/people", q="tur").json()["items"]] == [cast.vasile.pk]
    of_lugoj = timis.get("/people", institution=cast.lugoj.pk).json()["items"]
    assert cast.vasile.pk in [one["id"] for one in of_lugoj]
    assert cast.ana.person_id not in [one["id"] for one in of_lugoj]
    assert timis.get("/people", institution=cast.cluj.pk).status_code == 404
    text = timis.get("/people", limit=200).content.decode()
    assert "@" not in text and "Mureșan" not in text
