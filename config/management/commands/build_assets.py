"""Makes what the history does not keep: fonts for the web and for PDF, compiled catalogues, static files."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from formats import fonts, web_fonts


def _is_newer(source: Path, target: Path) -> bool:
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalogues() -> int:
    """Compile changed locale/<language>/LC_MESSAGES/*.po into the build folder; returns how many."""
    compiled = 0
    for source in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po")):
        target = (
            settings.BUILD_DIR
            / "locale"
            / source.relative_to(settings.BASE_DIR / "locale").with_suffix(".mo")
        )
        if _is_newer(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as po, target.open("wb") as mo:
                write_mo(mo, read_po(po, locale=source.parts[-3]))
            compiled += 1
    return compiled


class Command(BaseCommand):
    help = "Builds fonts, compiled translations and static files; does only what has changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        fonts.typst_fonts(settings.FONT_DIR)
        web_fonts.web_fonts(settings.BUILD_DIR / "fonts")
        compiled = compile_catalogues()
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"fonts ready, {compiled} catalogues compiled")
