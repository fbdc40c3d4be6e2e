"""What the demo's trainers keep about themselves, and an edition that needs one."""

from datetime import date, timedelta

from config.demo.editions import Made
from courses.models import Course
from people.models import Person
from training.models import (
    Qualification,
    ReminderRule,
    SessionTrainer,
    TrainerProfile,
    TrainerResult,
    WeeklyHours,
)

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
    _results(next(one for one in made if one.plan.title == "Seria de primăvară"))
    coming = next(one for one in made if one.plan.title == "Seria următoare").edition
    ReminderRule.objects.bulk_create(
        ReminderRule(edition=coming, kind=kind, days=days)
        for kind, days in ((ReminderRule.Kind.FIRST, 7), (ReminderRule.Kind.EACH, 1))
    )


def _results(made: Made) -> None:
    """What the trainer said at the end: of two who passed, and of one who did not yet."""
    Result = TrainerResult.Result
    passed = [e for e in made.enrolments if e.status == e.Status.COMPLETED][:2]
    not_yet = [e for e in made.enrolments if e.status == e.Status.NOT_COMPLETED][:1]
    said = (
        (
            Result.RECOMMENDED,
            "Ascultă copiii și cere ajutor la timp. O recomand și pentru plasamente de urgență.",
        ),
        (Result.PASSED, ""),
        (Result.FAILED, "A lipsit la două întâlniri. O așteptăm în seria următoare."),
    )
    TrainerResult.objects.bulk_create(
        TrainerResult(enrolment=place, result=result, text=text, given_at=made.edition.ends)
        for place, (result, text) in zip([*passed, *not_yet], said, strict=False)
    )
