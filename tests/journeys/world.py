"""Before the journey: a country's preset, two counties' institutions, the staff's log-ins, an empty catalogue.

`python manage.py shell < tests/journeys/world.py` against the journey's own database; prints the log-ins as JSON.
"""

import json

from config.demo import institutions, pages, people
from people.models import Organisation

jurisdiction, counties = institutions.build()
pages.write_site(["ro", "en", "uk", "bg", "ar"])
ministry = Organisation.objects.filter(depth=1, jurisdiction=jurisdiction).order_by("path").first()
print(json.dumps([account.as_json() for account in people.staff(ministry, counties)]))
