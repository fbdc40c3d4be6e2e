"""No page in Romanian, Ukrainian, Bulgarian or Arabic says anything in English."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages import pofile
from django.conf import settings
from django.test import Client
from wagtail.models import Page

from certification.models import Evidence, Post, Programme, RuleVersion
from people.models import ApiToken, Category, Organisation, Person, Region
from tests.pages import visits
from tests.pages.conftest import signed_in
from tests.pages.site import Site
from tests.pages.texts import Texts
from training.models import Room, Venue

pytestmark = pytest.mark.slow
LATIN = re.compile(r"[A-Za-zĂÂÎȘȚăâîșț]{2,}")
# Names of things that have no other name anywhere.
SAME_EVERYWHERE = {
    "PDF", "JSON", "JWT", "PNG", "JPEG", "WebP", "GIF", "SVG", "RFC", "Enter",
    "Tutela", "CSV", "XLSX", "Excel", "LibreOffice", "QR", "URL", "Google", "Outlook", "Apple", "Calendar",
    "Android", "iPhone", "iPad", "Firefox", "Chrome", "Safari", "Edge", "Linux", "Windows", "macOS", "Python", "EN",
    "WCAG", "AA", "ADR", "JavaScript", "cookie", "ICS", "MB", "kB", "UTF", "SMS", "USB", "PIN",
    "authenticator", "CNP", "API", "https", "Wi", "Fi", "FIDO", "Ed", "Ed25519",
    # as the consoles of providers write them, in every language
    "OpenID", "Connect", "PKCE", "issuer", "discovery", "claim", "acr", "amr", "realm", "access", "roles",
    "client", "clients", "ID", "URI", "redirect", "token", "document",
}  # fmt: skip
ADDRESS = re.compile(
    r"\S+@\S+|https?://\S+|\S+\.(?:csv|xlsx|pdf|example|org)\b|[A-Z0-9-]{2,}/\d+(?:/\d+)*"
)
# Short words that are English and not Romanian.
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|of|is|for|this|that|not|all|from|has|have|who|what|which|when|people|person|name|"
    r"session|sessions|course|courses|lesson|find|add|change|remove|show|back|save|cancel|search)\b",
    re.IGNORECASE,
)


@cache
def msgids(language: str) -> dict[str, str]:
    """What the catalogue of that language says for each English text."""
    path = Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES", "django.po")
    with path.open("rb") as file:
        read = pofile.read_po(file, locale=language)
    texts: dict[str, str] = {}
    for message in read:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        texts |= {" ".join(key.split()): strings[0] for key in ids if key}
    return texts


@pytest.fixture(scope="module")
def names(site: Site) -> set[str]:
    """Every word of the data: names of people, institutions and places, and titles that editors wrote."""
    rows = [
        *Person.objects.values_list("family_name", "given_name", "patronymic"),
        *((org.short_name, *org.name.values()) for org in Organisation.objects.all()),
        *(tuple(one.name.values()) for model in (Region, Category) for one in model.objects.all()),
        *(tuple(one.name.values()) for one in Programme.objects.all()),
        *(tuple(one.legal_basis.values()) for one in RuleVersion.objects.all()),
        tuple(dict(settings.LANGUAGES).values()),
        *Venue.objects.values_list("name", "address", "directions", "access"),
        *Room.objects.values_list("name"),
        *Evidence.objects.values_list("title", "provider"),
        *(tuple(post.name.values()) for post in Post.objects.all()),
        *ApiToken.objects.values_list("name"),
        *Page.objects.filter(locale__language_code="ro").values_list("title"),
    ]
    return {word for row in rows for value in row for word in LATIN.findall(str(value or ""))}


def read(site: Site, browsers: dict[str, Client], visit: visits.Visit) -> list[str]:
    """What that page says; of forms, what they say before they are sent."""
    browser = browsers.setdefault(visit.who, signed_in(site, visit.who))
    answer = browser.get(visit.path)
    if answer.status_code != visit.status:
        return [f"opened with {answer.status_code}"]
    if visit.speaks:  # not the reader's language
        return []
    return Texts(answer.content.decode()).found


def left(text: str, known: set[str]) -> list[str]:
    """Words in Latin letters that are neither data nor names."""
    return [word for word in LATIN.findall(ADDRESS.sub(" ", text)) if word not in known]


def listed(found: dict[str, str]) -> str:
    """One line for each text, with the page where it was seen first."""
    return "\n".join(f"{text!r} on {name}" for text, name in found.items())


@pytest.mark.no_cover
@pytest.mark.parametrize("language", ["ar", "bg", "uk"])
def test_no_latin_word_is_left(site: Site, names: set[str], language: str) -> None:
    found, browsers = {}, {}
    for visit in visits.of(site, language):
        for text in read(site, browsers, visit):
            if left(text, names | SAME_EVERYWHERE):
                found.setdefault(text, visit.name)
    assert not found, listed(found)


@pytest.mark.no_cover
def test_no_english_word_is_left_in_romanian(site: Site, names: set[str]) -> None:
    catalogue, found, browsers = msgids("ro"), {}, {}
    romanian = set(catalogue.values())
    for visit in visits.of(site, "ro"):
        for text in read(site, browsers, visit):
            untranslated = text in catalogue and text not in romanian
            if untranslated or [word for word in ENGLISH.findall(text) if word not in names]:
                found.setdefault(text, visit.name)
    assert not found, listed(found)
