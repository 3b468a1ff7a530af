"""The addresses of the planners at the desk."""

from django.urls import path

from commonward.doors.desk.views.plans import frame, rosters

plan_patterns = [
    path("plans/", frame.plans, name="plans"),
    path("plans/new/<str:kind>/", frame.plan_new, name="plan_new"),
    path("plans/rosters/seats.csv", rosters.plan_seats, name="plan_seats"),
    path("plans/<str:code>/teams/", rosters.plan_table, name="plan_table"),
    path("plans/<str:code>/", frame.plan, name="plan"),
    path("plans/<str:code>/<str:name>", frame.plan_file, name="plan_file"),
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/<str:code>/", rosters.roster, name="roster"),
    path("rosters/<str:code>/<str:name>", rosters.roster_file, name="roster_file"),
]
