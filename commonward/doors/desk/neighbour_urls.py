"""The addresses of federation: neighbours, what is handed, and the step on a case."""

from django.urls import path

from commonward.doors.desk.views import neighbours
from commonward.doors.desk.views.admin import neighbours as admin

neighbour_patterns = [
    path("admin/neighbours/", admin.neighbours, name="admin_neighbours"),
    path("admin/neighbours/<int:neighbour>/", admin.neighbour, name="admin_neighbour"),
    path("neighbours/", neighbours.hand_overs, name="hand_overs"),
    path("neighbours/<int:hand_over>/", neighbours.hand_over, name="hand_over"),
    path("cases/<str:number>/neighbour/", neighbours.of_case, name="case_neighbour"),
    path("cases/<str:number>/neighbour/<int:task>/", neighbours.of_task, name="task_neighbour"),
]
