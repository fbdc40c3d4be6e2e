"""How an authority's papers look and by which rules it issues: set by an administrator of its institution."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.db import transaction

from certification.designs import Design
from certification.errors import LogoRefused, UnprintableLayout
from certification.models import Authority, Layout, Logo, Signatory
from certification.samples import sample_pdf
from formats import logo
from formats.typesetting import UnprintableText
from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission

Person = tuple[str, Mapping[str, str]]  # name, post by language


@transaction.atomic
def save(
    *,
    authority: Authority,
    by: User | None,
    design: Design,
    is_automatic: bool,
    asks_second_person: bool,
) -> Layout:
    """Keep the layout for what is issued from now on; papers that were issued keep theirs. The logo is set apart.

    Raises `UnprintableLayout` when a sample of it cannot be printed: then nothing is changed.
    """
    require(by, Permission.MANAGE_ORGANISATION, organisation=authority.organisation)
    authority = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    try:
        sample_pdf(authority, design)
    except UnprintableText as error:
        raise UnprintableLayout(error.text) from error
    authority.is_automatic, authority.asks_second_person = is_automatic, asks_second_person
    authority.save(update_fields=["is_automatic", "asks_second_person"])
    layout, _made = Layout.objects.update_or_create(
        authority=authority,
        defaults={
            "shown": list(design.shown),
            "second_language": design.second_language,
            "legal_basis": dict(design.legal_basis),
        },
    )
    _sign(authority, design.signatories)
    audit.record(
        by=by, verb="authority.layout", target=authority, organisation=authority.organisation,
        shown=list(design.shown), second_language=design.second_language, signatories=len(design.signatories),
        automatic=is_automatic, second_person=asks_second_person,
    )  # fmt: skip
    return layout


@transaction.atomic
def set_logo(*, authority: Authority, by: User | None, data: bytes | None) -> Layout:
    """Print this picture on what is issued from now on; None for no picture. Raises `LogoRefused` with the reason."""
    require(by, Permission.MANAGE_ORGANISATION, organisation=authority.organisation)
    try:
        png = logo.cleaned(data) if data is not None else None
    except logo.LogoError as error:
        raise LogoRefused(error.code) from error
    Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    layout, _made = Layout.objects.get_or_create(authority=authority)
    layout.logo = _kept(png) if png else None
    layout.save(update_fields=["logo"])
    audit.record(
        by=by, verb="authority.logo", target=authority, organisation=authority.organisation,
        logo=layout.logo_id or "",
    )  # fmt: skip
    return layout


def _kept(png: bytes) -> Logo:
    return Logo.objects.get_or_create(sha256=sha256(png).hexdigest(), defaults={"png": png})[0]


def _sign(authority: Authority, people: Sequence[Person]) -> None:
    Signatory.objects.filter(authority=authority).delete()
    Signatory.objects.bulk_create(
        Signatory(authority=authority, place=place, name=name, post=dict(post))
        for place, (name, post) in enumerate(people, 1)
    )
