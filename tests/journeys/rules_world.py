"""Before the journey of the rules: two carers of Timiș, one of them long past the end of her certificate, in grace.

`python manage.py shell < tests/journeys/rules_world.py` after world.py; prints the keys as JSON.
"""

import json
from datetime import timedelta

from certification.days import add_months, today
from people.models import Category, Organisation
from tests.factories import certification as proof
from tests.factories import people as make_people

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
carer = Category.objects.get(code="ro.asistent-maternal")
programme = proof.programme(
    carer, code="journey.rules", rule={"grace_days": 365, "validity_months": 24},
    name={"en": "Care for infants", "ro": "Îngrijirea sugarilor"},
)  # fmt: skip
region = directorate.covers.order_by("depth").first()
first_day = today() + timedelta(days=40)
for family, ended in (("Albu", timedelta(days=60)), ("Vântu", -timedelta(days=300))):
    who = make_people.person(directorate, family, "Ana", region=region, categories=[carer])
    until = first_day - ended
    proof.certificate(
        who, programme, issuer=directorate, valid_from=add_months(until, -24), valid_until=until
    )
days = {"first": first_day.isoformat(), "before": (first_day - timedelta(days=1)).isoformat()}
print(json.dumps({"programme": programme.pk, **days}))
