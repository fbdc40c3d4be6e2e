"""Before the journey of papers: Maria's certificate ends in a month; a course to renew it meets today.

`python manage.py shell < tests/journeys/evidence_world.py` after she signed up; prints the keys as JSON.
"""

import json
from datetime import timedelta

from django.utils import timezone

from certification.actions.certificates import issue
from certification.days import add_months, today
from certification.models import Programme, Requirement, RuleVersion
from courses.models import Catalogue, Course
from people.models import Category, Organisation, Person, User
from tests.factories import certification as proof
from tests.factories import lessons
from tests.factories import training as make
from training.models import Session

directorate = Organisation.objects.get(code="ro.dgaspc.tm")
trainer = User.objects.get(email="trainer.timis@demo.example").person
maria = Person.objects.get(email="maria@carers.example")
programme = Programme.objects.create(
    jurisdiction=directorate.jurisdiction, code="journey.yearly", second_person=True,
    name={"en": "Yearly refresher", "ro": "Perfecționare anuală"},
)  # fmt: skip
programme.categories.add(Category.objects.get(code="ro.asistent-maternal"))
rule = RuleVersion.objects.create(
    programme=programme, effective_from=today() - timedelta(days=1500), validity="months", validity_months=12,
    renewal_window_days=90, legal_basis={"en": "Act 1/2020", "ro": "Legea 1/2020"},
)  # fmt: skip
Requirement.objects.create(
    version=rule, code="renewal-hours", kind="theory", minutes=9 * 60, period="once", path="renewal",
)  # fmt: skip
catalogue = Catalogue.objects.get(locale__language_code="ro")
course = Course(
    title="Perfecționare anuală", slug="perfectionare-anuala", summary="Pentru reînnoire",
    locale=catalogue.locale,
)  # fmt: skip
course.hours.add(
    proof.course_hours(kind="theory", minutes=120), proof.course_hours(kind="online", minutes=60)
)
catalogue.add_child(instance=course)
programme.courses.add(course)
lesson = lessons.lesson(lessons.module(course))
# A year ago less a month: issued by the system itself, as records of the past are.
then = add_months(today(), -12) + timedelta(days=30)
former = proof.edition(course, directorate, status="done")
old = issue(
    enrolment=proof.enrolment(former, maria, "completed", completed_on=then),
    programme=programme,
    on=then,
)
edition = make.edition(directorate, course=course, capacity=10)
session = make.session(edition, 7, trainers=[trainer])
make.place(maria, edition)
now = timezone.now().replace(second=0, microsecond=0)
Session.objects.filter(pk=session.pk).update(
    starts=now - timedelta(minutes=121), ends=now - timedelta(minutes=1)
)
edition.starts, edition.ends = now - timedelta(minutes=121), now - timedelta(minutes=1)
edition.save()
print(
    json.dumps(
        {
            "person": maria.pk,
            "session": session.pk,
            "lesson": lesson.url,
            "old": f"/v/{old.token}/",
            "number": old.number,
            "ends": old.valid_until.isoformat(),
        }
    )
)
