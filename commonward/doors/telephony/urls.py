"""The address to which a telephone system tells of calls."""

from django.urls import path

from commonward.doors.telephony import views

app_name = "telephony"

urlpatterns = [path("events", views.events, name="events")]
