"""Before the journey of the waiting list: one course with two editions in Timiș.

`python manage.py shell < tests/journeys/waiting_world.py` after world.py; prints the keys as JSON. The first edition is
for social workers only; the second has twenty places, a waiting list and a day to answer an offer.
"""

import json

from courses.models import Catalogue, Course
from people.models import Category, Organisation
from tests.factories import training as make

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
town_hall = Organisation.objects.filter(path__startswith=directorate.path, kind="town_hall").first()
catalogue = Catalogue.objects.get(locale__language_code="ro")
course = Course(
    title="Atașament și pierdere",
    slug="atasament",
    summary="Despre despărțiri și legături noi.",
    locale=catalogue.locale,
)
catalogue.add_child(instance=course)
course.categories.add(Category.objects.get(code="ro.asistent-social"))
course.save_revision().publish()
for_staff = make.coming(directorate, course=course, audience_only=True, day=10)
for_all = make.coming(directorate, course=course, capacity=20, offer_hours=24, day=20)
print(
    json.dumps(
        {
            "for_staff": for_staff.pk,
            "for_all": for_all.pk,
            "course": course.get_url(),
            "town_hall": town_hall.short_name,
        }
    )
)
