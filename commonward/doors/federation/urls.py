"""The addresses at which neighbouring installations reach us."""

from django.urls import path

from commonward.doors.federation import views

app_name = "federation"

urlpatterns = [
    path("", views.card, name="card"),
    path("inbox", views.inbox, name="inbox"),
]
