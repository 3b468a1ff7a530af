"""Django's registration of the room `programmes`."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """The room `programmes`."""

    name = "commonward.programmes"
    label = "programmes"
