from django.apps import AppConfig

from people import presets


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        presets.register("programmes", "certification.presets.load_programmes")
