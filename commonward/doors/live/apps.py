"""Django's registration of the live door."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """What happens, told while it happens: a stream, and the same by asking again and again."""

    name = "commonward.doors.live"
    label = "doors_live"
