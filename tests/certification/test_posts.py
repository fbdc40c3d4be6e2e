"""Posts that require a course: appointing, what is missing, and which institution lacks somebody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from certification.actions import posts
from certification.models import Appointment
from certification.posts import coverage, missing
from people.models import AuditEvent
from tests.factories import certification as proofs
from tests.factories import courses
from tests.factories import evidence as elsewhere
from tests.factories import people as make
from tests.factories import training as editions
from tests.races import outcomes

pytestmark = pytest.mark.django_db
NAME = {"en": "Child-protection officer"}
TODAY, LONG_AGO = date(2026, 3, 12), date(2019, 1, 1)


@pytest.fixture
def programme(cast):
    return proofs.programme(courses=(courses.course("Ofițeri"),))


@pytest.fixture
def post(cast, programme):
    """Every town hall must have somebody in it who is trained."""
    made = posts.define(by=None, name=NAME)
    return posts.require_programmes(by=None, post=made, programmes=[programme], kinds=["town_hall"])


def train(person, programme, **days):
    return proofs.certificate(person, programme, valid_from=date(2024, 3, 1), **days)


def states(user, **more) -> dict[str, str]:
    return {str(one.organisation): one.state for one in coverage(make.fresh(user), **more)}


class TestCoverage:
    def test_the_ways_an_institution_stands(self, cast, post, programme):
        assert states(cast.ion) == {"Primăria Lugoj": "vacant"}
        posts.appoint(by=cast.ion, post=post, person=cast.vasile, organisation=cast.lugoj)
        assert states(cast.ion) == {"Primăria Lugoj": "untrained"}
        train(cast.vasile, programme)
        assert states(cast.ion) == {"Primăria Lugoj": "covered"}

    def test_each_branch_its_own_and_the_overseer_all(self, cast, post):
        assert states(cast.olga) == {"Primăria Turda": "vacant"}
        assert states(cast.vera) == {"Primăria Lugoj": "vacant", "Primăria Turda": "vacant"}
        assert states(cast.ana) == states(cast.nour) == {}

    def test_on_another_day(self, cast, post, programme):
        train(cast.vasile, programme, valid_until=date(2025, 3, 1))
        posts.appoint(
            by=None, post=post, person=cast.vasile, organisation=cast.lugoj, since=date(2024, 6, 1)
        )
        seen = [states(cast.ion, at=day)["Primăria Lugoj"] for day in
                (date(2024, 5, 31), date(2024, 6, 1), date(2026, 6, 1))]  # fmt: skip
        assert seen == ["vacant", "covered", "untrained"]

    def test_every_programme_is_asked_for(self, cast, post, programme):
        second = proofs.programme()
        posts.require_programmes(
            by=None, post=post, programmes=[programme, second], kinds=["town_hall"]
        )
        posts.appoint(by=None, post=post, person=cast.vasile, organisation=cast.lugoj)
        train(cast.vasile, programme)
        assert states(cast.ion)["Primăria Lugoj"] == "untrained"
        train(cast.vasile, second)
        assert states(cast.ion)["Primăria Lugoj"] == "covered"

    def test_a_revoked_certificate_covers_nothing(self, cast, post, programme):
        posts.appoint(by=None, post=post, person=cast.vasile, organisation=cast.lugoj)
        proofs.event(train(cast.vasile, programme), "revoked", date(2025, 1, 1))
        assert states(cast.ion)["Primăria Lugoj"] == "untrained"

    @pytest.mark.parametrize(
        ("paper", "day", "expected"),
        [
            ({}, TODAY, "covered"),  # without an end
            ({"valid_until": date(2026, 3, 12)}, TODAY, "covered"),
            ({"valid_until": date(2026, 3, 11)}, TODAY, "untrained"),
            ({}, date(2019, 5, 5), "untrained"),
            ({"struck_on": date(2026, 2, 1), "struck_reason": "x"}, TODAY, "untrained"),
            ({"struck_on": date(2026, 2, 1), "struck_reason": "x"}, date(2026, 1, 31), "covered"),
        ],
        ids=["endless", "last-day", "ran-out", "not-yet", "struck", "before-it-was-struck"],
    )
    def test_certificates_on_paper_count_as_in_the_standing(
        self, cast, post, programme, paper, day, expected
    ):
        posts.appoint(
            by=None, post=post, person=cast.vasile, organisation=cast.lugoj, since=LONG_AGO
        )
        elsewhere.earlier(cast.vasile, programme, **paper)
        assert states(cast.ion, at=day) == {"Primăria Lugoj": expected}
        assert bool(missing(post, cast.vasile, at=day)) == (expected == "untrained")

    @pytest.mark.parametrize("is_paper", [False, True])
    def test_grace_and_what_was_extended_count_as_in_the_standing(self, cast, post, is_paper):
        programme = proofs.programme(rule={"grace_days": 30})
        posts.require_programmes(by=None, post=post, programmes=[programme], kinds=["town_hall"])
        posts.appoint(
            by=None, post=post, person=cast.vasile, organisation=cast.lugoj, since=LONG_AGO
        )
        end = date(2025, 3, 1)
        made = (elsewhere.earlier if is_paper else train)(cast.vasile, programme, valid_until=end)
        for extended, last in ((False, date(2025, 3, 31)), (True, date(2025, 7, 31))):
            if extended:
                key = {"earlier" if is_paper else "certificate": made}
                elsewhere.relief(
                    cast.vasile,
                    programme,
                    kind="extension",
                    since=end,
                    until=date(2025, 7, 1),
                    **key,
                )
            for day, expected in ((last, "covered"), (last + timedelta(days=1), "untrained")):
                assert states(cast.ion, at=day) == {"Primăria Lugoj": expected}, day
                assert bool(missing(post, cast.vasile, at=day)) == (expected == "untrained")

    def test_its_cost_does_not_grow_with_people(
        self, cast, post, programme, django_assert_max_num_queries
    ):
        for _n in range(6):
            one = make.person(cast.lugoj)
            posts.appoint(by=None, post=post, person=one, organisation=cast.lugoj)
            train(one, programme)
        user = make.fresh(cast.ion)
        with django_assert_max_num_queries(16):
            assert len(coverage(user)[0].holders) == 6


class TestMissing:
    def test_what_is_missing_and_the_next_edition(self, cast, post, programme):
        edition = editions.edition(cast.timis, course=programme.courses.get())
        editions.session(edition, 10)
        lacks = missing(post, cast.vasile)
        assert [(row["programme"], row["state"]) for row in lacks] == [(programme, "never")]
        assert edition in lacks[0]["editions"]
        train(cast.vasile, programme)
        assert missing(post, cast.vasile) == []


class TestAppointing:
    def test_twice_is_once(self, cast, post):
        made = [
            posts.appoint(by=cast.ion, post=post, person=cast.vasile, organisation=cast.lugoj)
            for _n in range(2)
        ]
        assert made[0] == made[1]
        assert AuditEvent.objects.filter(verb="post.appointed").count() == 1

    @pytest.mark.parametrize("who", ["olga", "doru", "mara", "vera", "quin", "ana"])
    def test_who_may_not(self, cast, post, who):
        with pytest.raises(PermissionDenied):
            posts.appoint(
                by=getattr(cast, who), post=post, person=cast.vasile, organisation=cast.lugoj
            )
        assert not Appointment.objects.exists()

    def test_ending_it(self, cast, post):
        held = posts.appoint(by=None, post=post, person=cast.vasile, organisation=cast.lugoj,
                             since=date(2024, 1, 1))  # fmt: skip
        with pytest.raises(PermissionDenied):
            posts.end(by=cast.olga, appointment=held)
        for _again in range(2):
            assert posts.end(by=cast.ion, appointment=held).until == make.today() - timedelta(
                days=1
            )
        assert AuditEvent.objects.filter(verb="post.ended").count() == 1

    def test_the_database_knows_its_days(self, cast, post):
        held = posts.appoint(by=None, post=post, person=cast.vasile, organisation=cast.lugoj)
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=held.pk).update(until=date(2000, 1, 1))

    @pytest.mark.parametrize("who", ["ion", "mara", "vera"])
    def test_only_administrators_say_what_a_post_requires(self, cast, post, who):
        user = getattr(cast, who)
        with pytest.raises(PermissionDenied):
            posts.define(by=user, name={"en": "x"})
        with pytest.raises(PermissionDenied):
            posts.require_programmes(by=user, post=post, programmes=[], kinds=[])
        with pytest.raises(ValidationError):
            posts.require_programmes(by=cast.adm, post=post, programmes=[], kinds=["palace"])


class TestPages:
    def test_the_whole_way(self, cast, programme):
        adm, ion = cast.browser(cast.adm, language="en"), cast.browser(cast.ion, language="en")
        assert "No posts require a course yet" in ion.get("/en/posts/").content.decode()
        answer = adm.post("/en/posts/add/", {"name_en": "Officer"})
        page = adm.post(
            answer.headers["Location"],
            {"programmes": programme.pk, "kinds": "town_hall"},
            follow=True,
        )
        assert "What the post requires is saved." in page.content.decode()
        page = ion.get("/en/posts/").content.decode()
        assert "nobody is appointed" in page and "Primăria Turda" not in page
        path = answer.headers["Location"] + f"at/{cast.lugoj.pk}/"
        found = ion.get(path, {"q": "turcanu"}).content.decode()
        assert "Țurcanu" in found and "missing" in found and "no edition is open yet" in found
        said = ion.post(path, {"person": cast.vasile.pk}, follow=True).content.decode()
        assert "Training is still missing" in said
        held = Appointment.objects.get()
        assert (
            "ended"
            in ion.post(f"/en/posts/appointments/{held.pk}/end/", follow=True).content.decode()
        )

    @pytest.mark.parametrize("person", ["", "x", "9" * 30, "-1"])
    def test_nobody_is_appointed_by_a_wrong_number(self, cast, post, person):
        path = f"/en/posts/{post.pk}/at/{cast.lugoj.pk}/"
        assert cast.browser(cast.ion).post(path, {"person": person}).status_code == 404

    def test_nobody_of_another_county_is_found_or_appointed(self, cast, post):
        path = f"/en/posts/{post.pk}/at/{cast.lugoj.pk}/"
        ion = cast.browser(cast.ion)
        assert "Mureșan" not in ion.get(path, {"q": "muresan"}).content.decode()
        assert ion.post(path, {"person": cast.clara.person_id}).status_code == 404
        assert cast.browser(cast.olga).get(path).status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_appoint_once(cast, post):
    one = {"by": None, "post": post, "person": cast.vasile, "organisation": cast.lugoj}
    found = outcomes([lambda: posts.appoint(**one)] * 3)
    assert len({row.pk for row in found}) == 1
