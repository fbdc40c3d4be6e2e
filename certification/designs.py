"""The design of a paper as plain values: read from the authority's layout, stored with what a certificate says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certification.models import Authority, Layout, Logo, Signatory
from certification.models.layout import Fact, usual_facts


@dataclass(frozen=True)
class Design:
    """What an administrator chose; `signatories` are (name, post in each language)."""

    logo: str = ""  # fingerprint
    shown: tuple[str, ...] = field(default_factory=lambda: tuple(usual_facts()))
    second_language: str = ""
    legal_basis: Mapping[str, str] = field(default_factory=dict)
    signatories: tuple[tuple[str, Mapping[str, str]], ...] = ()

    def shows(self, fact: Fact) -> bool:
        """Is that fact on the paper?"""
        return fact in self.shown


def design_of(authority: Authority) -> Design:
    """How papers of that authority are made now."""
    people = Signatory.objects.filter(authority=authority).order_by("place")
    signatories = tuple((one.name, one.post) for one in people)
    layout = Layout.objects.filter(authority=authority).first()
    if layout is None:
        return Design(signatories=signatories)
    return Design(
        logo=layout.logo_id or "",
        shown=tuple(layout.shown),
        second_language=layout.second_language,
        legal_basis=layout.legal_basis,
        signatories=signatories,
    )


def logo_of(said: Mapping[str, Any]) -> bytes:
    """The picture that a stored content names; nothing where it names none."""
    name = (said.get("design") or {}).get("logo")
    return bytes(Logo.objects.get(pk=name).png) if name else b""
