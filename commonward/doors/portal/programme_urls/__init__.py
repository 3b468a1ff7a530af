"""The portal's addresses of the programmes; a file per part."""

from django.urls import path

from commonward.doors.portal.programme_urls import (
    advice,
    councils,
    inspections,
    learning,
    marks,
    plans,
    pledges,
    risk,
    surveys,
)
from commonward.doors.portal.views.programmes import home

programme_patterns = [
    path("together/", home.together, name="together"),
    *plans.patterns,
    *inspections.patterns,
    *pledges.patterns,
    *marks.patterns,
    *risk.patterns,
    *councils.patterns,
    *advice.patterns,
    *learning.patterns,
    *surveys.patterns,
]
