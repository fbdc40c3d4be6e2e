"""Photos and PDFs of papers that somebody uploads: one field, one place, one set of sentences, one way out.

What a file may hold is told from its bytes by formats.scans; everything here is what a room needs around that.
"""

from typing import Any

from django import forms
from django.core.files.storage import Storage, storages
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from formats.scans import Limits, ScanError

TYPES = {"jpg": "image/jpeg", "pdf": "application/pdf"}
ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,application/pdf"


def private_files() -> Storage:
    """Where no web server hands anything out: a view asks first who may read."""
    return storages["private"]


class ManyFiles(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name)


class PhotosField(forms.FileField):
    """Photos or PDFs, as bytes, `most` of them; none is read beyond what is accepted."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        box = ManyFiles if most > 1 else forms.FileInput
        given = {"widget": box({"accept": ACCEPTED}), "allow_empty_file": True, "max_length": 1000}
        super().__init__(**{**given, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        if not data:
            super().clean(None, initial)
        sent = data if isinstance(data, list) else [data] if data else []
        # One more than is accepted tells that it is too many; a hundred would fill the memory.
        return [file.read(Limits().file_bytes + 1) for file in sent[: self.most + 1]]


def file_words(error: ScanError) -> str:
    """Why a file is not accepted, with what to do about it."""
    count = int(error.params.get("megabytes") or error.params.get("megapixels") or 0)
    words = {
        "empty_file": _("The file is empty. Choose another one."),
        "wrong_type": _("This is neither a photo nor a PDF. Take a photo of the paper."),
        "damaged": _("The file is damaged and cannot be opened. Take a new photo."),
        "password": _("The PDF is locked by a password. Save it without one, or take a photo."),
        "active": _(
            "The PDF holds program code or other files. Print it as a plain PDF, or take a photo."
        ),
        "too_big": ngettext(
            "The file is bigger than %(count)d megabyte. Take a photo of the paper instead.",
            "The file is bigger than %(count)d megabytes. Take a photo of the paper instead.",
            count,
        ),
        "too_large_picture": ngettext(
            "The picture has more than %(count)d million dots. Take a smaller photo.",
            "The picture has more than %(count)d million dots. Take a smaller photo.",
            count,
        ),
    }
    return words[error.code] % {"count": count}


def handed_out(file: FieldFile, name: str, kind: str) -> HttpResponse:
    """A photo or PDF to save: as what its bytes are, named by us, run by no browser, kept by nobody between."""
    if not file:
        raise Http404
    try:
        with file.open("rb") as stored:
            data = stored.read()
    except FileNotFoundError as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
