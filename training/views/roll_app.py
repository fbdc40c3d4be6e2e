"""The roll as an installable page: what the phone needs to open it without the internet; nothing about anybody."""

import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.roll_words import roll_options, words

SHEETS = ("tokens", "base", "layout", "controls", "content", "data")
SCRIPTS = ("app", "roll/main", "roll/list", "roll/store", "roll/sender", "roll/view", "roll/words")
LETTERS = {"uk": ("latin", "cyrillic"), "bg": ("latin", "cyrillic"), "ar": ("latin", "arabic")}
# The page is the same for everybody: no account, no menu, nobody's contacts.
NOBODY = {"account": None, "nav_items": [], "sign_in_url": "", "support": None, "languages": []}


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The empty roll: the phone fills it with what it keeps."""
    return render(request, "training/roll_app.html", _context())


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the roll a page that can be put on the home screen."""
    language = get_language() or "en"
    start = reverse("training:my-sessions")
    names = {"roll": _("Roll"), "site": settings.SITE_NAME}
    found = {
        "id": start,
        "start_url": start,
        "scope": start,
        "name": f"{names['roll']} – {names['site']}",
        "short_name": names["roll"],
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b3b47",
        "icons": [{"src": static("images/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(found, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the roll's pages, and of no others: its address is its scope.

    The release is named by what is in it, so that a phone has all of one release or all of another.
    """
    page = render_to_string("training/roll_app.html", _context(), request)
    assets = [*_assets(), static("js/roll/worker.js")]
    release = sha256("\n".join([page, *assets, *_changed()]).encode()).hexdigest()[:16]
    given = {
        "language": get_language(),
        "release": release,
        "scope": reverse("training:my-sessions"),
        "page": reverse("training:roll-app"),
        "assets": assets[:-1],
    }
    script = f"self.roll = {json.dumps(given)};\nimportScripts({json.dumps(assets[-1])});\n"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _context() -> dict[str, Any]:
    return {**NOBODY, "words": words(), "options": roll_options()}


def _assets() -> list[str]:
    """Addresses of all that the page loads; in production each carries the hash of its content."""
    letters = LETTERS.get(get_language() or "", ("latin",))
    return [
        static("django_htmx/htmx-2.min.js"),
        static("images/icons.svg"),
        static("images/favicon.svg"),
        *(static(f"css/{name}.css") for name in SHEETS),
        *(static(f"js/{name}.js") for name in SCRIPTS),
        *(
            static(f"fonts/firago-{name}-{weight}.woff2")
            for name in letters
            for weight in (400, 700)
        ),
    ]


def _changed() -> list[str]:
    """While one develops, addresses stay the same when files change."""
    if not settings.DEBUG:
        return []
    files = [*(settings.BASE_DIR / "static").rglob("*.*s")]
    return [str(max(file.stat().st_mtime for file in files))]
