"""What is next: who is listed and who is not, one click for many, nobody written to twice, nobody of another county."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certification.actions import due as actions
from certification.due import DueRow, due_counts, due_rows, free_editions, people_to_put_forward
from certification.models import DueNotice, DueRun, Programme
from certification.queries import Filters
from notifications.models import Message
from people.models import AuditEvent, Person
from tests.cast import Cast
from tests.certification.due_world import carer
from tests.factories import certification as proof
from tests.factories import training
from training.models import Enrolment

DAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def listed(cast: Cast, programme: Programme, kind: str = "", within: int = 90) -> list[DueRow]:
    return due_rows(cast.ion, Filters(at=DAY, programme=programme.pk, within=within), kind)


def families(rows: list[DueRow]) -> list[str]:
    return [row.person.family_name for row in rows]


# Who is listed


@pytest.mark.parametrize(
    ("days", "within", "kind"),
    [
        (0, 30, "soon"),
        (30, 30, "soon"),
        (31, 30, None),
        (31, 60, "soon"),
        (90, 90, "soon"),
        (91, 90, None),
        (-1, 30, "soon"),  # in grace
        (-30, 30, "soon"),
        (-31, 30, "expired"),
    ],
)
def test_when_somebody_is_due(cast, programme, days, within, kind):
    carer(cast, programme, "Aproape", DAY + timedelta(days=days))
    found = [
        row for row in listed(cast, programme, within=within) if row.person.family_name == "Aproape"
    ]
    assert [row.kind for row in found] == ([kind] if kind else [])


def test_whoever_can_still_be_in_time_comes_first(cast, programme):
    carer(cast, programme, "Expirat", date(2025, 1, 1))
    carer(cast, programme, "Mai târziu", DAY + timedelta(days=60))
    carer(cast, programme, "Grație", DAY - timedelta(days=5))
    carer(cast, programme, "Valabil", date(2028, 1, 1))
    found = listed(cast, programme)
    assert families(found) == ["Grație", "Mai târziu", "Expirat", "Popescu", "Țurcanu"]
    filters = Filters(at=DAY, programme=programme.pk, within=90)
    assert due_counts(cast.ion, filters) == {"soon": 2, "expired": 1, "never": 2}
    for kind, number in due_counts(cast.ion, filters).items():
        assert len(listed(cast, programme, kind)) == number
    assert [row.organisation for row in found[:2]] == ["Primăria Lugoj"] * 2


@pytest.mark.parametrize(
    ("status", "edition_status", "is_listed"),
    [
        ("confirmed", "open", False),
        ("offered", "open", False),
        ("waitlisted", "open", False),
        ("applied", "open", False),
        ("cancelled", "open", True),
        ("refused", "open", True),
        ("confirmed", "cancelled", True),
        ("confirmed", "done", True),
    ],
)
def test_whoever_has_a_place_or_waits_for_one_is_not_listed(
    cast, programme, course, status, edition_status, is_listed
):
    who = carer(cast, programme, "Aproape", DAY + timedelta(days=10))
    edition = proof.edition(course, cast.timis, status="open")
    more = {"cancelled_at": datetime.now(UTC)} if status == "cancelled" else {}
    more |= {"decided_at": datetime.now(UTC)} if status == "refused" else {}
    proof.enrolment(edition, who, status, **more)
    if edition_status != "open":
        training.put_status(edition, edition_status)
    assert ("Aproape" in families(listed(cast, programme))) == is_listed


def test_a_place_on_another_course_does_not_help(cast, programme):
    who = carer(cast, programme, "Aproape", DAY + timedelta(days=10))
    proof.enrolment(proof.edition(proof.course("Altceva"), cast.timis), who)
    assert "Aproape" in families(listed(cast, programme))


def test_another_county_sees_its_own(cast, programme):
    carer(cast, programme, "Aproape", DAY + timedelta(days=10))
    filters = Filters(at=DAY, programme=programme.pk, within=90)
    assert families(due_rows(cast.olga, filters)) == ["Mureșan"]
    assert due_counts(cast.olga, filters) == {"soon": 0, "expired": 0, "never": 1}
    # Who only reads is offered nothing to do.
    assert due_rows(cast.vera, filters) == [] == due_rows(cast.quin, filters)


def test_editions_with_free_places(cast, programme, course):
    first = training.coming(cast.timis, course=course, day=9, title="liberă")
    full = training.coming(cast.timis, course=course, day=8, capacity=1)
    training.place(cast.ana.person, full)
    training.coming(cast.timis, day=7)  # another course
    assert [one.pk for one in free_editions(programme)] == [first.pk]


# One click for many


def nominate(cast, programme, edition, people, key: UUID | None = None, by=None) -> DueRun:
    return actions.nominate(
        by=by or cast.ion, programme=programme, edition=edition, people=people, key=key or uuid4()
    )


def test_eight_are_nominated_and_leave_the_list(cast, programme, edition, eight):
    run = nominate(cast, programme, edition, eight)
    assert [row["outcome"] for row in run.rows] == ["place"] * 8
    places = Enrolment.objects.filter(edition=edition)
    assert {place.status for place in places} == {"confirmed"}
    assert {place.nominated_by for place in places} == {cast.timis}
    assert not [name for name in families(listed(cast, programme)) if name.startswith("Popa")]
    event = AuditEvent.objects.get(verb="due.nominate")
    assert (event.actor_id, event.data["people"]) == (cast.ion.pk, 8)


def test_the_button_pressed_twice_has_one_effect(cast, programme, edition, eight):
    key = uuid4()
    first, second = (nominate(cast, programme, edition, eight, key) for _n in range(2))
    assert first == second and Enrolment.objects.filter(edition=edition).count() == 8
    assert AuditEvent.objects.filter(verb="due.nominate").count() == 1
    # Another officer's form may bear the same key by chance.
    assert nominate(cast, programme, edition, [cast.clara.person], key, by=cast.olga) != first


def test_whom_a_condition_refuses_is_told_why_and_the_others_go_on(cast, programme, course, eight):
    strict = training.coming(cast.timis, course=course, capacity=10, institution_quota=3)
    run = nominate(cast, programme, strict, eight)
    outcomes = [row["outcome"] for row in run.rows]
    assert outcomes.count("place") == 3 and outcomes.count("refused") == 5
    assert all("3 people" in row["said"] for row in run.rows if row["outcome"] == "refused")
    assert Enrolment.objects.filter(edition=strict).count() == 3


def test_nobody_of_another_county_is_nominated(cast, programme, edition):
    run = nominate(cast, programme, edition, [cast.clara.person, cast.ion.person, cast.vasile])
    assert [row["person"] for row in run.rows] == [cast.vasile.pk]
    assert not Enrolment.objects.exclude(person=cast.vasile).filter(edition=edition).exists()


@pytest.mark.parametrize("who", ["vera", "quin", "ana"])
def test_whoever_may_not_nominate_does_nothing(cast, programme, edition, who):
    with pytest.raises(PermissionDenied), transaction.atomic():
        nominate(cast, programme, edition, [cast.vasile], by=getattr(cast, who))
    assert not Enrolment.objects.filter(edition=edition).exists()


def letters(cast, programme, people, by=None, **more) -> DueRun:
    key = more.pop("key", None) or uuid4()
    return actions.write_letters(
        by=by or cast.ion, programme=programme, people=people, key=key, **more
    )


def mails(cast, programme, people, **more) -> DueRun:
    return actions.send_mails(by=cast.ion, programme=programme, people=people, key=uuid4(), **more)


def outcomes(run: DueRun) -> list[str]:
    return [row["outcome"] for row in run.rows]


def test_letters_are_noted_and_shown_in_the_list(cast, programme, eight):
    assert outcomes(letters(cast, programme, eight[:4])) == ["sent"] * 4
    notices = {row.person.pk: row.written for row in listed(cast, programme)}
    assert [one.on for one in notices[eight[0].pk]] == [DAY]
    assert notices[eight[5].pk] == ()
    assert AuditEvent.objects.filter(verb="due.letter", person_id=eight[0].pk).count() == 1


def test_nobody_gets_two_by_accident(cast, programme, eight):
    letters(cast, programme, eight[:4])
    # Neither by another officer, nor by the other way, nor on another day of the month.
    assert outcomes(letters(cast, programme, eight[:5], by=cast.mara)) == ["before"] * 4 + ["sent"]
    assert outcomes(mails(cast, programme, eight[:1])) == ["before"]
    with time_machine.travel(datetime(2026, 4, 10, 9, tzinfo=UTC), tick=False):
        assert outcomes(letters(cast, programme, eight[:1])) == ["before"]
        assert outcomes(letters(cast, programme, eight[:1], again=True)) == ["sent"]
        # Once a day, whoever insists.
        assert outcomes(letters(cast, programme, eight[:1], again=True)) == ["before"]
    with time_machine.travel(datetime(2026, 5, 12, 9, tzinfo=UTC), tick=False):
        assert outcomes(letters(cast, programme, eight[:1])) == ["sent"]
    assert DueNotice.objects.filter(person=eight[0]).count() == 3


def test_the_database_keeps_it_to_one_a_day(cast, programme):
    same = {"person": cast.vasile, "programme": programme, "channel": "letter", "on": DAY}
    DueNotice.objects.create(**same)
    with pytest.raises(IntegrityError), transaction.atomic():
        DueNotice.objects.create(**same)


def test_a_nomination_names_its_edition(cast, programme):
    with pytest.raises(IntegrityError), transaction.atomic():
        DueRun.objects.create(owner=cast.ion, key=uuid4(), kind="nominate", programme=programme)


def test_mails_go_to_those_who_have_an_address_and_the_others_are_named(cast, programme, eight):
    run = mails(cast, programme, eight)
    assert outcomes(run) == ["sent", "no_email"] * 4
    sent = Message.objects.filter(name="training_due")
    assert {one.address for one in sent} == {f"p{n}@example.org" for n in (0, 2, 4, 6)}
    assert all("Primii pași" not in one.text for one in sent)  # no edition is open
    assert DueNotice.objects.filter(channel="email").count() == 4


def test_a_mail_is_in_the_language_of_the_person_and_names_the_dates(cast, programme, edition):
    who = carer(
        cast, programme, "Іваненко", DAY + timedelta(days=9), language="uk", email="i@example.org"
    )
    mails(cast, programme, [who])
    message = Message.objects.get(person=who)
    assert message.language == "uk" and "Primii pași" in message.text
    assert "березня 2026" in message.text and cast.timis.short_name in message.text


def test_editions_and_standings_are_read_once_for_all_mails(cast, programme, edition, eight):
    Person.objects.filter(pk__in=[one.pk for one in eight]).update(email="p@example.org")

    def asked(people) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert outcomes(mails(cast, programme, people)) == ["sent"] * len(people)
        return sum('FROM "training_edition"' in query["sql"] for query in queries)

    assert asked(eight[:2]) == asked(eight[2:]) > 0


def test_of_many_in_the_branch_only_those_who_were_chosen_are_judged(cast, programme, eight):
    found = actions.standings_of(cast.ion, programme, eight[:2])
    assert found.keys() == {one.pk for one in eight[:2]}
    assert {one.state for one in found.values()} == {"expiring"}


def test_a_run_is_the_owners_and_lives_a_day(cast, programme, eight):
    run = letters(cast, programme, eight[:1])
    assert DueRun.objects.visible_to(cast.ion).get() == run
    assert not DueRun.objects.visible_to(cast.mara).exists()
    assert not DueRun.objects.visible_to(cast.adm).exists()
    with time_machine.travel(datetime(2026, 3, 13, 10, tzinfo=UTC), tick=False):
        assert not DueRun.objects.visible_to(cast.ion).exists()
        assert actions.forget_expired() == 1
    assert DueNotice.objects.count() == 1


def test_nobody_puts_themselves_forward(cast):
    assert cast.ion.person not in people_to_put_forward(cast.ion)
    assert cast.ana.person in people_to_put_forward(cast.ion)
    assert list(people_to_put_forward(cast.doru)) == [cast.vasile]


# The letters


@pytest.fixture
def printed(cast, programme, edition, tmp_path):
    def make_them(people: list[Person]) -> Path:
        run = letters(cast, programme, people)
        answer = cast.browser(cast.ion).get(f"/en/standing/next/{run.pk}/letters.pdf")
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        path = tmp_path / "letters.pdf"
        path.write_bytes(answer.content)
        return path

    return make_them


def pages_of(path: Path) -> list[str]:
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    )
    return text.stdout.split("\f")[:-1]


@pytest.mark.pdf
def test_a_page_for_each_in_their_own_language(cast, programme, printed):
    people = [
        carer(cast, programme, "Albu", DAY + timedelta(days=20), postal_address="Strada Lungă 3\n305500 Lugoj"),
        carer(cast, programme, "Іваненко", None, language="uk"),
        carer(cast, programme, "حسن", DAY - timedelta(days=3), language="ar"),
    ]  # fmt: skip
    pages = pages_of(printed(people))
    assert len(pages) == 3
    romanian, ukrainian, arabic = pages
    assert "Strada Lungă 3" in romanian and "305500 Lugoj" in romanian and "Primii pași" in romanian
    assert "12 martie 2026" in romanian
    assert "12 березня 2026" in ukrainian and "Іваненко" in ukrainian
    assert "Strada" not in ukrainian + arabic


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["ro", "ar"])
def test_the_address_stands_in_the_window(cast, programme, printed, language):
    """DIN 5008 form B: the field begins 20 mm from the left and 45 mm from the top; 85 by 45 mm."""
    who = carer(
        cast, programme, "Albu", DAY, language=language, postal_address="Fereastra 3\n305500 Lugoj"
    )
    path = printed([who])
    box = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True
    )
    line = next(row for row in box.stdout.splitlines() if "Fereastra" in row)
    place = dict(part.split("=") for part in line.split(">")[0].split()[1:])
    mm = {name: float(value.strip('"')) / 72 * 25.4 for name, value in place.items()}
    assert mm["xMin"] >= 20 and mm["xMax"] <= 105 and mm["yMin"] >= 45 and mm["yMax"] <= 90


@pytest.mark.pdf
def test_what_people_are_called_is_never_read_as_a_programme(cast, programme, printed):
    nasty = '#panic("x") $a$ *b*'
    who = carer(cast, programme, nasty, DAY, postal_address='#read("/etc/passwd")\n' * 9)
    text = "".join(pages_of(printed([who])))
    assert '#panic("x") $a$ *b*' in text and '#read("/etc/passwd")' in text and "root:" not in text


def test_letters_without_anybody_or_of_mails_are_not_there(cast, programme, eight):
    browser = cast.browser(cast.ion)
    nobody = letters(cast, programme, [cast.clara.person])
    sent = mails(cast, programme, eight)
    for run in (nobody, sent):
        assert browser.get(f"/en/standing/next/{run.pk}/letters.pdf").status_code == 404
