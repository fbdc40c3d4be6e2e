"""Before the journey of checking in: an edition whose session is going on, with Maria and somebody without an account.

`python manage.py shell < tests/journeys/checkin_world.py` after world.py; prints the keys as JSON.
"""

import json
from datetime import timedelta

from django.utils import timezone

from people.models import Organisation, Person, User
from tests.factories import people as make_people
from tests.factories import training as make
from training.models import Session

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
trainer = User.objects.get(email="trainer.timis@demo.example")
edition = make.edition(directorate, capacity=10, title="Check-in")
session = make.session(edition, 7, trainers=[trainer.person])
mine = make.place(Person.objects.get(email="maria@carers.example"), edition)
other = make.place(make_people.person(directorate, "Țurcanu", "Vasile"), edition)
now = timezone.now().replace(second=0, microsecond=0)
Session.objects.filter(pk=session.pk).update(
    starts=now - timedelta(minutes=40), ends=now + timedelta(minutes=80)
)
print(json.dumps({"session": session.pk, "mine": mine.pk, "code": other.code}))
