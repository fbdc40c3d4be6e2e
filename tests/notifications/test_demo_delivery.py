"""In the demo, what the worker sends lands in the mailbox that people read."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def delivery(folder: str) -> str:
    """The back end that a process of the site would use."""
    code = "import django; django.setup(); from django.conf import settings; print(settings.EMAIL_DELIVERY_BACKEND)"
    env = {**os.environ, "MAIL_FOLDER": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_with_a_folder_mails_become_files_that_the_mailbox_reads(tmp_path):
    assert delivery(str(tmp_path)) == "notifications.backends.FolderBackend"


def test_without_a_folder_they_go_to_the_mail_server():
    assert delivery("") == "django.core.mail.backends.smtp.EmailBackend"
