"""Papers of an edition in its own language: words and dates for what formats/ sets."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from formats import dates
from formats.fonts import typst_fonts
from formats.poster import Poster, poster
from training import cards, clock
from training.actions.conditions import asked_of
from training.models import Edition
from training.queries.editions import for_cards


def poster_pdf(edition: Edition, *, url: str) -> bytes:
    """The poster with the code to enrol, in the edition's language whatever the reader's is."""
    with translation.override(edition.language):
        rows = for_cards(Edition.objects.all(), edition.language).select_related("course")
        found = rows.get(pk=edition.pk)
        content = _content(found, url)
    return poster(
        content,
        fonts=typst_fonts(settings.FONT_DIR),
        timestamp=timezone.now().replace(microsecond=0),
    )


def _content(edition: Edition, url: str) -> Poster:
    organiser = edition.organiser
    last = clock.last_day(edition.enrolment_closes, cards.zone_of(organiser))
    facts = [
        (_("Dates"), cards.when(edition) or _("The dates are not set yet.")),
        (_("Place"), cards.where(edition)),
        (_("Language"), cards.LANGUAGES[edition.language]),
        (_("Price"), _("Free of charge")),
        (_("Last day to enrol"), dates.long_date(last, edition.language) if last else ""),
        (_("Who can enrol"), " · ".join(asked_of(edition))),
    ]
    by_phone = _("No such phone? Call us: %(phone)s") % {"phone": organiser.phone}
    return Poster(
        language=edition.language,
        organiser=str(organiser.name),
        course=edition.name,  # type: ignore[attr-defined]
        facts=facts,
        invitation=_("Enrol with your phone"),
        hint=_("Open the camera, hold it over the square and touch the address that appears."),
        url=url,
        code=edition.join_code or "",
        code_label=_("Or open the address below. Your code:"),
        qr_alt=_("A code to scan: it opens the page where you enrol."),
        closing=by_phone if organiser.phone else "",
    )
