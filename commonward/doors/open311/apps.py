"""Django's registration of the door `open311`."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """The door `open311`."""

    name = "commonward.doors.open311"
    label = "doors_open311"
