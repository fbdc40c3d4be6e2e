"""Two questions of whoever watches the service: does the process live, can it serve?"""

from datetime import timedelta

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from procrastinate.contrib.django.models import ProcrastinateWorker


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable, migrations done, a worker alive in the last minute; 503 names what is not."""
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        # The plan of migrations costs a second to make: once a minute is enough.
        checks["migrations"] = caches["local"].get_or_set("migrated", _migrated, 60)
        checks["database"] = True
        alive = timezone.now() - timedelta(minutes=1)
        checks["worker"] = ProcrastinateWorker.objects.filter(last_heartbeat__gte=alive).exists()
    except DatabaseError:
        caches["local"].delete("migrated")
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)
