from django.apps import AppConfig

from people import privacy


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        privacy.register("home.privacy.ROOM")
