"""The planner: a week of rooms and trainers, each reader within their branch."""

import re
from datetime import date

import pytest
import time_machine

from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.queries import planner

# A Wednesday; Tuesday of the week after is the National Day.
TODAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2026-11-25 09:00+02:00", tick=True):
        yield


@pytest.fixture
def room(cast):
    return make.room(cast.timis, "Sala Mare")


def week(user, cast, *, by: str = "room", first: date = MONDAY, **more) -> planner.Week:
    return planner.week(user, first=first, by=by, jurisdiction=cast.jurisdiction, **more)


def cells(found: planner.Week, name: str) -> list[list[str]]:
    """Of that row, the names of each day."""
    row = next(row for row in found.rows if row.name == name)
    return [[entry.name for entry in cell] for cell in row.cells]


def test_sessions_stand_on_their_day_by_room_and_by_trainer(cast, room):
    edition = make.edition(cast.timis)
    name = str(edition.course.title)
    make.session(edition, 0, room=room, trainers=[cast.petar.person])
    make.session(edition, 2, 23, hours=0.5, room=room, trainers=[cast.petar.person])
    make.session(edition, 5, room=room)
    expected = [[], [], [name], [], [name], [], []]
    assert cells(week(cast.mara, cast), "Sala Mare") == expected
    assert cells(week(cast.mara, cast, by="trainer"), "Petar Petrov") == expected


def test_a_free_room_and_an_idle_trainer_have_a_row(cast, room):
    assert cells(week(cast.mara, cast), "Sala Mare") == [[]] * 7
    assert cells(week(cast.mara, cast, by="trainer"), "Petar Petrov") == [[]] * 7


def test_what_lacks_a_room_or_a_trainer_or_is_online(cast, room):
    name = "Fără sală"
    edition = make.edition(cast.timis, title=name)
    make.session(edition, 0)
    make.session(edition, 1, link="https://example.org/a", trainers=[cast.petar.person])
    make.session(edition, 1, 15, room=room)
    rooms = week(cast.mara, cast)
    assert [len(cell) for cell in cells(rooms, "No room yet")] == [0, 0, 1, 0, 0, 0, 0]
    assert [len(cell) for cell in cells(rooms, "Online")] == [0, 0, 0, 1, 0, 0, 0]
    trainers = week(cast.mara, cast, by="trainer")
    assert [len(cell) for cell in cells(trainers, "No trainer yet")] == [0, 0, 1, 1, 0, 0, 0]


def test_a_cancelled_session_frees_the_room(cast, room):
    session = make.session(make.edition(cast.timis), 0, room=room)
    make.sessions.cancel(by=None, session=session, reason="x")
    assert cells(week(cast.mara, cast), "Sala Mare") == [[]] * 7


def test_of_another_branch_only_that_it_is_booked(cast, room):
    """The ministry holds a session in the county's room: the county sees the hours, not what it is."""
    secret = make.edition(cast.anpdca, title="Consfătuire")
    make.session(secret, 0, room=room, trainers=[cast.petar.person], title="Secret")
    for by, name in (("room", "Sala Mare"), ("trainer", "Petar Petrov")):
        found = week(cast.mara, cast, by=by)
        (entry,) = next(row for row in found.rows if row.name == name).cells[2]
        assert (entry.is_visible, entry.name, entry.people, list(entry.clashes)) == (
            False, "Booked by another institution", [], [],
        )  # fmt: skip
        assert entry.times == "10:00–12:00"
    page = main(cast.browser(cast.mara, language="en").get(url("planner")))
    assert "Booked by another institution" in page
    assert "Consfătuire" not in page and "Secret" not in page
    assert f"/editions/{secret.pk}/" not in page


def test_another_county_is_not_there(cast):
    make.room(cast.cluj, "Sala din Cluj")
    ours = make.room(cast.lugoj, "Sala din Lugoj")
    make.session(make.edition(cast.cluj, title="Seria din Cluj"), 0)
    for by in ("room", "trainer"):
        page = main(cast.browser(cast.mara, language="en").get(url("planner") + f"?by={by}"))
        assert "Cluj" not in page
    assert {row.name for row in week(cast.mara, cast).rows} == {ours.name}
    assert {row.name for row in week(cast.olga, cast).rows} == {"Sala din Cluj", "No room yet"}


def test_one_institution_of_several(cast):
    make.room(cast.timis, "A")
    make.room(cast.lugoj, "B")
    make.session(make.edition(cast.timis, title="Seria"), 0)
    assert {row.name for row in week(cast.vera, cast, organisation=cast.lugoj).rows} == {"B"}
    names = {row.name for row in week(cast.vera, cast, organisation=cast.timis).rows}
    assert names == {"A", "B", "No room yet"}


def test_the_warnings_of_a_session(cast, room, mara):
    edition = make.edition(cast.timis, capacity=50)
    make.session(edition, 6, room=room)
    page = main(mara.get(url("planner") + "?day=2026-12-01"))
    assert "2 warnings" in page
    assert "It is a public holiday: National Day." in page
    assert "The room has 20 seats" in page
    assert page.count("National Day") >= 2


def test_the_week_of_any_day_and_the_ones_beside_it(mara, room):
    page = mara.get(url("planner") + "?day=2026-11-29&by=trainer").content.decode()
    assert "23 November 2026 – 29 November 2026" in page
    links = re.findall(r'href="[^"]*day=([\d-]+)', page)
    assert {"2026-11-16", "2026-11-30", "2026-11-25", "2026-11-23"} <= set(links)
    assert 'aria-current="page"' in page
    assert "By trainer" in page


@pytest.mark.parametrize(
    "query", ["?day=x", "?day=", "?day=0001-01-01", "?organisation=x", "?by=x", "?page=x"]
)
def test_an_address_typed_wrong_is_the_present_week(mara, room, query):
    page = main(mara.get(url("planner") + query))
    assert "23 November 2026 – 29 November 2026" in page


def test_at_the_ends_of_the_calendar(mara, room):
    for day in ("2000-01-01", "2099-12-31"):
        assert mara.get(url("planner") + f"?day={day}").status_code == 200


def test_another_countys_institution_cannot_be_chosen(cast, mara, room):
    assert mara.get(url("planner") + f"?organisation={cast.cluj.pk}").status_code == 404
    page = main(mara.get(url("planner") + f"?organisation={cast.timis.pk}"))
    assert "Sala Mare" in page
    assert "DGASPC Cluj" not in page


def test_in_egypt_the_week_begins_on_saturday(cast, mara, room):
    cast.jurisdiction.week_start = 6
    cast.jurisdiction.save()
    assert "21 November 2026 – 27 November 2026" in main(mara.get(url("planner")))


def test_a_session_over_midnight_from_the_week_before_is_seen(cast, room):
    make.session(make.edition(cast.timis), -3, 23, hours=3, room=room)
    assert [len(cell) for cell in cells(week(cast.mara, cast), "Sala Mare")] == [
        1,
        0,
        0,
        0,
        0,
        0,
        0,
    ]


def test_many_rooms_are_put_on_pages(cast):
    hall = make.room(cast.timis, "000").venue
    for number in range(1, planner.PER_PAGE + 3):
        make.room(cast.timis, f"{number:03}", venue=hall)
    make.session(make.edition(cast.timis), 0)
    first, second = week(cast.mara, cast), week(cast.mara, cast, page=2)
    assert len(first.rows) == planner.PER_PAGE + 1
    assert [row.name for row in second.rows] == ["040", "041", "042"]


def test_it_costs_the_same_for_one_session_and_twelve(cast, room, django_assert_max_num_queries):
    other = make.room(cast.timis)
    edition = make.edition(cast.timis, capacity=9)
    for person in (cast.ana.person, make_people.person(cast.timis)):
        make.place(person, edition)
    costs = {}
    for number in range(1, 5):
        for hour, place in ((10, room), (15, other)):
            run = make.edition(cast.timis)
            make.session(run, number, hour, room=place)
            make.place(cast.ana.person, run)
        for by in ("room", "trainer"):
            with django_assert_max_num_queries(20) as asked:
                week(cast.mara, cast, by=by)
            costs.setdefault(by, []).append(len(asked))
    # The very first page also fills what is kept in memory.
    assert all(one >= two == three == four for one, two, three, four in costs.values()), costs


@pytest.mark.parametrize("who", ["ana", "petar", "nour", "doru"])
def test_whoever_sees_no_editions_sees_no_planner(cast, who):
    assert cast.browser(getattr(cast, who), language="en").get(url("planner")).status_code == 404


def test_nothing_to_show_says_what_to_do(cast, mara):
    assert "No building yet" in main(mara.get(url("planner")))
    assert "Add a building" in main(mara.get(url("planner")))
    assert "Add a building" not in main(cast.browser(cast.quin, language="en").get(url("planner")))


def test_user_text_is_text(cast, mara):
    make.session(
        make.edition(cast.timis, title="<b>x</b>"), 0, room=make.room(cast.timis, "<i>y</i>")
    )
    page = main(mara.get(url("planner")))
    assert "<b>x</b>" not in page and "<i>y</i>" not in page
