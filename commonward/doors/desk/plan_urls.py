"""The addresses of the planners at the desk."""

from django.urls import path

from commonward.doors.desk.views.plans import frame

plan_patterns = [
    path("plans/", frame.plans, name="plans"),
    path("plans/new/<str:kind>/", frame.plan_new, name="plan_new"),
    path("plans/<str:code>/", frame.plan, name="plan"),
    path("plans/<str:code>/<str:name>", frame.plan_file, name="plan_file"),
]
