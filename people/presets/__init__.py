"""Jurisdiction presets: the files in `presets/` and how each app takes its part of them into the database.

An app registers its loader from `AppConfig.ready`, by name, because models are not yet there when apps.py is read:

    presets.register("programmes", "certification.presets.load_programmes")

A loader is a function that gets a `Loading` and puts its facts. `people.actions.presets.load_preset` runs them all.
"""

from people.presets.files import authorisation_types, countries, read, resolve
from people.presets.loading import Change, Deed, Loading, Report

__all__ = [
    "Change",
    "Deed",
    "Loading",
    "Report",
    "authorisation_types",
    "countries",
    "loaders",
    "read",
    "register",
    "resolve",
]

_loaders: dict[str, str] = {}


def register(kind: str, path: str) -> None:
    """Let `path` (module and function) load that kind of fact; loaders run in the order of registration."""
    _loaders[kind] = path


def loaders() -> dict[str, str]:
    """Kind -> path of its loader, in the order in which they run."""
    return dict(_loaders)
