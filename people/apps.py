from importlib import import_module

from django.apps import AppConfig

from people import presets


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        presets.register("people", "people.presets.own.load")
        import_module("people.receivers")  # needs the models
