from importlib import import_module

from django.apps import AppConfig

from people import presets, privacy


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        """Listen to what training and courses say; take programmes from presets."""
        presets.register("programmes", "certification.presets.load_programmes")
        privacy.register("certification.privacy.ROOM")
        import_module("certification.receivers")
