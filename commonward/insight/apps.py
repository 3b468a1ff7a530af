"""Django's registration of the room `insight`."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The room `insight`."""

    name = "commonward.insight"
    label = "insight"
