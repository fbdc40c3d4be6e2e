"""The real site for a journey: gunicorn, the worker and PostgreSQL as processes of their own, mails in a folder."""

import email
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: str, found, patience: float = PATIENCE):
    """Ask until the answer is true, then return it; fails with the words after a while."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"Waited {patience} s in vain for {what}.")


@dataclass(frozen=True)
class Site:
    """A running site."""

    url: str
    mail_folder: Path
    environment: dict[str, str]

    def mails(self, to: str) -> list[EmailMessage]:
        """Mails to that address, oldest first."""
        paths = sorted(self.mail_folder.glob("*.eml"))
        read = [
            email.message_from_bytes(p.read_bytes(), _class=EmailMessage, policy=default)
            for p in paths
        ]
        return [mail for mail in read if to in str(mail["To"])]

    def mail(self, to: str, words: str) -> str:
        """The text of the newest mail to that address that holds those words, once it has arrived."""

        def newest() -> str:
            texts = [mail.get_body(("plain",)).get_content() for mail in self.mails(to)]
            return next((text for text in reversed(texts) if re.search(words, text)), "")

        return wait_for(f"a mail to {to} with {words}", newest)

    def manage(self, *arguments: str) -> str:
        """Run a program of the project against the site's database; what it prints."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _surroundings(database_url: str, folder: Path, port: int) -> dict[str, str]:
    """What the processes of the site are told; the files that are built already are not built again."""
    data = folder / "data"
    data.mkdir()
    for built in ("build", "static"):
        (data / built).symlink_to(ROOT / "var" / built, target_is_directory=True)
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "APP_DATA_DIR": str(data),
        "SITE_URL": f"http://localhost:{port}",
        "MAIL_FOLDER": str(folder / "mail"),
        "DEMO": "1",
        "SITE_LANGUAGE": "ro",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }


def _commands(port: int) -> tuple[list[str], list[str]]:
    """Web server and worker."""
    server = ["config.wsgi", "-k", "gthread", "-w", "1", "--threads", "4", "--no-control-socket"]
    return (
        [sys.executable, "-m", "gunicorn", *server, "-b", f"127.0.0.1:{port}"],
        [sys.executable, "manage.py", "procrastinate", "worker"],
    )


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Site]:
    """Start web and worker on that database; both are stopped at the end."""
    port = free_port()
    environment = _surroundings(database_url, folder, port)
    logs = (folder / "web.log").open("wb"), (folder / "worker.log").open("wb")
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        for command, log in zip(_commands(port), logs, strict=True)
    ]
    try:
        site = Site(environment["SITE_URL"], folder / "mail", environment)
        wait_for("the web server", lambda: _answers(f"{site.url}/healthz"))
        yield site
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        for log in logs:
            log.close()
