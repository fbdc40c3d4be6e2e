"""What is told to people (the outbox) and to programs (webhooks)."""

from notifications.models.message import Message, OptOut, Topic
from notifications.models.webhook import Delivery, Webhook

__all__ = ["Delivery", "Message", "OptOut", "Topic", "Webhook"]
