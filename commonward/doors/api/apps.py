"""Django's registration of the door `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The door `api`."""

    name = "commonward.doors.api"
    label = "doors_api"
