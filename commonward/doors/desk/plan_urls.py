"""The addresses of the planners at the desk."""

from django.urls import path

from commonward.doors.desk.views.plans import (
    frame,
    grid_hand,
    grid_publishing,
    rosters,
    stations,
)

plan_patterns = [
    path("plans/", frame.plans, name="plans"),
    path("plans/new/<str:kind>/", frame.plan_new, name="plan_new"),
    path("plans/rosters/seats.csv", rosters.plan_seats, name="plan_seats"),
    path("plans/<str:code>/teams/", rosters.plan_table, name="plan_table"),
    path("plans/<str:code>/", frame.plan, name="plan"),
    path("plans/<str:code>/<str:name>", frame.plan_file, name="plan_file"),
    path("plans/<str:code>/villages/<str:village>/", grid_hand.village, name="plan_grids"),
    path("plans/<str:code>/publish/", grid_publishing.grids_proposal, name="plan_grids_publish"),
    path("admin/stations/", stations.admin_stations, name="admin_stations"),
    path("admin/grids/", grid_publishing.admin_grids, name="admin_grids"),
    path("admin/grids/<str:code>/", grid_publishing.admin_grid, name="admin_grid"),
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/<str:code>/", rosters.roster, name="roster"),
    path("rosters/<str:code>/<str:name>", rosters.roster_file, name="roster_file"),
]
