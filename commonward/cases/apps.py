"""Django's registration of the room `cases`."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room `cases`."""

    name = "commonward.cases"
    label = "cases"
