"""Django's registration of the door `email`."""

from django.apps import AppConfig


class EmailConfig(AppConfig):
    """The door `email`: what is owed to subscribers goes out as mail."""

    name = "commonward.doors.email"
    label = "doors_email"
