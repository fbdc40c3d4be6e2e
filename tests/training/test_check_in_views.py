"""The screen in the room, the learner's button, the typed digits, and the trainer's scanning."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import enrolments
from training.actions.room_errors import CodeIsWrong
from training.models import Attendance, Session

NOW = timezone.now().replace(hour=10, minute=0, second=3, microsecond=0)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(cast, clock):
    """Two hours from now on, led by Petar; Ana and Vasile have places."""
    edition = make.edition(cast.timis)
    made = make.session(edition, 7, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    Session.objects.filter(pk=made.pk).update(starts=NOW, ends=NOW + timedelta(hours=2))
    made.refresh_from_db()
    return made


@pytest.fixture
def ana(cast, clock):
    return cast.browser(cast.ana, language="en")


@pytest.fixture
def petar(cast, clock):
    return cast.browser(cast.petar, language="en")


def screen(petar, session) -> tuple[str, str, str]:
    """The page, the address in its QR code as the model makes it, the digits."""
    page = petar.get(url("check-in-screen", session.pk)).content.decode()
    session.check_in.refresh_from_db()
    step = int(timezone.now().timestamp()) // 30
    link = reverse("check-in-short", args=[session.pk, session.check_in.link_code(step)])
    digits = re.search(r'room-digits"><bdi dir="ltr">([\d ]+)<', page)
    assert digits
    return page, link, digits[1]


def test_the_screen_renews_itself_without_javascript(petar, session):
    page, _link, digits = screen(petar, session)
    assert '<noscript><meta http-equiv="refresh" content="27"></noscript>' in page
    assert re.fullmatch(r"\d{3} \d{3}", digits)
    assert "0 din 2" in page or "0 of 2" in page
    assert '<html lang="ro"' in page  # the edition's language, not the trainer's
    part = petar.get(url("check-in-screen", session.pk) + "?now=1").content.decode()
    assert "<html" not in part and digits in part
    assert "no-store" in petar.get(url("check-in-screen", session.pk))["Cache-Control"]


def test_from_the_qr_code_to_the_mark(ana, petar, session):
    _page, link, _digits = screen(petar, session)
    arrived = ana.get(link, follow=True)
    assert arrived.redirect_chain[-1][0] == url("check-in", session.pk)
    assert "I am here" in main(arrived)
    assert not Attendance.objects.exists()  # opening a link marks nobody
    done = ana.post(url("check-in", session.pk), follow=True)
    assert "You are checked in" in main(done)
    assert "You are checked in" in main(ana.post(url("check-in", session.pk), follow=True))
    assert Attendance.objects.get().method == "self"
    assert "1" in re.findall(r"room-count\"><strong>(\d)", screen(petar, session)[0])


def test_the_digits_are_no_link(ana, petar, session):
    """Whoever has the address may try as many as they like, signed in or not: six digits are soon guessed."""
    _page, link, digits = screen(petar, session)
    for code in (digits.replace(" ", ""), "000000", "0"):
        short = reverse("check-in-short", args=[session.pk, code])
        assert ana.get(short)["Location"].endswith("?refused=" + CodeIsWrong.code), code
    assert "I am here" not in main(ana.get(url("check-in", session.pk)))
    ana.post(url("check-in", session.pk))
    assert not Attendance.objects.exists()
    assert "I am here" in main(ana.get(link, follow=True))


def test_an_old_link_is_refused_with_what_to_do(clock, ana, petar, session):
    _page, old, _digits = screen(petar, session)
    clock.shift(60)
    text = main(ana.get(old, follow=True))
    assert "This code is no longer valid." in text
    assert "on the screen now" in text
    assert "I am here" not in text
    assert "no longer valid" in main(ana.post(url("check-in", session.pk)))
    assert not Attendance.objects.exists()
    _page, new, _digits = screen(petar, session)
    assert new != old
    assert "I am here" in main(ana.get(new, follow=True))


def test_a_code_seen_in_time_survives_a_slow_sign_in(cast, clock, petar, session):
    _page, link, _digits = screen(petar, session)
    phone = cast.browser(None, language="en")
    sent = phone.get(link, follow=True)
    assert "/account/login/" in sent.redirect_chain[-1][0]
    clock.shift(14 * 60)
    phone.force_login(cast.ana, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert "I am here" in main(phone.get(url("check-in", session.pk)))
    phone.post(url("check-in", session.pk))
    assert Attendance.objects.get().minutes == 120  # the moment of the scan
    clock.shift(120)
    assert "You are checked in" in main(phone.get(url("check-in", session.pk)))


def test_a_ticket_runs_out_and_is_for_one_session(cast, clock, ana, petar, session):
    other = make.session(session.edition, 9)
    Session.objects.filter(pk=other.pk).update(starts=NOW, ends=NOW + timedelta(hours=1))
    ana.get(screen(petar, session)[1])
    assert "no longer valid" in main(ana.post(url("check-in", other.pk)))
    clock.shift(15 * 60 + 1)
    assert "no longer valid" in main(ana.post(url("check-in", session.pk)))
    assert not Attendance.objects.exists()


def test_late_by_the_clock(clock, ana, petar, session):
    clock.shift(45 * 60)
    ana.get(screen(petar, session)[1])
    text = main(ana.post(url("check-in", session.pk), follow=True))
    assert "We noted 1 h 15 min of 2 h." in text.replace("\xa0", " ")


def test_somebody_without_a_place_learns_nothing(cast, clock, petar, session):
    clara = cast.browser(cast.clara, language="en")
    _page, link, digits = screen(petar, session)
    for answer in (clara.get(link, follow=True), clara.post(url("check-in", session.pk))):
        assert "You have no place in this course" in main(answer)
        assert session.edition.course.title not in answer.content.decode()
    assert "This is not the code" in main(clara.post(url("check-in-code"), {"code": digits}))
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("code", ["", "12", "abc", "0" * 500])
def test_wrong_digits_say_what_to_do(ana, petar, session, code):
    screen(petar, session)
    text = main(ana.post(url("check-in-code"), {"code": code}))
    assert "type the six digits that it shows now" in text


def test_typed_digits(clock, ana, petar, session):
    _page, _link, digits = screen(petar, session)
    assert reverse("check-in-typed") == "/in/"
    assert ana.get("/in/", follow=True).redirect_chain[-1][0] == url("check-in-code")
    clock.shift(30)
    done = ana.post(url("check-in-code"), {"code": digits}, follow=True)
    assert "You are checked in" in main(done)
    clock.shift(60)
    assert "no longer valid" in main(ana.post(url("check-in-code"), {"code": digits}))


def test_what_the_trainer_said_is_shown(cast, ana, petar, session):
    place = session.edition.enrolments.get(person=cast.ana.person)
    make.attendance(session, place, 0, mark="excused")
    ana.get(screen(petar, session)[1])
    assert "The trainer has already marked you" in main(ana.get(url("check-in", session.pk)))


def test_the_place_shows_the_way_in_while_it_is_open(cast, clock, ana, session):
    place = session.edition.enrolments.get(person=cast.ana.person)
    here = url("enrolment", place.pk)
    assert url("check-in-code") in ana.get(here).content.decode()
    clock.shift(3 * 3600)
    assert url("check-in-code") not in ana.get(here).content.decode()


def test_own_code_only_with_a_place(cast, ana, session):
    place = session.edition.enrolments.get(person=cast.ana.person)
    assert "Your code for the trainer" in main(ana.get(url("enrolment", place.pk)))
    enrolments.cancel(enrolment=place, by=None)
    assert "Your code for the trainer" not in main(ana.get(url("enrolment", place.pk)))


# The trainer scans


def test_scanning_by_address_and_by_digits(cast, petar, session):
    ana, vasile = session.edition.enrolments.order_by("pk")
    here = url("scan", session.pk)
    done = petar.post(here, {"code": f"{ana.code[:4]} {ana.code[4:]}"}, follow=True)
    assert "Ana Popescu" in main(done) and "1 of 2 people are here." in main(done)
    address = settings.SITE_URL + reverse("scan-short", args=[vasile.code])
    assert "Vasile Țurcanu" in main(petar.post(here, {"code": address}, follow=True))
    assert set(Attendance.objects.values_list("method", flat=True)) == {"scan"}


@pytest.mark.parametrize("code", ["", " ", "/", "00000000", "x" * 300])
def test_a_code_of_nobody_here(petar, session, code):
    answer = petar.post(url("scan", session.pk), {"code": code})
    assert "This person has no place in this edition." in main(answer)
    assert not Attendance.objects.exists()


def test_a_code_of_another_edition_names_nobody(cast, petar, session):
    stranger = make.place(cast.clara.person, make.coming(cast.cluj))
    answer = petar.post(url("scan", session.pk), {"code": stranger.code})
    assert "has no place in this edition" in main(answer)
    assert cast.clara.person.family_name not in answer.content.decode()
    for done in (str(stranger.pk), "x", "9" * 40, "²"):
        assert petar.get(url("scan", session.pk) + f"?done={done}").status_code == 200


def test_the_phones_own_camera_opens_the_person(cast, clock, petar, session):
    place = session.edition.enrolments.get(person=cast.ana.person)
    page = petar.get(reverse("scan-short", args=[place.code]), follow=True)
    assert "Ana Popescu" in main(page) and "Mark as here" in main(page)
    petar.post(url("scanned", place.code))
    assert Attendance.objects.get().mark == "present"
    clock.shift(5 * 3600)
    page = petar.get(url("scanned", place.code))
    assert "no session with you today" in main(page)
    petar.post(url("scanned", place.code))
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("who", ["ana", "clara", "olga", "quin"])
def test_a_persons_code_is_for_the_trainer(cast, clock, session, who):
    place = session.edition.enrolments.get(person=cast.ana.person)
    browser = cast.browser(getattr(cast, who), language="en")
    assert browser.get(url("scanned", place.code)).status_code == 404
    assert browser.post(url("scanned", place.code)).status_code == 404
    assert not Attendance.objects.exists()


def test_a_scan_after_the_end_says_so(clock, petar, session):
    clock.shift(2 * 3600)
    place = session.edition.enrolments.first()
    answer = petar.post(url("scan", session.pk), {"code": place.code})
    assert "The time to check in is over." in main(answer)
