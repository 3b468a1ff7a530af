"""Django's registration of the outbox that all channels share."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """What is owed to people goes out, by whatever channel they chose."""

    name = "commonward.doors.outbox"
    label = "doors_outbox"
