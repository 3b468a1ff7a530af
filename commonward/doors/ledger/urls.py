"""The addresses of the log: its files as tlog-tiles names them, and pages for people."""

from django.urls import path, re_path

from commonward.doors.ledger import views

app_name = "ledger"

urlpatterns = [
    path("", views.about, name="about"),
    path("verify/", views.verify, name="verify"),
    path("verify/alone.html", views.verify_alone, name="verify_alone"),
    path("consistency/<int:before>/", views.consistency, name="consistency"),
    re_path(r"^(?P<path>checkpoint|cosigned|keys|(?:key|tile)/.+)$", views.file, name="file"),
]
