"""Addresses for load balancers, service managers and monitors, under `/-/`."""

from django.urls import path

from commonward.doors.health import views

app_name = "health"

urlpatterns = [
    path("alive", views.alive, name="alive"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
