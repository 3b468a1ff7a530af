"""The desk's addresses of inspections and campaigns."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes.inspections import campaigns, places

_AT = "programmes/inspections/"
patterns: list[URLPattern] = [
    path(_AT, campaigns.programme_inspections, name="programme_inspections"),
    path(f"{_AT}places/", places.programme_places, name="programme_places"),
    path(f"{_AT}places/table/", places.programme_places_table, name="programme_places_table"),
    path(f"{_AT}places/<str:code>/", places.programme_place, name="programme_place"),
    path(f"{_AT}checklists/", places.programme_checklists, name="programme_checklists"),
    path(f"{_AT}checklists/<slug:kind>/", places.programme_checklist, name="programme_checklist"),
    path(f"{_AT}<slug:code>/", campaigns.programme_campaign, name="programme_campaign"),
    path(f"{_AT}<slug:code>/<str:team>/<str:on>/", campaigns.programme_day, name="programme_day"),
    path(
        f"{_AT}<slug:code>/<str:team>/<str:on>/notices/",
        campaigns.programme_notices,
        name="programme_notices",
    ),
]
