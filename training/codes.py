"""QR codes as pages show them."""

from django.conf import settings
from django.utils.safestring import SafeString

from formats import qr


def picture(path: str, *, title: str) -> SafeString:
    """The QR code of an address of this site as SVG; `formats.qr` escapes its title."""
    return SafeString(qr.svg(settings.SITE_URL + path, title=title))
