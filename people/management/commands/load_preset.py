"""`manage.py load_preset ro`: bring a country's law, territory and institutions into the database."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people import presets
from people.actions.presets import load_preset


class Command(BaseCommand):
    help = (
        "Loads jurisdiction presets. Running it again changes only what has changed in the preset."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "country", nargs="+", help=f"one or more of {', '.join(presets.countries())}"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )

    def handle(self, *args: Any, country: list[str], dry_run: bool, **options: Any) -> None:
        for code in country:
            try:
                report = load_preset(country=code, by=None, dry_run=dry_run)
            except ValueError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{code}: {'would be loaded (dry run)' if dry_run else 'loaded'}")
            self._tell(report)

    def _tell(self, report: presets.Report) -> None:
        for kind, counts in report.counts().items():
            told = ", ".join(f"{counts[deed]} {deed}" for deed in presets.Deed if counts[deed])
            self.stdout.write(f"  {kind}: {told}")
        for change in report.of(presets.Deed.CHANGED, presets.Deed.KEPT):
            arrow = (
                "->"
                if change.deed == presets.Deed.CHANGED
                else "(by hand) although the preset says"
            )
            for name, (here, new) in change.fields.items():
                self.stdout.write(
                    f"    {change.deed} {change.code} {name}: {_short(here)} {arrow} {_short(new)}"
                )
        for change in report.of(presets.Deed.SKIPPED, presets.Deed.GONE):
            self.stdout.write(f"    {change.deed} {change.code} {change.reason}".rstrip())


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:99]}…"
