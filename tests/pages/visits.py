"""Every page that a person can reach, in a language, with somebody who may open it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import resolve, reverse
from django.utils import translation

from certification.due import free_editions
from certification.models import Programme
from courses.models import Catalogue, Course, Lesson, Module, Test
from home.models import HomePage, InfoPage
from tests.access.rules import RULES
from tests.pages.site import Site
from tests.pages.urls import SHOWN

# Answers for machines, files, redirects, and acts without a page of their own.
NO_PAGES = {
    "healthz", "readyz", "robots", "feed-public", "feed-personal", "verify-short", "people:data-file",
    "people:import-template", "people:import-result", "courses:lesson-done", "courses:test-hand-in",
    "training:enrolment-calendar", "training:calendar-make", "training:calendar-stop", "certification:verify-pdf",
    "certification:certificate-pdf", "certification:standing-file", "training:roll-state", "training:roll-marks",
    "training:roll-settle", "training:roll-manifest", "training:roll-worker",
    "check-in-typed", "check-in-short", "scan-short", "join-short", "training:join-code",
    "entry-short", "training:paper-pdf", "training:session-pdf",
    "certification:demand-file", "certification:verify-log", "certification:verify-credential",
    "certification:certificate-credential", "certification:demand-draft", "training:poster-file",
    "training:nominate-template", "certification:evidence-file", "certification:earlier-template",
    "certification:earlier-result", "certification:passport-pdf", "certification:passport-pdf-of",
    "certification:layout-file", "certification:layout-logo", "certification:layout-sample",
    "certification:verify-template", "certification:verify-file", "certification:board-file",
    "certification:check-template", "certification:check-result", "certification:due-letters",
    "certification:export-file",
    "people:document-file", "sso-start", "sso-callback", "socialaccount_connections", "socialaccount_signup",
    "socialaccount_login_error",
    "socialaccount_login_cancelled",
    "api", "api-nowhere", "issuer-did", "issuer-list", "log-newest", "log-head", "log-leaves", "log-growth",
}  # fmt: skip
# Seen elsewhere: the gallery has tests of its own, the mailbox is the demo's.
ELSEWHERE = {"gallery", "notifications:mailbox", "notifications:mail", "notifications:mail-html"}
# Whose eyes: the one whom the page is made for, where several may open it.
EYES = ("ana", "petar", "doru", "mara", "ion", "adm")
ALLAUTH = {
    "": ["login", "login_password", "pause", "reset_password"],
    "ana": ["email", "set_password", "logout"],
    "ion": ["change_password", "reauthenticate"],
}
SECOND_FACTOR = {
    "ana": ["index", "activate_totp", "add_webauthn", "list_webauthn"],
    "ion": ["index", "view_recovery_codes", "generate_recovery_codes", "deactivate_totp", "reauthenticate"],
}  # fmt: skip
PAPERS = {"letter", "sheet"}
OF_THE_ROOM = {"training:check-in-screen", "training:door", "training:paper"}
STAFF = ("petar", "doru", "mara", "ion", "quin", "vera", "nour", "adm")


@dataclass(frozen=True)
class Visit:
    """One page: `press` names a form whose button is pressed first, after `fill` is filled in."""

    name: str
    path: str
    who: str = ""
    press: str = ""
    fill: tuple[tuple[str, str], ...] = ()
    status: int = 200
    speaks: str = ""  # a paper speaks the language of whom it is for, whatever the reader's


def of(site: Site, language: str) -> list[Visit]:
    """All visits in that language."""
    with translation.override(language):
        chosen = [
            *_public(site, language), *_training(site), *_papers(site), *_starts(), *_account(language),
            *_forms(site), *_lists(),
        ]  # fmt: skip
        seen = {view(visit) for visit in chosen}
        return chosen + [visit for visit in _of_rules(site) if visit.name not in seen]


def view(visit: Visit) -> str:
    """The name of the address that it leads to."""
    return resolve(visit.path.partition("?")[0]).view_name


def _public(site: Site, language: str) -> Iterator[Visit]:
    """What editors write, as a visitor and as a learner see it; and the pages of errors."""
    here = {"locale__language_code": language}
    course = Course.objects.get(translation_key=site.course.translation_key, **here)
    catalogue = Catalogue.objects.get(**here).url
    test = Test.objects.child_of(course).get()
    lesson = Lesson.objects.descendant_of(course).order_by("path").first()
    module = Module.objects.child_of(course).first()
    yield Visit("home", HomePage.objects.get(**here).url)
    yield Visit("catalogue", catalogue)
    yield Visit("catalogue, nothing found", f"{catalogue}?words=zzzz")
    yield from (Visit(f"info {page.pk}", page.url) for page in InfoPage.objects.filter(**here))
    for who in ("", "ana", "clara"):
        yield Visit(f"course, {who or 'visitor'}", course.url, who)
        yield Visit(f"test, {who or 'visitor'}", test.url, who)
        yield Visit(f"lesson, {who or 'visitor'}", lesson.url, who)
    yield Visit("module", module.url, "ana")
    yield Visit("nothing there", f"/{language}/nimic/", status=404)
    yield from (Visit(f"shown {name}", reverse("shown", args=[name])) for name in sorted(SHOWN))


def _of_rules(site: Site) -> Iterator[Visit]:
    """Each other address with a rule, as the first who may open it sees it."""
    ids, tokens = site.county.ids | {"draft": site.drafts["whole"]}, site.county.tokens
    for name, rule in RULES.items():
        if name in NO_PAGES | ELSEWHERE or rule.posts_only:
            continue
        filled = {
            key: tokens[what] if key in {"token", "code"} else ids[what]
            for key, what in rule.kwargs
        }
        who = "" if rule.public else next(eyes for eyes in EYES if eyes in rule.who)
        who = "stranger" if name == "people:welcome" else who
        speaks = "ro" if name in OF_THE_ROOM else ""
        yield Visit(name, reverse(name, kwargs={**filled, **dict(rule.fixed)}), who, speaks=speaks)


def _training(site: Site) -> Iterator[Visit]:
    """Editions, places and rolls in every state."""
    yield from (
        Visit(
            f"training {name}", path, who, speaks="ro" if name.partition("-")[0] in PAPERS else ""
        )
        for name, (path, who) in site.training.pages().items()
        if name not in {"home", "catalogue", "course", "start"}
    )


def _papers(site: Site) -> Iterator[Visit]:
    """A certificate in every state: for whoever checks it, for its holder, for the officer."""
    for state, paper in site.papers.items():
        yield Visit(f"verify {state}", reverse("certification:verify-token", args=[paper.token]))
        yield Visit(f"paper {state}", reverse("certification:certificate", args=[paper.pk]), "ion")
    yield Visit("verify unknown", reverse("certification:verify-token", args=["nimic"]), status=404)
    valid = site.papers["valid"].pk
    yield Visit("own paper", reverse("certification:certificate", args=[valid]), "ana")
    for act in ("revoke", "suspend"):
        yield Visit(act, reverse("certification:certificate-act", args=[valid, act]), "ion")
    yield from (
        Visit(f"result {name}", reverse("courses:test-result", args=[pk]), "ana")
        for name, pk in site.attempts.items()
    )


def _starts() -> Iterator[Visit]:
    """The start page and the record of every role; certificates of somebody without any."""
    for who in STAFF:
        yield Visit(f"start {who}", reverse("people:start"), who)
    yield Visit("start clara", reverse("people:start"), "clara")
    yield Visit("certificates none", reverse("certification:certificates"), "petar")
    yield Visit("profile adm", reverse("people:profile"), "adm")


def _account(language: str) -> Iterator[Visit]:
    """Signing in, and what one may change about it."""
    for who, names in ALLAUTH.items():
        yield from (
            Visit(f"account {name}, {who}", reverse(f"account_{name}"), who) for name in names
        )
    for who, names in SECOND_FACTOR.items():
        yield from (
            Visit(f"second step {name}, {who}", reverse(f"mfa_{name}"), who) for name in names
        )
    yield Visit("devices", reverse("usersessions_list"), "ana")
    login, address = reverse("account_login"), f"nobody-{language}@example.org"
    yield Visit("code", login, press="main form", fill=(("email", address),))
    reset = reverse("account_reset_password")
    yield Visit("code for a password", reset, press="main form", fill=(("email", address),))


def _forms(site: Site) -> Iterator[Visit]:
    """Forms that were sent empty or wrong."""
    valid = site.papers["valid"]
    verify = reverse("certification:verify")
    wrong = (("number", valid.number), ("family_name", "Altcineva"))
    right = (("number", valid.number), ("family_name", "Popescu"))
    yield Visit("verify, empty", verify, press="main form")
    yield Visit("verify, wrong name", verify, press="main form", fill=wrong)
    yield Visit("verify, right name", verify, press="main form", fill=right)
    yield Visit("password, empty", reverse("account_login_password"), press="main form")
    yield Visit("edition, empty", reverse("training:schedule"), "mara", press="main form")
    yield Visit("person, empty", reverse("people:person-add"), "ion", press="main form")
    yield Visit("list, empty", reverse("people:import"), "ion", press="main form")
    sound = reverse("people:import-review", args=[site.drafts["sound"]])
    yield Visit("list, sound", sound, "ion")
    yield Visit("file, none", verify, press="form.drop-zone")
    yield Visit(
        "list of certificates, none", reverse("certification:verify-list"), press="main form"
    )
    replace = reverse("certification:certificate-replace", args=[valid.pk])
    yield Visit("replace, empty", replace, "ion", press="main form")
    layout = reverse("certification:layout", args=[valid.authority_id])
    yield Visit("layout, saved", layout, "adm", press="#layout", fill=(("name_2", "Ioana Radu"),))
    revoke = reverse("certification:certificate-act", args=[valid.pk, "revoke"])
    yield Visit("revoke, empty", revoke, "ion", press="main form")
    ids = site.county.ids
    chosen = f"?programme={ids['programme']}&person={ids['person']}"
    yield Visit("due, chosen", reverse("certification:due-chosen") + chosen, "ion")
    free = f"{chosen}&edition={free_editions(Programme.objects.get(pk=ids['programme']))[0].pk}"
    yield Visit("due, nominated", reverse("certification:due-nominate") + free, "ion")
    yield Visit("check, empty", reverse("certification:check"), "ion", press="main form")
    yield Visit("exports, empty", reverse("certification:exports"), "ion", press="main form")
    yield Visit(
        "revoke, check", revoke, "ion", press="main form", fill=(("reason", "Dosar incomplet"),)
    )


def _lists() -> Iterator[Visit]:
    """Lists that found nothing, and lists of the whole country."""
    for name, who in (
        ("people:register", "ion"),
        ("certification:standing", "ion"),
        ("training:nominate", "doru"),
    ):
        yield Visit(f"{name}, nothing found", f"{reverse(name)}?q=zzzz", who)
    yield Visit("standing of the country", reverse("certification:standing"), "vera")
    yield Visit("people of the country", reverse("people:register"), "vera")
    yield Visit("standing, town hall", reverse("certification:standing"), "doru")
