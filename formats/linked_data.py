"""JSON-LD in the one form in which it is signed: contexts from this folder only, and no word is left out unseen.

PyLD drops what no context defines without a word, and a signature over the rest would not cover it; here that is an
error. No context is ever fetched.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pyld import jsonld

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
FILES = {
    CREDENTIALS: "credentials-v2.json",
    BADGES: "ob-v3p0-context-3.0.3.json",
    EXTENSIONS: "ob-v3p0-extensions.json",
}
FOLDER = Path(__file__).parent / "contexts"
# What is no full address gets this in front, and is found by it. Left to itself PyLD would make up an address.
_BASE = "relative://base/"


class NotSignable(ValueError):
    """Part of a document would not be covered by its signature; the text says which."""


def load(url: str, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document loader: the three contexts of this folder, nothing else, and never the network."""
    if url not in FILES:
        raise NotSignable(f"The context {url} is not one of ours.")
    text = (FOLDER / FILES[url]).read_text("utf-8")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(text),
    }


def canonical(document: Mapping[str, Any]) -> bytes:
    """The N-Quads of a document after RDFC-1.0. Raises `NotSignable` when anything in it would be lost."""
    options = {"documentLoader": load, "base": _BASE}
    try:
        expanded = jsonld.expand(dict(document), options, on_property_dropped=_refuse)
        _complete(expanded)
        quads = jsonld.normalize(
            expanded, {**options, "algorithm": "URDNA2015", "format": "application/n-quads"}
        )
    except jsonld.JsonLdError as error:
        # PyLD wraps what the loader raised.
        raise NotSignable(_first_line(error)) from error
    return cast(str, quads).encode()


def _refuse(name: str | None) -> None:
    raise NotSignable(f"No context defines «{name}».")


def _complete(node: Any) -> None:
    """Identifiers and types that are no full addresses would be dropped on the way to RDF."""
    if isinstance(node, list):
        for one in node:
            _complete(one)
    elif isinstance(node, dict) and "@value" not in node:
        for name in ("@id", "@type"):
            found = node.get(name, [])
            for one in found if isinstance(found, list) else [found]:
                if one.startswith("relative:") or ":" not in one:
                    short = one.removeprefix(_BASE)
                    raise NotSignable(f"«{short}» is no full address, and no context defines it.")
        for name, value in node.items():
            if name not in ("@id", "@type"):
                _complete(value)


def _first_line(error: BaseException) -> str:
    cause = error
    while cause.__cause__ is not None and not isinstance(cause, NotSignable):
        cause = cause.__cause__
    return str(cause).split("\n", 1)[0]
