"""The references of the enrolment rush: a bare Django view that inserts the same row under the same lock, no more.

No conditions, no count, no trail, no mail. Once without middleware and sign-in: who asks stands in the address. Once
with the settings of `bench.known`: who asks is who is signed in, the least that a view can do which knows its reader.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import database

LOCK = "SELECT id FROM training_edition WHERE id = %s FOR NO KEY UPDATE"
# The statement that Django itself makes of the row, written by bench/cases/rush.py; a second post inserts nothing.
INSERT = os.environ.get("BENCH_INSERT", "")

SIGNED_IN = "BENCH_SIGNED_IN" in os.environ

if SIGNED_IN:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.known"
elif INSERT:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database.settings_for(os.environ["DATABASE_URL"], pooled=True)},
        DEBUG=False,
        ROOT_URLCONF="bench.bare",
        SECRET_KEY="only for measuring",
        USE_TZ=True,
    )
if INSERT:
    application = get_wsgi_application()


def enrol_reader(request: HttpRequest, edition: int) -> HttpResponse:
    """The same for whoever is signed in; Django's own check against forged forms included."""
    return enrol(request, edition, request.user.person_id)


@csrf_exempt
def enrol(request: HttpRequest, edition: int, person: int) -> HttpResponse:
    """Lock the edition's row, insert the enrolment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [edition])
        cursor.execute(INSERT, {"edition": edition, "person": person, "code": f"R{person}"})
    return HttpResponse("ok")


def healthz(request: HttpRequest) -> HttpResponse:
    """It answers."""
    return HttpResponse("ok")


urlpatterns = [
    path("enrol/<int:edition>/<int:person>/", enrol),
    path("enrol/<int:edition>/", enrol_reader),
    path("healthz", healthz),
]
