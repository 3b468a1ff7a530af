"""The addresses of the dashboards and of the monthly reports."""

from django.urls import path

from commonward.doors.desk.views import reports
from commonward.doors.desk.views.dashboards import pages

dashboard_patterns = [
    path("dashboard/", pages.dashboard, name="dashboard"),
    path("dashboard/team/", pages.team, name="dashboard_team"),
    path("dashboard/grid/", pages.grid, name="dashboard_grid"),
    path("reports/", reports.reports, name="reports"),
    path("reports/make/", reports.report_make, name="report_make"),
    path("reports/<str:month>/<str:language>.pdf", reports.report_file, name="report_file"),
]
