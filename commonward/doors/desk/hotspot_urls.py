"""The addresses of hotspots at the desk."""

from django.urls import path

from commonward.doors.desk.views import hotspots

hotspot_patterns = [
    path("hotspots/", hotspots.hotspots, name="hotspots"),
    path("hotspots/hotspots.csv", hotspots.table, name="hotspots_csv"),
    path("hotspots/<int:run>/cases/", hotspots.behind, name="hotspot_cases"),
]
