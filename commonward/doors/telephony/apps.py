"""Django's registration of the door `telephony`."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    """The door `telephony`: what a telephone system tells of calls comes in by HTTP."""

    name = "commonward.doors.telephony"
    label = "doors_telephony"
