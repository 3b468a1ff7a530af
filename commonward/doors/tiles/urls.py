"""The addresses of maps."""

from django.urls import path

from commonward.doors.tiles import views

app_name = "tiles"

urlpatterns = [
    path("areas/<int:z>/<int:x>/<int:y>.mvt", views.areas, name="areas"),
    path("roads/<int:z>/<int:x>/<int:y>.mvt", views.roads, name="roads"),
    path("cases/<int:z>/<int:x>/<int:y>.mvt", views.cases, name="cases"),
    path("desk/<int:z>/<int:x>/<int:y>.mvt", views.desk, name="desk"),
    path("style/<slug:cases>/<slug:theme>.json", views.style, name="style"),
]
