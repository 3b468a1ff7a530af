"""The desk's addresses of advice."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes import advice

patterns: list[URLPattern] = [
    path("programmes/advice/", advice.advice, name="programme_advice"),
    path("programmes/advice/<slug:code>/", advice.advice_text, name="programme_advice_text"),
]
