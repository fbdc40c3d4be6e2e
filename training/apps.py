from django.apps import AppConfig

from people import merging, privacy


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        privacy.register("training.privacy.ROOM")
        merging.register("training.merging.FOLLOWS")
