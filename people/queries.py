"""Reads over people and their institutions."""

from typing import Any

from django.conf import settings
from django.core.cache import caches

from people.models import Helpline, Jurisdiction, Membership


def jurisdiction() -> Jurisdiction | None:
    """The jurisdiction this deployment serves."""
    return Jurisdiction.objects.filter(code=settings.JURISDICTION).first()


def telephone(number: str) -> str:
    """The number as a tel: link wants it."""
    return "".join(c for c in number if c.isdigit() or c == "+")


def _helplines() -> list[dict[str, Any]]:
    lines = Helpline.objects.filter(jurisdiction__code=settings.JURISDICTION)
    return [{"code": line.code, "name": line.name, "number": line.number, "tel": telephone(line.number)} for line in lines]


def helplines() -> list[dict[str, Any]]:
    """The helplines of this deployment's jurisdiction; kept a minute, every page shows them."""
    return caches["local"].get_or_set("helplines", _helplines, 60)


def support_for(user: Any) -> dict[str, Any] | None:
    """The service that helps this user: the nearest institution of theirs that can be called or written to."""
    if not user.is_authenticated or not user.person_id:
        return None
    membership = Membership.objects.current().filter(person=user.person_id).select_related("organisation").first()
    if membership is None:
        return None
    for organisation in (membership.organisation, *reversed(membership.organisation.get_ancestors())):
        if organisation.phone or organisation.email:
            phone, tel = organisation.phone, telephone(organisation.phone)
            return {"name": str(organisation), "phone": phone, "tel": tel, "email": organisation.email}
    return {"name": str(membership.organisation)}
