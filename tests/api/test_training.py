"""Courses, editions, places and attendance through the API: the same rules as on the pages, once for each key."""

import json

import pytest

from people.models import ApiAnswer, AuditEvent
from people.scopes import Scope
from tests import races
from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make
from training.models import Attendance, Edition, Enrolment, RollEntry

Status = Enrolment.Status


def nominate(asks: Program, edition: Edition, institution, *people, key: str | None = None, **more):
    body = {"institution": institution.pk, "people": [one.pk for one in people], **more}
    return asks.post(f"/editions/{edition.pk}/enrolments", body, key=key)


def test_the_catalogue_is_the_public_one(cast: Cast, timis: Program):
    edition = make.coming(cast.cluj)
    hidden = make.edition(cast.cluj, status="draft")
    found = timis.get("/courses").json()
    by_key = {one["key"]: one for one in found["items"]}
    assert by_key[str(edition.course_key)]["editions"] == [edition.pk]
    assert hidden.pk not in [pk for one in found["items"] for pk in one["editions"]]
    assert found["next"] is None and timis.get("/courses", cursor="MQ==").json()["items"] == []


def test_editions_of_the_branch_with_drafts_and_of_nobody_else(cast: Cast, timis: Program):
    mine, below = make.coming(cast.timis), make.edition(cast.lugoj, status="draft")
    theirs, secret = make.coming(cast.cluj), make.edition(cast.cluj, status="draft")
    found = timis.get("/editions").json()["items"]
    assert [one["id"] for one in found] == [mine.pk, below.pk]
    assert found[0]["places_left"] == 2 and found[0]["course"] == str(mine.course_key)
    assert [one["id"] for one in timis.get("/editions", status="draft").json()["items"]] == [
        below.pk
    ]
    one = timis.get(f"/editions/{mine.pk}").json()
    assert [s["minutes"] for s in one["sessions"]] == [120]
    assert timis.get(f"/editions/{theirs.pk}").status_code == 200  # anybody may see it
    assert timis.get(f"/editions/{secret.pk}").status_code == 404
    assert timis.get("/editions", status="secret").status_code == 422


def test_the_list_costs_the_same_for_many(cast: Cast, timis: Program, django_assert_num_queries):
    for _ in range(2):
        make.coming(cast.timis)
    with django_assert_num_queries(3):  # the token in two, the editions in one
        timis.get("/editions")
    for _ in range(6):
        make.coming(cast.lugoj)
    with django_assert_num_queries(3):
        assert len(timis.get("/editions").json()["items"]) == 8


def test_a_town_hall_nominates_and_gives_up(cast: Cast):
    asks, edition = program(cast.lugoj), make.coming(cast.timis, capacity=1)
    other = make_people.person(cast.lugoj)
    done = nominate(asks, edition, cast.lugoj, cast.vasile, other)
    assert [(one["person"], one["status"]) for one in done.json()] == [
        (cast.vasile.pk, "confirmed"), (other.pk, "waitlisted"),
    ]  # fmt: skip
    place = Enrolment.objects.get(person=cast.vasile)
    assert place.nominated_by == cast.lugoj
    event = AuditEvent.objects.get(verb="enrolment.confirmed", person_id=cast.vasile.pk)
    assert event.actor_id == asks.token.account_id
    gone = asks.post(f"/enrolments/{place.pk}/cancel", {"reason": "Mutat"})
    assert gone.json()["status"] == "cancelled"
    assert Enrolment.objects.get(person=other).status == Status.CONFIRMED
    seen = asks.get("/enrolments", edition=edition.pk).json()["items"]
    assert {one["person"]: one["status"] for one in seen} == {
        cast.vasile.pk: "cancelled", other.pk: "confirmed",
    }  # fmt: skip


def test_a_refusal_says_what_the_page_says_and_writes_nothing(cast: Cast, timis: Program):
    edition = make.coming(cast.timis)
    Edition.objects.filter(pk=edition.pk).update(status="closed")
    answer = nominate(timis, edition, cast.timis, cast.ana.person)
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert "closed" in answer.json()["detail"] and not Enrolment.objects.exists()


@pytest.mark.parametrize("who", ["clara", "vera"])
def test_people_of_others_cannot_be_nominated(cast: Cast, timis: Program, who: str):
    edition = make.coming(cast.timis)
    answer = nominate(timis, edition, cast.timis, cast.ana.person, getattr(cast, who).person)
    assert answer.status_code == 404 and answer.json()["errors"][0]["pointer"] == "/body/people/1"
    assert not Enrolment.objects.exists()


def test_for_institutions_of_others_nobody_is_nominated(cast: Cast, timis: Program):
    edition = make.coming(cast.timis)
    for place in (cast.cluj, cast.anpdca, cast.turda):
        assert nominate(timis, edition, place, cast.ana.person).status_code == 404
    secret = make.edition(cast.cluj, status="draft")
    assert nominate(timis, secret, cast.timis, cast.ana.person).status_code == 404
    assert not Enrolment.objects.exists()


def test_places_of_others_are_not_there(cast: Cast, timis: Program):
    theirs = make.place(cast.clara.person, make.coming(cast.cluj))
    assert timis.get(f"/enrolments/{theirs.pk}").status_code == 404
    assert timis.post(f"/enrolments/{theirs.pk}/cancel", {}).status_code == 404
    assert timis.get("/enrolments", person=cast.clara.person_id).json()["items"] == []
    theirs.refresh_from_db()
    assert theirs.status == Status.CONFIRMED


# Once


def test_the_same_key_has_the_same_answer_and_one_effect(cast: Cast, timis: Program):
    edition = make.coming(cast.timis)
    first = nominate(timis, edition, cast.timis, cast.ana.person, key="payroll-0001")
    place = Enrolment.objects.get()
    Enrolment.objects.filter(pk=place.pk).update(status=Status.NOT_COMPLETED)
    again = nominate(timis, edition, cast.timis, cast.ana.person, key="payroll-0001")
    assert again.json() == first.json() and first.status_code == again.status_code == 200
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (
        None,
        "true",
    )
    assert AuditEvent.objects.filter(verb="enrolment.confirmed").count() == 1


def test_the_same_key_with_other_words_is_refused(cast: Cast, timis: Program, cluj: Program):
    edition = make.coming(cast.timis)
    nominate(timis, edition, cast.timis, cast.ana.person, key="payroll-0001")
    for answer in (
        nominate(timis, edition, cast.timis, cast.petar.person, key="payroll-0001"),
        timis.post(f"/enrolments/{Enrolment.objects.get().pk}/cancel", {}, key="payroll-0001"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Enrolment.objects.get().status == Status.CONFIRMED
    # Another token's keys are its own.
    assert (
        nominate(cluj, edition, cast.cluj, cast.clara.person, key="payroll-0001").status_code == 200
    )


def test_a_refusal_is_kept_too(cast: Cast, timis: Program):
    edition = make.coming(cast.timis)
    Edition.objects.filter(pk=edition.pk).update(status="closed")
    first = nominate(timis, edition, cast.timis, cast.ana.person, key="payroll-0001")
    Edition.objects.filter(pk=edition.pk).update(status="closed", enrolment_closes=None)
    make.put_status(edition, "open", "")
    again = nominate(timis, edition, cast.timis, cast.ana.person, key="payroll-0001")
    assert (again.status_code, again.json()) == (409, first.json())
    assert again.headers["Content-Type"] == "application/problem+json"
    assert nominate(timis, edition, cast.timis, cast.ana.person).status_code == 200


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 81, "with space in it", "zero\0zero", "ключ-ключ"]
)
def test_a_key_is_eight_to_eighty_plain_signs(cast: Cast, timis: Program, key: str):
    edition = make.coming(cast.timis)
    body = {"institution": cast.timis.pk, "people": [cast.ana.person_id]}
    answer = timis.browser.generic(
        "POST", f"/api/v1/editions/{edition.pk}/enrolments", json.dumps(body),
        content_type="application/json", HTTP_IDEMPOTENCY_KEY=key,
    )  # fmt: skip
    assert answer.status_code == 422 and not Enrolment.objects.exists()
    assert not ApiAnswer.objects.exists()


def test_what_is_kept_names_nobody(cast: Cast, timis: Program):
    nominate(timis, make.coming(cast.timis), cast.timis, cast.ana.person)
    kept = str(ApiAnswer.objects.values().get())
    assert "Popescu" not in kept and str(cast.ana.person_id) in kept


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_one_key", [True, False])
def test_eight_at_once_with_one_key_are_one_write(is_one_key: bool):
    """The twin: with eight keys there are eight writes, each its own line in the trail."""
    place = make_people.organisation("Minister")
    edition = make.coming(place, capacity=20)
    who = make_people.person(place)
    asks = [program(place, Scope.ENROL)] * 8
    before = AuditEvent.objects.filter(verb="enrolment.confirmed").count()

    def write(number: int):
        key = "payroll-0001" if is_one_key else f"payroll-000{number}"
        return nominate(asks[number], edition, place, who, key=key).json()

    found = races.outcomes([lambda n=n: write(n) for n in range(8)])
    assert all(one == found[0] for one in found), found
    assert ApiAnswer.objects.count() == (1 if is_one_key else 8)
    assert AuditEvent.objects.filter(verb="enrolment.confirmed").count() == before + 1


# Attendance


@pytest.fixture
def roll(cast: Cast):
    """A session of today with two people."""
    edition = make.coming(cast.timis)
    session = edition.sessions.get()
    people = (cast.ana.person, make_people.person(cast.timis))
    for person in people:
        make.place(person, edition)
    make.move_to(session, 0)
    return session, people


def write(asks: Program, session, *rows: tuple[int, int], **more):
    body = {"rows": [{"person": pk, "minutes": minutes} for pk, minutes in rows], **more}
    return asks.post(f"/sessions/{session.pk}/attendance", body)


def test_minutes_become_marks_of_the_roll(timis: Program, roll):
    session, (ana, other) = roll
    done = write(timis, session, (ana.pk, 75), (other.pk, 0))
    assert done.json() == {"session": session.pk, "written": 2, "rows": 2}
    assert {(a.enrolment.person_id, a.mark, a.minutes, a.method) for a in Attendance.objects.all()} == {
        (ana.pk, "present", 75, "import"), (other.pk, "absent", 0, "import"),
    }  # fmt: skip
    assert write(timis, session, (ana.pk, 75)).json()["written"] == 0
    assert RollEntry.objects.count() == 2


def test_finishing_the_roll_needs_everybody(timis: Program, roll):
    session, (ana, other) = roll
    answer = write(timis, session, (ana.pk, 120), finish=True)
    assert (answer.status_code, Attendance.objects.count()) == (409, 0)
    assert write(timis, session, (ana.pk, 120), (other.pk, 60), finish=True).status_code == 200
    session.refresh_from_db()
    assert session.roll_closed_at
    assert write(timis, session, (ana.pk, 60)).status_code == 409  # a correction says why
    assert write(timis, session, (ana.pk, 60), correction="Greșit citit").status_code == 200


@pytest.mark.parametrize(
    ("minutes", "status"), [(121, 409), (1441, 422), (-1, 422), (1.5, 422), ("120", 422), (None, 422), (1, 200)]
)  # fmt: skip
def test_minutes_are_whole_and_no_more_than_the_session_has(timis: Program, roll, minutes, status):
    session, (ana, _other) = roll
    assert write(timis, session, (ana.pk, minutes)).status_code == status
    assert Attendance.objects.count() == (status == 200)


def test_one_wrong_row_refuses_all_and_says_which(cast: Cast, timis: Program, roll):
    session, (ana, _other) = roll
    answer = write(timis, session, (ana.pk, 120), (cast.clara.person_id, 120))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
        422,
        "/body/rows/1/person",
    )
    assert not Attendance.objects.exists()


def test_another_countys_session_is_not_there(cast: Cast, cluj: Program, roll):
    session, (ana, _other) = roll
    assert write(cluj, session, (ana.pk, 120)).status_code == 404
    assert write(program(cast.lugoj), session, (ana.pk, 120)).status_code == 404
    assert not Attendance.objects.exists()


def test_a_session_to_come_has_no_roll(cast: Cast, timis: Program):
    edition = make.coming(cast.timis)
    make.place(cast.ana.person, edition)
    answer = write(timis, edition.sessions.get(), (cast.ana.person_id, 120))
    assert (answer.status_code, answer.json()["code"]) == (409, "roll_too_early")
