"""What other rooms' pages show of certificates and standing: `{% my_certificates %}`, `{% standing_of person %}`,
`{% elsewhere_of person %}`."""

from typing import Any

from django import template
from django.urls import reverse

from certification import evidence_queries, queries, relief_words
from certification.days import today
from certification.models import Certificate, EarlierCertificate, Evidence, Relief
from people.access import grants_of, may
from people.models import Person
from people.permissions import Permission
from training.models import Edition

register = template.Library()
SHOWN = 5


@register.inclusion_tag("certification/tags/my_certificates.html", takes_context=True)
def my_certificates(context: template.Context) -> dict[str, Any]:
    """The reader's newest certificates and where they stand; nothing for somebody without any."""
    own = Certificate.objects.filter(person=context["request"].user.person_id or 0).order_by(
        "-valid_from", "-pk"
    )
    found = queries.with_state(own, today())
    return {"certificates": [pair for pair in found if pair[1]][:SHOWN]}


@register.inclusion_tag("certification/tags/standing_of.html", takes_context=True)
def standing_of(context: template.Context, person: Person) -> dict[str, Any]:
    """Where a person stands, for readers who may see it; the page has asked already whether they may see the person."""
    user = context["request"].user
    allowed = (
        Person.objects.visible_to(user, Permission.VIEW_STANDING).filter(pk=person.pk).exists()
    )
    may_open = grants_of(user).anywhere(Permission.VIEW_STANDING)
    return {
        "person": person,
        "standings": queries.standings(person) if allowed else [],
        "may_open": may_open,
    }


@register.inclusion_tag("certification/tags/elsewhere_of.html", takes_context=True)
def elsewhere_of(context: template.Context, person: Person) -> dict[str, Any]:
    """Paper certificates, exemptions and proofs of a person that this reader may open, and what they may do."""
    user = context["request"].user
    is_own = user.person_id == person.pk
    people = Person.objects.filter(pk=person.pk)
    papers = EarlierCertificate.objects.visible_to(user).filter(person=person)
    reliefs = Relief.objects.readable_by(user).filter(person=person)
    proofs = Evidence.objects.readable_by(user).filter(person=person)
    return {
        "person": person,
        "is_own": is_own,
        "papers": papers.select_related("programme", "organisation").order_by("-valid_from"),
        "reliefs": relief_words.shown(reliefs.order_by("-since", "-pk")[:SHOWN]),
        "proofs": evidence_queries.shown(proofs.order_by("-handed_in_at")[:SHOWN]),
        "passport_href": reverse("certification:passport")
        if is_own
        else reverse("certification:passport-of", args=[person.pk]),
        "may_hand_in": is_own or people.visible_to(user, Permission.NOMINATE).exists(),
        "may_relieve": not is_own and people.visible_to(user, Permission.REVIEW_EVIDENCE).exists(),
    }


@register.inclusion_tag("certification/tags/certificates_of_edition.html", takes_context=True)
def certificates_of_edition(context: template.Context, edition: Edition) -> dict[str, Any]:
    """The way to issuing, for those who may issue for the organiser."""
    user = context["request"].user
    return {
        "edition": edition,
        "may_issue": may(user, Permission.ISSUE, organisation=edition.organiser),
    }


@register.inclusion_tag("certification/tags/office_links.html", takes_context=True)
def office_links(context: template.Context) -> dict[str, Any]:
    """What an office does with its board, for those who may."""
    grants = grants_of(context["request"].user)
    return {
        "may_act": grants.anywhere(Permission.NOMINATE),
        "may_check": grants.anywhere(Permission.EXPORT_PEOPLE),
        "query": context["request"].GET.urlencode(),
    }
