from django.apps import AppConfig

from people import merging, privacy


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        privacy.register("notifications.privacy.ROOM")
        merging.register("notifications.merging.FOLLOWS")
