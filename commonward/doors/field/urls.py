"""The addresses of the field; the worker of the pages must lie above all that it serves."""

from django.urls import path, re_path

from commonward.doors.field import views

app_name = "field"

urlpatterns = [
    path("", views.shell, name="home"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("work.json", views.work, name="work"),
    path("send/", views.send, name="send"),
    path("rounds/<int:round_id>.gpx", views.round_gpx, name="round_gpx"),
    re_path(r"^photos/(?P<name>[0-9a-f]{2}/[0-9a-f]{30})\.jpg$", views.photo, name="photo"),
]
