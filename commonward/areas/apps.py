"""Django's registration of the room `areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """The room `areas`."""

    name = "commonward.areas"
    label = "areas"
