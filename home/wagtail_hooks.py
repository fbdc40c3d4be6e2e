"""What the CMS tells the rest of the site."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page


@hooks.register("before_serve_page")
def remember_page(page: Page, request: HttpRequest, serve_args: Any, serve_kwargs: Any) -> None:
    """The language links of the frame need to know which page is shown."""
    request.wagtail_page = page
