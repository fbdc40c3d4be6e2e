"""The second reference: the same view in a project as `django-admin startproject` makes it, with its middleware."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

from bench.floor import floor, healthz
from config import database

if os.environ.get("BENCH_STOCK"):
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database.settings_for(os.environ["DATABASE_URL"], pooled=True)},
        DEBUG=False,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF="bench.stock",
        SECRET_KEY="only for measuring",
        USE_TZ=True,
    )
    application = get_wsgi_application()

urlpatterns = [path("floor", floor), path("healthz", healthz)]
