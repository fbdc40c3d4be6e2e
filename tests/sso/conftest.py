"""The provider of an institution beside the site, and people who go there and come back."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from django.core.cache import cache
from django.test import Client, override_settings

from people.actions import providers
from people.models import Organisation, SignInProvider
from tests.factories import people as make

HERE = Path(__file__).parent
PASSWORD, SECRET = "parola de la instituție", "the secret of the client"
OURS = "http://localhost"  # where the provider sends people back to


@dataclass
class Provider:
    """A running provider: what it says about whom is the test's to choose."""

    url: str
    said: set[str] = field(default_factory=set)

    def say(self, who: str, *, token: dict[str, Any] | None = None, **claims: Any) -> None:
        """From now on that is what it tells of that person; None leaves a claim out."""
        self.said.add(who)
        said = {"who": who, "claims": claims, "token": token or {}}
        requests.post(f"{self.url}/said/", json=said, timeout=5).raise_for_status()

    def forget(self) -> None:
        """It says what it knows, and nothing else."""
        for who in self.said:
            self.say(who)

    def sends_back_to(self, *addresses: str) -> None:
        """The client's list of addresses."""
        given = {"redirects": addresses}
        requests.post(f"{self.url}/clients/", json=given, timeout=5).raise_for_status()

    def visit(self, address: str, who: str) -> str:
        """Somebody comes with a browser, signs in, and is sent back: to where."""
        with requests.Session() as browser:
            answer = browser.get(address, timeout=5, allow_redirects=False)
            page = browser.get(urljoin(self.url, answer.headers["Location"]), timeout=5)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            form = {"login": who, "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
            answer = browser.post(page.url, form, timeout=5, allow_redirects=False)
            assert answer.status_code == 302, answer.text
            back = urljoin(self.url, answer.headers["Location"])
            answer = browser.get(back, timeout=5, allow_redirects=False)
            assert answer.status_code == 302, answer.text
            return answer.headers["Location"]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The process of the provider, for all tests."""
    command = [sys.executable, str(HERE / "provider.py"), str(tmp_path_factory.mktemp("provider"))]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
    )
    assert process.stdin and process.stdout
    with process:
        port = process.stdout.readline().strip()
        assert port, "the provider did not start"
        yield Provider(f"http://localhost:{port}")
        process.stdin.close()


@pytest.fixture
def provider(running: Provider) -> Iterator[Provider]:
    """The provider, which says nothing special yet, and which we may ask although it is in our own house."""
    cache.clear()  # limits of sign-ins
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[running.url.removeprefix("http://")]):
        yield running
    running.forget()
    running.said.clear()


def connected(
    provider: Provider, place: Organisation, *, client_id: str = "quick", **fields: Any
) -> SignInProvider:
    """The institution signs in its people there; the provider knows the way back."""
    given = {"domains": ["timis.example.org"], "secret": SECRET, **fields}
    made = make.provider(place, issuer=provider.url, client_id=client_id, **given)
    provider.sends_back_to(f"{OURS}/sso/{made.pk}/callback/")
    return made


def rule(
    made: SignInProvider, role: str, place: Organisation | None = None, value: str = "ofiteri"
) -> None:
    """Whoever is in that group of the institution has that role."""
    providers.add_rule(
        by=None,
        provider=made,
        claim="groups",
        value=value,
        organisation=place or made.organisation,
        role=role,
    )


def browser(language: str = "en") -> Client:
    """Somebody's browser at the address that the provider knows."""
    return Client(headers={"accept-language": language}, SERVER_NAME="localhost")


def leave(client: Client, made: SignInProvider, language: str = "en") -> str:
    """Press «Sign in with …»: where the browser is sent."""
    answer = client.get(f"/{language}/account/institution/{made.pk}/")
    assert answer.status_code == 302
    return answer["Location"]


def arrive(
    provider: Provider, made: SignInProvider, who: str, client: Client | None = None
) -> tuple[Client, str]:
    """All the way there and back: the browser, and where it stands then."""
    client = client or browser()
    back = provider.visit(leave(client, made), who)
    answer = client.get(back.removeprefix(OURS))
    assert answer.status_code == 302
    return client, answer["Location"]
