"""QR codes for pages and papers."""

import io
from xml.sax.saxutils import escape

import segno

# Four modules of quiet zone, as the standard asks; level M survives a fold or a stamp and stays coarse enough to print.
_QUIET = 4
_LEVEL = "m"


def svg(text: str, *, title: str, quiet: int = _QUIET) -> str:
    """An inline SVG without styles or scripts (a strict content policy lets it through), named for screen readers.

    A paper whose ground is white anyway may ask for no quiet zone of its own.
    """
    code = segno.make(text, error=_LEVEL, micro=False)
    size = code.symbol_size(border=quiet)[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{_squares(code, quiet)}"/></svg>'
    )


def png(text: str, *, scale: int = 8) -> bytes:
    """The code as a black and white PNG, `scale` pixels per module."""
    out = io.BytesIO()
    segno.make(text, error=_LEVEL, micro=False).save(out, kind="png", scale=scale, border=_QUIET)
    return out.getvalue()


def _squares(code: segno.QRCode, quiet: int) -> str:
    """The dark modules as one path, each run of neighbours one rectangle."""
    parts = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x + quiet} {y + quiet}h{run}v1h-{run}z")
            x += run or 1
    return "".join(parts)
