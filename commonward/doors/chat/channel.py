"""Chats as channels: what is told later goes back to the chat in which the report was made."""

from django.conf import settings

from commonward.core.channels import Channel
from commonward.core.refusals import N_
from commonward.doors.chat import telegram, wechat, wechat_calls

CHANNELS = (
    Channel(
        code=telegram.CODE,
        title=N_("Telegram"),
        asked="",
        check=telegram.checked,
        longest=telegram.LONGEST,
        rings=True,
        send=telegram.send,
        ready=lambda: bool(settings.TELEGRAM),
    ),
    Channel(
        code=wechat.CODE,
        title=N_("WeChat"),
        asked="",
        check=telegram.checked,
        longest=wechat_calls.LONGEST,
        rings=True,
        send=wechat_calls.send,
        ready=lambda: bool(settings.WECHAT),
    ),
)
