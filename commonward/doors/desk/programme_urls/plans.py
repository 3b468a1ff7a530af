"""The desk's addresses of plans with targets."""

from django.urls import path, re_path

from commonward.doors.desk.views.programmes import plan_import, plan_month, plan_target, plans

_PLAN = r"^programmes/plans/(?P<code>[A-Za-z0-9-]{1,40})/"

patterns = [
    path("programmes/plans/", plans.plans, name="programme_plans"),
    re_path(rf"{_PLAN}$", plans.plan, name="programme_plan"),
    re_path(rf"{_PLAN}bars/$", plans.plan_gantt, name="programme_plan_bars"),
    re_path(rf"{_PLAN}table/$", plans.plan_file, name="programme_plan_file"),
    re_path(rf"{_PLAN}import/$", plan_import.plan_import, name="programme_plan_import"),
    re_path(rf"{_PLAN}group/(?P<group>\d{{1,4}})/$", plans.plan_group, name="programme_plan_group"),
    re_path(rf"{_PLAN}(?P<month>\d{{4}}-\d\d)/$", plan_month.plan_month, name="programme_plan_month"),
    re_path(rf"{_PLAN}(?P<key>\d{{1,4}}\.\d{{1,4}}\.\d{{1,4}})/$", plan_target.plan_target,
            name="programme_plan_target"),
]  # fmt: skip
