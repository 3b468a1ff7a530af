"""The addresses of exchanges with other systems."""

from django.urls import path

from commonward.doors.desk.views.exchanges import listing, mapping, runs

exchange_patterns = [
    path("exchanges/", listing.exchanges, name="exchanges"),
    path("exchanges/<str:name>/", listing.exchange, name="exchange"),
    path("exchanges/<str:name>/mapping/", mapping.mapping, name="exchange_mapping"),
    path("exchanges/<str:name>/<int:number>/", runs.run, name="exchange_run"),
    path("exchanges/<str:name>/<int:number>/file/", runs.run_file, name="exchange_file"),
]
