"""Django's registration of the door `sms`."""

from django.apps import AppConfig


class SmsConfig(AppConfig):
    """The door `sms`: text messages go out and come in."""

    name = "commonward.doors.sms"
    label = "doors_sms"
