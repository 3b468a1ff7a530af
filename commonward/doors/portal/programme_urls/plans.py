"""The portal's addresses of plans with targets."""

from django.urls import path, re_path

from commonward.doors.portal.views.programmes import plans

_PLAN = r"^together/plans/(?P<code>[A-Za-z0-9-]{1,40})/"

patterns = [
    path("together/plans/", plans.plans, name="plans"),
    re_path(rf"{_PLAN}$", plans.plan, name="plan"),
    re_path(rf"{_PLAN}table/$", plans.plan_file, name="plan_file"),
]
