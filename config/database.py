"""DATABASE_URL into Django's DATABASES; without it, the embedded PostgreSQL of this project."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import embedded_pg

PREPARE_AFTER = 5  # uses of the same statement in a connection, as the driver's own default


def settings_for(url: str, *, pooled: bool) -> dict[str, Any]:
    """Django's settings of one PostgreSQL database from its URL.

    The pool is per process and needs health checks: without them every request fails for ever after
    a restart of the database (stack.md, section 1). Statements are prepared by `people.statements` alone; behind a
    pooler that shares connections it must know prepared statements (PgBouncer 1.21 or later).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// (Tutela needs PostgreSQL 17 or later)."
        )
    query = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {"prepare_threshold": PREPARE_AFTER} | {
        k: v for k, v in query.items() if k not in {"host", "port"}
    }
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tutela",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": query.get("port") or str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def from_environment(*, pooled: bool) -> dict[str, Any]:
    """The settings of the database that the environment names, embedded when it names none."""
    return settings_for(os.environ.get("DATABASE_URL") or embedded_pg.url(), pooled=pooled)
