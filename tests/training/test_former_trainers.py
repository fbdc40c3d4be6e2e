"""Whoever was a trainer once: with the role go the names, the roll and the link of the sessions that they led."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from people.models import Membership
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions.attendance import RollMark, take_roll
from training.actions.results import give_result
from training.models import Attendance, Edition, Session, TrainerResult
from training.models.edition import acting_trainer
from training.queries.joining import joinable

OF_EDITION = ("manage", "participants", "answers", "results", "papers")
OF_SESSION = (
    *("roll", "scan", "entry", "sheet", "door", "check-in-screen"),
    *("roll-history", "roll-state", "online"),
)


@pytest.fixture
def session(cast) -> Session:
    """Today, led by Petar, with Ana in it and a link."""
    edition = make.edition(cast.timis, is_online=True)
    made = make.session(
        edition, 0, 0, hours=24, trainers=[cast.petar.person], link="https://meet.example.org/x"
    )
    make.place(cast.ana.person, edition)
    return made


@pytest.fixture
def former(cast, session):
    """Petar as he signs in after his role has ended: he has taken his second factor away, for nobody asks for it."""
    make_people.end_roles(cast.petar.person)
    Authenticator.objects.filter(user=cast.petar).delete()
    return make_people.fresh(cast.petar)


def pages(session: Session) -> list[str]:
    place = session.edition.enrolments.get()
    found = [reverse(f"training:{name}", args=[session.edition_id]) for name in OF_EDITION]
    found += [reverse(f"training:{name}", args=[session.pk]) for name in OF_SESSION]
    return [
        *found,
        reverse("training:result", args=[place.pk]),
        reverse("training:scanned", args=[place.code]),
        reverse("training:paper", args=[session.edition_id, "list"]),
        reverse("training:session-pdf", args=[session.pk, "sheet"]),
    ]


def test_a_trainer_opens_all_of_it(cast, session, petar):
    """Else the next test would show nothing."""
    assert {petar.get(page).status_code for page in pages(session)} == {200}


def test_a_former_trainer_opens_none_of_it(cast, session, former):
    browser = cast.browser(former, language="en")
    for page in pages(session):
        assert browser.get(page).status_code == 404, page
        assert browser.post(page).status_code in {404, 405}, page
    for page in (reverse("training:my-sessions"), reverse("training:editions")):
        assert "Popescu" not in browser.get(page).content.decode()


def test_nor_do_the_actions_let_them(cast, session, former):
    place = session.edition.enrolments.get()
    with pytest.raises(PermissionDenied):
        take_roll(session=session, by=former, marks=[RollMark(place.pk, "present")])
    with pytest.raises(PermissionDenied):
        give_result(enrolment=place, by=former, result="passed", text="")
    assert not Attendance.objects.exists() and not TrainerResult.objects.exists()
    assert not Edition.objects.visible_to(former).exists()
    assert not Session.objects.visible_to(former).exists()
    assert not joinable(former).exists()


def test_what_they_learn_themselves_stays_theirs(cast, session, former):
    make.place(former.person, session.edition)
    assert list(joinable(former)) == [session]


def test_a_role_that_begins_again_opens_it_again(cast, session, former):
    make_people.member(former.person, cast.timis, "trainer", since=make_people.today())
    again = make_people.fresh(former)
    assert list(Session.objects.visible_to(again)) == [session]
    assert acting_trainer(again) == former.person_id


@pytest.mark.parametrize(("days", "acts"), [(-1, False), (0, True)])
def test_the_last_day_counts(cast, session, days, acts):
    until = make_people.today() + timedelta(days=days)
    Membership.objects.filter(person=cast.petar.person, role="trainer").update(until=until)
    assert bool(acting_trainer(make_people.fresh(cast.petar))) is acts


@pytest.mark.parametrize("who", ["ana", "mara", "adm", "vera"])
def test_others_act_as_nobodys_trainer(cast, who):
    assert acting_trainer(getattr(cast, who)) == 0
    assert acting_trainer(None) == 0
