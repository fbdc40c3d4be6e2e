"""The floor: what Django itself costs. One view, one indexed SELECT, no middleware, no template."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import database

QUESTION = "SELECT app_label, model FROM django_content_type WHERE id = %s"

if os.environ.get("BENCH_FLOOR"):
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database.settings_for(os.environ["DATABASE_URL"], pooled=True)},
        DEBUG=False,
        ROOT_URLCONF="bench.floor",
        SECRET_KEY="only for measuring",
        USE_TZ=True,
    )
    application = get_wsgi_application()


def floor(request: HttpRequest) -> HttpResponse:
    """One row by its key."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, [1])
        return HttpResponse(".".join(cursor.fetchone() or ("nothing",)))


def healthz(request: HttpRequest) -> HttpResponse:
    """It answers."""
    return HttpResponse("ok")


urlpatterns = [path("floor", floor), path("healthz", healthz)]
