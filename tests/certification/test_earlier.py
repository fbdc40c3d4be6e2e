"""Paper certificates of others from a spreadsheet: dry run, who is who, duplicates, confirming; and striking one."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certification import queries
from certification.actions import earlier as actions
from certification.errors import NotNow, ReasonNeeded
from certification.models import EarlierCertificate, EarlierList, Programme
from certification.standing import State
from formats.sheets import SheetError, write_csv, write_xlsx
from people.models import AuditEvent, Person
from tests import cast as all_people
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import earlier

D = date
HEADS = ["Certificate number", "Holder", "Programme", "Issued on", "Valid until", "Issued by"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def programme(cast) -> Programme:
    return issue.programme(cast.carer, code="ro.foster")


def row(
    number="12/2019",
    holder="Țurcanu Vasile",
    programme="ro.foster",
    on="06.05.2019",
    until="",
    by="DGASPC Arad",
):
    return [number, holder, programme, on, until, by]


def listed(*rows, heads=HEADS) -> bytes:
    return write_csv(heads, rows)


def drafted(cast, *rows, heads=HEADS, by=None) -> EarlierList:
    data = listed(*rows, heads=heads)
    return actions.draft(
        by=by or cast.ion, organisation=cast.timis, file_name="lista.csv", data=data
    )


def refusals(draft: EarlierList) -> list[tuple]:
    return [(r["line"], r["column"], r["code"]) for r in draft.rejected]


class TestReading:
    def test_a_row_and_nothing_is_written_yet(self, cast, programme):
        draft = drafted(cast, row(until="05.05.2022"))
        (known,) = draft.known
        assert known == {
            "line": 2, "name": "Țurcanu Vasile", "number": "12/2019", "programme": programme.pk,
            "issued_on": "2019-05-06", "valid_until": "2022-05-05", "issuer": "DGASPC Arad",
            "person": cast.vasile.pk,
        }  # fmt: skip
        assert not EarlierCertificate.objects.exists()

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"number": ""}, "Certificate number", "no_number"),
            ({"number": "9" * 61}, "Certificate number", "too_long"),
            ({"holder": ""}, "", "no_name"),
            ({"holder": "Țurcanu V4sile"}, "", "digits_in_name"),
            ({"holder": "Nimeni Altul"}, "", "nobody"),
            ({"programme": "Gătit"}, "Programme", "unknown_programme"),
            ({"programme": ""}, "Programme", "unknown_programme"),
            ({"on": ""}, "Issued on", "no_day"),
            ({"on": "31.02.2019"}, "Issued on", "bad_day"),
            ({"on": "13.03.2026"}, "Issued on", "day_out_of_range"),
            ({"on": "06.05.1949"}, "Issued on", "day_out_of_range"),
            ({"until": "05.05.2019"}, "Valid until", "ends_before"),
            ({"until": "mâine"}, "Valid until", "bad_day"),
            ({"by": ""}, "Issued by", "no_issuer"),
        ],
    )
    def test_what_is_wrong_is_said_with_line_and_column(self, cast, programme, cells, column, code):
        draft = drafted(cast, row(number="ok/1"), row(**cells))
        assert len(draft.known) == 1, "one bad row does not spoil the others"
        assert refusals(draft) in ([(3, column, code)], [(3, "", code)])

    @pytest.mark.parametrize(
        "holder", ["Vasile Țurcanu", "turcanu  vasile", "ȚURCANU VASILE", "Ţurcanu Vasile"]
    )
    def test_a_name_in_one_column_in_any_order_and_spelling(self, cast, programme, holder):
        assert drafted(cast, row(holder=holder)).known[0]["person"] == cast.vasile.pk

    @pytest.mark.parametrize(
        "heads",
        [
            [
                "Numărul certificatului",
                "Titular",
                "Program",
                "Eliberat la",
                "Valabil până la",
                "Eliberat de",
            ],
            ["Номер сертифіката", "Власник", "Програма", "Дата видачі", "Дійсний до", "Ким видано"],
            [
                "Номер на удостоверението",
                "Притежател",
                "Програма",
                "Издадено на",
                "Валидно до",
                "Издадено от",
            ],
            ["رقم الشهادة", "صاحب الشهادة", "البرنامج", "تاريخ الإصدار", "صالح حتى", "جهة الإصدار"],
        ],
        ids=["ro", "uk", "bg", "ar"],
    )
    def test_columns_in_every_language(self, cast, programme, heads):
        assert len(drafted(cast, row(), heads=heads).known) == 1

    def test_family_and_given_name_in_two_columns(self, cast, programme):
        heads = ["Family name", "Given name", *(h for h in HEADS if h != "Holder")]
        cells = ["Țurcanu", "Vasile", *(c for c in row() if c != "Țurcanu Vasile")]
        assert drafted(cast, cells, heads=heads).known[0]["person"] == cast.vasile.pk

    @pytest.mark.parametrize(
        "missing", ["Certificate number", "Holder", "Programme", "Issued on", "Issued by"]
    )
    def test_a_column_that_is_missing(self, cast, programme, missing):
        place = HEADS.index(missing)
        heads, cells = [*HEADS], row()
        del heads[place], cells[place]
        with pytest.raises(SheetError, match="wrong_template"):
            drafted(cast, cells, heads=heads)

    def test_formulas_are_texts(self, cast, programme):
        data = write_xlsx(HEADS, [row(number="=1+1", by='=HYPERLINK("http://x","a")')], title="x")
        draft = actions.draft(by=cast.ion, organisation=cast.timis, file_name="a.xlsx", data=data)
        assert [(r["number"], r["issuer"]) for r in draft.known] == [
            ("=1+1", '=HYPERLINK("http://x","a")')
        ]
        made = actions.apply(by=cast.ion, draft=draft)
        answer = cast.browser(cast.ion).get(f"/en/evidence/certificates/lists/{made.pk}/result.csv")
        assert "'=1+1" in answer.content.decode("utf-8-sig"), (
            "what goes out as a file runs in no program"
        )

    @pytest.mark.parametrize(
        "data", [b"", b"%PDF-1.7", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n\x00,1"],
        ids=["empty", "pdf", "broken xlsx", "old xls", "binary"],
    )  # fmt: skip
    def test_a_file_that_is_no_list(self, cast, programme, data):
        with pytest.raises(SheetError):
            actions.draft(by=cast.ion, organisation=cast.timis, file_name="a.csv", data=data)
        assert not EarlierList.objects.exists()

    @pytest.mark.parametrize("who", ["ana", "mara", "doru", "quin", "vera", "olga", "petar"])
    def test_who_may_not_read_a_list_for_timis(self, cast, programme, who):
        with pytest.raises(PermissionDenied):
            drafted(cast, row(), by=getattr(cast, who))

    def test_people_of_another_county_are_nobody(self, cast, programme):
        draft = drafted(cast, row(holder="Mureșan Clara"))
        assert refusals(draft) == [(2, "", "nobody")]

    def test_nobody_records_their_own(self, cast, programme):
        assert refusals(drafted(cast, row(holder="Ionescu Ion"))) == [(2, "", "yourself")]


class TestWhoIsMeant:
    @pytest.fixture
    def namesake(self, cast) -> Person:
        return make.person(
            cast.timis, "Țurcanu", "Vasile", email="v2@example.org", national_id="1234567890123"
        )

    def test_two_of_one_name_are_asked_about(self, cast, programme, namesake):
        draft = drafted(cast, row())
        assert (draft.known, [set(r["people"]) for r in draft.unsure]) == (
            [],
            [{cast.vasile.pk, namesake.pk}],
        )
        made = actions.apply(by=cast.ion, draft=draft, chosen={2: namesake.pk})
        assert EarlierCertificate.objects.get().person == namesake
        assert made.recorded == 1

    @pytest.mark.parametrize(
        "choice", [{}, {2: 0}, {3: 1}, {2: -1}], ids=["none", "nobody", "other line", "minus"]
    )
    def test_without_a_choice_the_row_is_left_out(self, cast, programme, namesake, choice):
        made = actions.apply(by=cast.ion, draft=drafted(cast, row()), chosen=choice)
        assert refusals(made) == [(2, "", "not_chosen")]
        assert not EarlierCertificate.objects.exists()

    def test_somebody_who_was_not_offered_cannot_be_chosen(self, cast, programme, namesake):
        for other in (cast.ana.person, cast.clara.person):
            draft = drafted(cast, row())
            actions.apply(by=cast.ion, draft=draft, chosen={2: other.pk})
        assert not EarlierCertificate.objects.exists()

    @pytest.mark.parametrize(
        ("head", "cell"), [("National number", "1234567890123"), ("E-mail", "v2@example.org")]
    )
    def test_a_number_or_an_address_tells_them_apart_and_is_forgotten(
        self, cast, programme, namesake, head, cell
    ):
        draft = drafted(cast, [*row(), cell], heads=[*HEADS, head])
        assert [r["person"] for r in draft.known] == [namesake.pk]
        assert cell not in str([draft.known, draft.unsure, draft.rejected])

    def test_one_person_may_hold_several(self, cast, programme):
        draft = drafted(cast, row(), row(number="13/2022", on="2022-05-06"))
        assert len(draft.known) == 2


class TestDuplicates:
    def test_twice_in_the_list_counts_once_whatever_the_spelling(self, cast, programme):
        draft = drafted(cast, row(), row(number="12-2019", by="dgaspc arad"), row(by="Alt emitent"))
        assert [r["line"] for r in draft.known] == [2, 4]
        assert refusals(draft) == [(3, "", "twice")]

    def test_on_record_and_issued_here_are_refused(self, cast, programme):
        earlier(cast.vasile, programme)
        ours = issue.certificate(cast.vasile, programme)
        draft = drafted(cast, row(), row(number=ours.number))
        assert refusals(draft) == [(2, "", "recorded"), (3, "", "ours")]

    @pytest.mark.parametrize(
        "spell", [str.lower, lambda n: n.replace("/", "-"), lambda n: n.replace("/", " ")]
    )
    def test_one_of_ours_is_known_however_its_number_is_written(self, cast, programme, spell):
        """Recorded as paper of somebody else, it would count once more and could not be revoked."""
        ours = issue.certificate(cast.vasile, programme)
        draft = drafted(cast, row(number=spell(ours.number)))
        assert refusals(draft) == [(2, "", "ours")] and draft.known == []

    def test_what_was_recorded_between_dry_run_and_yes(self, cast, programme):
        draft = drafted(cast, row())
        earlier(cast.vasile, programme)
        made = actions.apply(by=cast.ion, draft=draft)
        assert (made.recorded, refusals(made)) == (0, [(2, "", "recorded")])

    def test_the_database_keeps_it_to_one_until_it_is_struck(self, cast, programme):
        first = earlier(cast.vasile, programme)
        with pytest.raises(IntegrityError, match="number_once"), transaction.atomic():
            earlier(cast.ana.person, programme, number="12-2019", issuer="DGASPC ARAD")
        actions.strike(by=cast.ion, earlier=first, reason="Alt titular.")
        assert earlier(cast.ana.person, programme).pk != first.pk


class TestRecording:
    def test_says_who_issued_it_and_who_recorded_it_when(self, cast, programme):
        actions.apply(by=cast.ion, draft=drafted(cast, row()))
        made = EarlierCertificate.objects.get()
        assert (made.issuer, made.recorded_on, made.recorded_by, made.organisation) == (
            "DGASPC Arad", D(2026, 3, 12), cast.ion.pk, cast.timis,
        )  # fmt: skip
        page = (
            cast.browser(cast.ion, language="en")
            .get(f"/en/evidence/certificates/{made.pk}/")
            .content.decode()
        )
        said = "Issued on paper by <bdi>DGASPC Arad</bdi>. Recorded here on 12 March 2026 by <bdi>DGASPC Timiș</bdi>."
        assert said in page
        person = (
            cast.browser(cast.ion, language="en")
            .get(f"/en/standing/people/{cast.vasile.pk}/")
            .content.decode()
        )
        assert said in person
        event = AuditEvent.objects.get(verb="earlier.recorded")
        assert (event.actor_id, event.person_id) == (cast.ion.pk, cast.vasile.pk)

    def test_a_second_yes_finds_it_done(self, cast, programme):
        draft = drafted(cast, row())
        first = actions.apply(by=cast.ion, draft=draft)
        again = actions.apply(by=cast.ion, draft=draft)
        assert (first.applied_at, EarlierCertificate.objects.count()) == (again.applied_at, 1)

    def test_of_somebody_who_left_meanwhile_is_not_recorded(self, cast, programme):
        draft = drafted(cast, row())
        cast.vasile.memberships.update(until=D(2026, 3, 1))
        made = actions.apply(by=cast.ion, draft=draft)
        assert refusals(made) == [(2, "", "nobody")]

    def test_counts_for_standing_from_its_own_first_day(self, cast, programme):
        actions.apply(by=cast.ion, draft=drafted(cast, row(until="05.05.2022")))
        for day, state in (
            (D(2019, 5, 5), State.NEVER),
            (D(2019, 5, 6), State.VALID),
            (D(2022, 5, 6), State.EXPIRED),
        ):
            assert queries.standing(cast.vasile, programme, day).state == state

    def test_a_struck_one_does_not_count_from_that_day_and_stays_on_record(self, cast, programme):
        made = earlier(cast.vasile, programme)
        actions.strike(by=cast.ion, earlier=made, reason="Alt titular.")
        assert queries.standing(cast.vasile, programme, D(2026, 3, 11)).state == State.VALID
        assert queries.standing(cast.vasile, programme, D(2026, 3, 12)).state == State.NEVER
        for change in (
            lambda: EarlierCertificate.objects.update(struck_on=None, struck_reason=""),
            lambda: EarlierCertificate.objects.update(number="1"),
            lambda: EarlierCertificate.objects.all().delete(),
        ):
            with pytest.raises(Exception, match="Cannot (update|delete)"), transaction.atomic():
                change()

    def test_striking_needs_a_reason_a_right_and_happens_once(self, cast, programme):
        made = earlier(cast.vasile, programme)
        with pytest.raises(ReasonNeeded):
            actions.strike(by=cast.ion, earlier=made, reason=" ")
        for who in (cast.olga, cast.doru, cast.quin, cast.vera):
            with pytest.raises(PermissionDenied):
                actions.strike(by=who, earlier=made, reason="x")
        for _time in range(2):
            actions.strike(by=cast.ion, earlier=made, reason="Alt titular.")
        with pytest.raises(NotNow):
            actions.strike(by=cast.ion, earlier=made, reason="Alt motiv.")

    def test_lists_go_after_a_day_and_what_they_recorded_stays(self, cast, programme):
        actions.apply(by=cast.ion, draft=drafted(cast, row()))
        with time_machine.travel(datetime(2026, 3, 13, 9, 1, tzinfo=UTC)):
            actions.forget_expired()
        assert (EarlierList.objects.count(), EarlierCertificate.objects.count()) == (0, 1)


class TestPages:
    def upload(self, cast, data: bytes, name="lista.csv"):
        sent = {"organisation": cast.timis.pk, "file": SimpleUploadedFile(name, data)}
        return cast.browser(cast.ion, language="en").post(
            "/en/evidence/certificates/", sent, follow=True
        )

    def test_upload_choose_confirm(self, cast, programme):
        twin = make.person(cast.timis, "Țurcanu", "Vasile")
        answer = self.upload(
            cast,
            listed(row(), row(number="13/2020", holder="Popescu Ana"), row(number="", holder="X")),
        )
        page = " ".join(answer.content.decode().split())
        draft = EarlierList.objects.get()
        assert (
            "Nothing is written yet." in page
            and "The number of the certificate is missing." in page
        )
        assert page.count('name="holder_2"') == 3, "two people, and nobody"
        path = f"/en/evidence/certificates/lists/{draft.pk}/"
        done = cast.browser(cast.ion, language="en").post(
            path, {"holder_2": str(twin.pk)}, follow=True
        )
        assert "2 certificates were recorded." in done.content.decode()
        people = EarlierCertificate.objects.order_by("number").values_list("person", flat=True)
        assert list(people) == [twin.pk, cast.ana.person_id]

    @pytest.mark.parametrize("value", ["", "abc", "-1", "9" * 30, "١٢"])
    def test_a_choice_that_is_none(self, cast, programme, value):
        make.person(cast.timis, "Țurcanu", "Vasile")
        draft = drafted(cast, row())
        path = f"/en/evidence/certificates/lists/{draft.pk}/"
        answer = cast.browser(cast.ion).post(path, {"holder_2": value}, follow=True)
        assert answer.status_code == 200 and not EarlierCertificate.objects.exists()

    @pytest.mark.parametrize(
        ("data", "name", "words"),
        [
            (b"", "a.csv", "The file is empty."),
            (b"%PDF-1.7 x", "a.csv", "neither an XLSX nor a CSV"),
            (listed(["1"], heads=["Number"]), "a.csv", "A column is missing."),
            (listed(), "a.csv", "no certificates below them"),
        ],
        ids=["empty", "pdf", "another list", "only names"],
    )
    def test_a_wrong_file_is_explained(self, cast, programme, data, name, words):
        assert words in self.upload(cast, data, name).content.decode()

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_template_is_a_list_that_is_understood(self, cast, programme, kind):
        for language in ("en", "ro", "uk", "bg", "ar"):
            path = f"/{language}/evidence/certificates/template.{kind}"
            data = cast.browser(cast.ion, language=language).get(path).content
            with pytest.raises(SheetError, match="no_rows"):
                actions.draft(
                    by=cast.ion, organisation=cast.timis, file_name=f"a.{kind}", data=data
                )

    def test_a_list_is_its_owners(self, cast, programme):
        draft = drafted(cast, row())
        for who in (cast.adm, cast.olga, cast.ana):
            assert (
                cast.browser(who).get(f"/ro/evidence/certificates/lists/{draft.pk}/").status_code
                == 404
            )

    def test_the_holder_reads_it_and_cannot_strike_it(self, cast, programme):
        made = earlier(cast.ana.person, programme)
        browser = cast.browser(cast.ana, language="en")
        path = f"/en/evidence/certificates/{made.pk}/"
        assert "cannot be checked here" in browser.get(path).content.decode()
        assert browser.post(path, {"reason": "x"}).status_code == 404
        assert "DGASPC Arad" in browser.get("/en/certificates/").content.decode()
        assert cast.browser(cast.olga).get(path).status_code == 404

    def test_striking_on_the_page(self, cast, programme):
        made = earlier(cast.ana.person, programme)
        path, browser = (
            f"/en/evidence/certificates/{made.pk}/",
            cast.browser(cast.ion, language="en"),
        )
        assert "Enter a reason." in browser.post(path, {"reason": ""}).content.decode()
        answer = browser.post(path, {"reason": "Alt titular."}, follow=True)
        assert "It has not counted since 12 March 2026." in " ".join(
            answer.content.decode().split()
        )


class TestAnyList(TestCase):
    """Whatever stands in the cells, every row is taken, asked about or refused by name; nothing is lost."""

    words = st.text(max_size=12) | st.sampled_from(
        ["ro.foster", "06.05.2019", "2019-05-06", "Țurcanu Vasile", "12/2019"]
    )

    @settings(max_examples=12)
    @given(st.lists(st.tuples(*[words] * 6), min_size=1, max_size=4))
    def test_every_row_has_an_outcome(self, rows):
        cast = all_people.build()
        issue.programme(cast.carer, code="ro.foster")
        try:
            draft = drafted(cast, *rows)
        except SheetError:
            return
        lines = [row["line"] for row in (*draft.known, *draft.unsure, *draft.rejected)]
        assert len(lines) == len(set(lines)) <= len(rows)
        made = actions.apply(by=cast.ion, draft=draft)
        assert EarlierCertificate.objects.count() == made.recorded == len(draft.known)
