"""Django's registration."""

from django.apps import AppConfig


class BareConfig(AppConfig):
    """Three tables and no more."""

    name = "bench.bare"
    label = "bare"
