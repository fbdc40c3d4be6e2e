"""The import of lists: nothing before a yes, every refusal with its line, column and reason."""

import csv
import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from formats.sheets import CODES, write_xlsx
from people import tasks
from people.actions import imports
from people.import_words import COLUMNS, LANGUAGES, known, reason, titles
from people.models import AuditEvent, ImportDraft, Membership, Person
from tests.factories import people as make

pytestmark = pytest.mark.django_db
HEAD = "Nume de familie;Prenume;CNP;Adresă de e-mail;Telefon;Județ;Categorie;Limbă;Din data\n"


def file(text: str | bytes, name: str = "lista.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def check(
    cast, text: str | bytes, name: str = "lista.csv", *, by=None, organisation=None
) -> ImportDraft:
    data = text if isinstance(text, bytes) else text.encode()
    return imports.draft(
        by=by or cast.ion, organisation=organisation or cast.lugoj, file_name=name, data=data
    )


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


BAD_FILES = {
    "nothing in it": (b"", "The file is empty."),
    "column names only": (HEAD.encode(), "There are column names but no people below them."),
    "no names": (b"Cod;Suma\n1;2\n", "There is no column for names."),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "neither an XLSX nor a CSV"),
    "a PDF called CSV": (b"%PDF-1.7\n1 0 obj\n", "neither an XLSX nor a CSV"),
    "a web page called Excel": (
        b"<html><table><tr><td>Nume</td></tr></table></html>",
        "neither an XLSX nor a CSV",
    ),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
    "locked": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
        "locked by a password",
    ),
    "not a workbook": (zipped(**{"readme.txt": "x"}), "neither an XLSX nor a CSV"),
    "cut off": (zipped(**{"xl/workbook.xml": "<a/>"})[:60], "damaged"),
    "too big": (b"Nume;Prenume\n" + b"A;B\n" * 1_400_000, "bigger than 5 megabytes"),
    "too many rows": (b"Nume;Prenume\n" + b"A;B\n" * 5_001, "more than 5000 rows"),
    "too many columns": (
        ";".join(f"c{n}" for n in range(50)).encode() + b"\n1;2\n",
        "more than 40 columns",
    ),
    "a bomb": (
        zipped(**{"xl/workbook.xml": "<a/>", "xl/sharedStrings.xml": "0" * 40_000_000}),
        "unpacks to more than 30 megabytes",
    ),
    "two columns of one name": (b"Nume;Prenume;nume\nA;B;C\n", "Two columns have the same name"),
    "an open quotation mark": (b'Nume;Prenume\n"A;B\nC;D\n', "quotation mark in line"),
    "a zero byte": (b"Nume;Prenume\nA\x00;B\n", "is not text"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_each_bad_file_has_its_own_words(cast, what):
    data, expected = BAD_FILES[what]
    name = (
        "lista.csv"
        if "CSV" in what or ";" in data[:200].decode("latin-1") or not data
        else "lista.xlsx"
    )
    browser = cast.browser(cast.ion, language="en")
    page = browser.post(
        "/en/me/people/import/", {"organisation": cast.lugoj.pk, "file": file(data, name)}
    )
    assert page.status_code == 200
    errors = page.context["form"].errors["file"]
    assert len(errors) == 1 and expected in errors[0], errors
    assert not ImportDraft.objects.exists()


def test_no_file_at_all(cast):
    page = cast.browser(cast.ion).post("/en/me/people/import/", {"organisation": cast.lugoj.pk})
    assert page.context["form"].errors["file"]


BAD_ROWS = {
    "no name": (";;;;;;;;x", "", "no_name"),
    "no letters in the name": ("-;'", "Nume de familie", "no_name"),
    "a number for a name": ("Popa2;Ana", "Nume de familie", "digits_in_name"),
    "a date for a name": ("Popa;٢٠٢٦", "Prenume", "digits_in_name"),
    "a short number": ("Popa;Ana;123", "CNP", "short_number"),
    "a bad address": ("Popa;Ana;;ana at example", "Adresă de e-mail", "bad_email"),
    "a bad telephone": ("Popa;Ana;;;acasă", "Telefon", "bad_phone"),
    "an unknown county": ("Popa;Ana;;;;Atlantida", "Județ", "unknown_county"),
    "an unknown category": ("Popa;Ana;;;;;Astronaut", "Categorie", "unknown_category"),
    "an unknown language": ("Popa;Ana;;;;;;Klingon", "Limbă", "unknown_language"),
    "no such day": ("Popa;Ana;;;;;;;31.02.2026", "Din data", "bad_day"),
    "words for a day": ("Popa;Ana;;;;;;;ieri", "Din data", "bad_day"),
    "a day to come": ("Popa;Ana;;;;;;;01.01.2999", "Din data", "day_out_of_range"),
    "a day long ago": ("Popa;Ana;;;;;;;1890-01-01", "Din data", "day_out_of_range"),
    "too long": ("P" * 121 + ";Ana", "Nume de familie", "too_long"),
    "more cells than columns": ("Popa;Ana;;;;;;;;;x", "", "row_too_wide"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_each_bad_row_is_refused_with_line_column_and_reason(cast, what):
    row, column, code = BAD_ROWS[what]
    if what == "no name":
        row, column = ";;1234567890123", "Nume de familie"
    draft = check(cast, HEAD + "Bun;Rând\n" + row + "\n")
    assert [r["line"] for r in draft.accepted] == [2]
    refused = draft.rejected[0]
    assert (refused["line"], refused["column"], refused["code"]) == (3, column, code)
    assert reason(refused["code"], refused["params"]).strip("“”")
    assert "%" not in reason(refused["code"], refused["params"])


def test_a_good_row_is_read_whole(cast):
    draft = check(
        cast,
        HEAD
        + "Ștefănescu-Țepeș;Ana Maria;1980010112345;ANA.ST@example.org;+40 722 000 000;Județul TIMIS;"
        "RO-social-worker;Română;07.03.2024\n",
    )
    assert draft.rejected == []
    row = draft.accepted[0]
    assert (row["county"], row["category"]) == (cast.timis_region.pk, cast.worker.pk)
    assert (row["email"], row["language"], row["since"]) == (
        "ana.st@example.org",
        "ro",
        "2024-03-07",
    )
    assert "1980010112345" not in str(ImportDraft.objects.filter(pk=draft.pk).values()), (
        "the number itself is forgotten"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_understood_in_each_language(cast, language):
    for kind in ("csv", "xlsx"):
        answer = cast.browser(cast.ion).get(f"/{language}/me/people/import/template.{kind}")
        assert "attachment" in answer["Content-Disposition"]
    row = ["Popa", "Ana", "", "", "", "", "", "", "", "", "", ""]
    draft = check(cast, write_xlsx(titles(language), [row]), "lista.xlsx")
    assert [(r["family_name"], r["given_name"]) for r in draft.accepted] == [("Popa", "Ana")]
    assert (
        cast.browser(cast.ion).get(f"/{language}/me/people/import/template.exe").status_code == 404
    )


def test_no_title_means_two_columns():
    words = [word.casefold() for words in COLUMNS.values() for word in words]
    assert len(words) == len(set(words))
    assert all(len(words) >= len(LANGUAGES) for words in COLUMNS.values())


@pytest.mark.parametrize(
    ("header", "row", "encoding"),
    [
        ("Прізвище;Ім'я;По батькові", "М’ясоїд;Щербан;Юрійович", "cp1251"),
        ("اسم العائلة;الاسم الأول;منذ", "نصار;نور;٠٧/٠٣/٢٠٢٤", "utf-8"),
        ("Фамилия;Име;От дата", "Ъглова;Мария;7.3.2024", "utf-16"),
        ("Nume;Prenume;Localitate", "Ştefan;Ţugui;Oraviţa", "cp1250"),
        ("SURNAME\tFirst name\tTown", "O'Neil\tAna\tLugoj", "utf-8-sig"),
    ],
)
def test_lists_from_five_countries(cast, header, row, encoding):
    draft = check(cast, f"{header}\n{row}\n".encode(encoding))
    assert draft.rejected == [] and len(draft.accepted) == 1
    imports.apply(by=cast.ion, draft=draft)
    person = Person.objects.get(pk=ImportDraft.objects.get().accepted[0]["person"])
    assert person.memberships.get().organisation == cast.lugoj
    assert "ş" not in person.family_name.lower(), "comma below, not cedilla"


def test_dates_of_a_workbook_are_dates(cast):
    book = openpyxl.Workbook()
    book.active.append(["Nume", "Prenume", "Din data", "Telefon"])
    book.active.append(["Popa", "Ana", make.LONG_AGO, 722000000])
    out = io.BytesIO()
    book.save(out)
    draft = check(cast, out.getvalue(), "lista.xlsx")
    assert draft.accepted[0]["since"] == "2020-01-01" and draft.accepted[0]["phone"] == "722000000"


class TestAlreadyOnRecord:
    def test_by_number_by_address_by_name(self, cast):
        make.person(cast.centru, "Număr", "Ion", national_id="1980010112345")
        make.person(cast.lugoj, "Școală", "Ion")
        text = (
            HEAD
            + "Altul;Nume;19800101 12345\nAltul;Doi;;ANA@example.org\nSCOALA;ion\nȘcoală;Ioana\n"
        )
        draft = check(cast, text)
        assert [(row["line"], row["by"]) for row in draft.known] == [
            (2, "number"),
            (3, "email"),
            (4, "name"),
        ]
        assert [row["line"] for row in draft.accepted] == [5]
        assert all(known(row["by"]) for row in draft.known)

    def test_the_same_name_with_another_number_is_somebody_else(self, cast):
        make.person(cast.lugoj, "Popa", "Ion", national_id="1980010112345")
        draft = check(cast, HEAD + "Popa;Ion;2990101000000\n")
        assert len(draft.accepted) == 1 and draft.known == []

    def test_the_same_name_in_another_institution_is_somebody_else(self, cast):
        make.person(cast.centru, "Popa", "Ion")
        assert len(check(cast, HEAD + "Popa;Ion\n").accepted) == 1

    def test_another_countys_people_are_not_told(self, cast):
        """An address or a name known only in Cluj reads like a new one in Timiș; a number says no more than it must."""
        make.person(
            cast.cluj, "Secret", "Om", national_id="1980010112345", email="secret@example.org"
        )
        draft = check(
            cast, HEAD + "Nou;Unu;;secret@example.org\nNou;Doi;1980010112345\nSecret;Om\n"
        )
        assert [row["line"] for row in draft.accepted] == [2, 4] and draft.known == []
        assert [(row["line"], row["code"]) for row in draft.rejected] == [(3, "number_taken")]

    def test_twice_in_one_file(self, cast):
        draft = check(
            cast,
            HEAD + "A;B;1980010112345\nC;D;1980010112345\nE;F;;e@example.org\nG;H;;E@example.org\n",
        )
        refused = [(row["line"], row["column"], row["params"]) for row in draft.rejected]
        assert refused == [(3, "CNP", {"line": 2}), (5, "Adresă de e-mail", {"line": 4})]


class TestConfirming:
    TEXT = HEAD + "Unu;Ana\nDoi;Ion;;doi@example.org;;;RO-foster-carer;uk\nTrei2;Eva\n"

    def test_nothing_is_written_before_the_yes(self, cast):
        people, members, trail = (
            Person.objects.count(),
            Membership.objects.count(),
            AuditEvent.objects,
        )
        draft = check(cast, self.TEXT)
        assert (Person.objects.count(), Membership.objects.count()) == (people, members)
        assert trail.filter(verb="people.import_checked", target_id=str(draft.pk)).count() == 1
        assert not trail.filter(
            verb="person.recorded", organisation_path=cast.lugoj.path, actor_id=cast.ion.pk
        ).exists()

    def test_the_yes_writes_the_accepted_rows_with_trail(self, cast):
        draft = imports.apply(by=cast.ion, draft=check(cast, self.TEXT))
        people = [Person.objects.get(pk=row["person"]) for row in draft.accepted]
        assert [p.family_name for p in people] == ["Unu", "Doi"]
        assert people[1].latin_name == "Doi Ion" or people[1].latin_name == "Ion Doi"
        assert people[1].categories.get().category == cast.carer and people[1].language == "uk"
        assert people[0].region == cast.timis_region or people[0].region is None
        assert people[0].sort_key and list(Person.objects.matching("unu")) == [people[0]]
        for person in people:
            assert person.memberships.get().recorded_by == cast.ion
            event = AuditEvent.objects.get(verb="person.recorded", person_id=person.pk)
            assert event.organisation_path == cast.lugoj.path

    def test_a_second_yes_changes_nothing(self, cast):
        draft = check(cast, self.TEXT)
        imports.apply(by=cast.ion, draft=draft)
        count = Person.objects.count()
        imports.apply(by=cast.ion, draft=draft)
        assert Person.objects.count() == count
        assert AuditEvent.objects.filter(verb="people.imported").count() == 1

    def test_the_same_list_again_finds_everybody_on_record(self, cast):
        imports.apply(by=cast.ion, draft=check(cast, self.TEXT))
        again = check(cast, self.TEXT)
        assert again.accepted == [] and len(again.known) == 2

    def test_who_was_recorded_meanwhile_is_left_alone(self, cast):
        draft = check(cast, self.TEXT)
        make.person(cast.lugoj, "Unu", "Ana")
        draft = imports.apply(by=cast.ion, draft=draft)
        assert [row["family_name"] for row in draft.accepted] == ["Doi"]
        assert [row["by"] for row in draft.known] == ["name"]

    def test_all_rows_or_none(self, cast, monkeypatch):
        draft, before = check(cast, self.TEXT), Person.objects.count()
        # The trail is written last: what fails there takes everything before with it.
        monkeypatch.setattr(imports.AuditEvent.objects, "bulk_create", lambda _rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            imports.apply(by=cast.ion, draft=draft)
        assert Person.objects.count() == before and ImportDraft.objects.get().applied_at is None

    def test_the_right_is_asked_again(self, cast):
        draft = check(cast, self.TEXT)
        Membership.objects.filter(person=cast.ion.person).update(
            until=make.today() - timedelta(days=1)
        )
        with pytest.raises(PermissionDenied):
            imports.apply(by=make.fresh(cast.ion), draft=draft)

    def test_five_thousand_rows_take_few_queries(self, cast, django_assert_max_num_queries):
        text = HEAD + "".join(
            f"Om{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)};Ana\n"
            for n in range(2000)
        )
        with django_assert_max_num_queries(30):
            draft = check(cast, text)
        assert len(draft.accepted) == 2000
        with django_assert_max_num_queries(45):
            imports.apply(by=cast.ion, draft=draft)


class TestRights:
    @pytest.mark.parametrize(
        ("who", "where"),
        [
            ("olga", "lugoj"),
            ("ion", "cluj"),
            ("doru", "lugoj"),
            ("mara", "timis"),
            ("quin", "timis"),
            ("vera", "timis"),
        ],
    )
    def test_only_who_may_import_there(self, cast, who, where):
        with pytest.raises(PermissionDenied):
            check(
                cast, TestConfirming.TEXT, by=getattr(cast, who), organisation=getattr(cast, where)
            )

    def test_an_institution_of_another_county_cannot_be_posted(self, cast):
        page = cast.browser(cast.ion).post(
            "/en/me/people/import/",
            {"organisation": cast.cluj.pk, "file": file(TestConfirming.TEXT)},
        )
        assert page.context["form"].errors["organisation"] and not ImportDraft.objects.exists()

    def test_a_draft_is_its_owners_alone_and_for_a_day(self, cast):
        draft = check(cast, TestConfirming.TEXT)
        pages = [f"/en/me/people/import/{draft.pk}/", f"/en/me/people/import/{draft.pk}/result.csv"]
        for page in pages:
            assert cast.browser(cast.ion).get(page).status_code == 200
            for who in (cast.olga, cast.adm, cast.vera, cast.ana):
                assert cast.browser(who).get(page).status_code == 404
        assert cast.browser(cast.adm).post(pages[0]).status_code == 404
        ImportDraft.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert [cast.browser(cast.ion).get(page).status_code for page in pages] == [404, 404]
        tasks.forget_expired_imports(0)
        assert not ImportDraft.objects.exists()


def test_the_pages_from_upload_to_result(cast):
    browser = cast.browser(cast.ion)
    answer = browser.post(
        "/en/me/people/import/", {"organisation": cast.lugoj.pk, "file": file(TestConfirming.TEXT)}
    )
    page = browser.get(answer["Location"]).content.decode()
    assert "Nothing is written yet" in page and "Put 2 people on record" in page
    assert "There are digits in the name." in page and "Nume de familie" in page
    assert browser.post(answer["Location"])["Location"] == answer["Location"]
    page = browser.get(answer["Location"]).content.decode()
    assert (
        "2 people were put on record" in page
        and "<button" not in page.split("<main")[1].split("</main")[0]
    )
    rows = list(
        csv.reader(
            io.StringIO(browser.get(f"{answer['Location']}result.csv").content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert rows[0] == ["Line", "Name", "Result", "Column", "Reason"]
    assert rows[3] == [
        "4",
        "Trei2 Eva",
        "refused",
        "Nume de familie",
        "There are digits in the name.",
    ]


def test_every_code_has_words():
    ours = {
        "wrong_template",
        "no_name",
        "digits_in_name",
        "bad_email",
        "bad_phone",
        "short_number",
        "number_taken",
        "unknown_county",
        "unknown_category",
        "unknown_language",
        "bad_day",
        "day_out_of_range",
        "twice",
        "too_long",
    }
    fallback = reason("no such code", {})
    for code in ours | set(CODES):
        text = reason(
            code, {"limit": 3, "megabytes": 3, "line": 4, "value": "x", "name": "x", "column": 2}
        )
        assert text != fallback and "%(" not in text, code
