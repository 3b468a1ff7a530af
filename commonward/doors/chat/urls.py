"""The page of the conversation, and the addresses that the platforms call."""

from django.urls import path

from commonward.doors.chat import views, web

app_name = "chat"

urlpatterns = [
    path("", web.chat, name="web"),
    path("telegram", views.telegram, name="telegram"),
    path("weixin", views.wechat, name="wechat"),
]
