"""What a browser may load: nothing from elsewhere, and on the site no inline script or style."""

from csp.constants import NONE, SELF

SITE = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
# Wagtail's editor writes inline scripts and styles, and previews pages in a frame (stack.md, section 4).
CMS = {
    **SITE,
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "frame-ancestors": [SELF],
}
