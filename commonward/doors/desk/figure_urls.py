"""The addresses of the figures: all of them, one's own, how each is made, and the cases behind."""

from django.urls import path

from commonward.doors.desk.views.admin.figures import figure as admin_figure
from commonward.doors.desk.views.admin.figures import figures as admin_figures
from commonward.doors.desk.views.admin.figures import whole as admin_whole
from commonward.doors.desk.views.figures import behind, making, own

figure_patterns = [
    path("figures/", making.figures, name="figures"),
    path("figures/mine/", own.mine, name="figures_mine"),
    path("figures/<slug:name>/", making.figure, name="figure"),
    path("figures/<slug:name>/cases/", behind.cases, name="figure_cases"),
    path("admin/figures/", admin_figures, name="admin_figures"),
    path("admin/figures/whole.json", admin_whole, name="admin_figures_file"),
    path("admin/figures/<slug:name>/", admin_figure, name="admin_figure"),
]
