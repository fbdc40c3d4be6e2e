"""Saving a session although something speaks against it: on some days of the year that is a public holiday."""

import re
from typing import Any

from django.test import Client


def insist(browser: Client, address: str, fields: dict[str, Any]) -> Any:
    """Post; where the page warns first, post again as its button does."""
    response = browser.post(address, fields)
    if response.status_code == 200:
        seen = re.search(r'name="seen" value="(\w+)"', response.content.decode())
        if seen:
            return browser.post(address, {**fields, "seen": seen[1]})
    return response
