"""The pages of the rules and of a carer's circumstances: the way to a published version, and every no."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from certification.actions import rules
from certification.models import Circumstance, Programme, Requirement, RuleVersion
from courses.models import Topic
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

D = date
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        yield


@pytest.fixture
def programme(cast: Cast) -> Programme:
    made = proof.programme(cast.carer, rule={"grace_days": 30})
    proof.requirement(made.versions.get(), "yearly", period="calendar_year", minutes=600)
    return made


@pytest.fixture
def draft(cast: Cast, programme: Programme) -> RuleVersion:
    return rules.draft(programme=programme, effective_from=D(2026, 7, 1), by=cast.adm)


def url(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(f"certification:{name}", args=args)


def text_of(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


REQUIREMENT = {
    "code": "law", "kind": "theory", "hours": "12,5", "count": "", "period": "once", "months": "",
    "path": "first", "topic": "", "category": "", "condition": "",
}  # fmt: skip
FIGURES = {
    "effective_from": "2026-08-01", "legal_basis_en": "Act 9/2026", "validity": "months", "validity_months": "24",
    "renewal_window_days": "60", "grace_days": "10", "attendance_percent": "75", "transition": "holders",
    "transition_before": "", "transition_until": "2027-12-31",
}  # fmt: skip


def test_from_the_programme_to_a_published_version(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.adm, language="en")
    assert url("rules-new", programme.pk) in text_of(browser.get(url("programme", programme.pk)))
    browser.post(url("rules-new", programme.pk), {"effective_from": "2026-07-01"})
    version = RuleVersion.objects.drafts().get()
    browser.post(url("rules-figures", version.pk), FIGURES)
    browser.post(url("rules-add", version.pk), REQUIREMENT | {"hours": "12.5"})
    page = text_of(browser.get(url("rules", version.pk)))
    assert "Act 9/2026" in page and "12 h 30 min" in page and "24 months" in page
    assert "until 31 December 2027" in page
    answer = browser.post(url("rules-publish", version.pk), follow=True)
    assert "The version is published." in text_of(answer)
    version.refresh_from_db()
    assert version.status == "published" and version.effective_from == D(2026, 8, 1)
    former = programme.versions.get(effective_to=D(2026, 8, 1))
    assert former.effective_from == proof.LONG_AGO
    assert version.requirements.get(code="law").minutes == 750


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_figures_that_no_law_is_known_to_set_are_shown_as_such(
    cast: Cast, programme: Programme, language: str
) -> None:
    """Neither «0 days» nor «none» stands there as if a law had said it."""
    with translation.override(language):
        address = reverse("certification:programme", args=[programme.pk])
        own = gettext("Not known in law. This is our own setting.")
        review = f"<dd>{gettext('not known in law')}</dd>"
    browser = cast.browser(cast.adm, language=language)
    before = text_of(browser.get(address))
    assert own not in before and review not in before
    programme.versions.update(
        unknown=["grace_days", "renewal_window_days", "review_interval_months"]
    )
    after = text_of(browser.get(address))
    assert after.count(own) == 2 and review in after


def test_the_first_day_of_a_rule_may_be_unknown_too(cast: Cast, programme: Programme) -> None:
    programme.versions.update(unknown=["effective_from"])
    browser = cast.browser(cast.adm, language="en")
    page = text_of(browser.get(url("programme", programme.pk)))
    assert "The first day is not known in law." in page and "own setting" not in page


def test_an_administrator_says_what_the_law_leaves_unknown(cast: Cast, draft: RuleVersion) -> None:
    browser, address = cast.browser(cast.adm, language="en"), url("rules-figures", draft.pk)
    browser.post(address, FIGURES | {"unknown": ["grace_days", "review_interval_months"]})
    draft.refresh_from_db()
    assert draft.unknown == ["grace_days", "review_interval_months"]
    both = FIGURES | {"unknown": ["review_interval_months"], "review_interval_months": "24"}
    assert "Leave this empty, or say that it is known." in text_of(browser.post(address, both))
    assert "Select a valid choice." in text_of(
        browser.post(address, FIGURES | {"unknown": ["attendance_percent"]})
    )
    draft.refresh_from_db()
    assert (draft.review_interval_months, len(draft.unknown)) == (None, 2)
    browser.post(address, FIGURES | {"review_interval_months": "24"})
    draft.refresh_from_db()
    assert (draft.review_interval_months, draft.unknown) == (24, [])


def test_a_requirement_is_changed_and_taken_out(cast: Cast, draft: RuleVersion) -> None:
    browser, row = cast.browser(cast.adm, language="en"), draft.requirements.get()
    assert 'value="10' in text_of(browser.get(url("rules-requirement", row.pk)))
    values = {"code": "yearly", "hours": "20", "period": "calendar_year", "path": "both"}
    browser.post(
        url("rules-requirement", row.pk), REQUIREMENT | values | {"unknown": ["mandatory"]}
    )
    row.refresh_from_db()
    assert (row.minutes, row.unknown, row.kind) == (1200, ["mandatory"], "theory")
    browser.post(url("rules-remove", row.pk))
    assert not Requirement.objects.filter(pk=row.pk).exists()


def test_what_counts_in_its_place_is_added_and_taken_out(cast: Cast, draft: RuleVersion) -> None:
    browser, row = cast.browser(cast.adm, language="en"), draft.requirements.get()
    topic = Topic.objects.create(code="law", name={"en": "Law"})
    other, course = proof.programme(cast.carer), proof.course("Attachment")
    address = url("rules-equal", row.pk)
    assert "Nothing yet" in text_of(browser.get(address))
    for thing, hours in (
        (f"topic {topic.pk}", "3"),
        (f"course {course.pk}", "1.5"),
        (f"programme {other.pk}", ""),
    ):
        browser.post(address, {"thing": thing, "hours": hours})
    found = {(e.topic_id, e.course_id, e.programme_id, e.minutes) for e in row.equivalences.all()}
    assert found == {
        (topic.pk, None, None, None), (None, course.pk, None, 90), (None, None, other.pk, None),
    }  # fmt: skip
    page = text_of(browser.get(address))
    assert "counts for 1 h 30 min" in page and "counts for all that is asked" in page
    assert "also counts: <bdi>Law</bdi>" in text_of(browser.get(url("rules", draft.pk)))
    browser.post(url("rules-unequal", row.equivalences.get(topic=topic).pk))
    assert row.equivalences.count() == 2


@pytest.mark.parametrize("thing", ["", "topic 999999", "person 1", "topic"])
def test_what_is_no_thing_counts_for_nothing(cast: Cast, draft: RuleVersion, thing: str) -> None:
    row = draft.requirements.get()
    answer = cast.browser(cast.adm).post(url("rules-equal", row.pk), {"thing": thing})
    assert answer.status_code == 200 and not row.equivalences.exists()


def test_the_programme_itself_does_not_count_in_place_of_its_own(
    cast: Cast, programme: Programme, draft: RuleVersion
) -> None:
    row = draft.requirements.get()
    cast.browser(cast.adm).post(url("rules-equal", row.pk), {"thing": f"programme {programme.pk}"})
    assert not row.equivalences.exists()


WRONG = [
    ("hours and times", {"count": "2"}, "Enter hours or times, not both."),
    ("months that roll without a number", {"period": "rolling_months"}, "Enter the number of months."),
    ("a test in hours", {"kind": "test"}, "A test or a result has no hours."),
    ("a yearly test", {"kind": "test", "hours": "", "period": "calendar_year"}, "can only be asked once"),
    ("no code", {"code": ""}, "This field is required."),
    ("a code that is there", {"code": "yearly"}, "Another requirement of this version has that code."),
    ("hours in words", {"hours": "ten"}, "Enter a number."),
    ("a category of another programme", {"category": "999999"}, "Select a valid choice."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_requirement_is_said_and_nothing_is_written(
    cast: Cast, draft: RuleVersion, values: dict[str, str], sentence: str
) -> None:
    browser = cast.browser(cast.adm, language="en")
    answer = browser.post(url("rules-add", draft.pk), REQUIREMENT | {"hours": "12.5"} | values)
    assert answer.status_code == 200 and sentence in text_of(answer)
    assert draft.requirements.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"validity_months": ""}, "Enter the number of months."),
        ({"transition_until": "2026-07-31"}, "This day must not be before the first day."),
        ({"effective_from": "2026-02-30"}, "Enter a day that exists"),
        ({"attendance_percent": "101"}, "less than or equal to 100"),
    ],
    ids=["no months", "over before it begins", "no such day", "too much"],
)
def test_wrong_figures_are_said(cast: Cast, draft: RuleVersion, values, sentence: str) -> None:
    answer = cast.browser(cast.adm, language="en").post(
        url("rules-figures", draft.pk), FIGURES | values
    )
    assert answer.status_code == 200 and sentence in text_of(answer)
    draft.refresh_from_db()
    assert draft.grace_days == 30


def test_what_is_regular_is_for_everybody_whatever_was_ticked(
    cast: Cast, draft: RuleVersion
) -> None:
    values = {"period": "calendar_year", "path": "renewal", "is_separate": "on", "hours": "5"}
    cast.browser(cast.adm).post(url("rules-add", draft.pk), REQUIREMENT | values)
    row = draft.requirements.get(code="law")
    assert (row.path, row.is_separate, row.minutes) == ("both", False, 300)


def test_a_version_whose_day_has_come_is_refused_in_words(cast: Cast, draft: RuleVersion) -> None:
    with time_machine.travel("2026-07-01T10:00:00Z", tick=False):
        browser = cast.browser(cast.adm, language="en")
        answer = browser.post(url("rules-publish", draft.pk))
    assert answer.status_code == 409
    assert "The first day must be later than today." in text_of(answer)


def test_the_first_of_two_people_is_told_that_another_one_publishes(
    cast: Cast, programme: Programme, draft: RuleVersion
) -> None:
    Programme.objects.filter(pk=programme.pk).update(second_person=True)
    browser = cast.browser(cast.adm, language="en")
    assert "Propose the version" in text_of(browser.get(url("rules-publish", draft.pk)))
    assert "waits for a second person" in text_of(
        browser.post(url("rules-publish", draft.pk), follow=True)
    )
    assert "You proposed this version." in text_of(browser.get(url("rules", draft.pk)))
    other = cast.browser(make.staff(cast.anpdca, "administrator"), language="en")
    assert "Somebody else proposed this version." in text_of(other.get(url("rules", draft.pk)))
    other.post(url("rules-publish", draft.pk))
    draft.refresh_from_db()
    assert draft.status == "published"


def test_the_preview_counts_by_county_lists_by_name_and_is_in_the_trail(
    cast: Cast, programme: Programme, draft: RuleVersion
) -> None:
    for who in (cast.ana.person, cast.vasile, cast.clara.person):
        days = {"valid_from": D(2023, 6, 15), "valid_until": D(2026, 6, 15)}
        proof.certificate(who, programme, issuer=cast.timis, **days)
        proof.line(who, D(2025, 3, 3))
    rules.change(version=draft, by=cast.adm, grace_days=0)
    browser = cast.browser(cast.adm, language="en")
    page = text_of(browser.get(url("rules-preview", draft.pk)))
    assert '<a href="?fate=loses#people">3</a>' in page
    assert '<a href="?fate=loses&county=RO-TM#people">2</a>' in page
    page = text_of(browser.get(url("rules-preview", draft.pk) + "?fate=loses&county=RO-CJ"))
    assert "Mureșan, Clara" in page and "Popescu, Ana" not in page
    assert "in grace" in page and "expired" in page
    event = AuditEvent.objects.about(programme).first()
    assert (event.verb, event.data["rows"], event.data["county"]) == (
        "rules.preview_opened", 1, "RO-CJ",
    )  # fmt: skip


def test_a_preview_of_nobody_says_so(cast: Cast) -> None:
    made = proof.programme(cast.worker)
    version = rules.draft(programme=made, effective_from=D(2026, 7, 1), by=cast.adm)
    page = cast.browser(cast.adm, language="en").get(url("rules-preview", version.pk))
    assert "Nobody would be touched" in text_of(page)


def test_odd_questions_of_the_preview_are_no_error(cast: Cast, draft: RuleVersion) -> None:
    browser = cast.browser(cast.adm)
    for query in (
        "?fate=eats",
        "?fate=loses&county=XX",
        "?fate=keeps&page=99",
        "?fate=gains&page=x",
    ):
        assert browser.get(url("rules-preview", draft.pk) + query).status_code == 200


def test_published_versions_have_no_pages_to_change_them(cast: Cast, programme: Programme) -> None:
    version = programme.versions.get()
    browser, row = cast.browser(cast.adm), version.requirements.get()
    for name in ("rules", "rules-figures", "rules-add", "rules-publish", "rules-discard"):
        assert browser.get(url(name, version.pk)).status_code == 404
    assert browser.get(url("rules-requirement", row.pk)).status_code == 404
    assert browser.post(url("rules-remove", row.pk)).status_code == 404


def test_a_draft_is_deleted_after_a_question(cast: Cast, draft: RuleVersion) -> None:
    browser = cast.browser(cast.adm)
    browser.get(url("rules-discard", draft.pk))
    assert RuleVersion.objects.drafts().exists()
    browser.post(url("rules-discard", draft.pk))
    assert not RuleVersion.objects.drafts().exists()


def test_an_empty_programme_says_what_to_do(cast: Cast) -> None:
    made = proof.programme(cast.carer, rule=None)
    page = cast.browser(cast.adm, language="en").get(url("programme", made.pk))
    assert "No rule yet" in text_of(page) and "Begin a new version" in text_of(page)


def test_the_page_of_a_person_explains_each_requirement(cast: Cast, programme: Programme) -> None:
    proof.certificate(cast.ana.person, programme, valid_from=D(2024, 3, 1), number="TM/2024/00007")
    proof.line(cast.ana.person, D(2026, 2, 2), 240)
    page = text_of(cast.browser(cast.ion, language="en").get(url("standing-person", cast.ana.person_id)))  # fmt: skip
    assert "not done in 2025" in page
    assert "Recorded: 0 min. Missing: 10 h. The last day was 31 December 2025." in page
    assert "Recorded: 4 h. Missing: 6 h, by 31 December 2026." in page
    assert "what the law asks regularly was not done" in page


def test_unknown_figures_are_shown_as_unknown(cast: Cast) -> None:
    programme = proof.programme(cast.carer)
    proof.requirement(programme.versions.get(), "course", unknown=["minutes"])
    browser = cast.browser(cast.ion, language="en")
    page = text_of(browser.get(url("standing-person", cast.ana.person_id)))
    assert "the figure is not known" in page and "The figure is not known" in page
    assert "missing" not in page.lower().split("what the law asks")[1].split("certificates")[0]


# circumstances


def test_an_officer_records_and_ends_a_circumstance(cast: Cast) -> None:
    browser, who = cast.browser(cast.ion, language="en"), cast.ana.person
    address = url("circumstances", who.pk)
    assert "Nothing is on record." in text_of(browser.get(address))
    browser.post(address, {"condition": "child-placed", "since": "2026-01-05", "until": ""})
    found = Circumstance.objects.get(person=who)
    assert (found.condition, found.since, found.until) == ("child-placed", D(2026, 1, 5), None)
    assert "since 5 January 2026" in text_of(browser.get(address))
    browser.post(url("circumstance-end", found.pk), {"until": "2026-02-28"})
    assert "5 January 2026 to 28 February 2026" in text_of(browser.get(address))
    verbs = [event.verb for event in AuditEvent.objects.about(found)]
    assert verbs == ["circumstance.ended", "circumstance.recorded"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"since": "2026-01-01"}, "The same is on record for some of these days."),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "must not be before the first"),
        ({"since": ""}, "Enter the day from which it holds."),
        ({"condition": "no-child-placed"}, "Select a valid choice."),
    ],
    ids=["twice", "backwards", "no day", "the opposite, which follows by itself"],
)
def test_a_circumstance_that_cannot_be_is_said(cast: Cast, values, sentence: str) -> None:
    who = cast.ana.person
    proof.circumstance(who, D(2025, 1, 1))
    given = {"condition": "child-placed", "since": "2026-01-05", "until": "", **values}
    answer = cast.browser(cast.ion, language="en").post(url("circumstances", who.pk), given)
    assert sentence in text_of(answer) and Circumstance.objects.count() == 1


def test_sent_twice_it_is_on_record_once(cast: Cast) -> None:
    browser, who = cast.browser(cast.ion), cast.ana.person
    for _time in range(2):
        browser.post(
            url("circumstances", who.pk),
            {"condition": "child-placed", "since": "2026-01-05", "until": "2026-01-31"},
        )
    assert Circumstance.objects.filter(person=who).count() == 1


@pytest.mark.parametrize("who", ["ana", "mara", "quin", "vera", "olga"])
def test_nobody_else_records_anything(cast: Cast, who: str) -> None:
    """The carer herself reads it; other counties do not even find the page."""
    browser, person = cast.browser(getattr(cast, who)), cast.ana.person
    found = proof.circumstance(person, D(2025, 1, 1))
    address = url("circumstances", person.pk)
    answer = browser.post(address, {"condition": "professional", "since": "2026-01-05"})
    assert answer.status_code == 404
    assert (
        browser.post(url("circumstance-end", found.pk), {"until": "2026-01-01"}).status_code == 404
    )
    assert browser.get(address).status_code == (404 if who == "olga" else 200)
    found.refresh_from_db()
    assert found.until is None and Circumstance.objects.count() == 1
