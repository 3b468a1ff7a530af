"""The portal's address of surveys of staff: answered without a sign-in."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import learning

patterns: list[URLPattern] = [
    path("together/learning/<slug:staff>/", learning.slip, name="learning_slip"),
]
