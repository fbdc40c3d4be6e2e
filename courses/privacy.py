"""The register of courses: what is taught is public, how far somebody is is theirs."""

from django.utils.translation import gettext_lazy as _

from people.privacy import OnErase, Room, Table, of_person, personal, plain
from people.privacy.facts import FACT

CONTENT = (
    Table("courses.Topic", (FACT, plain("code name", "A subject of the curriculum."))),
    Table("courses.Catalogue", (plain("page_ptr introduction", "A published page."),)),
    Table(
        "courses.Course",
        (
            plain(
                "page_ptr summary objectives categories topics requires_lessons",
                "A published course.",
            ),
        ),
    ),
    Table(
        "courses.CourseHours",
        (plain("course sort_order topic kind minutes", "How long a course is."),),
    ),
    Table("courses.Module", (plain("page_ptr summary", "A published page."),)),
    Table("courses.Lesson", (plain("page_ptr minutes body", "A published page."),)),
    Table(
        "courses.Test",
        (plain("page_ptr introduction questions pass_percent max_attempts", "A published test."),),
    ),
)

PROGRESS = (
    Table(
        "courses.LessonProgress",
        title=_("Lessons that you have done"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "course_key lesson_key done_at",
                _("Which lessons you have done, so that you can go on where you stopped."),
            ),
        ),
    ),
    Table(
        "courses.TestAttempt",
        title=_("Tests that you have taken"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "course_key test_key number language handed_in_at",
                _("Which test you took, and when."),
            ),
            personal(
                "answers score questions passed",
                _("Your answers and the result, which your certificate depends on."),
            ),
        ),
    ),
)

ROOM = Room(tables=(*CONTENT, *PROGRESS))
