"""The addresses of the programmes at the desk; a file per part."""

from django.urls import path

from commonward.doors.desk.programme_urls import (
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
from commonward.doors.desk.views.programmes import home

programme_patterns = [
    path("programmes/", home.programmes, name="programmes"),
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
