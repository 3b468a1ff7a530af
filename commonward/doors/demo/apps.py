"""Django's registration of the door `demo`, which only a demonstration installs."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The door `demo`: an invented district that lives, and everybody's log-ins."""

    name = "commonward.doors.demo"
    label = "doors_demo"
