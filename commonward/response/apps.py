"""Django's registration of the room `response`."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """The room `response`."""

    name = "commonward.response"
    label = "response"
