"""Every mail and notice in every language: rendered with the test cast, none with a word of English left in it."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from certification.models import Approval, ExportPlan
from notifications.actions import render
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import evidence as elsewhere
from tests.factories import training as make
from training.actions import telling
from training.models import Edition, Enrolment, Session
from training.queries.digest import Line
from training.tokens import offer_token

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
NOTICES = sorted(path.parent.name for path in TEMPLATES.glob("notifications/*/subject.txt"))
MAILS = sorted(
    str(path.relative_to(TEMPLATES))
    for room in ("account", "mfa")
    for path in TEMPLATES.glob(f"{room}/email/*.txt")
)
# Words that no other of the five languages has (Romanian has "are" and "online").
ENGLISH = re.compile(
    r"\b(?:the|your|you|we|and|with|this|that|was|has|have|is|of|for|from|not|hello|place|course"
    r"|session|certificate|number|reason|organised|waiting|password|code|sign|account)\b",
    re.IGNORECASE,
)
SCRIPT = {"uk": "[\u0400-\u04ff]", "bg": "[\u0400-\u04ff]", "ar": "[\u0600-\u06ff]"}
# What is not the mail's own: addresses and what people wrote.
REASON, COURSE = "Sala nu e liberă.", "Formare „A”"


def words(text: str) -> str:
    """What is read, without tags, styles and addresses."""
    text = re.sub(r"<style.*?</style>|<title>.*?</title>|<[^>]+>", " ", text, flags=re.DOTALL)
    return re.sub(r"https?://\S+", "", unescape(text))


def sentences(text: str) -> set[str]:
    """Lines with at least two words in lower case: more than a name, a number or an address."""
    lines = (" ".join(line.split()) for line in words(text).splitlines())
    return {
        line
        for line in lines
        if len(re.findall(r"\b[^\W\d_A-Z]{2,}", line)) >= 2 and line not in (REASON, COURSE)
    }


@dataclass
class Facts:
    """What the notices are about: one who reads mails, one who does not, an edition with two sessions."""

    cast: Cast
    edition: Edition
    session: Session
    online: Session
    waiting: Enrolment

    @property
    def about(self) -> dict[str, Any]:
        """Everything said."""
        return {
            "answer_url": "https://example.org/ro/a/",
            "person": self.cast.ana.person,
            "enrolment": self.waiting,
            "edition": self.edition,
            "edition_name": COURSE,
            "sessions": [self.session, self.online],
            "reason": REASON,
        }

    @property
    def bare(self) -> dict[str, Any]:
        """As little as possible."""
        return {**self.about, "person": self.cast.vasile, "sessions": [], "reason": ""}


@pytest.fixture
def facts(cast) -> Facts:
    edition = make.edition(cast.timis, capacity=1, title=COURSE)
    session = make.session(edition, 7, room=make.room(cast.timis, "Sala Mare"))
    online = make.session(edition, 8, link="https://meet.example.org/a")
    make.place(cast.ana.person, edition)
    waiting = make.place(cast.vasile, edition, nominated_by=cast.lugoj)
    edition.name = COURSE
    return Facts(cast, edition, session, online, waiting)


@pytest.fixture
def contexts(facts) -> dict[str, list[dict[str, Any]]]:
    """For each notice all that its action passes on, in each variant that reads differently."""
    rooms = (of_places, of_certificates, of_elsewhere, of_sessions, of_trainers)
    return {name: cases for room in rooms for name, cases in room(facts).items()}


def of_places(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    about, bare, cast = facts.about, facts.bare, facts.cast
    offer = {"when": "…", "token": offer_token(facts.waiting)}
    moved = {"before": facts.waiting, "before_name": COURSE}
    return {
        "enrolment_cancelled": [about, bare],
        "enrolment_confirmed": [about, bare],
        "enrolment_waitlisted": [{**about, "rank": 1}, {**bare, "rank": 1}],
        "nominated": [
            {**about, "organisation": cast.lugoj, "rank": None},
            {**bare, "organisation": cast.lugoj, "rank": 1},
        ],
        "place_asked": [{**about, "decider": cast.timis}, {**bare, "decider": cast.lugoj}],
        "offer_ran_out": [about, bare],
        "place_freed": [about, bare],
        "place_offered": [{**about, **offer}, {**bare, **offer}],
        "place_moved": [{**about, **moved}, {**bare, **moved}],
        "request_refused": [about],
        "request_waits": [about],
    }


def of_certificates(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    person = facts.cast.ana.person
    paper = proof.certificate(
        person, proof.programme(facts.cast.carer), valid_until=date(2027, 3, 1)
    )
    holder = {"person": person, "certificate": paper}
    plan = ExportPlan(what="board", token="x")
    due = {"person": person, "programme": paper.programme, "organisation": facts.cast.timis}

    def event(kind: str) -> dict[str, Any]:
        return {**holder, "event": proof.event(paper, kind, date(2025, 5, 1), REASON)}

    suspended, reinstated = event("suspended"), event("reinstated")
    revoking = Approval(pk=1, certificate=paper, answer="confirmed", asked_by=1)
    issuing = Approval(pk=2, batch_id=1, answer="refused", asked_by=1)
    asked = [{"person": person, "approval": approval} for approval in (revoking, issuing)]
    return {
        "second_person_asked": asked,
        "second_person_answered": asked,
        "export_ready": [{"person": person, "plan": plan, "file": SimpleNamespace(pk=1)}],
        "training_due": [{**due, "said": "…", "dates": dates} for dates in ([], [(COURSE, "…")])],
        "certificate_issued": [holder],
        "certificate_replaced": [{**holder, "old": paper, "reason": REASON}],
        "certificate_reinstated": [reinstated],
        "certificate_revoked": [suspended, event("revoked")],
    }


def of_sessions(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    about, bare, online = facts.about, facts.bare, facts.online
    was = SimpleNamespace(
        starts=online.starts, ends=online.ends, time_zone=online.time_zone, where="", link="x"
    )
    moved = telling.Change("changed", facts.session, was, True, REASON, timezone.now())
    off = telling.Change("cancelled", online, was, False, REASON, timezone.now())
    more = telling.Change("added", online, None, False, "", timezone.now())
    single = [
        {**one, "changes": [change], "only": change.kind, "leads": leads}
        for change in (moved, off, more)
        for one, leads in ((about, False), (bare, True))
    ]
    reminded = {**about, "session": facts.session, "stop_url": "https://example.org/ro/s/"}
    return {
        "sessions_changed": [
            {**about, "changes": [moved, off, more], "only": "", "leads": False},
            *single,
        ],
        "reminder": [{**reminded, "kind": kind} for kind in ("first", "each", "answer", "lessons")],
    }


def of_trainers(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    about, cast = facts.about, facts.cast

    def line(number: int) -> Line:
        news = dict.fromkeys(("confirmed", "waiting", "asked", "given_up"), number)
        return Line(facts.edition, news, number, number, number, number)

    asked = {
        "link": "https://a.example.org/",
        "expires": facts.session.starts,
        "zone": make.ZONE,
    }
    return {
        "digest": [
            {"person": cast.mara.person, "day": date(2026, 3, 1), "lines": [line(3), line(1)]}
        ],
        "trainer_asked": [{**about, **asked}],
        "trainer_offer_answered": [{**about, "yes": yes} for yes in (True, False)],
        "trainer_said": [
            {**about, "trainer": cast.petar.person, "yes": yes} for yes in (True, False)
        ],
    }


def of_elsewhere(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Of proofs from elsewhere and of exemptions: to the person and to whoever handed it in, each outcome."""
    cast, programme = facts.cast, proof.programme(facts.cast.carer)
    made = elsewhere.proof(cast.ana.person, title=COURSE)
    own = {"person": cast.ana.person, "evidence": made, "is_own": True, "words": REASON}
    other = {**own, "person": cast.doru.person, "is_own": False}
    paper = elsewhere.earlier(cast.ana.person, programme, valid_until=date(2026, 6, 1))
    longer = elsewhere.relief(cast.ana.person, programme, kind="extension", earlier=paper)
    exempt = elsewhere.relief(cast.ana.person, programme)
    for one in (longer, exempt):
        one.ended_on, one.answer = date(2026, 3, 1), REASON
    return {
        "evidence_received": [own],
        "evidence_asked": [own, other],
        "evidence_refused": [own, other],
        "evidence_granted": [
            {**one, "minutes": minutes, "corrected": corrected}
            for one in (own, other)
            for minutes, corrected in ((480, False), (300, True), (0, True))
        ],
        "relief": [
            {"person": cast.ana.person, "relief": relief, "ended": ended}
            for relief in (longer, exempt)
            for ended in (False, True)
        ],
    }


def check(language: str, english: str, text: str) -> None:
    """The text says as much as the English one, in its own words."""
    assert "{{" not in text and "{%" not in text and "%(" not in text
    assert sentences(english), "a mail without a sentence"
    assert sentences(english) & sentences(text) == set()
    assert not (found := ENGLISH.search(words(text))), (found, words(text))
    if language in SCRIPT:
        assert re.search(SCRIPT[language], text)
    # Two full stops where a date brings its own.
    assert not re.search(r"[рг]\.\.", text)
    assert len(sentences(text)) >= len(sentences(english)) - 1


def test_every_notice_has_a_case(contexts):
    assert set(contexts) == set(NOTICES)


@pytest.mark.parametrize("name", NOTICES)
def test_no_notice_falls_back_to_english(contexts, name):
    for context in contexts[name]:
        english = render(name, "en", context)
        assert ENGLISH.search(words(english[1]))
        for language in LANGUAGES[1:]:
            subject, text, html = render(name, language, context)
            assert subject and subject != english[0]
            assert not ENGLISH.search(subject), subject
            check(language, english[1], text)
            check(language, english[2], html)
            assert f'lang="{language}"' in html
            assert ('dir="rtl"' in html) == (language == "ar")


def in_language(template: str, language: str) -> str:
    context = {
        "code": "1234 5678",
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "email": "ana@example.org",
    }
    with translation.override(language):
        return render_to_string(template, context).strip()


@pytest.mark.parametrize("template", MAILS)
def test_no_mail_of_the_sign_in_falls_back_to_english(template):
    english = in_language(template, "en")
    for language in LANGUAGES[1:]:
        text = in_language(template, language)
        assert text and text != english
        assert not (found := ENGLISH.search(words(text))), (found, text)
        assert not sentences(english) & sentences(text)
        assert ("1234 5678" in text) == ("1234 5678" in english)
        if language in SCRIPT:
            assert re.search(SCRIPT[language], text)


def test_every_mail_that_allauth_can_send_is_ours():
    theirs = Path(allauth.__file__).parent / "templates"
    # Frames that only allauth's own mails extend; a reset by link, which is switched off.
    unused = {"base_message.txt", "base_notification.txt"}
    names = {
        str(path.relative_to(theirs))
        for room in ("account", "mfa")
        for path in theirs.glob(f"{room}/email/*.txt")
        if path.name not in unused and "password_reset_key" not in path.name
    }
    assert settings.ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED
    assert names <= set(MAILS)
