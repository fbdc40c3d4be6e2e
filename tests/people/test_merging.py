"""Two records of one person become one, and are parted again exactly as they were."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from certification.content import name_proof
from certification.models import Certificate
from certification.verification import by_number, examine
from people import merging
from people.actions import erasure, merges, people
from people.merging import Clash
from people.models import AuditEvent, Membership, Merge, Person, PersonCategory
from tests.factories import certification as proofs
from tests.factories import courses
from tests.factories import people as make
from tests.factories import training as editions
from tests.privacy import rows as rows_of_ana
from tests.races import outcomes

DAY = date(2024, 3, 1)


def relations() -> dict[str, models.Field]:
    """Every foreign key to a person, by name."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.related_model is Person:
                found[f"{model._meta.label}.{field.name}"] = field
    return found


def is_unique_to_a_person(field: models.Field) -> bool:
    """Would the database refuse a row whose person already has such a one?"""
    own = [field.unique]
    for constraint in field.model._meta.constraints:
        named = list(getattr(constraint, "fields", ()))
        if expressions := getattr(constraint, "expressions", ()):
            named += str(expressions).replace("(", " ").replace(")", " ").split()
        own.append(field.name in named or f"F({field.name})," in named)
    return any(own)


class TestRegistry:
    def test_every_relation_has_one_decision(self):
        decided = [follow.key for follow in merging.follows()]
        assert sorted(decided) == sorted(relations())

    def test_a_new_relation_without_a_decision_would_fail(self, monkeypatch):
        fewer = merging.follows()[1:]
        monkeypatch.setattr(merging, "follows", lambda: fewer)
        with pytest.raises(AssertionError):
            self.test_every_relation_has_one_decision()

    @pytest.mark.parametrize("follow", merging.follows(), ids=lambda follow: follow.key)
    def test_a_decision_fits_its_table(self, follow):
        field = relations()[follow.key]
        assert bool(follow.title) != follow.stays, "an officer reads what moves"
        if not follow.stays and follow.clash == Clash.NONE:
            assert not is_unique_to_a_person(field), "the database may refuse such a row"
        assert bool(follow.same) == (follow.clash == Clash.JOIN)
        assert bool(follow.why) == (follow.clash == Clash.REFUSE)
        assert bool(follow.number) == (follow.clash == Clash.NUMBER)


@pytest.fixture
def twice(cast):
    """Ana Popescu was recorded a second time at Lugoj, in other letters."""
    return make.person(
        cast.lugoj, "Popescu", "Anna", region=cast.timis_region, categories=[cast.worker],
        email="anna@example.org", phone="0700 000 111", national_id="2850101350017",
    )  # fmt: skip


@pytest.fixture
def full(cast, twice):
    """The second record has a row in every table that the privacy register knows."""
    rows_of_ana.NOW = timezone.now()
    ana = cast.ana.person
    for fill in (rows_of_ana.of_learning, rows_of_ana.of_the_desk, rows_of_ana.of_certificates,
                 rows_of_ana.of_elsewhere):  # fmt: skip
        fill(cast)
    return ana, twice


def picture(*people: Person) -> dict[str, list]:
    """Everything that is on record about these people."""
    seen = {
        follow.key: [list(follow.rows(person).values_list()) for person in people]
        for follow in merging.follows()
        if follow.model != "people.Merge"
    }
    facts = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
    return {**seen, "facts": list(facts.values_list())}


class TestMerge:
    def test_everything_moves(self, cast, full):
        ana, twice = full
        before = {f.key: f.rows(ana).count() for f in merging.follows() if not f.stays}
        assert all(before.values()), [key for key, count in before.items() if not count]
        merges.merge(by=cast.adm, kept=twice, merged=ana)
        for follow in merging.follows():
            if not follow.stays:
                assert follow.rows(ana).count() == 0, follow.key
                assert follow.rows(twice).count() >= before[follow.key], follow.key

    def test_undo_restores_exactly(self, cast, full):
        ana, twice = full
        before = picture(ana, twice)
        made = merges.merge(
            by=cast.adm,
            kept=twice,
            merged=ana,
            take=dict.fromkeys([*merges.FACTS, "account"], True),
        )
        assert picture(ana, twice) != before
        merges.undo(by=cast.adm, merge=made)
        assert picture(ana, twice) == before
        assert merges.undo(by=cast.adm, merge=made).undone_at

    def test_the_chosen_values_stay(self, cast, twice):
        ana = cast.ana.person
        merges.merge(by=cast.ion, kept=ana, merged=twice, take={"given_name": True})
        ana.refresh_from_db()
        assert (ana.given_name, ana.family_name) == ("Anna", "Popescu")
        assert ana.email == "ana@example.org", (
            "the kept record's own value stays unless another is chosen"
        )
        assert ana.phone == "0700 000 111", "an empty value is filled"
        assert ana.national_id_hash, "the number came along"

    def test_the_merged_record_is_in_no_list_and_has_no_address(self, cast, twice):
        merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice)
        twice.refresh_from_db()
        assert (twice.email, twice.phone, twice.national_id_hash) == ("", "", None)
        for user in (cast.ion, cast.adm, make.superuser()):
            assert twice not in Person.objects.visible_to(user)
        assert twice.merged_into == cast.ana.person

    def test_a_category_of_both_becomes_one_from_the_first_day(self, cast, twice):
        ana = cast.ana.person
        PersonCategory.objects.create(person=twice, category=cast.carer, since=date(2015, 5, 5))
        made = merges.merge(by=None, kept=ana, merged=twice)
        both = PersonCategory.objects.filter(person=ana, category=cast.carer)
        assert both.get().since == date(2015, 5, 5)
        assert PersonCategory.objects.filter(person=ana).count() == 2
        merges.undo(by=None, merge=made)
        assert both.get().since == make.LONG_AGO
        assert PersonCategory.objects.get(person=twice, category=cast.carer).since == date(
            2015, 5, 5
        )

    def test_a_membership_of_both_becomes_one(self, cast, twice):
        make.member(twice, cast.timis, "learner", since=date(2010, 1, 1))
        merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice)
        held = Membership.objects.filter(person=cast.ana.person).order_by("since")
        assert [(m.organisation, m.since) for m in held] == [
            (cast.timis, date(2010, 1, 1)), (cast.lugoj, make.LONG_AGO),
        ]  # fmt: skip

    def test_certificates_still_answer(self, cast, twice):
        salt = "1" * 32
        paper = proofs.certificate(
            twice, proofs.programme(cast.carer), words=True, valid_from=DAY,
            name_salt=salt, name_proof=name_proof("Popescu", salt),
        )  # fmt: skip
        before = examine(by_number(paper.number, "Popescu"), DAY)
        merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice, take={"family_name": False})
        people.update_person(by=cast.ion, person=cast.ana.person, family_name="Ionescu")
        assert examine(by_number(paper.number, "Popescu"), DAY) == before
        page = cast.browser(None, language="en").get(f"/v/{paper.token}/", follow=True)
        assert paper.number in page.content.decode()
        assert Certificate.objects.get(pk=paper.pk).person == cast.ana.person

    def test_places_in_one_edition_are_decided_first(self, cast, twice):
        edition = editions.edition(cast.timis)
        for person in (cast.ana.person, twice):
            editions.place(person, edition)
        before = picture(cast.ana.person, twice)
        with pytest.raises(ValidationError, match="same edition"):
            merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice)
        assert picture(cast.ana.person, twice) == before, "nothing half-done"
        assert not Merge.objects.exists()

    def test_tests_of_both_are_numbered_on(self, cast, twice):
        course = courses.course()
        for person in (cast.ana.person, twice):
            person.test_attempts.create(
                course_key=course.translation_key, test_key=course.translation_key, number=1,
                language="ro", score=1, questions=2, passed=False,
            )  # fmt: skip
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        assert sorted(cast.ana.person.test_attempts.values_list("number", flat=True)) == [1, 2]
        merges.undo(by=None, merge=made)
        assert twice.test_attempts.get().number == 1

    def test_the_trail_says_so_in_numbers(self, cast, twice):
        merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice)
        told = AuditEvent.objects.filter(verb="person.merged").order_by("pk")
        assert {event.person_id for event in told} == {cast.ana.person_id, twice.pk}
        assert told[0].actor_id == cast.ion.pk
        assert "Popescu" not in str(told[0].data) and "@" not in str(told[0].data)


class TestAccounts:
    @pytest.fixture
    def second(self, twice):
        return make.user(twice, "anna.second@example.org")

    def test_a_lone_log_in_follows(self, cast):
        merges.merge(by=None, kept=cast.vasile, merged=cast.ana.person)
        assert make.fresh(cast.ana).person == cast.vasile

    @pytest.mark.parametrize("take", [True, False])
    def test_of_two_the_chosen_one_stays(self, cast, twice, second, take):
        browser = cast.browser(cast.ana if take else second)
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice, take={"account": take})
        stays, goes = (second, cast.ana) if take else (cast.ana, second)
        assert make.fresh(stays).person == cast.ana.person and make.fresh(stays).is_active
        assert not make.fresh(goes).is_active
        assert "/account/login/" in browser.get("/en/me/").headers["Location"], "signed out"
        merges.undo(by=None, merge=made)
        assert [make.fresh(u).person_id for u in (cast.ana, second)] == [
            cast.ana.person_id,
            twice.pk,
        ]
        assert make.fresh(goes).is_active


class TestWho:
    def test_an_officer_of_another_county_may_not(self, cast, twice):
        with pytest.raises(PermissionDenied):
            merges.merge(by=cast.olga, kept=cast.ana.person, merged=twice)

    def test_both_records_must_be_the_officers(self, cast):
        other = make.person(cast.cluj, "Popescu", "Ana")
        for pair in ((cast.ana.person, other), (other, cast.ana.person)):
            with pytest.raises(PermissionDenied):
                merges.merge(by=cast.ion, kept=pair[0], merged=pair[1])

    def test_whoever_holds_a_staff_role_is_an_administrators_matter(self, cast, twice):
        """Otherwise an officer could become a coordinator by merging a record whose log-in is theirs."""
        with pytest.raises(PermissionDenied, match="staff"):
            merges.merge(by=cast.ion, kept=twice, merged=cast.mara.person)
        merges.merge(by=cast.adm, kept=twice, merged=cast.mara.person)
        assert Membership.objects.filter(person=twice, role="coordinator").exists()

    def test_nobody_merges_themselves(self, cast, twice):
        with pytest.raises(PermissionDenied):
            merges.merge(by=cast.adm, kept=cast.adm.person, merged=twice)

    def test_not_with_oneself_nor_with_a_merged_or_erased_one(self, cast, twice):
        ana = cast.ana.person
        with pytest.raises(ValidationError):
            merges.merge(by=None, kept=ana, merged=ana)
        merges.merge(by=None, kept=ana, merged=twice)
        for pair in ((cast.vasile, twice), (twice, cast.vasile)):
            with pytest.raises(ValidationError, match="no longer"):
                merges.merge(by=None, kept=pair[0], merged=pair[1])

    def test_the_same_again_finds_it_done(self, cast, twice):
        made = [
            merges.merge(by=cast.ion, kept=cast.ana.person, merged=twice) for _again in range(2)
        ]
        assert made[0] == made[1]
        assert AuditEvent.objects.filter(verb="person.merged").count() == 2


class TestUndo:
    def test_not_when_something_was_written_since(self, cast, twice):
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        proofs.line(cast.ana.person, DAY)
        with pytest.raises(ValidationError, match="hours"):
            merges.undo(by=cast.ion, merge=made)
        assert Person.objects.get(pk=twice.pk).merged_into_id

    def test_not_when_the_record_was_corrected_since(self, cast, twice):
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        people.update_person(by=cast.ion, person=cast.ana.person, phone="0711 111 111")
        with pytest.raises(ValidationError, match="names and addresses"):
            merges.undo(by=cast.ion, merge=made)

    def test_not_after_thirty_days_and_then_the_old_record_says_nothing(self, cast, twice):
        young = make.person(cast.lugoj, "Tânăr")
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        later = merges.merge(by=None, kept=cast.vasile, merged=young)
        Merge.objects.filter(pk=made.pk).update(at=timezone.now() - timedelta(days=31))
        with pytest.raises(ValidationError, match="too long"):
            merges.undo(by=cast.ion, merge=Merge.objects.get(pk=made.pk))
        assert merges.forget_old() == 1
        twice.refresh_from_db()
        assert (twice.family_name, twice.latin_name, twice.region) == ("", "", None)
        assert Merge.objects.get(pk=made.pk).journal == {}
        assert Merge.objects.get(pk=later.pk).journal, "the younger one can still be undone"

    def test_a_chain_is_undone_from_its_end(self, cast, twice):
        third = make.person(cast.timis, "Popescu", "A.")
        first = merges.merge(by=None, kept=twice, merged=third)
        second = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        with pytest.raises(ValidationError):
            merges.undo(by=None, merge=first)
        merges.undo(by=None, merge=second)
        merges.undo(by=None, merge=first)
        assert not Person.objects.filter(merged_into__isnull=False).exists()

    def test_another_countys_officer_may_not(self, cast, twice):
        made = merges.merge(by=None, kept=cast.ana.person, merged=twice)
        with pytest.raises(PermissionDenied):
            merges.undo(by=cast.olga, merge=made)


class TestRest:
    def test_an_erasure_reaches_the_old_record(self, cast, twice):
        merges.merge(by=None, kept=cast.vasile, merged=twice)
        erasure.erase(person=cast.vasile, by=cast.ion, reason="request")
        twice.refresh_from_db()
        assert (twice.family_name, twice.given_name) == ("", "")
        assert not Merge.objects.exists()

    def test_a_copy_holds_the_old_record(self, cast, twice):
        merges.merge(by=None, kept=cast.vasile, merged=twice)
        copy = erasure.export(person=cast.vasile, by=cast.ion)
        assert copy["older_records"][0]["people.Person"][0]["given_name"] == "Anna"

    @pytest.mark.parametrize(
        "values", [{"email": "x@example.org"}, {"phone": "1"}, {"national_id_hash": "a"}]
    )
    def test_the_database_keeps_a_merged_record_without_addresses(self, cast, twice, values):
        merges.merge(by=None, kept=cast.vasile, merged=twice)
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=twice.pk).update(**values)

    def test_a_preview_writes_nothing(self, cast, full):
        ana, twice = full
        before, number = picture(ana, twice), Merge.objects.count()
        told = merges.preview(by=cast.adm, kept=twice, merged=ana)
        assert picture(ana, twice) == before and Merge.objects.count() == number
        counts = {str(row["title"]): row["count"] for row in told["moves"]}
        assert counts["certificates"] == 1 and counts["hours"] == 1
        assert told["against"] == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_officers_choose_opposite_directions(self, cast, twice):
        ana = cast.ana.person
        found = outcomes([
            lambda: merges.merge(by=None, kept=ana, merged=twice),
            lambda: merges.merge(by=None, kept=twice, merged=ana),
        ])  # fmt: skip
        assert sorted(type(one).__name__ for one in found) == ["Merge", "ValidationError"]
        assert Person.objects.filter(merged_into__isnull=False).count() == 1

    def test_a_button_pressed_three_times(self, cast, twice):
        pair = {"kept": cast.ana.person, "merged": twice}
        found = outcomes([lambda: merges.merge(by=None, **pair)] * 3)
        assert len({one.pk for one in found}) == 1
