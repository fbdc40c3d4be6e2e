from django.apps import AppConfig

from people import privacy


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        privacy.register("training.privacy.ROOM")
