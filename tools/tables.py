"""`python -m tools.tables [--demo]`: tables, cache table and demo data in one process.

Starting Django costs three to four seconds; three management commands would pay it three times.
"""

import gc
import os
import sys

import django
from django.core.management import call_command
from django.db import connection

from tools import stamps

READY = "tables are ready"


def _note(*words: str) -> None:
    """Write the stamps into the database that they speak of; only into our own."""
    if not os.environ.get("DATABASE_URL"):
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{' '.join(words)}'")  # noqa: S608


def main(words: list[str]) -> None:
    """Migrate if need be, then load the demo data if asked."""
    django.setup()
    have, tables = stamps.in_database(), stamps.tables()
    if tables not in have:
        # Migrating makes millions of small objects: looking through them costs 8 of 20 seconds.
        gc.disable()
        call_command("migrate", interactive=False, verbosity=1)
        gc.enable()
        call_command("createcachetable")
        _note(tables)
    print(READY, flush=True)
    if "--demo" in words:
        call_command("seed_demo")
        _note(tables, stamps.demo_data())


if __name__ == "__main__":
    main(sys.argv[1:])
