"""What gunicorn runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.translation import override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Django reads the addresses and the words of a language when the first reader comes, who waits for a second.
for language, _name in settings.LANGUAGES:
    with override(language):
        reverse("training:enrolments")
