"""Limits of signing in are shared between processes: what one counted, the next one knows."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import cluster

pytestmark = pytest.mark.slow
FIRST = """
from django.core.management import call_command
from tests.factories import people as make
call_command("createcachetable")
place = make.organisation("DGASPC", code="d")
for name in ("ion", "mara"):
    make.staff(place, "officer", name, name, email=f"{name}@example.org", password="o parolă lungă de probă")
print([sign_in("ion", "greșit") for _try in range(5)])
"""
SECOND = """
from django.test import override_settings
here = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
print([sign_in("ion", "o parolă lungă de probă"), sign_in("mara", "o parolă lungă de probă")])
with override_settings(CACHES={"default": here, "local": here}):
    print([sign_in("ion", "o parolă lungă de probă")])
"""
BEGINNING = """
from django.test import Client

def sign_in(name, password):
    '''Where the page leads: on to the second step, or nowhere.'''
    sent = {"login": f"{name}@example.org", "password": password}
    browser = Client(headers={"host": "localhost"})
    return browser.post("/en/account/login/password/", sent).headers.get("Location", "refused")
"""


def in_a_process(script: str, url: str) -> list[str]:
    """The lines that a process of its own prints, with the site's own settings."""
    environment = {**os.environ, cluster.URL: url, "PYTHONPATH": str(settings.BASE_DIR)}
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", BEGINNING + script]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()


def test_what_one_process_counted_the_next_one_knows(fresh_database):
    on = "/en/account/2fa/authenticate/"
    assert in_a_process(FIRST, fresh_database)[-1] == str(["refused"] * 5)
    shared, alone = in_a_process(SECOND, fresh_database)[-2:]
    assert shared == str(["refused", on]), "five wrong tries elsewhere stop the right password here"
    assert alone == str([on]), "a limit that a process keeps for itself would have let it through"
