"""Before the journey of papers: an edition of Timiș that three people completed, one of them with a misspelt name.

`python manage.py shell < tests/journeys/papers_world.py` after world.py; prints the keys as JSON.
"""

import json
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from certification.models import Authority
from people.models import Organisation
from tests.factories import certification as proof
from tests.factories import people as make_people

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
authority = Authority.objects.get(organisation=directorate)
# The certificates of this journey are issued together, by hand.
authority.is_automatic = False
authority.save()
course = proof.course("Bazele îngrijirii", language="ro", requires_lessons=False)
programme = proof.programme(courses=(course,), code="ro.journey-of-papers")
edition = proof.edition(course, directorate)
day = timezone.now() - timedelta(days=3)
session = proof.session(edition, datetime(day.year, day.month, day.day, 8, tzinfo=UTC))
people = {}
for family, given in (("Țurcanuu", "Vasile"), ("Popescu", "Ana"), ("Marin", "Dan")):
    who = make_people.person(directorate, family, given)
    place = proof.enrolment(edition, who, "completed", completed_on=day.date())
    proof.present(session, place)
    people[given] = who.pk
late = proof.enrolment(edition, make_people.person(directorate, "Lupu", "Ion"))
proof.present(session, late, 10)
print(json.dumps({"edition": edition.pk, "authority": authority.pk, **people}))
