from importlib import import_module

from django.apps import AppConfig

from people import merging, presets, privacy


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        presets.register("people", "people.presets.own.load")
        privacy.register("people.privacy.own.ROOM")
        merging.register("people.merging.OWN")
        import_module("people.receivers")  # needs the models
