"""What the demo's trainers keep about themselves, and an edition that needs one."""

from datetime import date, timedelta

from config.demo.editions import Made
from courses.models import Course
from people.models import Person
from training.models import Qualification, SessionTrainer, TrainerProfile, WeeklyHours

NINE, FIVE = 9 * 60, 17 * 60
WORKDAYS = range(1, 6)


def build(
    trainers: dict[int, Person], courses: dict[str, Course], made: list[Made], today: date
) -> None:
    """Each trainer with languages, county, hours and papers; the last edition of the first county needs somebody."""
    for number, trainer in trainers.items():
        profile = TrainerProfile.objects.create(
            trainer=trainer,
            languages=["ro", "uk"] if number else ["ro"],
            weekly_hours=20,
            time_zone="Europe/Bucharest",
        )
        if trainer.region:
            profile.regions.add(trainer.region)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(trainer=trainer, weekday=day, starts=NINE, ends=FIVE) for day in WORKDAYS
        )
        Qualification.objects.bulk_create(
            Qualification(
                trainer=trainer,
                course=course,
                since=today - timedelta(days=900),
                document=f"Atestat de formator {number + 1}/2024",
            )
            for slug, course in courses.items()
            if number == 0 or slug != "sina-guide"
        )
    last = made[-1]
    SessionTrainer.objects.filter(session__in=last.sessions).delete()
