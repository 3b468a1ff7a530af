"""The live door's address on the site; the stream has its own process (config/live.py)."""

from django.urls import path

from commonward.doors.live.views import elsewhere, since

app_name = "live"
urlpatterns = [
    path("since", since, name="since"),
    path("events", elsewhere, name="events"),
]
