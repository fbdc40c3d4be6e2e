"""Reads over people and their institutions."""

from django.conf import settings
from django.core.cache import caches

from people.models import Helpline, Jurisdiction


def jurisdiction() -> Jurisdiction | None:
    """The jurisdiction this deployment serves."""
    return Jurisdiction.objects.filter(code=settings.JURISDICTION).first()


def helplines() -> list[Helpline]:
    """The helplines of this deployment's jurisdiction; kept a minute, every page shows them."""
    return caches["local"].get_or_set(
        "helplines", lambda: list(Helpline.objects.filter(jurisdiction__code=settings.JURISDICTION)), 60
    )
