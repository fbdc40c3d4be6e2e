from django.apps import AppConfig

from people import privacy


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        privacy.register("config.privacy.ROOM")
