"""Recording people, granting roles, opening accounts: rights are asked inside, and everything leaves a trail."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission as DjangoPermission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from wagtail.models import Page

from people.actions import accounts, memberships
from people.actions.people import (
    correct,
    home_of,
    note_opened,
    record_person,
    set_categories,
    update_person,
)
from people.cms_access import GROUP
from people.identity import national_number_hash
from people.models import AuditEvent, Membership, Person, User
from tests.factories import people as make

pytestmark = pytest.mark.django_db


def recorded(by, organisation, **fields):
    return record_person(
        by=by, organisation=organisation, family_name="Nou", given_name="Ioana", **fields
    )


class TestRecording:
    @pytest.mark.parametrize(
        ("who", "where", "allowed"),
        [
            ("ion", "timis", True),
            ("ion", "lugoj", True),
            ("ion", "cluj", False),
            ("ion", "anpdca", False),
            ("doru", "lugoj", True),
            ("doru", "timis", False),
            ("doru", "centru", False),
            ("mara", "centru", True),
            ("mara", "turda", False),
            ("quin", "timis", False),
            ("vera", "timis", False),
            ("petar", "timis", False),
            ("nour", "timis", False),
            ("ana", "timis", False),
            ("adm", "turda", True),
        ],
    )
    def test_who_may_record_where(self, cast, who, where, allowed):
        before = Person.objects.count()
        if allowed:
            recorded(getattr(cast, who), getattr(cast, where))
        else:
            with pytest.raises(PermissionDenied):
                recorded(getattr(cast, who), getattr(cast, where))
        assert Person.objects.count() == before + allowed

    def test_officers_give_no_staff_roles(self, cast):
        for who in (cast.ion, cast.doru, cast.mara):
            with pytest.raises(PermissionDenied):
                recorded(who, cast.lugoj, role="nominator")
        assert (
            recorded(cast.adm, cast.lugoj, role="nominator").memberships.get().role == "nominator"
        )

    def test_names_are_cleaned_and_the_latin_form_is_written(self, cast):
        person = record_person(
            by=None,
            organisation=cast.timis,
            family_name="  М’ясоїд \u202e",
            given_name="Щербан",
            patronymic="Юрійович",
            language="uk",
            email=" OLEH@Example.org ",
        )
        assert (person.family_name, person.email) == ("М’ясоїд", "oleh@example.org")
        assert person.latin_name == "Miasoid Shcherban Yuriiovych"
        assert person.region == cast.timis_region and person.language == "uk"

    def test_a_given_latin_form_stays(self, cast):
        person = recorded(None, cast.timis, latin_name="Joanna Novak")
        update_person(by=None, person=person, family_name="Nouă")
        assert Person.objects.get(pk=person.pk).latin_name == "Joanna Novak"

    def test_an_automatic_latin_form_follows_the_name(self, cast):
        person = recorded(None, cast.timis, language="bg")
        update_person(by=None, person=person, family_name="Ъглова")
        assert "aglova" in Person.objects.get(pk=person.pk).latin_name.lower()

    @pytest.mark.parametrize(
        "name", ["Ștefănescu-Țepeș", "М’ясоїд", "O'Neil", "ب" * 60, "Å" * 120, "伊藤"]
    )
    def test_names_of_all_kinds_pass(self, cast, name):
        person = record_person(by=None, organisation=cast.timis, family_name=name, given_name="")
        assert Person.objects.get(pk=person.pk).family_name == name
        assert person.pk in Person.objects.matching(name).values_list("pk", flat=True)

    def test_a_person_needs_some_name(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            record_person(by=None, organisation=cast.timis, family_name=" ", given_name="\u200f")

    def test_the_trail_holds_no_names(self, cast):
        person = recorded(
            cast.ion, cast.lugoj, national_id="1234567890123", email="nou@example.org"
        )
        events = AuditEvent.objects.filter(person_id=person.pk)
        assert [event.verb for event in events] == ["person.recorded"]
        event = events.get()
        assert (event.actor_id, event.organisation_path) == (cast.ion.pk, cast.lugoj.path)
        for secret in ("Nou", "Ioana", "nou@example.org", "1234567890123"):
            assert secret not in str(event.data)


class TestNationalNumber:
    def test_only_a_keyed_hash_is_kept_however_it_is_typed(self, cast, settings):
        person = recorded(None, cast.timis, national_id="1980 0101-12345")
        assert "1980" not in str(Person.objects.filter(pk=person.pk).values())
        assert person.national_id_hash == national_number_hash("١٩٨٠٠١٠١١٢٣٤٥")
        before = person.national_id_hash
        settings.DATA_KEY = "another key"
        assert national_number_hash("1980010112345") != before

    def test_two_people_do_not_share_one(self, cast):
        recorded(None, cast.timis, national_id="1980010112345")
        with pytest.raises(ValidationError):
            recorded(None, cast.cluj, national_id="19800101-12345")
        other = recorded(None, cast.cluj)
        with pytest.raises(ValidationError):
            update_person(by=None, person=other, national_id="1980010112345")

    def test_the_same_person_may_be_saved_with_it_again(self, cast):
        person = recorded(None, cast.timis, national_id="1980010112345")
        assert update_person(by=None, person=person, national_id="1980010112345").pk == person.pk

    def test_an_empty_number_has_no_hash(self):
        with pytest.raises(ValueError, match="empty"):
            national_number_hash(" - ")


class TestCorrecting:
    def test_everybody_corrects_their_own_names_but_not_the_rest(self, cast):
        update_person(
            by=cast.ana, person=cast.ana.person, family_name="Popescu-Ion", phone="0722 000 000"
        )
        assert Person.objects.get(pk=cast.ana.person_id).family_name == "Popescu-Ion"
        for change in (
            {"email": "x@example.org"},
            {"region": cast.cluj_region},
            {"verified_on": make.today()},
        ):
            with pytest.raises(PermissionDenied):
                update_person(by=cast.ana, person=cast.ana.person, **change)

    @pytest.mark.parametrize(
        "who", ["olga", "quin", "vera", "doru", "mara", "petar", "nour", "clara"]
    )
    def test_others_do_not(self, cast, who):
        with pytest.raises(PermissionDenied):
            update_person(by=getattr(cast, who), person=cast.ana.person, family_name="X")

    def test_fields_that_are_nobodys_to_set(self, cast):
        for field in ("erased_at", "id", "national_id_hash", "search_vector", "memberships"):
            with pytest.raises(TypeError):
                update_person(by=None, person=cast.ana.person, **{field: "x"})

    def test_the_address_of_staff_is_an_administrators_matter(self, cast):
        """Whoever could set it could sign in as that person."""
        with pytest.raises(PermissionDenied):
            update_person(by=cast.ion, person=cast.mara.person, email="ion2@example.org")
        update_person(by=cast.ion, person=cast.ana.person, email="ana2@example.org")
        update_person(by=cast.adm, person=cast.mara.person, email="mara2@example.org")

    def test_the_trail_says_which_fields_not_what(self, cast):
        update_person(by=cast.ion, person=cast.ana.person, family_name="Schimbată", phone="07")
        event = AuditEvent.objects.filter(verb="person.corrected").get()
        assert event.data == {"fields": ["family_name", "latin_name", "phone"]}

    def test_nothing_changed_leaves_no_trail(self, cast):
        update_person(by=cast.ion, person=cast.ana.person, family_name="Popescu")
        assert not AuditEvent.objects.filter(verb="person.corrected").exists()

    def test_categories_end_and_begin(self, cast):
        yesterday = make.today() - timedelta(days=1)
        set_categories(by=cast.ion, person=cast.ana.person, categories=[cast.worker])
        rows = cast.ana.person.categories.order_by("pk").values_list("category", "until")
        assert list(rows) == [(cast.carer.pk, yesterday), (cast.worker.pk, None)]
        set_categories(by=cast.ion, person=cast.ana.person, categories=["ro-social-worker"])
        assert AuditEvent.objects.filter(verb="person.categories").count() == 1
        with pytest.raises(PermissionDenied):
            set_categories(by=cast.ana, person=cast.ana.person, categories=[])

    def test_a_form_saves_facts_and_categories_together(self, cast):
        correct(
            by=cast.ion,
            person=cast.ana.person,
            categories=[],
            family_name="Altfel",
            email="ana@example.org",
        )
        person = Person.objects.get(pk=cast.ana.person_id)
        assert person.family_name == "Altfel" and not person.categories.current().exists()


def test_opening_a_record_is_noted_unless_it_is_ones_own(cast):
    note_opened(by=cast.ion, person=cast.ana.person)
    note_opened(by=cast.ion, person=cast.ion.person)
    assert [e.person_id for e in AuditEvent.objects.filter(verb="person.opened")] == [
        cast.ana.person_id
    ]


def test_home_is_the_latest_institution(cast):
    assert home_of(cast.ana.person) == cast.timis
    make.member(cast.ana.person, cast.turda, "learner", since=make.today())
    assert home_of(cast.ana.person) == cast.turda
    Membership.objects.filter(person=cast.vasile).delete()
    assert home_of(cast.vasile) is None


class TestRoles:
    @pytest.mark.parametrize(
        ("who", "role", "where", "allowed"),
        [
            ("adm", "officer", "cluj", True),
            ("adm", "administrator", "timis", True),
            ("ion", "learner", "lugoj", True),
            ("ion", "officer", "timis", False),
            ("ion", "nominator", "lugoj", False),
            ("mara", "learner", "timis", False),
            ("vera", "learner", "timis", False),
            ("ana", "administrator", "anpdca", False),
            ("olga", "learner", "timis", False),
        ],
    )
    def test_who_may_give_which_role(self, cast, who, role, where, allowed):
        def act() -> Membership:
            return memberships.grant(
                by=getattr(cast, who),
                person=cast.clara.person,
                organisation=getattr(cast, where),
                role=role,
            )

        if allowed:
            assert act().role == role
        else:
            with pytest.raises(PermissionDenied):
                act()
            assert cast.clara.person.memberships.count() == 1

    def test_an_administrator_of_a_county_rules_there_only(self, cast):
        local = make.staff(cast.timis, "administrator")
        memberships.grant(
            by=local, person=cast.ana.person, organisation=cast.lugoj, role="nominator"
        )
        for place in (cast.cluj, cast.anpdca):
            with pytest.raises(PermissionDenied):
                memberships.grant(
                    by=local, person=cast.ana.person, organisation=place, role="learner"
                )
        with pytest.raises(PermissionDenied):
            memberships.end(by=local, membership=cast.olga.person.memberships.get())

    def test_a_repeated_call_finds_the_same_role(self, cast):
        until = make.today() + timedelta(days=30)
        first = memberships.grant(
            by=cast.adm,
            person=cast.ana.person,
            organisation=cast.timis,
            role="trainer",
            until=until,
        )
        again = memberships.grant(
            by=cast.adm,
            person=cast.ana.person,
            organisation=cast.timis,
            role="trainer",
            until=until,
        )
        assert first == again
        open_one = memberships.grant(
            by=cast.adm, person=cast.ana.person, organisation=cast.timis, role="learner"
        )
        assert open_one.since == make.LONG_AGO
        assert AuditEvent.objects.filter(verb="role.granted", actor_id=cast.adm.pk).count() == 1

    def test_a_role_that_ends_before_it_begins_or_does_not_exist(self, cast):
        yesterday = make.today() - timedelta(days=1)
        for wrong in ({"role": "trainer", "until": yesterday}, {"role": "king"}):
            with pytest.raises(ValidationError):
                memberships.grant(
                    by=cast.adm, person=cast.ana.person, organisation=cast.timis, **wrong
                )

    def test_ending_takes_the_right_at_once_and_signs_out(self, cast):
        browser = cast.browser(cast.ion)
        assert browser.get("/en/me/people/").status_code == 200
        assert UserSession.objects.filter(user=cast.ion).count() == 1
        memberships.end(by=cast.adm, membership=cast.ion.person.memberships.get())
        assert (
            not Person.objects.visible_to(make.fresh(cast.ion))
            .exclude(pk=cast.ion.person_id)
            .exists()
        )
        assert browser.get("/en/me/people/")["Location"].startswith("/en/account/login/")

    def test_ending_later_keeps_the_right_until_then(self, cast):
        row = cast.ion.person.memberships.get()
        memberships.end(by=cast.adm, membership=row, until=make.today())
        assert (
            Person.objects.visible_to(make.fresh(cast.ion)).filter(pk=cast.ana.person_id).exists()
        )

    def test_a_role_of_today_taken_back_today_leaves_only_the_trail(self, cast):
        row = memberships.grant(
            by=cast.adm, person=cast.ana.person, organisation=cast.timis, role="officer"
        )
        memberships.end(by=cast.adm, membership=row)
        assert not Membership.objects.filter(pk=row.pk).exists()
        verbs = AuditEvent.objects.about(row).values_list("verb", flat=True)
        assert list(verbs) == ["role.ended", "role.granted"]

    def test_nobody_ends_their_own_administration(self, cast):
        with pytest.raises(PermissionDenied):
            memberships.end(by=cast.adm, membership=cast.adm.person.memberships.get())


class TestContentTeam:
    def test_editors_may_write_translate_and_publish_everything(self, cast):
        user = make.fresh(cast.nour)
        assert user.has_perm("wagtailadmin.access_admin") and user.has_perm(
            "wagtail_localize.submit_translation"
        )
        page = Page.get_first_root_node().permissions_for_user(user)
        assert page.can_add_subpage() and page.can_publish_subpage()
        assert user.groups.get().name == GROUP

    def test_others_may_not(self, cast):
        for who in ("ana", "ion", "mara", "vera", "quin", "petar", "doru"):
            user = make.fresh(getattr(cast, who))
            assert not user.groups.exists() and not user.has_perm("wagtailadmin.access_admin"), who
            assert not Page.get_first_root_node().permissions_for_user(user).can_add_subpage()

    def test_the_last_role_that_writes_takes_the_group_along(self, cast):
        second = memberships.grant(
            by=cast.adm, person=cast.nour.person, organisation=cast.cluj, role="editor"
        )
        memberships.end(
            by=cast.adm, membership=cast.nour.person.memberships.get(organisation=cast.anpdca)
        )
        assert cast.nour.groups.exists()
        memberships.end(by=cast.adm, membership=second)
        assert not cast.nour.groups.exists() and not make.fresh(cast.nour).has_perm(
            "wagtailadmin.access_admin"
        )

    def test_an_account_opened_later_joins_the_group(self, cast):
        memberships.grant(by=cast.adm, person=cast.vasile, organisation=cast.timis, role="editor")
        user = accounts.open_account(by=cast.adm, person=cast.vasile, email="vasile@example.org")
        assert user.groups.get().name == GROUP

    def test_the_group_holds_no_right_over_people(self, cast):
        rights = DjangoPermission.objects.filter(group__name=GROUP).values_list(
            "codename", flat=True
        )
        assert list(rights) == ["submit_translation"]


class TestAccounts:
    def test_an_account_has_a_proved_address(self, cast):
        user = accounts.open_account(by=cast.ion, person=cast.vasile, email=" Vasile@Example.org ")
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (
            "vasile@example.org",
            True,
            True,
        )
        assert not user.has_usable_password() and user.person.email == "vasile@example.org"

    def test_one_account_a_person_and_one_person_an_address(self, cast):
        with pytest.raises(ValidationError):
            accounts.open_account(by=None, person=cast.ana.person, email="other@example.org")
        with pytest.raises(ValidationError):
            accounts.open_account(by=None, person=cast.vasile, email="ANA@example.org")

    @pytest.mark.parametrize("who", ["olga", "doru", "mara", "vera", "quin", "ana"])
    def test_who_may_not_open_one(self, cast, who):
        with pytest.raises(PermissionDenied):
            accounts.open_account(by=getattr(cast, who), person=cast.vasile, email="v@example.org")

    def test_an_officer_opens_none_for_somebody_with_a_staff_role(self, cast):
        """Else they could sign in with that person's rights."""
        memberships.grant(
            by=cast.adm, person=cast.vasile, organisation=cast.timis, role="administrator"
        )
        with pytest.raises(PermissionDenied):
            accounts.open_account(by=cast.ion, person=cast.vasile, email="mine@example.org")

    def test_nor_for_somebody_whose_role_begins_later(self, cast):
        """They would wait in that account for the day."""
        later = make.today() + timedelta(days=30)
        memberships.grant(
            by=cast.adm, person=cast.vasile, organisation=cast.timis, role="administrator", since=later
        )  # fmt: skip
        with pytest.raises(PermissionDenied):
            accounts.open_account(by=cast.ion, person=cast.vasile, email="mine@example.org")
        with pytest.raises(PermissionDenied):
            update_person(by=cast.ion, person=cast.vasile, email="mine@example.org")
        update_person(by=cast.ion, person=cast.vasile, phone="07")
        assert accounts.open_account(by=cast.adm, person=cast.vasile, email="v@example.org")

    def test_a_role_that_has_ended_stands_in_nobodys_way(self, cast):
        """Whoever was a coordinator is a learner like others."""
        past = make.today() - timedelta(days=1)
        make.member(cast.vasile, cast.timis, "coordinator", until=past)
        assert accounts.open_account(by=cast.ion, person=cast.vasile, email="v@example.org")

    def test_unused_logins_are_forgotten(self, cast):
        old = make.today() - timedelta(days=5)
        accounts.open_unused(email="typo@example.org")
        accounts.open_unused(email="fresh@example.org")
        User.objects.filter(email="typo@example.org").update(date_joined=f"{old}T00:00Z")
        User.objects.filter(email="ana@example.org").update(date_joined=f"{old}T00:00Z")
        accounts.forget_unused()
        left = set(User.objects.values_list("email", flat=True))
        assert "typo@example.org" not in left and {"fresh@example.org", "ana@example.org"} <= left


class TestJoining:
    """A directorate recorded somebody with an address; the holder of that address signs in for the first time."""

    def arrive(self, email: str, *, verified: bool = True) -> User:
        user = accounts.open_unused(email=email)
        EmailAddress.objects.filter(user=user).update(verified=verified)
        accounts.join_person(user=user)
        return make.fresh(user)

    @pytest.fixture
    def waiting(self, cast) -> Person:
        return make.person(cast.lugoj, "Așteaptă", email="asteapta@example.org")

    def test_a_proved_address_is_joined(self, cast, waiting):
        assert self.arrive("Asteapta@example.org").person == waiting
        assert AuditEvent.objects.get(verb="account.joined").person_id == waiting.pk

    def test_an_unproved_one_is_not(self, waiting):
        assert self.arrive("asteapta@example.org", verified=False).person is None

    def test_somebody_elses_person_is_not_taken(self, cast, waiting):
        make.user(waiting, "real@example.org")
        assert self.arrive("asteapta@example.org").person is None
        event = AuditEvent.objects.get(verb="account.ambiguous")
        assert (event.person_id, event.organisation_path) == (waiting.pk, cast.lugoj.path)

    def test_two_people_with_one_address_are_told_to_their_officers(self, cast, waiting):
        other = make.person(cast.turda, "Altcineva", email="asteapta@example.org")
        assert self.arrive("asteapta@example.org").person is None
        told = AuditEvent.objects.filter(verb="account.ambiguous")
        assert {e.person_id for e in told} == {waiting.pk, other.pk}
        assert (
            AuditEvent.objects.visible_to(cast.ion).filter(verb="account.ambiguous").get().person_id
            == waiting.pk
        )

    def test_an_erased_person_is_not_joined(self, waiting):
        Person.objects.filter(pk=waiting.pk).update(erased_at="2026-01-01T00:00Z")
        assert self.arrive("asteapta@example.org").person is None

    def test_who_has_a_person_keeps_it(self, cast, waiting):
        Person.objects.filter(pk=waiting.pk).update(email="ana@example.org")
        accounts.join_person(user=cast.ana)
        assert make.fresh(cast.ana).person_id == cast.ana.person_id


class TestInstitutionOfACounty:
    def test_the_nearest_directorate(self, cast):
        lugoj = make.region("RO-TM-1", "Lugoj", parent=cast.timis_region)
        cast.lugoj.covers.add(lugoj)
        assert accounts.institution_for(lugoj) == cast.timis

    def test_whoever_covers_it_where_there_is_no_directorate(self, cast):
        arad = make.region("RO-AR", "Arad")
        hall = make.organisation(
            "Primăria Arad", parent=cast.anpdca, kind="town_hall", covers=(arad,)
        )
        assert accounts.institution_for(arad) == hall

    def test_the_first_of_all_where_nobody_covers_it(self, cast):
        assert accounts.institution_for(make.region("RO-BV", "Brașov")) == cast.anpdca

    def test_nobody_at_all(self, db):
        with pytest.raises(ValidationError):
            accounts.institution_for(make.region("RO-BV", "Brașov"))
