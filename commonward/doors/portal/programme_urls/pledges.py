"""The portal's addresses of pledges and alliances."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import pledges

patterns: list[URLPattern] = [
    path("together/pledges/", pledges.pledges, name="pledges"),
    path("together/pledges/<slug:code>/", pledges.pledge, name="pledge"),
]
