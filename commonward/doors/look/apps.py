"""Django's registration of what all doors with pages share."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """The theme, the base page and its components: no address, no view."""

    name = "commonward.doors.look"
    label = "doors_look"
