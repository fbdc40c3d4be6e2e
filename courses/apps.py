from django.apps import AppConfig

from people import merging, presets, privacy


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        presets.register("topics", "courses.presets.load_topics")
        privacy.register("courses.privacy.ROOM")
        merging.register("courses.merging.FOLLOWS")
