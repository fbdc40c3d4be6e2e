"""A record moves with its dates, is verified, and says which rights to care somebody has."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from people.actions import authorisations, checks, moves
from people.models import AuditEvent, Authorisation, Membership, Person
from people.stale import months_before, stale
from tests.factories import people as make
from tests.races import outcomes

pytestmark = pytest.mark.django_db


def membership(person: Person) -> Membership:
    return person.memberships.get(until=None)


def days(number: int) -> date:
    return make.today() + timedelta(days=number)


class TestMove:
    def test_the_receiving_directorate_sees_them_from_the_day_on(self, cast):
        new = moves.move(by=cast.ion, membership=membership(cast.vasile), to=cast.cluj)
        assert cast.vasile in Person.objects.visible_to(make.fresh(cast.olga))
        assert cast.vasile not in Person.objects.visible_to(make.fresh(cast.ion))
        yesterday = days(-1)
        assert cast.vasile in Person.objects.visible_to(make.fresh(cast.ion), at=yesterday)
        assert cast.vasile not in Person.objects.visible_to(make.fresh(cast.olga), at=yesterday)
        assert (new.since, new.until, new.role) == (make.today(), None, "learner")

    def test_a_day_to_come(self, cast):
        moves.move(by=cast.ion, membership=membership(cast.vasile), to=cast.cluj, on=days(10))
        assert cast.vasile in Person.objects.visible_to(make.fresh(cast.ion))
        assert cast.vasile not in Person.objects.visible_to(make.fresh(cast.olga))
        assert cast.vasile in Person.objects.visible_to(make.fresh(cast.olga), at=days(10))
        assert cast.vasile not in Person.objects.visible_to(make.fresh(cast.ion), at=days(10))

    def test_history_stays_and_both_ends_have_it_in_their_trail(self, cast):
        moves.move(by=cast.ion, membership=membership(cast.vasile), to=cast.cluj)
        held = cast.vasile.memberships.order_by("since")
        assert [(m.organisation, m.until) for m in held] == [
            (cast.lugoj, days(-1)),
            (cast.cluj, None),
        ]
        told = AuditEvent.objects.filter(verb="person.moved", person_id=cast.vasile.pk)
        assert {e.organisation_path for e in told} == {cast.lugoj.path, cast.cluj.path}

    def test_the_same_again_is_one_move(self, cast):
        held = membership(cast.vasile)
        made = [moves.move(by=None, membership=held, to=cast.cluj) for _again in range(2)]
        assert made[0] == made[1]
        assert cast.vasile.memberships.count() == 2

    @pytest.mark.parametrize("who", ["olga", "doru", "mara", "vera", "quin", "ana"])
    def test_who_may_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            moves.move(by=getattr(cast, who), membership=membership(cast.vasile), to=cast.cluj)
        assert cast.vasile.memberships.count() == 1

    def test_what_cannot_be(self, cast):
        held = membership(cast.vasile)
        cast.turda.is_active = False
        cast.turda.save()
        for to, on in ((cast.lugoj, None), (cast.turda, None), (cast.cluj, make.LONG_AGO), (cast.cluj, days(500)),
                       (cast.cluj, days(-500))):  # fmt: skip
            with pytest.raises(ValidationError):
                moves.move(by=cast.ion, membership=held, to=to, on=on)
        with pytest.raises(ValidationError):
            moves.move(by=None, membership=membership(cast.mara.person), to=cast.cluj)
        assert cast.vasile.memberships.get() == held

    def test_the_page(self, cast):
        browser = cast.browser(cast.ion, language="en")
        held = membership(cast.vasile)
        assert (
            f"/memberships/{held.pk}/move/"
            in browser.get(f"/en/me/people/{cast.vasile.pk}/").content.decode()
        )
        path = f"/en/me/people/memberships/{held.pk}/move/"
        wrong = browser.post(path, {"to": cast.cluj.pk, "on": "2001-01-01"})
        assert "came only on that day" in wrong.content.decode()
        answer = browser.post(path, {"to": cast.cluj.pk, "on": str(make.today())}, follow=True)
        assert "The move is recorded" in answer.content.decode()
        assert cast.browser(cast.ion).get(path).status_code == 404
        assert cast.browser(cast.olga).get(f"/en/me/people/{cast.vasile.pk}/").status_code == 200


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_are_one(cast):
    held = membership(cast.vasile)
    found = outcomes([
        lambda: moves.move(by=None, membership=held, to=cast.cluj),
        lambda: moves.move(by=None, membership=held, to=cast.turda),
        lambda: moves.move(by=None, membership=held, to=cast.cluj),
    ])  # fmt: skip
    assert cast.vasile.memberships.filter(until=None).count() == 1
    assert any(isinstance(one, Membership) for one in found)


class TestVerified:
    def test_the_day_and_by_whom(self, cast):
        checks.verify(by=cast.ion, person=cast.vasile)
        cast.vasile.refresh_from_db()
        assert (cast.vasile.verified_on, cast.vasile.verified_by) == (make.today(), cast.ion)
        checks.verify(by=cast.ion, person=cast.vasile)
        assert AuditEvent.objects.filter(verb="person.verified").count() == 1

    @pytest.mark.parametrize("who", ["olga", "doru", "vera", "quin"])
    def test_who_may_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            checks.verify(by=getattr(cast, who), person=cast.vasile)

    def test_nobody_verifies_themselves(self, cast):
        with pytest.raises(PermissionDenied):
            checks.verify(by=cast.ion, person=cast.ion.person)

    def test_worked_down_on_the_list(self, cast):
        old = make.person(cast.lugoj, "Veche", phone="0722 000 000")
        young = make.person(cast.lugoj, "Nouă")
        abroad = make.person(cast.cluj, "Străină")
        for one, when in ((old, days(-400)), (young, days(-300)), (abroad, days(-400))):
            Person.objects.filter(pk=one.pk).update(verified_on=when)
        browser = cast.browser(cast.ion, language="en")
        page = browser.get("/en/me/people/stale/").content.decode()
        assert "Veche" in page and "Nouă" not in page and "Străină" not in page
        assert 'href="tel:0722 000 000"' in page or "0722 000 000" in page
        answer = browser.post(
            f"/en/me/people/{old.pk}/verify/",
            {"next": "/en/me/people/stale/?months=12"},
            follow=True,
        )
        assert answer.redirect_chain[-1][0] == "/en/me/people/stale/?months=12"
        assert "All records are fresh" in answer.content.decode()
        assert "Nouă" in browser.get("/en/me/people/stale/?months=6").content.decode()

    @pytest.mark.parametrize(
        "back", ["https://evil.example/", "//evil.example", "\\\\evil", "javascript:1"]
    )
    def test_the_way_back_stays_here(self, cast, back):
        answer = cast.browser(cast.ion).post(
            f"/en/me/people/{cast.vasile.pk}/verify/", {"next": back}
        )
        assert answer.headers["Location"] == f"/en/me/people/{cast.vasile.pk}/"

    def test_oldest_first_and_merged_or_erased_ones_never(self, cast):
        some = [make.person(cast.timis) for _n in range(4)]
        for number, one in enumerate(some):
            Person.objects.filter(pk=one.pk).update(verified_on=days(-1000 + number))
        Person.objects.filter(pk=some[1].pk).update(merged_into=some[0])
        assert list(stale(cast.ion, 12)) == [some[0], some[2], some[3]]
        assert list(stale(cast.ion, 12, cast.lugoj)) == []


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(1, 60))
def test_months_before_is_the_same_day_or_the_last_of_the_month(day, months):
    found = months_before(day, months)
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


class TestAuthorisations:
    FACTS = {"kind": "Atestat", "number": "12/2024", "body": "CPC Timiș", "since": date(2024, 1, 1)}

    def test_recorded_once_with_the_institution_that_recorded_it(self, cast):
        made = [
            authorisations.record(by=cast.ion, person=cast.vasile, **self.FACTS) for _n in range(2)
        ]
        assert made[0] == made[1]
        assert (made[0].organisation, made[0].body) == (cast.lugoj, "CPC Timiș")
        assert made[0].kind_name == {"en": "Atestat"}

    def test_changed(self, cast):
        held = authorisations.record(by=cast.ion, person=cast.vasile, **self.FACTS)
        authorisations.change(
            by=cast.ion, authorisation=held, **{**self.FACTS, "status": "withdrawn"}
        )
        assert Authorisation.objects.get().status == "withdrawn"
        told = AuditEvent.objects.get(verb="authorisation.changed")
        assert told.data == {"fields": ["status"], "status": "withdrawn"}

    @pytest.mark.parametrize("who", ["olga", "doru", "vera", "quin"])
    def test_who_may_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            authorisations.record(by=getattr(cast, who), person=cast.vasile, **self.FACTS)

    def test_its_days_stand_in_order(self, cast):
        with pytest.raises(ValidationError):
            authorisations.record(by=None, person=cast.vasile, **self.FACTS, until=date(2020, 1, 1))

    def test_the_pages(self, cast):
        browser = cast.browser(cast.ion, language="en")
        form = {
            "kind": "Atestat",
            "number": "7",
            "since": "2024-01-01",
            "status": "in_force",
            "body": "CPC",
        }
        path = f"/en/me/people/{cast.vasile.pk}/authorisations/add/"
        assert "Error:" in browser.post(path, {}).content.decode()
        page = browser.post(path, form, follow=True).content.decode()
        assert "Atestat 7" in page and "in force" in page
        held = Authorisation.objects.get()
        edit = f"/en/me/people/authorisations/{held.pk}/"
        assert 'value="CPC"' in browser.get(edit).content.decode()
        browser.post(edit, {**form, "until": "2023-01-01"})
        assert Authorisation.objects.get().until is None
        browser.post(edit, {**form, "status": "suspended"})
        assert Authorisation.objects.get().status == "suspended"
