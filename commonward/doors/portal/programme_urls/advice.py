"""The portal's addresses of advice."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import advice

patterns: list[URLPattern] = [
    path("together/advice/", advice.advice, name="advice"),
    path("together/advice/screen/<slug:code>/", advice.screen, name="advice_screen"),
    path("together/advice/<int:told>/poster/", advice.poster, name="advice_poster"),
]
