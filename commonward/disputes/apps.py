"""Django's registration of the room `disputes`."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """The room `disputes`."""

    name = "commonward.disputes"
    label = "disputes"
