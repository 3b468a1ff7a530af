"""Django's registration of the door `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The door `portal`: what residents and the public see."""

    name = "commonward.doors.portal"
    label = "doors_portal"
