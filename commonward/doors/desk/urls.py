"""The addresses of the desk."""

from django.urls import path

from commonward.doors.desk.views import home

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
]
