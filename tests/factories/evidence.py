"""Papers of training elsewhere for tests: bytes of photos and PDFs, proofs handed in through the action."""

import io
import zipfile
from datetime import date
from typing import Any

from PIL import Image

from certification.actions import evidence
from certification.models import EarlierCertificate, Evidence, Programme, Relief
from people.models import Organisation, Person, User

GPS = 0x8825


def photo(colour: str = "white", *, kind: str = "JPEG", place: bool = False, **save: Any) -> bytes:
    """A small photo; with `place`, its hidden data say where and with what it was taken."""
    picture = Image.new("RGB", (60, 40), colour)
    if place:
        hidden = Image.Exif()
        hidden[0x010F], hidden[0x0110] = "Telefonul Anei", "Model 7"
        hidden.get_ifd(GPS).update({1: "N", 2: (45.0, 45.0, 21.0), 3: "E", 4: (21.0, 13.0, 33.0)})
        save["exif"] = hidden.tobytes()
    out = io.BytesIO()
    picture.save(out, kind, **save)
    return out.getvalue()


def pdf(inside: bytes = b"", *, after: bytes = b"") -> bytes:
    """The smallest PDF that counts as one, with more in its catalogue or after its end."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + inside + b" >>\nendobj\n"
    end = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % len(body) + after


def zipped(name: str = "a.html", data: bytes = b"<script>alert(1)</script>") -> bytes:
    """A zip with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def paper(title: str = "Primul ajutor", **fields: Any) -> evidence.Paper:
    """Eight hours of first aid on one day."""
    day = fields.pop("day", date(2026, 2, 10))
    values = {"provider": "Crucea Roșie", "first_day": day, "last_day": day, "minutes": 480}
    return evidence.Paper(title=title, **{**values, **fields})


def proof(
    person: Person,
    by: User | None = None,
    *,
    files: list[bytes] | None = None,
    institution: Organisation | None = None,
    **fields: Any,
) -> Evidence:
    """A paper that was handed in: by the system, unless somebody is named."""
    return evidence.hand_in(
        by=by,
        person=person,
        paper=paper(**fields),
        files=[photo()] if files is None else files,
        institution=institution,
    )


def earlier(person: Person, programme: Programme, **fields: Any) -> EarlierCertificate:
    """A paper certificate of another issuer, as a row."""
    values = {
        "number": "12/2019", "issuer": "DGASPC Arad", "valid_from": date(2019, 5, 6),
        "valid_until": None, "recorded_on": date(2026, 1, 10),
        "organisation": person.memberships.first().organisation, **fields,
    }  # fmt: skip
    return EarlierCertificate.objects.create(person=person, programme=programme, **values)


def relief(person: Person, programme: Programme, **fields: Any) -> Relief:
    """A confirmed exemption, as a row."""
    values = {
        "kind": "exemption", "since": date(2026, 1, 1), "until": date(2026, 12, 31), "reason": "parental",
        "document": "Decizia 5 din 3 ianuarie 2026", "status": "confirmed", **fields,
    }  # fmt: skip
    if values["status"] in ("confirmed", "refused"):
        values.setdefault("decided_at", "2026-01-05T10:00:00Z")
    return Relief.objects.create(person=person, programme=programme, **values)
