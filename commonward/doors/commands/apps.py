"""Django's registration of the door `commands`."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """The door `commands`."""

    name = "commonward.doors.commands"
    label = "doors_commands"
