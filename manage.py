#!/usr/bin/env python
"""Django's command line, with the embedded PostgreSQL started where no DATABASE_URL names another."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded_pg

NEEDS_NO_DATABASE = {
    "--help",
    "--version",
    "build_assets",
    "collectstatic",
    "compilemessages",
    "help",
    "makemessages",
    "version",
}


def main(arguments: list[str]) -> int:
    """Run one management command; a database that does not start ends it with one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    if not os.environ.get("DATABASE_URL") and command not in NEEDS_NO_DATABASE:
        try:
            embedded_pg.ensure()
        except embedded_pg.EmbeddedPostgresError as error:
            print(error, file=sys.stderr)
            return 1
    execute_from_command_line(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
