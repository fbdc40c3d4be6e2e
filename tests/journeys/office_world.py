"""Before the officer's journey: eight carers whose certificates end soon, four whose have ended, 188 more, an edition.

`python manage.py shell < tests/journeys/office_world.py` after world.py; prints the keys as JSON.
"""

import json
from datetime import timedelta

from django.utils import timezone

from certification.models import Authority
from people.actions.people import record_person
from people.models import Organisation
from tests.factories import certification as proof
from tests.factories import people as make_people
from tests.factories import training as make

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
authority = Authority.objects.get(organisation=directorate)
category = make_people.category("ro-journey-office")
course = proof.course("Bazele îngrijirii", language="ro", requires_lessons=False)
rule = {"renewal_window_days": 90, "grace_days": 30}
programme = proof.programme(category, rule=rule, courses=(course,), code="aa.journey-of-the-office")
edition = make.coming(directorate, course=course, capacity=20, day=14)
today = timezone.localdate()


def carer(name: str, days: int, **fields) -> None:
    who = make_people.person(directorate, name, "Probă", categories=[category], **fields)
    end = today + timedelta(days=days)
    proof.certificate(who, programme, issuer=authority, valid_until=end)


for number in range(8):
    carer(f"Curând{number}", 20 + number)
for number in range(4):
    carer(
        f"Expirat{number}",
        -400 - number,
        postal_address=f"Strada Fagului {number}\n300001 Timișoara",
    )
for number in range(188):
    make_people.person(directorate, f"Rândul{number:03}", "Ana", categories=[category])
for _twin in range(2):
    record_person(
        by=None, organisation=directorate, family_name="Geamăn", given_name="Dan", since=today
    )
print(json.dumps({"programme": programme.pk, "edition": edition.pk, "category": category.pk}))
