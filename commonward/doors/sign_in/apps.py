"""Django's registration of the door `sign_in`."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """The door `sign_in`: how staff come in, with a second factor, a passkey or their office's."""

    name = "commonward.doors.sign_in"
    label = "doors_sign_in"
