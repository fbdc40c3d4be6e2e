from importlib import import_module

from django.apps import AppConfig

from people import merging, presets, privacy
from training import asked


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        """Listen to what training and courses say; take programmes from presets."""
        presets.register("programmes", "certification.presets.load_programmes")
        privacy.register("certification.privacy.ROOM")
        merging.register("certification.merging.FOLLOWS")
        asked.register("certification.programme_queries.asked_of")
        import_module("certification.receivers")
