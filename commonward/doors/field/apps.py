"""Django's registration of the door `field`."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """The door `field`: what grid workers carry on a phone, with or without network."""

    name = "commonward.doors.field"
    label = "doors_field"
