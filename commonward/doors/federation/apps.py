"""Django's registration of the door `federation`."""

from django.apps import AppConfig


class FederationConfig(AppConfig):
    """The door `federation`: matters go to neighbouring installations and come from them."""

    name = "commonward.doors.federation"
    label = "doors_federation"
