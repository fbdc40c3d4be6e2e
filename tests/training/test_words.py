"""Words, days and colours that pages show for what the queries found; and every refusal in every language."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from people.models import Jurisdiction, Organisation, Region
from training import cards, clock
from training.actions import errors
from training.models import Edition, Enrolment, Room, Session, Venue

LANGUAGES = [code for code, _name in settings.LANGUAGES]
BUCHAREST = ZoneInfo("Europe/Bucharest")
ZONES = ["Europe/Bucharest", "Europe/Kyiv", "Europe/Sofia", "Africa/Cairo", "UTC"]


def edition(**fields) -> Edition:
    """An edition that is in no database, with the counts that queries add."""
    country = Jurisdiction(code="ro", time_zone="Europe/Bucharest")
    given = {
        "pk": 7,
        "organiser": Organisation(short_name="DGASPC Timiș", jurisdiction=country),
        "language": "ro",
        "status": "open",
        "capacity": 10,
        "starts": datetime(2030, 3, 7, 8, tzinfo=UTC),
        "ends": datetime(2030, 3, 28, 10, tzinfo=UTC),
    }
    extra = {
        name: fields.pop(name) for name in ("taken", "waiting", "venue", "name") if name in fields
    }
    made = Edition(**{**given, **fields})
    for name, value in {"taken": 0, "waiting": 0, "venue": "", "name": "Curs", **extra}.items():
        setattr(made, name, value)
    return made


# The wall clock


@pytest.mark.parametrize(
    ("zone", "day", "at", "meant"),
    [
        ("Europe/Bucharest", date(2026, 3, 28), time(10), "2026-03-28T08:00:00+00:00"),
        ("Europe/Bucharest", date(2026, 3, 29), time(10), "2026-03-29T07:00:00+00:00"),
        ("Europe/Bucharest", date(2026, 10, 25), time(10), "2026-10-25T08:00:00+00:00"),
        ("Europe/Kyiv", date(2026, 3, 29), time(10), "2026-03-29T07:00:00+00:00"),
        ("Europe/Sofia", date(2026, 7, 1), time(18, 30), "2026-07-01T15:30:00+00:00"),
        ("Africa/Cairo", date(2026, 4, 24), time(10), "2026-04-24T07:00:00+00:00"),
    ],
)
def test_a_time_of_the_wall_clock_is_that_time_there(zone, day, at, meant):
    assert clock.moment(day, at, ZoneInfo(zone)).astimezone(UTC).isoformat() == meant


def test_no_day_is_no_moment():
    assert clock.day_begins(None, BUCHAREST) is clock.day_ends(None, BUCHAREST) is None
    assert clock.first_day(None, BUCHAREST) is clock.last_day(None, BUCHAREST) is None


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), zone=st.sampled_from(ZONES))
def test_a_day_comes_back_as_the_same_day(day, zone):
    where = ZoneInfo(zone)
    begins, ends = clock.day_begins(day, where), clock.day_ends(day, where)
    assert clock.first_day(begins, where) == clock.last_day(ends, where) == day
    assert 22 <= (ends.astimezone(UTC) - begins.astimezone(UTC)).total_seconds() / 3600 <= 26


# Days and places in words


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (None, None, ""),
        ("2030-03-07T08:00", "2030-03-07T10:00", "7 martie 2030"),
        ("2030-03-07T08:00", "2030-03-09T10:00", "7–9 martie 2030"),
        ("2030-02-28T08:00", "2030-03-02T10:00", "28 februarie – 2 martie 2030"),
        # 23:30 UTC is the next day in Bucharest
        ("2030-03-06T23:30", "2030-03-07T01:00", "7 martie 2030"),
    ],
)
def test_the_days_of_an_edition(starts, ends, words):
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

    with translation.override("ro"):
        assert cards.when(edition(starts=moment(starts), ends=moment(ends))) == words


def test_the_day_of_a_card_is_the_day_there():
    assert cards.day_of(datetime(2030, 3, 6, 23, 30, tzinfo=UTC), edition()) == date(2030, 3, 7)
    assert cards.day_of(None, edition()) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_online": True, "venue": "Casa"}, "Online"),
        ({"venue": "Casa", "region": Region(name={"en": "Timiș"})}, "Casa, Timiș"),
        ({"region": Region(name={"en": "Timiș"})}, "Timiș"),
        ({"venue": "Casa"}, "Casa"),
        ({}, ""),
    ],
)
def test_the_place_of_an_edition(fields, words):
    assert cards.where(edition(**fields)) == words


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, "As long as the edition is open"),
        (date(2030, 2, 1), None, "From 1 February 2030"),
        (None, date(2030, 3, 1), "Until 1 March 2030"),
        (date(2030, 2, 1), date(2030, 2, 20), "1–20 February 2030"),
    ],
)
def test_the_window_of_enrolment(opens, closes, words):
    made = edition(
        enrolment_opens=clock.day_begins(opens, BUCHAREST),
        enrolment_closes=clock.day_ends(closes, BUCHAREST),
    )
    assert cards.window(made) == words


# States: an adjective and a tone, never a tone alone


@pytest.mark.parametrize(
    ("fields", "words", "tone"),
    [
        ({}, "10 places left", "positive"),
        ({"taken": 9}, "1 place left", "positive"),
        ({"taken": 10}, "full, with a waiting list", "warning"),
        ({"taken": 12}, "full, with a waiting list", "warning"),
        ({"taken": 9, "waiting": 1}, "full, with a waiting list", "warning"),
        ({"status": "announced"}, "opens later", "info"),
        ({"status": "closed"}, "enrolment closed", "neutral"),
        ({"status": "running"}, "enrolment closed", "neutral"),
        ({"status": "done"}, "over", "neutral"),
        ({"ends": datetime(2020, 1, 1, tzinfo=UTC)}, "over", "neutral"),
        ({"status": "cancelled", "status_reason": "x"}, "cancelled", "negative"),
    ],
)
def test_what_somebody_who_wants_a_place_must_know(fields, words, tone):
    assert cards.state(edition(**fields)) == (words, tone)


@pytest.mark.parametrize(
    ("status", "rank", "words", "tone"),
    [
        ("confirmed", None, "confirmed", "positive"),
        ("completed", None, "completed", "positive"),
        ("waitlisted", 3, "waiting list, number 3", "warning"),
        ("waitlisted", None, "on the waiting list", "warning"),
        ("cancelled", None, "cancelled", "neutral"),
        ("not_completed", None, "not completed", "info"),
        ("offered", None, "place offered: please answer", "warning"),
        ("applied", None, "applied", "info"),
    ],
)
def test_what_a_place_is(status, rank, words, tone):
    place = Enrolment(status=status)
    place.rank = rank
    text, found = cards.place_state(place)
    assert (str(text), found) == (words, tone)


@pytest.mark.parametrize("status", list(Edition.Status))
def test_every_status_has_a_tone(status):
    card = cards.staff_card(edition(status=status, starts=None, ends=None, taken=3))
    assert card["tag_text"] == status.label
    assert card["tag_tone"] in {"positive", "warning", "negative", "info", "neutral"}
    assert (card["when"], card["places"]) == ("No session yet", "3 of 10 places taken")


def test_places_are_never_less_than_none():
    assert edition(taken=12).places_left == 0


@pytest.mark.parametrize(
    ("status", "ends", "next_session", "is_coming"),
    [
        ("confirmed", True, True, True),
        ("waitlisted", True, True, True),
        ("confirmed", True, False, False),
        ("confirmed", False, False, True),
        ("cancelled", True, True, False),
        ("completed", True, True, False),
    ],
)
def test_what_is_still_to_come(status, ends, next_session, is_coming):
    now = timezone.now()
    place = Enrolment(status=status, edition=edition(ends=now if ends else None))
    place.next_session = now if next_session else None
    assert place.is_coming is is_coming


# Refusals


def refusals() -> list[errors.Refused]:
    """One of each kind, as the actions raise them."""
    session = Session(
        title="Atașament",
        starts=datetime(2030, 3, 7, 8, tzinfo=UTC),
        ends=datetime(2030, 3, 7, 10, tzinfo=UTC),
        time_zone="Europe/Bucharest",
    )
    room = Room(name="Sala Mare", venue=Venue(name="Casa", address="Strada 1"))
    person = SimpleNamespace(full_name="Petar Petrov")
    return [
        errors.EditionCancelled(Edition(status_reason="Inundație")),
        errors.EditionOver(),
        errors.EnrolmentNotOpenYet(),
        errors.EnrolmentNotOpenYet(datetime(2030, 3, 7, tzinfo=UTC)),
        errors.EnrolmentClosed(),
        errors.PlaceIsUsed(),
        errors.NotAParticipant(),
        errors.CapacityTooLow(1),
        errors.CapacityTooLow(23),
        errors.ReasonNeeded(),
        errors.StatusNotPossible(),
        errors.RoomTaken(room, session),
        errors.TrainerTaken(person, session),
        errors.SessionIsCancelled(),
        errors.RollTooEarly(),
        errors.MinutesNeeded(5),
        errors.MinutesOutOfRange(5, 120),
        errors.RoomNameTaken(),
        errors.ExcuseNeedsReason(5),
        errors.CorrectionNeedsReason(5),
        errors.RollIsFinished(),
        errors.MarkIsAnothers(),
        errors.MarksAreDisputed(1),
        errors.MarksAreDisputed(3),
        errors.RollIncomplete(1),
        errors.RollIncomplete(11),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_a_sentence_in_every_language(language):
    with translation.override(language):
        for refused in refusals():
            for text in (refused.message, refused.next_step):
                assert "%" not in text and "{" not in text, refused.code
            assert refused.message.strip()[-1] in ".:!؟。" or refused.message.strip().endswith(
                "."
            ), refused.message


def test_codes_of_refusals_are_their_own():
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.Refused)
        and kind.__module__ == errors.__name__
    ]
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes)) == len({type(r) for r in refusals()}) + 1


def test_a_clash_is_told_in_the_readers_words():
    with translation.override("ro"):
        text = next(r for r in refusals() if r.code == "room_taken").message
    assert "Sala Mare" in text
    assert "Atașament" in text
    assert "7 martie 2030" in text
