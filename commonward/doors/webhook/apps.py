"""Django's registration of the door `webhook`."""

from django.apps import AppConfig


class WebhookConfig(AppConfig):
    """The door `webhook`: what is owed to other programs goes out by HTTP."""

    name = "commonward.doors.webhook"
    label = "doors_webhook"
