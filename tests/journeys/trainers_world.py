"""Before the journey of the trainers: a course that leads to a certificate, and an edition that nobody leads.

`python manage.py shell < tests/journeys/trainers_world.py` after world.py; prints the keys as JSON. Two trainers are
needed. The second one is the county's officer, who is a trainer too; thirty carers of the county were never trained.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from certification.models import Programme, ProgrammeCourse
from courses.models import Catalogue, Course
from people.actions.memberships import grant
from people.models import Category, Organisation, Person
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import sessions

ZONE = ZoneInfo(make.ZONE)
directorate = Organisation.objects.get(code="ro.dgaspc.tm")
carer = Category.objects.get(code="ro.asistent-maternal")
catalogue = Catalogue.objects.get(locale__language_code="ro")
course = Course(
    title="Atașament și pierdere", slug="atasament", locale=catalogue.locale,
    summary="Despre despărțiri și legături noi.",
)  # fmt: skip
catalogue.add_child(instance=course)
course.categories.add(carer)
course.save_revision().publish()
ProgrammeCourse.objects.create(
    programme=Programme.objects.get(code="ro.asistent-maternal"), course=course
)

officer = Person.objects.get(user__email="officer.timis@demo.example")
grant(by=None, person=officer, organisation=directorate, role="trainer")
town_hall = Organisation.objects.filter(path__startswith=directorate.path, kind="town_hall").first()
region = directorate.covers.order_by("depth").first()
for _number in range(30):
    make_people.person(town_hall, region=region, categories=[carer])

edition = make.edition(directorate, course=course, capacity=2, trainers_needed=2, region=region)
today = datetime.now(ZONE)
wednesday = today + timedelta(days=21 + (2 - today.weekday()) % 7)
starts = wednesday.replace(hour=10, minute=0, second=0, microsecond=0)
sessions.add(
    by=None, edition=edition, starts=starts, ends=starts + timedelta(hours=2), time_zone=make.ZONE
)
print(json.dumps({"edition": edition.pk, "course": course.title, "officer": officer.full_name}))
