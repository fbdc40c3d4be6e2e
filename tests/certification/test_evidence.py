"""Proofs of training elsewhere: handing in, deciding in all, in part or not at all, by one or by two people."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certification import evidence_errors as errors
from certification import evidence_queries as queries
from certification import queries as standing_queries
from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.review import Line
from certification.models import Evidence, EvidenceFile, EvidenceStep, HoursEntry, Programme
from certification.requirements import Answer
from config.demo import evidence as demo
from courses.models import Topic
from notifications.models import Message
from people.actions.erasure import erase
from people.models import AuditEvent
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import paper, pdf, photo, proof

D = date
State = Evidence.State


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def second(cast: Cast):
    """Another officer of Timiș."""
    return make.staff(cast.timis, "officer", "Doina", "Dan")


@pytest.fixture
def two_people(cast: Cast) -> Programme:
    """A programme asked of carers for which a second person has to agree."""
    return issue.programme(cast.carer, second_person=True)


def minutes(person) -> int:
    return person.hours.aggregate(total=Sum("minutes"))["total"] or 0


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestHandingIn:
    def test_keeps_what_the_paper_says_tidily(self, cast):
        made = sending.hand_in(
            by=cast.ana,
            person=cast.ana.person,
            paper=paper("  Primul \u202eajutor\u200b  ", number=" 12 / 7 "),
            files=[photo(place=True), pdf()],
        )
        assert (made.title, made.number, made.state) == ("Primul ajutor", "12 / 7", State.WAITING)
        assert [f.kind for f in made.files.all()] == ["jpg", "pdf"]
        assert [s.kind for s in made.steps.all()] == ["handed_in"]
        assert minutes(cast.ana.person) == 0, "nothing counts before somebody decided"

    def test_its_files_are_nobodys_to_read_but_the_sites(self, cast, settings):
        made = proof(cast.ana.person)
        (path,) = files(settings.PRIVATE_ROOT)
        assert path.stat().st_mode & 0o777 == 0o600
        assert not str(path).startswith(str(settings.MEDIA_ROOT))
        with pytest.raises(ValueError, match="no address"):
            _ = made.files.get().file.url

    def test_the_same_form_sent_twice_is_one_proof(self, cast):
        first = proof(cast.ana.person, cast.ana)
        assert proof(cast.ana.person, cast.ana) == first
        assert Message.objects.filter(name="evidence_received").count() == 1
        assert (Evidence.objects.count(), EvidenceFile.objects.count()) == (1, 1)

    @pytest.mark.parametrize("title", ["PRIMUL  AJUTOR", "primul-ajutor", "Prímul ajutor"])
    def test_the_same_training_counts_once_however_it_is_written(self, cast, title):
        proof(cast.ana.person)
        with pytest.raises(errors.SameTraining) as caught:
            proof(cast.ana.person, title=title, files=[photo("red")])
        assert "12 March 2026" in str(caught.value.message)

    def test_the_database_itself_keeps_it_to_one(self, cast):
        made = proof(cast.ana.person)
        with (
            pytest.raises(IntegrityError, match="evidence_same_training_once"),
            transaction.atomic(),
        ):
            Evidence.objects.create(
                person=made.person, title="primul ajutor", provider="x", minutes=60,
                first_day=made.first_day, last_day=made.last_day,
            )  # fmt: skip

    @pytest.mark.parametrize(
        "day", [D(2026, 2, 11), D(2025, 2, 10)], ids=["day after", "year before"]
    )
    def test_the_same_course_on_other_days_is_another(self, cast, day):
        proof(cast.ana.person)
        assert proof(cast.ana.person, day=day, files=[photo("red")]).pk

    def test_the_same_file_is_known_again_whatever_hides_in_it(self, cast):
        proof(cast.ana.person, files=[photo()])
        with pytest.raises(errors.SameFile):
            proof(cast.ana.person, title="Altceva", files=[photo("red"), photo(place=True)])
        assert EvidenceFile.objects.count() == 1

    def test_another_person_may_send_the_same_file_and_learns_nothing_of_the_first(self, cast):
        proof(cast.ana.person)
        other = proof(cast.clara.person, cast.clara)
        assert other.state == State.WAITING
        assert queries.doubts(other) == ["The very same file was handed in for another person."]

    def test_after_a_refusal_and_after_taking_back_it_can_come_again(self, cast):
        first = proof(cast.ana.person, cast.ana)
        sending.withdraw(by=cast.ana, evidence=first)
        again = proof(cast.ana.person, cast.ana)
        review.refuse(by=cast.ion, evidence=again, words="Nu se citește.")
        assert proof(cast.ana.person, cast.ana, files=[photo("red")]).pk not in (first.pk, again.pk)

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"last_day": D(2026, 3, 13)}, errors.InTheFuture),
            ({"first_day": D(2026, 2, 11), "last_day": D(2026, 2, 10)}, errors.WrongOrder),
            ({"first_day": D(1989, 12, 31)}, errors.TooLong),
            ({"minutes": 16 * 60 + 1}, errors.TooManyHours),
            ({"first_day": D(2026, 2, 9), "minutes": 32 * 60 + 1}, errors.TooManyHours),
        ],
        ids=["tomorrow", "backwards", "long ago", "a long day", "two long days"],
    )
    def test_days_and_hours_have_to_fit(self, cast, fields, error):
        with pytest.raises(error) as caught:
            proof(cast.ana.person, **fields)
        assert caught.value.field in ("first_day", "last_day", "hours")
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(
        "fields",
        [{"last_day": D(2026, 3, 12)}, {"first_day": D(1990, 1, 1)}, {"minutes": 16 * 60}],
        ids=["today", "just young enough", "a very long day"],
    )
    def test_what_just_fits_is_taken(self, cast, fields):
        assert proof(cast.ana.person, **fields).state == State.WAITING

    @pytest.mark.parametrize(
        ("sent", "error", "code"),
        [
            ([], errors.NoFile, "no_file"),
            ([photo(c) for c in ("red", "blue", "black", "green", "gray")], errors.TooManyFiles, "too_many_files"),
            ([photo(), b""], errors.BadFile, "empty_file"),
            ([b"<svg/>"], errors.BadFile, "wrong_type"),
            ([pdf(b"/S /Launch")], errors.BadFile, "active"),
        ],
        ids=["none", "five", "one empty", "svg", "pdf that runs"],
    )  # fmt: skip
    def test_one_bad_file_and_nothing_is_kept(self, cast, settings, sent, error, code):
        with pytest.raises(error) as caught:
            proof(cast.ana.person, files=sent)
        assert (caught.value.code, caught.value.field) == (code, "files")
        assert files(settings.PRIVATE_ROOT) == []

    def test_front_and_front_again_is_one_page(self, cast):
        assert proof(cast.ana.person, files=[photo(), photo(place=True)]).files.count() == 1

    def test_nobody_hands_in_for_an_erased_person(self, cast):
        erase(person=cast.vasile, by=None, reason="request")
        with pytest.raises(errors.PersonErased):
            proof(cast.vasile)

    def test_who_may_hand_in_for_whom(self, cast):
        vasile, lugoj = cast.vasile, cast.lugoj
        assert proof(vasile, cast.doru, institution=lugoj).institution == lugoj
        for who, institution in (
            (cast.ana, None), (cast.ana, lugoj), (cast.petar, lugoj), (cast.quin, cast.timis),
            (cast.olga, lugoj), (cast.olga, cast.cluj), (cast.doru, cast.turda), (cast.doru, None),
        ):  # fmt: skip
            with pytest.raises(PermissionDenied):
                proof(vasile, who, institution=institution, title="Altul", files=[photo("red")])


class TestDeciding:
    def test_all_hours_count_from_the_last_day_on(self, cast):
        made = proof(cast.ana.person, cast.ana, first_day=D(2026, 2, 9), minutes=600)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 600)])
        entry = HoursEntry.objects.get(person=cast.ana.person)
        assert (entry.on, entry.minutes, entry.kind, entry.source) == (
            D(2026, 2, 10),
            600,
            "theory",
            "external",
        )
        assert entry.reference == f"evidence:{made.pk}:theory:0"
        made.refresh_from_db()
        assert (made.state, made.decided_by) == (State.GRANTED, cast.ion)

    def test_a_part_by_kind_and_topic(self, cast):
        topic = Topic.objects.create(code="attachment", name={"en": "Attachment"})
        made = proof(cast.ana.person, minutes=600)
        lines = [
            Line("theory", 120, topic.pk),
            Line("practice", 90),
            Line("theory", 60, topic.pk),
            Line("any", 0),
        ]
        review.grant(by=cast.ion, evidence=made, lines=lines, words="Restul nu are legătură.")
        found = HoursEntry.objects.values_list("kind", "topic", "minutes")
        assert set(found) == {("theory", topic.pk, 180), ("practice", None, 90)}
        (shown,) = queries.shown(Evidence.objects.all())
        assert (shown.granted, shown.tone) == (270, "positive")

    @pytest.mark.parametrize(
        ("lines", "error"),
        [
            ([], errors.NothingGranted),
            ([Line("theory", 0)], errors.NothingGranted),
            ([Line("theory", 481)], errors.MoreThanAsked),
            ([Line("theory", 240), Line("practice", 241)], errors.MoreThanAsked),
        ],
        ids=["none", "zero", "a minute more", "a minute more in two rows"],
    )
    def test_not_nothing_and_not_more_than_was_handed_in(self, cast, lines, error):
        made = proof(cast.ana.person)
        with pytest.raises(error):
            review.grant(by=cast.ion, evidence=made, lines=lines)
        assert minutes(cast.ana.person) == 0

    def test_the_same_decision_twice_is_one(self, cast):
        made = proof(cast.ana.person)
        for _time in range(2):
            review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        assert (minutes(cast.ana.person), HoursEntry.objects.count()) == (480, 1)
        assert Message.objects.filter(name="evidence_granted").count() == 1

    def test_a_question_an_answer_and_then_hours(self, cast):
        made = proof(cast.ana.person, cast.ana)
        review.ask(by=cast.ion, evidence=made, words="Trimiteți și verso.")
        with pytest.raises(errors.Decided):
            review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        for _time in range(2):
            sending.answer(by=cast.ana, evidence=made, words="Iată.", files=[photo("red")])
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        kinds = [step.kind for step in made.steps.all()]
        assert kinds == ["handed_in", "asked", "answered", "granted"]
        assert made.files.count() == 2

    def test_an_answer_needs_words_a_question_and_room_for_files(self, cast):
        made = proof(cast.ana.person, cast.ana)
        with pytest.raises(errors.Decided):
            sending.answer(by=cast.ana, evidence=made, words="De fapt…", files=[])
        review.ask(by=cast.ion, evidence=made, words="Ce zi a fost?")
        with pytest.raises(errors.WordsNeeded):
            sending.answer(by=cast.ana, evidence=made, words=" \u200b ", files=[])
        more = [photo(colour) for colour in ("red", "blue", "black", "green")]
        with pytest.raises(errors.TooManyFiles):
            sending.answer(by=cast.ana, evidence=made, words="Iată.", files=more)
        with pytest.raises(PermissionDenied):
            sending.answer(by=cast.clara, evidence=made, words="Eu!", files=[])

    def test_a_refusal_has_a_reason_and_gives_nothing(self, cast):
        made = proof(cast.ana.person, cast.ana)
        with pytest.raises(errors.WordsNeeded):
            review.refuse(by=cast.ion, evidence=made, words="  ")
        review.refuse(by=cast.ion, evidence=made, words="Fără semnătură.")
        review.refuse(by=cast.ion, evidence=made, words="Fără semnătură.")
        with pytest.raises(errors.Decided):
            review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        assert minutes(cast.ana.person) == 0
        message = Message.objects.get(name="evidence_refused")
        assert "Fără semnătură." in message.text and message.language == cast.ana.person.language

    def test_the_institution_that_handed_it_in_is_told_as_well(self, cast):
        made = proof(cast.vasile, cast.doru, institution=cast.lugoj)
        review.ask(by=cast.ion, evidence=made, words="Câte ore?")
        told = Message.objects.filter(name="evidence_asked").order_by("channel")
        assert [(m.person, m.channel) for m in told] == [
            (cast.doru.person, "email"), (cast.vasile, "letter"),
        ]  # fmt: skip

    @pytest.mark.parametrize("where", ["cluj", None])
    def test_who_no_longer_answers_for_it_is_told_nothing(self, cast, where):
        """Whoever left the town hall, or works for another county now, reads no more of its people."""
        made = proof(cast.vasile, cast.doru, institution=cast.lugoj)
        make.end_roles(cast.doru.person)
        if where:
            make.member(cast.doru.person, getattr(cast, where), "nominator")
        made = Evidence.objects.get(pk=made.pk)
        review.ask(by=cast.ion, evidence=made, words="Câte ore?")
        assert Message.objects.get(name="evidence_asked").person == cast.vasile
        assert not Evidence.objects.readable_by(make.fresh(cast.doru)).exists()

    def test_of_somebody_who_left_the_town_hall_reads_nothing_more(self, cast):
        """The person works in another county now, whose officers read and answer."""
        made = proof(cast.vasile, cast.doru, institution=cast.lugoj)
        assert Evidence.objects.readable_by(cast.doru).get() == made
        make.end_roles(cast.vasile)
        make.member(cast.vasile, cast.cluj, "learner")
        assert not Evidence.objects.readable_by(make.fresh(cast.doru)).exists()
        review.ask(by=make.fresh(cast.olga), evidence=made, words="Câte ore?")
        assert Message.objects.get(name="evidence_asked").person == cast.vasile

    def test_every_step_is_in_the_trail_without_words_or_names(self, cast):
        made = proof(cast.ana.person, cast.ana)
        review.ask(by=cast.ion, evidence=made, words="Ce zi?")
        sending.answer(by=cast.ana, evidence=made, words="Marți.", files=[])
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)])
        trail = AuditEvent.objects.filter(verb__startswith="evidence.").order_by("pk")
        assert [(e.verb, e.actor_id) for e in trail] == [
            ("evidence.handed_in", cast.ana.pk), ("evidence.asked", cast.ion.pk),
            ("evidence.answered", cast.ana.pk), ("evidence.granted", cast.ion.pk),
        ]  # fmt: skip
        assert {e.organisation_path for e in trail} == {cast.timis.path}
        assert "Marți" not in str([e.data for e in trail])

    @pytest.mark.parametrize(
        "who", ["ana", "clara", "olga", "petar", "mara", "doru", "quin", "vera", "nour"]
    )
    def test_who_may_not_decide(self, cast, who):
        made = proof(cast.ana.person, cast.ana)
        by = getattr(cast, who)
        for act in (
            lambda: review.grant(by=by, evidence=made, lines=[Line("theory", 480)]),
            lambda: review.refuse(by=by, evidence=made, words="Nu."),
            lambda: review.ask(by=by, evidence=made, words="Ce?"),
            lambda: review.confirm(by=by, evidence=made),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert minutes(cast.ana.person) == 0

    def test_nobody_decides_about_what_they_handed_in_or_about_themselves(self, cast, second):
        by_ion = proof(cast.vasile, cast.ion, institution=cast.lugoj)
        of_ion = proof(cast.ion.person, cast.ion)
        for made in (by_ion, of_ion):
            with pytest.raises((errors.OwnProof, PermissionDenied)):
                review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
            review.grant(by=second, evidence=made, lines=[Line("theory", 480)])

    def test_the_database_refuses_a_sender_who_decides(self, cast):
        made = proof(cast.ana.person, cast.ana)
        for name in ("first_reviewer", "decided_by"):
            with pytest.raises(IntegrityError, match="not_sender"), transaction.atomic():
                Evidence.objects.filter(pk=made.pk).update(**{name: cast.ana})


class TestTwoPeople:
    def test_hours_count_when_the_second_agrees(self, cast, two_people, second):
        made = proof(cast.ana.person, cast.ana)
        review.grant(
            by=cast.ion, evidence=made, lines=[Line("theory", 300)], words="Partea a doua lipsește."
        )
        made.refresh_from_db()
        assert (made.state, minutes(cast.ana.person)) == (State.PROPOSED, 0)
        with pytest.raises(errors.SamePerson):
            review.confirm(by=cast.ion, evidence=made)
        with pytest.raises(PermissionDenied):
            review.confirm(by=cast.ana, evidence=made)
        for _time in range(2):
            review.confirm(by=second, evidence=made)
        assert minutes(cast.ana.person) == 300
        assert "Partea a doua lipsește." in Message.objects.get(name="evidence_granted").text

    def test_the_sender_is_no_second_person(self, cast, two_people, second):
        made = proof(cast.vasile, second, institution=cast.lugoj)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)])
        with pytest.raises(errors.OwnProof):
            review.confirm(by=second, evidence=made)

    def test_the_second_sends_it_back_with_a_reason(self, cast, two_people, second):
        made = proof(cast.ana.person, cast.ana)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)])
        review.send_back(by=second, evidence=made, words="Și practica?")
        made.refresh_from_db()
        assert (made.state, minutes(cast.ana.person), made.grants.count()) == (State.WAITING, 0, 0)
        review.grant(by=second, evidence=made, lines=[Line("practice", 200)])
        review.confirm(by=cast.ion, evidence=made)
        assert minutes(cast.ana.person) == 200

    def test_taken_back_before_the_second_saw_it(self, cast, two_people, second):
        made = proof(cast.ana.person, cast.ana)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)])
        sending.withdraw(by=cast.ana, evidence=made)
        with pytest.raises(errors.Decided):
            review.confirm(by=second, evidence=made)
        assert minutes(cast.ana.person) == 0

    def test_is_asked_only_of_people_of_that_programme(self, cast, two_people):
        assert review.second_person_needed(cast.ana.person)
        assert not review.second_person_needed(cast.petar.person)
        Programme.objects.filter(pk=two_people.pk).update(is_active=False)
        assert not review.second_person_needed(cast.ana.person)


class TestCorrecting:
    @pytest.fixture
    def granted(self, cast) -> Evidence:
        made = proof(cast.ana.person, cast.ana, minutes=600)
        return review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 600)])

    def test_adds_a_line_and_leaves_the_first(self, cast, granted):
        review.correct(
            by=cast.ion, evidence=granted, lines=[Line("theory", 450)], words="O zi a lipsit."
        )
        lines = HoursEntry.objects.order_by("pk").values_list("source", "minutes", "reference")
        base = f"evidence:{granted.pk}:theory:0"
        assert list(lines) == [
            ("external", 600, base),
            ("correction", -150, f"{base}:correction:1"),
        ]

    @pytest.mark.parametrize(
        "lines", [[], [Line("practice", 600)], [Line("theory", 1), Line("any", 599)]],
        ids=["to nothing", "another kind", "two kinds"],
    )  # fmt: skip
    def test_the_ledger_says_what_is_granted(self, cast, granted, lines):
        review.correct(by=cast.ion, evidence=granted, lines=lines, words="Greșit.")
        sums = HoursEntry.objects.values_list("kind").annotate(total=Sum("minutes"))
        assert {kind: n for kind, n in sums if n} == {line.kind: line.minutes for line in lines}

    def test_needs_words_and_a_decision_to_correct(self, cast, granted):
        with pytest.raises(errors.WordsNeeded):
            review.correct(by=cast.ion, evidence=granted, lines=[Line("theory", 1)], words="")
        waiting = proof(cast.ana.person, title="Altul", files=[photo("red")])
        with pytest.raises(errors.Decided):
            review.correct(by=cast.ion, evidence=waiting, lines=[Line("theory", 1)], words="x")

    def test_by_two_people_and_back_to_what_counted(self, cast, two_people, second, granted):
        assert minutes(cast.ana.person) == 0, "granted before anybody confirmed?"
        review.confirm(by=second, evidence=granted)
        review.correct(by=cast.ion, evidence=granted, lines=[Line("theory", 60)], words="Greșit.")
        assert minutes(cast.ana.person) == 600, "a proposal changes nothing"
        with pytest.raises(errors.Decided):
            sending.withdraw(by=cast.ana, evidence=granted)
        review.send_back(by=second, evidence=granted, words="Ba nu.")
        granted.refresh_from_db()
        assert (granted.state, granted.grants.get().minutes) == (State.GRANTED, 600)
        review.correct(by=second, evidence=granted, lines=[Line("theory", 60)], words="Totuși.")
        review.confirm(by=cast.ion, evidence=granted)
        assert minutes(cast.ana.person) == 60

    def test_steps_and_proofs_stay_for_good(self, cast, granted):
        for change in (
            lambda: EvidenceStep.objects.update(words="x"),
            lambda: EvidenceStep.objects.all().delete(),
            lambda: Evidence.objects.filter(pk=granted.pk).delete(),
        ):
            with pytest.raises(Exception, match="Cannot (update|delete)"), transaction.atomic():
                change()


class TestTakingBackAndForgetting:
    def test_its_files_go_at_once(self, cast, settings, django_capture_on_commit_callbacks):
        made = proof(cast.ana.person, cast.ana)
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(2):
                sending.withdraw(by=cast.ana, evidence=made)
        assert (files(settings.PRIVATE_ROOT), made.files.count()) == ([], 0)

    def test_not_once_it_is_decided_and_not_by_others(self, cast):
        made = proof(cast.ana.person, cast.ana)
        for who in (cast.clara, cast.doru, cast.ion):
            with pytest.raises(PermissionDenied):
                sending.withdraw(by=who, evidence=made)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        with pytest.raises(errors.Decided):
            sending.withdraw(by=cast.ana, evidence=made)

    @pytest.mark.parametrize(("days", "kept"), [(364, 1), (366, 0)])
    def test_files_go_a_year_after_the_decision_and_are_known_again(
        self, cast, settings, django_capture_on_commit_callbacks, days, kept
    ):
        made = proof(cast.ana.person, cast.ana)
        proof(cast.ana.person, title="Nedecis", files=[photo("red")])
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        later = datetime(2026, 3, 12, 9, tzinfo=UTC) + timedelta(days=days)
        with (
            time_machine.travel(later, tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            assert sending.forget_papers() == 1 - kept
        assert len(files(settings.PRIVATE_ROOT)) == 1 + kept
        with pytest.raises(errors.SameFile):
            proof(cast.ana.person, title="Altul")

    def test_an_erasure_takes_the_proof_and_leaves_bare_hours(
        self, cast, settings, django_capture_on_commit_callbacks
    ):
        made = proof(cast.ana.person, cast.ana)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
        with django_capture_on_commit_callbacks(execute=True):
            erase(person=cast.ana.person, by=None, reason="request")
        assert (files(settings.PRIVATE_ROOT), Evidence.objects.count()) == ([], 0)
        entry = HoursEntry.objects.get()
        assert (entry.minutes, entry.note) == (480, "")


class TestThreeSources:
    def test_session_lesson_and_paper_together_meet_what_a_renewal_asks(self, cast):
        programme = issue.programme(cast.carer)
        rule = programme.versions.get()
        rule.requirements.create(
            code="renewal", kind="theory", minutes=540, period="once", path="renewal"
        )
        issue.certificate(
            cast.ana.person,
            programme,
            issuer=cast.timis,
            valid_from=D(2023, 4, 1),
            valid_until=D(2026, 4, 1),
        )
        for source, length, reference in (("session", 120, "s"), ("lesson", 60, "l")):
            cast.ana.person.hours.create(
                on=D(2026, 3, 1), minutes=length, kind="theory", source=source, reference=reference
            )

        def renewal():
            found = standing_queries.standing(cast.ana.person, programme).findings
            return next(finding for finding in found if finding.ask.code == "renewal")

        assert (renewal().answer, renewal().lacking) == (Answer.MISSING, 360)
        made = proof(cast.ana.person, cast.ana)
        assert renewal().answer == Answer.MISSING, "a paper that only waits counts for nothing"
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 360)])
        assert renewal().answer == Answer.MET
        assert {one.source for one in renewal().proofs} == {"session", "lesson", "external"}
        review.correct(
            by=cast.ion, evidence=made, lines=[Line("theory", 300)], words="O oră mai puțin."
        )
        assert (renewal().answer, renewal().lacking) == (Answer.MISSING, 60)


class TestDoubts:
    def test_none_about_a_sound_paper(self, cast):
        assert queries.doubts(proof(cast.ana.person)) == []

    def test_days_that_another_paper_has_or_on_which_we_saw_the_person(self, cast):
        made = proof(cast.ana.person, first_day=D(2026, 2, 9))
        proof(cast.ana.person, title="Alt curs", files=[photo("red")])
        HoursEntry.objects.create(
            person=cast.ana.person, on=D(2026, 2, 9), minutes=90, kind="theory", source="session", reference="s"
        )  # fmt: skip
        assert queries.doubts(made) == [
            "On these days there is another paper: “\u2068Alt curs\u2069”, 10 February 2026 (waiting).",
            "On 9 February 2026 this person has 1\xa0h 30\xa0min on record already.",
        ]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"number": "A-17", "provider": "Crucea Roşie"}, True),
            ({"number": "a-17"}, True),
            ({"number": "A-18"}, False),
            ({"number": ""}, False),
            ({"number": "A-17", "provider": "Altcineva"}, False),
        ],
        ids=["another spelling", "small letters", "another number", "none", "another provider"],
    )
    @pytest.mark.parametrize("is_own", [True, False])
    def test_a_number_that_a_paper_before_it_has(self, cast, fields, said, is_own):
        """The same paper photographed anew, under another title and with other days."""
        first = cast.ana.person if is_own else cast.vasile
        old = proof(first, title="Alt curs", day=D(2025, 5, 5), files=[photo("red")], **fields)
        made = proof(cast.ana.person, number="A-17")
        sentence = {
            True: "Another paper of this person has the same number.",
            False: "A paper with this number was handed in for another person.",
        }[is_own]
        assert queries.doubts(made) == ([sentence] if said else [])
        review.refuse(by=cast.ion, evidence=old, words="Nu se citește.")
        assert queries.doubts(made) == [], "one that was refused may come again"

    @pytest.mark.parametrize(("day", "old"), [(D(2023, 3, 13), False), (D(2023, 3, 12), True)])
    def test_a_paper_of_long_ago(self, cast, day, old):
        found = queries.doubts(proof(cast.ana.person, day=day))
        assert found == (["The training ended more than three years ago."] if old else [])


class TestDemo:
    def test_shows_one_that_waits_one_granted_one_refused_and_a_paper_certificate(self, cast):
        make.staff(cast.timis, "officer", email="officer.timis@demo.example")
        programme = issue.programme(cast.carer)
        demo.build(cast.ana.person, programme, cast.timis, D(2026, 3, 12))
        states = Evidence.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["waiting", "granted", "refused"]
        assert minutes(cast.ana.person) == 480
        assert cast.ana.person.earlier_certificates.get().programme == programme


class TestAnyDecisions(TestCase):
    """Whatever is granted and corrected in whatever order, the ledger is the last word and never negative."""

    @settings(max_examples=12)
    @given(
        st.lists(
            st.dictionaries(st.sampled_from(["theory", "practice", "any"]), st.integers(0, 160), max_size=3),
            min_size=1,
            max_size=4,
        )
    )  # fmt: skip
    def test_the_ledger_is_what_was_decided_last(self, rounds):
        cast: Cast = all_people.build()
        made = proof(cast.ana.person)
        wanted: dict[str, int] = {}
        for number, row in enumerate(rounds):
            lines = [Line(kind, n) for kind, n in row.items()]
            said = {kind: n for kind, n in row.items() if n}
            if made.state == State.WAITING:
                if not said:
                    continue
                review.grant(by=cast.ion, evidence=made, lines=lines)
            else:
                review.correct(by=cast.ion, evidence=made, lines=lines, words=f"Runda {number}")
            made.refresh_from_db()
            wanted = said
        sums = HoursEntry.objects.values_list("kind").annotate(total=Sum("minutes"))
        assert {kind: n for kind, n in sums if n} == wanted
        assert min((n for _kind, n in sums), default=0) >= 0
