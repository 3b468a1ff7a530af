"""The addresses of the live map of urgent help."""

from django.urls import path

from commonward.doors.desk.views.response import live_map

live_map_patterns = [
    path("response/map/", live_map.live_map, name="incident_map"),
    path("response/map/now/", live_map.now, name="incident_map_now"),
    path("response/map/reach/", live_map.reached, name="incident_map_reach"),
]
