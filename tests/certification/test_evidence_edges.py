"""Proofs of training elsewhere at their edges: near-duplicates, midnights, four eyes on corrections, what is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from certification import evidence_errors as errors
from certification import evidence_queries as queries
from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.review import Line
from certification.forms_evidence import GrantForm, HoursField, hours_text
from certification.models import Evidence, EvidenceFile, HoursEntry
from certification.models.evidence import MOST_MINUTES
from courses.models import Topic
from formats.scans import CODES, ScanError
from notifications.models import Message
from tests.cast import Cast
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import paper, photo, proof

D = date
State = Evidence.State
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
# Each example undoes what it wrote.
FIXTURE = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def second(cast: Cast):
    """Another officer of Timiș."""
    return make.staff(cast.timis, "officer", "Doina", "Dan")


@pytest.fixture
def two_people(cast: Cast):
    """A programme asked of carers for which a second person has to agree."""
    return issue.programme(cast.carer, second_person=True)


def minutes(person) -> int:
    return person.hours.aggregate(total=Sum("minutes"))["total"] or 0


# Hours


@given(minutes=st.integers(0, MOST_MINUTES))
def test_minutes_come_back_as_they_were_written(minutes: int) -> None:
    assert HoursField().clean(hours_text(minutes)) == minutes


@given(hours=st.integers(0, 1999), part=st.integers(0, 99), sign=st.sampled_from([".", ",", "٫"]))
def test_parts_of_an_hour_are_minutes_to_the_nearest(hours: int, part: int, sign: str) -> None:
    found = HoursField().clean(f"{hours}{sign}{part:02d}")
    assert abs(found - (hours * 60 + part * 0.6)) <= 0.5


@given(text=st.text(max_size=12))
def test_any_text_is_hours_within_bounds_or_is_refused(text: str) -> None:
    try:
        found = HoursField(required=False).clean(text)
    except ValidationError as refused:
        assert "for example 8 or 7.5" in refused.messages[0]
    else:
        assert found is None or 0 <= found <= MOST_MINUTES


@pytest.mark.parametrize(
    ("typed", "found"), [("2000", MOST_MINUTES), ("1999:59", MOST_MINUTES - 1), ("0:01", 1)]
)
def test_the_most_and_the_least(typed: str, found: int) -> None:
    assert HoursField().clean(typed) == found


@pytest.mark.parametrize(
    "typed", ["2000:01", "2000.01", "2001", "8:5", "8:60", "1.234", "8.", ".5"]
)
def test_what_is_no_number_of_hours(typed: str) -> None:
    with pytest.raises(ValidationError):
        HoursField().clean(typed)


# Days


@given(
    since=st.integers(-13_300, 3),
    length=st.integers(-2, 400),
    asked=st.integers(1, 500 * 60),
)
def test_a_paper_is_of_the_past_in_order_and_has_room_for_its_hours(
    since: int, length: int, asked: int
) -> None:
    """All rules at once, told by arithmetic alone; the day is that of the law."""
    first = sending.today() + timedelta(days=since)
    last = first + timedelta(days=length)
    fits = (
        first >= D(1990, 1, 1)
        and length >= 0
        and since + length <= 0
        and asked <= (length + 1) * 960
    )
    try:
        sending.check_dates(paper(first_day=first, last_day=last, minutes=asked))
    except errors.EvidenceRefused as refused:
        assert not fits and refused.field in ("first_day", "last_day", "hours")
    else:
        assert fits


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (datetime(2026, 3, 12, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 12, 22, 0, tzinfo=UTC), True),
    ],
    ids=["a second before midnight in Bucharest", "midnight in Bucharest"],
)
def test_the_day_begins_where_the_law_holds(cast: Cast, moment: datetime, taken: bool) -> None:
    with time_machine.travel(moment, tick=False):
        if taken:
            assert proof(cast.ana.person, day=D(2026, 3, 13)).state == State.WAITING
        else:
            with pytest.raises(errors.InTheFuture):
                proof(cast.ana.person, day=D(2026, 3, 13))


def test_when_it_was_sent_before_is_said_by_the_law_s_day(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 12, 22, 30, tzinfo=UTC), tick=False):
        proof(cast.ana.person)
    with pytest.raises(errors.SameFile) as caught:
        proof(cast.ana.person, title="Altceva")
    assert "13 March 2026" in str(caught.value.message)


# The same once more, and nearly the same


@pytest.mark.parametrize(
    "change",
    [{"minutes": 420}, {"provider": "Salvați Copiii"}, {"number": "7"}, {"files": "other"}, {"files": "more"}],
    ids=["hours", "provider", "number", "another photo", "one photo more"],
)  # fmt: skip
def test_the_same_training_with_other_facts_is_never_taken_for_a_double_click(
    cast: Cast, change: dict
) -> None:
    """Else the second form would seem to be sent, and what it says would be lost."""
    first = proof(cast.ana.person, cast.ana)
    chosen = {"other": [photo("red")], "more": [photo(), photo("red")], None: None}
    sent = {**change, "files": chosen[change.get("files")]}
    with pytest.raises(errors.SameTraining):
        proof(cast.ana.person, cast.ana, **sent)
    assert list(Evidence.objects.all()) == [first] and first.files.count() == 1


def test_sent_by_the_person_and_by_the_town_hall_it_is_one(cast: Cast) -> None:
    proof(cast.vasile, cast.doru, institution=cast.lugoj)
    with pytest.raises(errors.SameTraining):
        proof(cast.vasile)
    assert Evidence.objects.count() == 1


def test_an_answer_with_the_photo_that_was_forgotten_is_not_lost(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Și verso?")
    sent = {"by": cast.ana, "evidence": made, "words": "Iată."}
    sending.answer(**sent, files=[])
    with pytest.raises(errors.Decided):
        sending.answer(**sent, files=[photo("red")])
    # The very same one is a double click, with its photo too.
    review.ask(by=cast.ion, evidence=made, words="Verso lipsește.")
    for _click in range(2):
        sending.answer(**sent, files=[photo("red")])
    assert made.files.count() == 2
    assert [s.kind for s in made.steps.all()].count("answered") == 2


def test_an_answer_may_fill_the_four_and_sends_no_photo_twice(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Toate paginile?")
    with pytest.raises(errors.SameFile):
        sending.answer(by=cast.ana, evidence=made, words="Iată.", files=[photo(place=True)])
    three = [photo(colour) for colour in ("red", "blue", "black")]
    done = sending.answer(by=cast.ana, evidence=made, words="Iată.", files=three)
    assert (done.state, done.files.count()) == (State.WAITING, 4)


def test_taken_back_twice_is_one_step_and_its_photo_is_free_again(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    for _click in range(2):
        sending.withdraw(by=cast.ana, evidence=made)
    assert [s.kind for s in made.steps.all()] == ["handed_in", "withdrawn"]
    assert proof(cast.ana.person, cast.ana, title="Altceva").files.count() == 1


def test_a_question_twice_is_one_mail_and_another_one_is_refused(cast: Cast, second) -> None:
    made = proof(cast.ana.person, cast.ana)
    for _click in range(2):
        review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    with pytest.raises(errors.Decided):
        review.ask(by=second, evidence=made, words="Cine a semnat?")
    assert Message.objects.filter(name="evidence_asked").count() == 1


@pytest.mark.parametrize(("seconds", "left"), [(0, 1), (1, 0)], ids=["a year", "and a second"])
def test_papers_are_forgotten_after_a_year_and_never_before_a_decision(
    cast: Cast, seconds: int, left: int
) -> None:
    decided = proof(cast.ana.person, cast.ana)
    review.refuse(by=cast.ion, evidence=decided, words="Nu.")
    proof(cast.clara.person, cast.clara)
    with time_machine.travel(NOW + timedelta(days=365, seconds=seconds), tick=False):
        assert sending.forget_papers() == 1 - left
        assert decided.files.exclude(file="").count() == left
        assert EvidenceFile.objects.exclude(file="").count() == left + 1
        assert sending.forget_papers() == 0


# Four eyes


def confirmed(cast: Cast, second) -> Evidence:
    """Five hours of Ana's that Ion granted and another confirmed."""
    made = proof(cast.ana.person, cast.ana)
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)])
    review.confirm(by=second, evidence=made)
    return made


def test_a_correction_needs_a_second_pair_too_and_cannot_be_taken_back(
    cast: Cast, two_people, second
) -> None:
    made = confirmed(cast, second)
    review.correct(by=second, evidence=made, lines=[Line("theory", 60)], words="O oră.")
    assert minutes(cast.ana.person) == 300
    with pytest.raises(errors.SamePerson):
        review.confirm(by=second, evidence=made)
    with pytest.raises(errors.SamePerson):
        review.send_back(by=second, evidence=made, words="Nu.")
    with pytest.raises(errors.Decided):
        sending.withdraw(by=cast.ana, evidence=made)
    done = review.confirm(by=cast.ion, evidence=made)
    assert (done.state, done.decided_by, minutes(cast.ana.person)) == (State.GRANTED, cast.ion, 60)


def test_what_was_corrected_to_nothing_is_not_open_again_when_hours_are_sent_back(
    cast: Cast, two_people, second
) -> None:
    made = confirmed(cast, second)
    review.correct(by=cast.ion, evidence=made, lines=[], words="Nu a fost acolo.")
    review.confirm(by=second, evidence=made)
    review.correct(by=cast.ion, evidence=made, lines=[Line("theory", 60)], words="Ba da.")
    back = review.send_back(by=second, evidence=made, words="Dovada?")
    assert (back.state, back.grants.count(), minutes(cast.ana.person)) == (State.GRANTED, 0, 0)
    assert back.decided_at


def test_whoever_sent_it_for_somebody_is_neither_first_nor_second(
    cast: Cast, two_people, second
) -> None:
    made = proof(cast.vasile, cast.ion, institution=cast.lugoj)
    with pytest.raises(errors.OwnProof):
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
    review.grant(by=second, evidence=made, lines=[Line("theory", 60)])
    for act in (review.confirm, lambda **k: review.send_back(**k, words="Nu.")):
        with pytest.raises(errors.OwnProof):
            act(by=cast.ion, evidence=made)
    assert (Evidence.objects.get().state, minutes(cast.vasile)) == (State.PROPOSED, 0)


def test_the_second_person_s_yes_is_to_what_the_first_proposed(
    cast: Cast, two_people, second
) -> None:
    """The first one changes the proposal while the second reads: that is refused, not confirmed unseen."""
    made = proof(cast.ana.person, cast.ana)
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
    with pytest.raises(errors.Decided):
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
    review.confirm(by=second, evidence=made)
    assert minutes(cast.ana.person) == 60


# What counts then


def sums(person) -> dict[tuple[str, int | None], int]:
    rows = HoursEntry.objects.filter(person=person).order_by().values_list("kind", "topic")
    return {(kind, topic): total for kind, topic, total in rows.annotate(total=Sum("minutes"))}


def test_hours_move_to_another_topic_and_kind_and_none_is_counted_twice(cast: Cast) -> None:
    law, play = (Topic.objects.create(code=code, name={"en": code}) for code in ("law", "play"))
    made = proof(cast.ana.person, minutes=600)
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300, law.pk), Line("any", 60)])
    moved = [Line("theory", 300, play.pk), Line("practice", 120)]
    review.correct(by=cast.ion, evidence=made, lines=moved, words="Altă temă.")
    assert sums(cast.ana.person) == {
        ("theory", law.pk): 0, ("any", None): 0, ("theory", play.pk): 300, ("practice", None): 120,
    }  # fmt: skip
    # All of it on the last day of the training, whenever it was decided.
    assert set(HoursEntry.objects.values_list("on", flat=True)) == {made.last_day}
    back = [Line("theory", 300, law.pk), Line("any", 60)]
    review.correct(by=cast.ion, evidence=made, lines=back, words="Cum a fost.")
    assert {key: n for key, n in sums(cast.ana.person).items() if n} == {
        ("theory", law.pk): 300, ("any", None): 60,
    }  # fmt: skip


def test_corrected_to_nothing_nothing_counts_and_the_person_is_told(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 480)])
    for _click in range(2):
        done = review.correct(by=cast.ion, evidence=made, lines=[], words="Lista e falsă.")
    assert (done.state, minutes(cast.ana.person), done.grants.count()) == (State.GRANTED, 0, 0)
    told = Message.objects.filter(name="evidence_granted").order_by("pk")
    assert len(told) == 2 and "Lista e falsă." in told[1].text
    assert [one.granted for one in queries.shown(Evidence.objects.all())] == [0]
    for who, path in ((cast.ana, ""), (cast.ana, f"{made.pk}/"), (cast.ion, f"{made.pk}/")):
        page = cast.browser(who, language="en").get(f"/en/evidence/{path}").content.decode()
        assert "None" not in page


@pytest.mark.parametrize(
    ("since", "until", "needed"),
    [
        (D(2020, 1, 1), None, True), (D(2020, 1, 1), D(2026, 3, 12), True),
        (D(2020, 1, 1), D(2026, 3, 11), False), (D(2026, 3, 13), None, False),
    ],
    ids=["open", "until today", "until yesterday", "from tomorrow"],
)  # fmt: skip
def test_two_are_asked_of_whoever_is_in_the_category_today(
    cast: Cast, two_people, since: date, until: date | None, needed: bool
) -> None:
    who = make.person(cast.lugoj, categories=[cast.carer])
    who.categories.update(since=since, until=until)
    assert review.second_person_needed(who) == needed
    made = proof(who)
    done = review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
    assert done.state == (State.PROPOSED if needed else State.GRANTED)
    assert minutes(who) == (0 if needed else 60)


def test_the_receipt_is_the_person_s_alone_and_the_decision_the_sender_s_too(cast: Cast) -> None:
    made = proof(cast.vasile, cast.doru, institution=cast.lugoj)
    assert [m.person for m in Message.objects.filter(name="evidence_received")] == [cast.vasile]
    review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
    told = Message.objects.filter(name="evidence_granted")
    assert {m.person for m in told} == {cast.vasile, cast.doru.person} and len(told) == 2


def test_somebody_who_is_the_sender_and_the_person_is_told_once(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    review.ask(by=cast.ion, evidence=made, words="Ce zi?")
    assert [m.person for m in Message.objects.filter(name="evidence_asked")] == [cast.ana.person]


@pytest.mark.parametrize("act", [review.ask, review.refuse, review.send_back])
@pytest.mark.parametrize("words", ["", "  ", "\u200b", "\u202e \u00a0"])
def test_no_word_is_no_reason(cast: Cast, act, words: str) -> None:
    made = proof(cast.ana.person, cast.ana)
    with pytest.raises(errors.WordsNeeded):
        act(by=cast.ion, evidence=made, words=words)
    assert made.steps.count() == 1 and Evidence.objects.get().state == State.WAITING


@FIXTURE
@given(st.lists(st.tuples(st.sampled_from(["theory", "any"]), st.integers(-30, 300)), max_size=5))
def test_rows_of_one_kind_are_one_line_and_never_more_than_the_paper(cast: Cast, rows) -> None:
    by_kind = {kind: sum(n for k, n in rows if k == kind) for kind in ("theory", "any")}
    wanted = {kind: n for kind, n in by_kind.items() if n > 0}
    with transaction.atomic():
        made = proof(cast.ana.person, minutes=480)
        lines = [Line(kind, n) for kind, n in rows]
        if not wanted or sum(wanted.values()) > 480:
            error = errors.MoreThanAsked if wanted else errors.NothingGranted
            with pytest.raises(error):
                review.grant(by=cast.ion, evidence=made, lines=lines)
        else:
            review.grant(by=cast.ion, evidence=made, lines=lines)
            assert {g.kind: g.minutes for g in made.grants.all()} == wanted
            assert minutes(cast.ana.person) == sum(wanted.values())
        transaction.set_rollback(True)


# The form of a decision


def data_of(form: GrantForm) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in form.initial.items()}


@FIXTURE
@given(st.data())
def test_the_form_gives_back_the_rows_that_it_was_given(cast: Cast, data) -> None:
    rows = data.draw(
        st.lists(
            st.tuples(st.sampled_from(["theory", "practice", "any", "supervision"]), st.integers(1, 300)),
            min_size=1, max_size=4, unique_by=lambda row: row[0],
        )
    )  # fmt: skip
    total = sum(n for _kind, n in rows)
    assume(total <= 960)
    with transaction.atomic():
        made = proof(cast.ana.person, minutes=960)
        review.grant(by=cast.ion, evidence=made, lines=[Line(kind, n) for kind, n in rows])
        form = GrantForm(evidence=made)
        sent = GrantForm({**data_of(form), "words": "Așa."}, evidence=made, is_correction=True)
        assert form.uses_more_rows() == (len(rows) > 2)
        assert sent.is_valid() and sent.lines() == [Line(kind, n) for kind, n in rows]
        transaction.set_rollback(True)


def test_a_fresh_form_offers_all_of_it_as_theory(cast: Cast) -> None:
    form = GrantForm(evidence=proof(cast.ana.person, minutes=450))
    assert data_of(form) == {"kind_0": "theory", "topic_0": "", "hours_0": "7:30"}
    assert not form.uses_more_rows() and not form.fields["words"].required


def test_an_empty_row_between_two_is_left_out_and_a_topic_stays(cast: Cast) -> None:
    topic = Topic.objects.create(code="attachment", name={"en": "Attachment"})
    made = proof(cast.ana.person)
    rows = {
        "hours_0": "1",
        "kind_0": "theory",
        "hours_1": "0",
        "kind_1": "any",
        "hours_5": "2",
        "topic_5": topic.pk,
    }
    form = GrantForm(rows, evidence=made)
    assert form.is_valid() and form.uses_more_rows()
    assert form.lines() == [Line("theory", 60), Line("theory", 120, topic.pk)]


# What a reviewer sees


def test_days_that_only_touch_are_the_same_days_and_a_day_between_is_none(cast: Cast) -> None:
    made = proof(cast.ana.person, first_day=D(2026, 2, 9))
    for title, day, colour in (
        ("Înainte", D(2026, 2, 8), "red"), ("Începe", D(2026, 2, 9), "blue"),
        ("Sfârșit", D(2026, 2, 10), "green"), ("După", D(2026, 2, 11), "black"),
    ):  # fmt: skip
        proof(cast.ana.person, title=title, day=day, files=[photo(colour)])
    said = " ".join(queries.doubts(made))
    assert "Începe" in said and "Sfârșit" in said
    assert "Înainte" not in said and "După" not in said


def test_refused_papers_and_other_people_s_raise_no_doubt(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    other = proof(cast.ana.person, cast.ana, title="Alt curs", files=[photo("red")])
    review.refuse(by=cast.ion, evidence=other, words="Nu.")
    proof(cast.clara.person, title="Al Clarei", files=[photo("blue")])
    assert queries.doubts(made) == []


def test_hours_that_were_taken_back_and_those_of_papers_raise_no_doubt(cast: Cast) -> None:
    made = proof(cast.ana.person)
    lines = (("session:1", 90), ("session:1:correction:1", -90), ("evidence:0:theory:0", 60))
    for reference, length in lines:
        HoursEntry.objects.create(
            person=cast.ana.person, on=D(2026, 2, 10), minutes=length, kind="theory",
            source="correction" if length < 0 else "session", reference=reference,
        )  # fmt: skip
    assert queries.doubts(made) == []


def test_the_oldest_waits_first_the_newest_decision_stands_first(cast: Cast, two_people) -> None:
    first, later, third = (
        proof(cast.ana.person, cast.ana, title=title, files=[photo(colour)])
        for title, colour in (("Unu", "red"), ("Doi", "blue"), ("Trei", "green"))
    )
    assert list(queries.to_review(cast.ion, "waiting")) == [first, later, third]
    review.grant(by=cast.ion, evidence=third, lines=[Line("theory", 60)])
    for hour, one in enumerate((later, first), start=10):
        with time_machine.travel(NOW.replace(hour=hour), tick=False):
            review.refuse(by=cast.ion, evidence=one, words="Nu.")
    assert list(queries.to_review(cast.ion, "decided")) == [first, later]
    wanted = {"waiting": 0, "second": 1, "asked": 0, "decided": 2}
    assert queries.group_counts(cast.ion) == wanted
    assert queries.group_counts(cast.olga) == dict.fromkeys(wanted, 0)
    # What is only proposed counts for nobody's eyes yet.
    assert [one.granted for one in queries.shown(Evidence.objects.all())] == [0, 0, 0]


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_reason_against_a_file_says_what_to_do(code: str) -> None:
    said = {
        errors.BadFile(ScanError(code, **dict.fromkeys(CODES[code], number))).message
        for number in (1, 10)
    }
    assert len(said) == (2 if CODES[code] else 1) and "%" not in "".join(said)
    assert all(any(word in one for word in ("Choose", "Take", "Print", "Save")) for one in said)


# What the database itself does not take


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"last_day": D(2026, 2, 9)}, "evidence_ends_after_it_begins"),
        ({"minutes": 0}, "evidence_minutes_fit"),
        ({"minutes": MOST_MINUTES + 1}, "evidence_minutes_fit"),
        ({"state": "granted"}, "evidence_decided_has_a_time"),
        ({"state": "refused"}, "evidence_decided_has_a_time"),
        ({"decided_at": NOW}, "evidence_decided_has_a_time"),
    ],
)
def test_no_row_says_what_cannot_be(cast: Cast, fields: dict, name: str) -> None:
    made = proof(cast.ana.person, cast.ana)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Evidence.objects.filter(pk=made.pk).update(**fields)


@pytest.mark.parametrize("kind", ["asked", "answered", "returned", "refused", "corrected"])
def test_no_step_that_needs_words_is_without(cast: Cast, kind: str) -> None:
    made = proof(cast.ana.person)
    with pytest.raises(IntegrityError, match="evidence_step_says_why"), transaction.atomic():
        made.steps.create(kind=kind)


def test_steps_are_not_rewritten_and_a_grant_stands_once(cast: Cast) -> None:
    made = proof(cast.ana.person)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.steps.update(words="Altfel")
    made.grants.create(kind="theory", minutes=60)
    for wrong in ({"kind": "theory", "minutes": 30}, {"kind": "any", "minutes": 0}):
        with pytest.raises(IntegrityError, match="evidence_grant"), transaction.atomic():
            made.grants.create(**wrong)
    with pytest.raises(IntegrityError, match="evidence_file_once"), transaction.atomic():
        made.files.create(kind="jpg", sha256=made.files.get().sha256, size=1)
