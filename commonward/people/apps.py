"""Django's registration of the room `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room `people`."""

    name = "commonward.people"
    label = "people"
