"""Django's registration of the door `scim`."""

from django.apps import AppConfig


class ScimConfig(AppConfig):
    """The door `scim`: the office's directory says who comes, moves and leaves."""

    name = "commonward.doors.scim"
    label = "doors_scim"
