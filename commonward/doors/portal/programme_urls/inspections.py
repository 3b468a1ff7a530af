"""The portal's addresses of inspected places."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import places

patterns: list[URLPattern] = [
    path("together/places/", places.places, name="places"),
    path("together/places/<slug:code>/", places.places_visit, name="places_visit"),
]
