"""Django's registration of the door `chat`."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """The door `chat`: conversations by Telegram, WeChat and a page."""

    name = "commonward.doors.chat"
    label = "doors_chat"
