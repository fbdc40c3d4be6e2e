"""Proofs of training elsewhere on their pages: a phone's upload, the decision, files that nobody else opens."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.programmes import set_second_person
from certification.actions.review import Line
from certification.models import Evidence, HoursEntry
from people.models import AuditEvent
from tests.factories import certification as issue
from tests.factories import people as make
from tests.factories.evidence import pdf, photo, proof, zipped

State = Evidence.State
HERE = "/en/evidence/"
EVERYBODY = ("ana", "clara", "ion", "olga", "petar", "mara", "doru", "quin", "vera", "nour", "adm")


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


def upload(data: bytes, name: str = "foto.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def form(*files: SimpleUploadedFile, **fields) -> dict:
    """What a phone posts."""
    return {
        "title": "Primul ajutor", "provider": "Crucea Roșie", "first_day": "2026-02-10",
        "last_day": "2026-02-10", "hours": "8", "number": "", "files": list(files or (upload(photo()),)),
        **fields,
    }  # fmt: skip


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


class TestSending:
    def test_a_photo_is_sent_and_its_page_says_what_comes_next(self, cast):
        browser = cast.browser(cast.ana, language="en")
        answer = browser.post(HERE + "new/", form(upload(photo(place=True))), follow=True)
        made = Evidence.objects.get()
        assert answer.redirect_chain[-1][0] == f"{HERE}{made.pk}/"
        assert "The paper has arrived." in text_of(answer)
        assert (made.person, made.minutes, made.institution) == (cast.ana.person, 480, None)
        assert "Primul ajutor" in text_of(browser.get(HERE))

    def test_two_clicks_are_one_paper_with_one_page(self, cast):
        browser = cast.browser(cast.ana, language="en")
        places = [browser.post(HERE + "new/", form())["Location"] for _click in range(2)]
        assert places[0] == places[1]
        assert Evidence.objects.count() == 1

    @pytest.mark.parametrize(
        ("typed", "minutes"),
        [
            ("8", 480),
            ("7.5", 450),
            ("7,5", 450),
            ("7:30", 450),
            ("٧٫٥", 450),
            (" 0.25 ", 15),
            ("۸", 480),
        ],
        ids=["whole", "point", "comma", "clock", "arabic", "quarter", "persian"],
    )
    def test_hours_as_people_write_them(self, cast, typed, minutes):
        cast.browser(cast.ana).post("/ro/evidence/new/", form(hours=typed))
        assert Evidence.objects.get().minutes == minutes

    @pytest.mark.parametrize("typed", ["", "eight", "-1", "0", "99999", "1e3", "7:75", "8h", "١٢a"])
    def test_hours_that_are_none_say_so_and_keep_the_rest(self, cast, typed):
        answer = cast.browser(cast.ana, language="en").post(HERE + "new/", form(hours=typed))
        said = text_of(answer)
        assert answer.status_code == 200 and "error-summary" in said
        assert 'value="Crucea Roșie"' in said and "choose the photo once more" in said
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (upload(b"<svg onload=alert(1)/>", "a.svg", "image/svg+xml"), "neither a photo nor a PDF"),
            (upload(b"<html><script>1</script>", "a.jpg"), "neither a photo nor a PDF"),
            (upload(zipped(), "a.pdf", "application/pdf"), "neither a photo nor a PDF"),
            (upload(b"", "a.jpg"), "The file is empty"),
            (upload(photo()[:80], "a.jpg"), "damaged"),
            (upload(pdf(b"/S /JavaScript"), "a.pdf"), "program code"),
            (upload(pdf(b"/Encrypt 3 0 R"), "a.pdf"), "locked by a password"),
            (upload(b"\xff\xd8\xff" + b"\0" * (11 * 2**20), "a.jpg"), "bigger than 10 megabytes"),
        ],
        ids=["svg", "html as jpg", "zip as pdf", "0 bytes", "half a photo", "script", "locked", "11 MB"],
    )  # fmt: skip
    def test_a_bad_file_is_explained_at_its_field(self, cast, file, words, settings):
        answer = cast.browser(cast.ana, language="en").post(HERE + "new/", form(file))
        assert answer.status_code == 200 and words in text_of(answer)
        assert 'href="#id_files"' in text_of(answer)
        assert not Evidence.objects.exists()
        assert [p for p in settings.PRIVATE_ROOT.rglob("*") if p.is_file()] == []

    @pytest.mark.parametrize(
        "name", ["\u202egpj.exe", "../../etc/passwd", "a\x00b.jpg", "x" * 300 + ".jpg", "фото.jpg", ".htaccess"]
    )  # fmt: skip
    def test_the_name_of_a_file_means_nothing(self, cast, name, settings):
        cast.browser(cast.ana).post("/ro/evidence/new/", form(upload(photo(), name)))
        (path,) = (p for p in settings.PRIVATE_ROOT.rglob("*") if p.is_file())
        made = Evidence.objects.get()
        assert (path.name, path.parent.name) == (f"{made.pk}.jpg", "2026")

    def test_the_same_file_again_and_a_day_to_come_are_explained(self, cast):
        browser = cast.browser(cast.ana, language="en")
        browser.post(HERE + "new/", form())
        again = browser.post(HERE + "new/", form(title="Altceva"))
        assert "This very file was sent before, on 12 March 2026." in text_of(again)
        later = browser.post(
            HERE + "new/", form(upload(photo("red")), title="X", last_day="2026-03-13")
        )
        assert "This day is still to come." in text_of(later)

    def test_an_institution_sends_it_for_its_person(self, cast):
        browser = cast.browser(cast.doru, language="en")
        page = browser.get(f"{HERE}people/{cast.vasile.pk}/new/")
        assert "Țurcanu" in text_of(page)
        browser.post(f"{HERE}people/{cast.vasile.pk}/new/", form())
        made = Evidence.objects.get()
        assert (made.person, made.institution, made.handed_in_by) == (
            cast.vasile,
            cast.lugoj,
            cast.doru,
        )
        assert browser.get(f"{HERE}{made.pk}/").status_code == 200
        assert cast.browser(cast.mara).get(f"/ro/evidence/{made.pk}/").status_code == 200, (
            "the county's coordinator"
        )

    def test_whoever_may_put_forward_sees_only_what_an_institution_sent(self, cast):
        own = proof(cast.vasile, institution=None)
        assert cast.browser(cast.doru).get(f"/ro/evidence/{own.pk}/").status_code == 404

    def test_somebody_without_a_record_makes_one_first(self, cast):
        stranger = make.superuser()
        answer = make.signed_in(stranger, language="en").get(HERE + "new/")
        assert answer["Location"].endswith("/me/welcome/")
        assert "You have sent no paper yet" in text_of(
            make.signed_in(stranger, language="en").get(HERE)
        )


class TestFiles:
    @pytest.mark.parametrize(
        "who",
        ["ana", "clara", "ion", "olga", "petar", "mara", "doru", "quin", "vera", "nour", "adm"],
    )
    def test_who_may_open_one(self, cast, who):
        made = proof(cast.ana.person, cast.ana)
        path = f"/ro/evidence/{made.pk}/files/{made.files.get().pk}/"
        expected = 200 if who in {"ana", "ion", "adm"} else 404
        assert cast.browser(getattr(cast, who)).get(path).status_code == expected
        if expected == 404:
            assert not AuditEvent.objects.filter(verb="evidence.file_opened").exists()

    def test_comes_as_what_it_is_to_save_and_to_run_nowhere(self, cast):
        made = proof(cast.ana.person, cast.ana, files=[photo(), pdf()])
        for file, kind in zip(made.files.all(), ("image/jpeg", "application/pdf"), strict=True):
            answer = cast.browser(cast.ion).get(f"/ro/evidence/{made.pk}/files/{file.pk}/")
            assert answer["Content-Type"] == kind
            assert (
                answer["Content-Disposition"]
                == f'attachment; filename="proof-{made.pk}-{file.pk}.{file.kind}"'
            )
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "no-store" in answer["Cache-Control"]
            assert len(answer.content) == file.size

    def test_opening_somebody_elses_is_in_the_trail(self, cast):
        made = proof(cast.ana.person, cast.ana)
        path = f"/ro/evidence/{made.pk}/files/{made.files.get().pk}/"
        for who in (cast.ana, cast.ion):
            cast.browser(who).get(path)
        event = AuditEvent.objects.get(verb="evidence.file_opened")
        assert (event.actor_id, event.person_id) == (cast.ion.pk, cast.ana.person_id)

    def test_of_one_proof_is_not_found_under_another(self, cast):
        mine, theirs = proof(cast.ana.person, cast.ana), proof(cast.clara.person, cast.clara)
        path = f"/ro/evidence/{mine.pk}/files/{theirs.files.get().pk}/"
        assert cast.browser(cast.ana).get(path).status_code == 404

    def test_is_not_among_the_published_media(self, cast):
        made = proof(cast.ana.person, cast.ana)
        for path in (
            f"/media/{made.files.get().file.name}",
            f"/private/{made.files.get().file.name}",
        ):
            assert Client().get(path, follow=True).status_code == 404

    def test_one_that_was_deleted_is_not_there(
        self, cast, settings, django_capture_on_commit_callbacks
    ):
        made = proof(cast.ana.person, cast.ana)
        review.refuse(by=cast.ion, evidence=made, words="Nu.")
        later = datetime(2027, 4, 1, tzinfo=UTC)
        with (
            time_machine.travel(later, tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            sending.forget_papers()
            path = f"/en/evidence/{made.pk}/"
            assert "deleted a year after the decision" in text_of(
                cast.browser(cast.ana, language="en").get(path)
            )
            assert (
                cast.browser(cast.ana).get(f"{path}files/{made.files.get().pk}/").status_code == 404
            )


class TestReviewing:
    @pytest.fixture
    def made(self, cast) -> Evidence:
        return proof(cast.ana.person, cast.ana, minutes=600)

    def page(self, cast, made: Evidence, act: str = "") -> str:
        return f"{HERE}{made.pk}/{act}{'/' if act else ''}"

    def test_the_list_is_the_officers_own_county(self, cast, made):
        of_cluj = proof(cast.clara.person, cast.clara, title="Alt curs")
        timis = text_of(cast.browser(cast.ion, language="en").get(HERE + "review/"))
        cluj = text_of(cast.browser(cast.olga, language="en").get(HERE + "review/"))
        assert made.title in timis and of_cluj.title not in timis
        assert of_cluj.title in cluj and made.title not in cluj

    def test_a_part_is_granted_on_one_page(self, cast, made):
        browser = cast.browser(cast.ion, language="en")
        assert 'value="10"' in text_of(browser.get(self.page(cast, made, "grant"))), (
            "all of it is proposed"
        )
        sent = {"hours_0": "6", "kind_0": "theory", "hours_1": "2,5", "kind_1": "practice", "hours_2": "",
                "words": "O zi a fost despre altceva."}  # fmt: skip
        for _click in range(2):
            answer = browser.post(self.page(cast, made, "grant"), sent, follow=True)
        assert "A part of the paper counts: 8 h 30 min of 10 h." in text_of(answer)
        assert "O zi a fost despre altceva." in text_of(answer)
        assert sorted(HoursEntry.objects.values_list("kind", "minutes")) == [
            ("practice", 150),
            ("theory", 360),
        ]
        assert "8 h 30 min of 10 h count" in text_of(browser.get(HERE + "review/?group=decided"))

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"hours_0": "11"}, "more than was handed in"),
            ({"hours_0": ""}, "Enter hours in at least one row"),
            ({"hours_0": "many"}, "Enter hours as a number"),
            ({"hours_0": "1", "kind_0": "test"}, "Select a valid choice"),
            ({"hours_0": "1", "topic_0": "999"}, "Select a valid choice"),
        ],
        ids=["too many", "none", "words", "a kind that has no hours", "no such topic"],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_written(self, cast, made, sent, words):
        answer = cast.browser(cast.ion, language="en").post(self.page(cast, made, "grant"), sent)
        assert words in text_of(answer)
        assert not HoursEntry.objects.exists()

    def test_a_question_goes_to_the_person_and_comes_back(self, cast, made):
        officer, ana = cast.browser(cast.ion, language="en"), cast.browser(cast.ana, language="en")
        officer.post(self.page(cast, made, "ask"), {"words": "Unde e verso?"})
        assert "Unde e verso?" in text_of(ana.get(self.page(cast, made)))
        assert "There is no open question" not in text_of(ana.get(self.page(cast, made, "answer")))
        sent = {"words": "Iată.", "files": [upload(photo("red"))]}
        ana.post(self.page(cast, made, "answer"), sent)
        made.refresh_from_db()
        assert (made.state, made.files.count()) == (State.WAITING, 2)
        assert "There is no open question" in text_of(ana.get(self.page(cast, made, "answer")))

    @pytest.mark.parametrize("act", ["ask", "refuse"])
    def test_words_are_needed(self, cast, made, act):
        answer = cast.browser(cast.ion, language="en").post(
            self.page(cast, made, act), {"words": " "}
        )
        assert answer.status_code == 200 and "Say why in a few plain words." in text_of(answer)

    def test_a_refusal_reaches_the_persons_page(self, cast, made):
        cast.browser(cast.ion).post(self.page(cast, made, "refuse"), {"words": "Fără ștampilă."})
        said = text_of(cast.browser(cast.ana, language="en").get(self.page(cast, made)))
        assert "The paper was refused." in said and "Fără ștampilă." in said

    def test_whoever_was_slower_reads_that_it_is_decided(self, cast, made):
        review.refuse(by=cast.ion, evidence=made, words="Nu.")
        answer = cast.browser(cast.adm, language="en").get(self.page(cast, made, "grant"))
        assert answer.status_code == 409 and "Somebody was faster" in text_of(answer)
        answer = cast.browser(cast.adm, language="en").post(
            self.page(cast, made, "grant"), {"hours_0": "1"}
        )
        assert answer.status_code == 409 and not HoursEntry.objects.exists()

    def test_the_second_person_confirms_and_the_first_cannot(self, cast, made):
        issue.programme(cast.carer, second_person=True)
        first, second = cast.browser(cast.ion, language="en"), cast.browser(cast.adm, language="en")
        assert "A second person has to confirm before" in text_of(
            first.get(self.page(cast, made, "grant"))
        )
        first.post(self.page(cast, made, "grant"), {"hours_0": "5", "kind_0": "theory"})
        assert first.get(self.page(cast, made, "confirm")).status_code == 409
        assert first.post(self.page(cast, made, "confirm")).status_code == 409
        assert not HoursEntry.objects.exists()
        assert made.title in text_of(second.get(HERE + "review/?group=second"))
        answer = second.post(self.page(cast, made, "confirm"), follow=True)
        assert "A part of the paper counts: 5 h of 10 h." in text_of(answer)

    def test_the_second_sends_it_back(self, cast, made):
        issue.programme(cast.carer, second_person=True)
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 60)])
        cast.browser(cast.adm).post(
            self.page(cast, made, "send-back"), {"words": "De ce așa puțin?"}
        )
        made.refresh_from_db()
        assert made.state == State.WAITING
        assert "De ce așa puțin?" in text_of(cast.browser(cast.ion).get(self.page(cast, made)))

    def test_a_correction_is_asked_why(self, cast, made):
        review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 600)])
        browser = cast.browser(cast.ion, language="en")
        wrong = browser.post(self.page(cast, made, "correct"), {"hours_0": "5", "kind_0": "theory"})
        assert "Say why" in text_of(wrong)
        browser.post(
            self.page(cast, made, "correct"),
            {"hours_0": "5", "kind_0": "theory", "words": "Jumătate."},
        )
        assert sum(HoursEntry.objects.values_list("minutes", flat=True)) == 300
        assert "the hours were corrected" in text_of(browser.get(self.page(cast, made)))

    def test_doubts_stand_where_one_decides_and_nowhere_else(self, cast, made):
        proof(cast.clara.person, cast.clara)
        officer = text_of(cast.browser(cast.ion, language="en").get(self.page(cast, made)))
        ana = text_of(cast.browser(cast.ana, language="en").get(self.page(cast, made)))
        assert "handed in for another person" in officer and "another person" not in ana

    def test_an_officer_does_not_decide_about_a_paper_of_their_own(self, cast):
        mine = proof(cast.ion.person, cast.ion)
        browser = cast.browser(cast.ion)
        assert browser.get(self.page(cast, mine)).status_code == 200
        assert browser.get(self.page(cast, mine, "grant")).status_code == 404
        assert browser.post(self.page(cast, mine, "grant"), {"hours_0": "1"}).status_code == 404

    def test_taken_back_by_a_button(self, cast, made):
        browser = cast.browser(cast.ana, language="en")
        assert "Take the paper back" in text_of(browser.get(self.page(cast, made)))
        answer = browser.post(self.page(cast, made, "withdraw"), follow=True)
        assert "The paper was taken back." in text_of(answer)
        assert Evidence.objects.get().state == State.WITHDRAWN

    def test_the_persons_page_shows_them_to_who_may(self, cast, made):
        path = f"/en/standing/people/{cast.ana.person_id}/"
        assert made.title in text_of(cast.browser(cast.ion, language="en").get(path))
        assert made.title not in text_of(cast.browser(cast.quin, language="en").get(path))

    @pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
    def test_every_page_opens_in_every_language(self, cast, made, language):
        officer, ana = (
            cast.browser(cast.ion, language=language),
            cast.browser(cast.ana, language=language),
        )
        here = f"/{language}/evidence/"
        for path in (
            "review/",
            f"{made.pk}/",
            *(f"{made.pk}/{a}/" for a in ("grant", "ask", "refuse")),
        ):
            assert officer.get(here + path).status_code == 200, path
        for path in ("", "new/", f"{made.pk}/", f"{made.pk}/withdraw/"):
            assert ana.get(here + path).status_code == 200, path
        assert date(2026, 2, 10) == made.last_day


class TestSwitch:
    @pytest.mark.parametrize("asked", [True, False])
    def test_an_administrator_turns_it_for_a_programme(self, cast, asked):
        programme = issue.programme(cast.carer, second_person=not asked)
        browser = cast.browser(cast.adm, language="en")
        path = f"/en/programmes/{programme.pk}/second-person/"
        value = "yes" if asked else "no"
        assert f'value="{value}"' in text_of(browser.get(path))
        for _click in range(2):
            browser.post(path, {"second_person": value})
        programme.refresh_from_db()
        assert programme.second_person == asked
        assert AuditEvent.objects.filter(verb="programme.second_person").count() == 1
        assert f"/en/programmes/{programme.pk}/second-person/" in text_of(
            browser.get("/en/programmes/")
        )

    @pytest.mark.parametrize("who", ["ion", "ana", "vera"])
    def test_nobody_else(self, cast, who):
        programme = issue.programme(cast.carer)
        path = f"/ro/programmes/{programme.pk}/second-person/"
        assert (
            cast.browser(getattr(cast, who)).post(path, {"second_person": "yes"}).status_code == 404
        )
        with pytest.raises(PermissionDenied):
            set_second_person(programme=programme, asked=True, by=getattr(cast, who))
