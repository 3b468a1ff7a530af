"""The addresses of hot issues at the desk."""

from django.urls import path

from commonward.doors.desk.views import hot

hot_patterns = [
    path("hot/", hot.issues, name="hot"),
    path("hot/<int:issue>/", hot.issue, name="hot_issue"),
]
