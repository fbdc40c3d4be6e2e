"""What ./dev demo says when the site is there: the address, the mails and who can sign in."""

import base64
import hashlib
import hmac
import json
import select
import struct
import sys
import time
from typing import Any

from tools.say import VAR

NO_PASSWORD = "code by e-mail"  # noqa: S105 not a password
COLUMNS = ("role", "county", "email", "password", "code now")


def show(env: dict[str, str], *, after: float, demo: bool) -> None:
    """Print the address, and in the demo who can sign in."""
    site = env["SITE_URL"]
    print(f"\nReady after {after:.1f} s:  {site}")
    if not demo:
        print("First administrator: .venv/bin/python manage.py createsuperuser")
        print("Saved files reload the site. Ctrl-C stops everything.\n", flush=True)
        return
    data = facts(site)
    if data.get("mailbox"):
        print(f"Mails that it sends:  {data['mailbox']}")
    print(f"\n{table(data.get('accounts', []))}\n")
    if any(account.get("totp_secret") for account in data.get("accounts", [])):
        print("«code now» is the second factor and lives for 30 seconds", end="")
        print("; Enter shows fresh ones." if sys.stdin.isatty() else ".")
    print(f"Logs are in {VAR / 'log'}. Ctrl-C stops everything.", flush=True)


def facts(site: str) -> dict[str, Any]:
    """var/demo.json, with the address under which the site runs now."""
    file = VAR / "demo.json"
    text = file.read_text() if file.exists() else "{}"
    data: dict[str, Any] = json.loads(text)
    old = str(data.get("url", "")).rstrip("/")
    if old and old != site:
        text = text.replace(old, site)
        file.write_text(text)
        data = json.loads(text)
    return data


def table(accounts: list[dict[str, Any]]) -> str:
    """The log-ins, in columns."""
    rows = [COLUMNS] + [
        (
            str(account.get("role", "")),
            str(account.get("county") or "–"),
            str(account.get("email", "")),
            str(account.get("password") or NO_PASSWORD),
            totp(account["totp_secret"]) if account.get("totp_secret") else "",
        )
        for account in accounts
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(f"  {line.rstrip()}" for line in lines)


def totp(secret: str, at: float | None = None) -> str:
    """The six digits that an authenticator app would show now (RFC 6238)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    moment = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(key, moment, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def wait_for_key(env: dict[str, str], *, demo: bool, seconds: float = 0.5) -> None:
    """Half a second of rest; Enter prints the log-ins with fresh codes."""
    if not (demo and sys.stdin.isatty()):
        time.sleep(seconds)
    elif select.select([sys.stdin], [], [], seconds)[0]:
        if not sys.stdin.readline():  # the terminal has gone
            time.sleep(seconds)
            return
        print(table(facts(env["SITE_URL"]).get("accounts", [])), flush=True)
