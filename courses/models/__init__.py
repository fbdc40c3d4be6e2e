"""What is taught: catalogue, courses, lessons, tests, and how far each learner is."""

from courses.models.catalogue import Catalogue, Course, CourseHours, Topic
from courses.models.lessons import Lesson, Module, Test
from courses.models.progress import LessonProgress, TestAttempt

__all__ = [
    "Catalogue",
    "Course",
    "CourseHours",
    "Lesson",
    "LessonProgress",
    "Module",
    "Test",
    "TestAttempt",
    "Topic",
]
