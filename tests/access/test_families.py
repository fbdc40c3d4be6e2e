"""Families of addresses that libraries bring, each tried whole: the CMS, its documents, the pages of the log-in."""

import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from tests.access.addresses import patterns
from tests.access.conftest import CAST
from tests.factories import courses

pytestmark = pytest.mark.django_db
EDITORS = ("nour", "adm")
OTHERS = tuple(who for who in CAST if who not in EDITORS)
# Signs and words of the CMS's own scripts: the same for everybody, nothing of the site in them.
FOR_ALL = {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}
DOORS = re.compile(r"/(en|ro)/account/login/|/cms/login/")
# What rules the site itself, not its words: no role of ours may.
NOT_OURS = (
    "wagtailusers", "wagtailsites", "wagtaillocales", "wagtailadmin_collections", "wagtailadmin_workflows:index",
    "wagtailadmin_workflows:add", "wagtailredirects",
)  # fmt: skip
PASSWORDS = "wagtailadmin_password_reset"  # switched off: these lead nowhere


def filled(route: str, pk: int) -> str:
    """An address of that route, with the number of a page wherever a number is asked for."""
    route = re.sub(r"\(\?P<\w+>[^)]*\)", str(pk), route).replace("^", "").replace("$", "")
    return "/" + re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda found: {"app_label": "courses", "model_name": "course"}.get(found[1], str(pk)),
        route.replace("\\.", ".").replace(".*/", "x/"),
    )


def of_the_cms(pk: int) -> dict[str, str]:
    """Address -> name, of everything below /cms/."""
    with translation.override("en"):
        found = [(route, name) for route, name in patterns(get_resolver()) if route[:4] == "cms/"]
    return {filled(route, pk): name for route, name in found}


def is_refused(browser: Client, method: str, path: str) -> bool:
    """Sent to the door, or told that nothing is there."""
    answer = getattr(browser, method)(path)
    location = answer.headers.get("Location", "")
    if location in {f"/en{path}", f"/ro{path}"}:  # no such address without a language
        return browser.get(location).status_code == 404
    return answer.status_code in {403, 404, 405} or bool(DOORS.match(location))


@pytest.mark.parametrize("who", ["", *OTHERS])
def test_the_cms_is_for_those_who_write_content(cast, who):
    """Whoever has not signed in and two of the others try every address, the rest every tenth."""
    browser = cast.browser(getattr(cast, who) if who else None, language="en")
    addresses = of_the_cms(courses.course("Primii pași").pk)
    assert len(addresses) > 200
    if who not in {"", "ana", "ion"}:
        addresses = dict(list(addresses.items())[::10])
    opened = [
        (method, path)
        for path, name in addresses.items()
        if name not in FOR_ALL
        for method in ("get", "post")
        if not is_refused(browser, method, path)
    ]
    assert opened == []


@pytest.mark.parametrize("who", EDITORS)
def test_writing_content_is_not_ruling_the_site(cast, who):
    browser = cast.browser(getattr(cast, who), language="en")
    page = courses.course("Primii pași").pk
    own = {p: name for p, name in of_the_cms(page).items() if name.startswith(NOT_OURS)}
    assert len(own) > 10
    opened = [path for path in own if browser.get(path).status_code == 200]
    assert opened == []
    assert browser.get(f"/cms/pages/{page}/edit/").status_code == 200, "but the words are theirs"


def test_the_cms_resets_no_password(cast):
    addresses = {p: name for p, name in of_the_cms(1).items() if name.startswith(PASSWORDS)}
    assert len(addresses) == 4
    browser = cast.browser(None, language="en")
    for path in addresses:
        assert browser.get(f"/en{path}").status_code == 404
        assert browser.post(path, {"email": "nour@example.org"}).status_code in {302, 404}


def test_a_private_document_is_for_those_who_are_let_in(cast):
    hidden = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=hidden, restriction_type="login")
    made = {
        collection: get_document_model().objects.create(
            title="Ghid", file=ContentFile(b"pagini", name="ghid.txt"), collection=collection
        )
        for collection in (hidden, Collection.get_first_root_node())
    }
    private, public = (made[one].url for one in made)
    visitor = cast.browser(None, language="en")
    assert DOORS.match(visitor.get(private)["Location"])
    for browser, address in ((visitor, public), (cast.browser(cast.ana), private)):
        answer = browser.get(address)
        assert (answer.status_code, answer.getvalue()) == (200, b"pagini")


@pytest.mark.parametrize("who", ["ion", "ana"])
def test_pages_of_the_log_in_know_nobody_else(cast, who):
    """Another person's passkey or address cannot be named: there is no such row for whoever asks."""
    browser = cast.browser(getattr(cast, who), language="en")
    other = cast.olga.emailaddress_set.get()
    answer = browser.post("/en/account/email/", {"action_remove": "", "email": other.email})
    assert answer.status_code in {200, 302}
    assert cast.olga.emailaddress_set.get() == other
    for row in cast.olga.authenticator_set.all():
        path = f"/en/account/2fa/webauthn/keys/{row.pk}/remove/"
        assert browser.get(path).status_code in {302, 404}
        browser.post(path)
        assert cast.olga.authenticator_set.filter(pk=row.pk).exists()
