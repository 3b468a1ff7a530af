"""Django's registration of the door `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The door `desk`: what operators, handlers, leaders and administrators work with."""

    name = "commonward.doors.desk"
    label = "doors_desk"
