"""Before the journey of the roll: an edition with forty people whose session is today.

`python manage.py shell < tests/journeys/roll_world.py` after world.py; prints the session and its places as JSON.
"""

import json

from people.models import Organisation, User
from tests.factories import people as make_people
from tests.factories import training as make

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
trainer = User.objects.get(email="trainer.timis@demo.example")
edition = make.edition(directorate, capacity=60, title="Roll without internet")
session = make.session(edition, 7, trainers=[trainer.person])
places = [
    make.place(make_people.person(directorate, f"Persoana{number:02d}", "Ana"), edition).pk
    for number in range(40)
]
make.move_to(session, 0)
print(json.dumps({"session": session.pk, "places": places}))
