"""Reads over the catalogue and progress."""

from django.core.cache import caches

from courses.models import Catalogue


def catalogue_url(language: str) -> str:
    """Address of the catalogue in that language, or "" where there is none; kept a minute."""

    def find() -> str:
        page = Catalogue.objects.live().filter(locale__language_code=language).first()
        return (page.url or "") if page else ""

    return caches["local"].get_or_set(f"catalogue:{language}", find, 60)
