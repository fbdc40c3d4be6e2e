"""FiraGO for papers: one face for Latin, Cyrillic and Arabic, taken from the pymupdf-fonts package.

The small files for pages are made by `formats.web_fonts`, apart because fontTools is slow to import.
"""

import os
import tempfile
from pathlib import Path

from pymupdf_fonts import myfont

FAMILY = "FiraGO"
FACES = {"regular": "figo", "bold": "figbo", "italic": "figit", "bolditalic": "figbi"}


def typst_fonts(folder: Path) -> Path:
    """Writes FiraGO (regular, bold, both italics) into the folder once and gives the folder for Typst."""
    folder.mkdir(parents=True, exist_ok=True)
    for face, code in FACES.items():
        path = folder / f"firago-{face}.ttf"
        if not path.exists():
            write_once(path, myfont(code))
    return folder


def write_once(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: two processes may start at once."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
