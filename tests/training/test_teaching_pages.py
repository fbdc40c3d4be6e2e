"""A trainer keeps their times and papers on a phone; a coordinator reads them; the link of a session comes late."""

from datetime import date, timedelta

import pytest
import time_machine

from people.models import Person
from tests import jobs
from tests.factories import courses
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import trainers
from training.feeds import calendar_of
from training.models import DatedTime, Edition, Qualification, TrainerProfile, WeeklyHours

LINK = "https://meet.example.org/secret-room"


def test_a_trainer_fills_in_everything(cast, petar):
    course = courses.course("Formare inițială")
    page = main(petar.get(url("teaching")))
    assert "No hours are recorded." in page and "not recorded" in page
    about = {"languages": ["ro", "uk"], "weekly_hours": "12", "regions": [cast.timis_region.pk]}
    assert petar.post(url("teaching-about"), about)["Location"] == url("teaching")
    hours = {"weekdays": ["1", "2"], "starts": "09:00", "ends": "00:00"}
    petar.post(url("teaching-hours"), hours)
    petar.post(url("teaching-hours"), hours)
    petar.post(url("teaching-days"), {"kind": "away", "first": "2099-12-24", "last": "2099-12-31"})
    there = {"kind": "there", "first": "2099-11-07", "starts": "09:00", "ends": "13:00"}
    petar.post(url("teaching-days"), there)
    paper = {"what": f"course:{course.pk}", "since": "2025-01-10", "document": "Atestat 12/2025"}
    petar.post(url("teaching-qualification"), paper)
    page = main(petar.get(url("teaching")))
    shown = (
        "Română, Українська", "Timiș", "12 h", "Monday", "from 09:00 to 00:00", "all day", "in force",
        "24–31 December 2099", "has no time", "has time", "Formare inițială", "Atestat 12/2025",
    )  # fmt: skip
    for words in shown:
        assert words in page, words
    assert WeeklyHours.objects.count() == 2 and DatedTime.objects.count() == 2
    assert WeeklyHours.objects.first().ends == 1440


@pytest.mark.parametrize(
    ("form", "posted", "words"),
    [
        ("about", {"languages": []}, "Choose at least one language."),
        ("about", {"languages": ["ro"], "weekly_hours": "0"}, "1"),
        ("about", {"languages": ["xx"]}, "xx"),
        ("hours", {"starts": "09:00", "ends": "10:00"}, "Choose at least one day."),
        ("hours", {"weekdays": ["1"], "starts": "10:00", "ends": "09:00"}, "The end must be after"),
        ("hours", {"weekdays": ["9"], "starts": "09:00", "ends": "10:00"}, "9"),
        ("hours", {"weekdays": ["1"], "starts": "09:30", "ends": "11:00"}, "These times overlap"),
        ("days", {"kind": "away", "first": "2099-02-02", "last": "2099-02-01"}, "is before"),
        ("days", {"kind": "away", "first": ""}, "required"),
        ("days", {"kind": "there", "first": "2099-02-02", "starts": "11:00", "ends": "10:00"}, "The end must"),
        ("days", {"kind": "away", "first": "2099-01-01"}, "These times overlap"),
        ("qualification", {"what": "course:0", "since": "2025-01-01", "document": "x"}, "course:0"),
        ("qualification", {"what": "topic", "since": "2025-01-02", "until": "2025-01-01"}, "is before"),
        ("qualification", {"what": "topic", "since": "2025-01-01", "document": " "}, "required"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_written(cast, petar, form, posted, words):
    WeeklyHours.objects.create(trainer=cast.petar.person, weekday=1, starts=540, ends=600)
    day = date(2099, 1, 1)
    DatedTime.objects.create(trainer=cast.petar.person, first=day, last=day, is_available=True)
    if posted.get("what") == "topic":
        posted = {**posted, "what": f"topic:{courses.topic().pk}"}
    response = petar.post(url(f"teaching-{form}"), posted)
    text = response.content.decode()
    assert "<title>Error:" in text and words in text
    counts = [
        model.objects.count() for model in (TrainerProfile, WeeklyHours, DatedTime, Qualification)
    ]
    assert counts == [0, 1, 1, 0]


def test_lines_are_taken_back_by_their_owner_only(cast, petar):
    mine = WeeklyHours.objects.create(trainer=cast.petar.person, weekday=1, starts=0, ends=60)
    other = make_people.staff(cast.timis, "trainer").person
    theirs = WeeklyHours.objects.create(trainer=other, weekday=1, starts=0, ends=60)
    assert petar.get(url("teaching-remove", "hours", mine.pk)).status_code == 405
    assert petar.post(url("teaching-remove", "hours", theirs.pk)).status_code == 404
    assert petar.post(url("teaching-remove", "people", mine.pk)).status_code == 404
    assert petar.post(url("teaching-remove", "hours", mine.pk)).status_code == 302
    assert petar.post(url("teaching-remove", "hours", mine.pk)).status_code == 404
    assert list(WeeklyHours.objects.all()) == [theirs]


def test_who_is_no_trainer_has_no_such_page(cast):
    for who in (cast.mara, cast.ana, cast.adm):
        browser = cast.browser(who)
        for name in ("teaching", "teaching-about", "teaching-hours", "teaching-open"):
            assert browser.get(url(name)).status_code == 404


def test_a_coordinator_reads_what_trainers_keep(cast, mara):
    petar = cast.petar.person
    trainers.keep_profile(by=None, trainer=petar, languages=["uk"], regions=[cast.timis_region])
    trainers.add_qualification(
        by=None, trainer=petar, topic=courses.topic("attachment"), since=date(2020, 1, 1),
        until=date(2021, 1, 1), document="Diplomă 4",
    )  # fmt: skip
    page = main(mara.get(url("trainer", petar.pk)))
    assert "Diplomă 4" in page and "ended" in page and "Українська" in page
    assert mara.get(url("trainer", cast.ana.person_id)).status_code == 404
    abroad = make_people.staff(cast.cluj, "trainer", "Străinu").person
    assert mara.get(url("trainer", abroad.pk)).status_code == 404
    assert "Străinu" not in main(mara.get(url("trainers")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Petrov", "Nou"}),
        ("?q=petr", {"Petrov"}),
        ("?language=uk", {"Petrov"}),
        ("?language=ro", set()),
        ("?region=RO-TM", {"Petrov"}),
        ("?region=RO-CJ", set()),
        ("?language=xx&region=yy", {"Petrov", "Nou"}),
    ],
)
def test_trainers_are_found_by_name_language_and_county(cast, mara, query, found):
    make_people.staff(cast.timis, "trainer", "Nou", "Ada")
    trainers.keep_profile(
        by=None, trainer=cast.petar.person, languages=["uk"], regions=[cast.timis_region]
    )
    page = main(mara.get(url("trainers") + query))
    assert {name for name in ("Petrov", "Nou") if name in page} == found


def test_needs_are_counted_for_the_coordinator(cast, mara, petar):
    edition = make.edition(cast.timis, title="Grupa de marți")
    make.session(edition, 7)
    make.session(edition, 8)
    petar.post(url("volunteer", edition.pk))
    page = main(mara.get(url("needs")))
    assert "2 trainers are missing." in page and "1 offer waits for your answer." in page
    assert "Grupa de marți" in page and page.count("Who can teach it?") == 2
    Edition.objects.update(status="cancelled", status_reason="x")
    assert "Every session has its trainers" in main(mara.get(url("needs")))


def test_the_start_page_of_a_trainer_leads_to_their_pages(cast, petar):
    page = petar.get("/en/me/").content.decode()
    assert url("teaching") in page and url("teaching-open") in page
    assert (
        url("teaching") not in cast.browser(cast.ana, language="en").get("/en/me/").content.decode()
    )


# The link of an online session


@pytest.fixture
def online(cast):
    edition = make.edition(cast.timis, capacity=1, is_online=True)
    return make.session(edition, 7, link=LINK, trainers=[cast.petar.person])


def seen(browser, *addresses: str) -> list[bool]:
    """Whether the link stands on each page, the page that may be followed included."""
    return [LINK in browser.get(address).content.decode() for address in addresses]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-61, False), (-60, True), (0, True), (119, True), (120, False)]
)
def test_the_link_is_there_from_an_hour_before_to_the_end(cast, online, minutes, expected):
    make.place(cast.ana.person, online.edition)
    with time_machine.travel(online.starts + timedelta(minutes=minutes), tick=False):
        for who in (cast.ana, cast.petar):
            browser = cast.browser(who, language="en")
            assert seen(browser, url("online", online.pk)) == [expected]


@pytest.mark.parametrize("setting", [0, 15, 1440])
def test_the_edition_says_how_long_before(cast, online, setting):
    make.place(cast.ana.person, online.edition)
    Edition.objects.update(link_minutes=setting)
    opens = online.starts - timedelta(minutes=setting)
    ana = cast.browser(cast.ana, language="en")
    with time_machine.travel(opens - timedelta(seconds=1), tick=False):
        page = main(ana.get(url("online", online.pk)))
        assert "The link appears here on" in page and LINK not in page
        assert opens.astimezone(make.ZoneInfo(make.ZONE)).strftime("%H:%M") in page
    with time_machine.travel(opens, tick=False):
        assert "Join now" in main(ana.get(url("online", online.pk)))


def test_who_has_no_place_never_sees_it(cast, online):
    make.place(cast.ana.person, online.edition)
    make.place(cast.clara.person, online.edition)  # waits
    make.place(cast.ion.person, online.edition)
    online.edition.enrolments.filter(person=cast.ion.person).update(
        status="offered", offer_until=online.ends
    )
    with time_machine.travel(online.starts, tick=False):
        for who in ("clara", "ion", "quin", "vera", "olga", "doru", "nour"):
            browser = cast.browser(getattr(cast, who), language="en")
            assert browser.get(url("online", online.pk)).status_code == 404, who
            place = online.edition.enrolments.filter(person=getattr(cast, who).person).first()
            pages = [url("edition", online.edition_id), url("manage", online.edition_id)]
            pages += [url("enrolment", place.pk)] if place else []
            assert not any(seen(browser, *pages)), who
        stranger = cast.browser(None, language="en")
        assert seen(stranger, url("edition", online.edition_id), url("online", online.pk)) == [
            False,
            False,
        ]


def test_a_cancelled_session_shows_no_link(cast, online):
    make.place(cast.ana.person, online.edition)
    make.sessions.cancel(by=None, session=online, reason="Zi liberă")
    with time_machine.travel(online.starts, tick=False):
        page = cast.browser(cast.ana, language="en").get(url("online", online.pk))
        assert LINK not in page.content.decode() and "Zi liberă" in main(page)


def test_a_session_without_a_link_is_not_joined(cast, edition):
    session = edition.sessions.get()
    assert cast.browser(cast.mara).get(url("online", session.pk)).status_code == 404


def test_feeds_and_mails_carry_the_page_and_not_the_link(cast, online):
    place = make.place(cast.ana.person, online.edition)
    feed = calendar_of(place).decode().replace("\r\n ", "")
    assert LINK not in feed and f"/training/sessions/{online.pk}/online/" in feed
    make.sessions.move(
        by=None, session=online, starts=online.starts, ends=online.ends + timedelta(minutes=5),
        time_zone=online.time_zone, link=LINK, trainers=[cast.petar.person],
    )  # fmt: skip
    mails = jobs.messages()
    assert mails.exists()
    assert not any(LINK in mail.text + mail.html for mail in mails)


def test_paper_never_prints_the_link_and_says_how_to_join_instead(cast, mara):
    """A letter is written days before: who has no address calls, the others find the link on their page."""
    edition = make.edition(cast.timis, is_online=True)
    make.session(edition, 7, link=LINK)
    with_mail = make.place(cast.ana.person, edition)
    without = make.place(cast.vasile, edition)
    Person.objects.update(language="en")
    letters = [url("letter", place.pk) for place in (with_mail, without)]
    assert seen(mara, *letters) == [False, False]
    texts = [mara.get(letter).content.decode() for letter in letters]
    assert ["on the page of your place" in text for text in texts] == [True, False]
    assert ["Please call us the day before" in text for text in texts] == [False, True]


def test_how_many_trainers_and_minutes_are_set_on_the_edition(cast, mara, edition):
    form = mara.get(url("change", edition.pk)).context["form"]
    posted = {name: value if value is not None else "" for name, value in form.initial.items()}
    mara.post(url("change", edition.pk), {**posted, "trainers_needed": "2", "link_minutes": "30"})
    edition.refresh_from_db()
    assert (edition.trainers_needed, edition.link_minutes) == (2, 30)
    wrong = mara.post(url("change", edition.pk), {**posted, "trainers_needed": "13"})
    assert "<title>Error:" in wrong.content.decode()
