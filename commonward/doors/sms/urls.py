"""The addresses to which a provider tells of text messages."""

from django.urls import path

from commonward.doors.sms import views

app_name = "sms"

urlpatterns = [
    path("incoming", views.incoming, name="incoming"),
    path("receipts", views.receipts, name="receipts"),
]
