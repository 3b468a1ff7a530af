"""The addresses of the dashboards."""

from django.urls import path

from commonward.doors.desk.views.dashboards import pages

dashboard_patterns = [
    path("dashboard/", pages.dashboard, name="dashboard"),
    path("dashboard/team/", pages.team, name="dashboard_team"),
    path("dashboard/grid/", pages.grid, name="dashboard_grid"),
]
