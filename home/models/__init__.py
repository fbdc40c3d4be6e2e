"""The base of the CMS: home page, plain pages, images and documents."""

from home.models.media import SiteDocument, SiteImage, SiteRendition
from home.models.pages import HomePage, InfoPage

__all__ = ["HomePage", "InfoPage", "SiteDocument", "SiteImage", "SiteRendition"]
