"""The addresses of the desk."""

from django.urls import path

from commonward.doors.desk.admin_urls import admin_patterns
from commonward.doors.desk.asking_urls import asking_patterns
from commonward.doors.desk.case_urls import case_patterns
from commonward.doors.desk.dashboard_urls import dashboard_patterns
from commonward.doors.desk.dispute_urls import dispute_patterns
from commonward.doors.desk.exchange_urls import exchange_patterns
from commonward.doors.desk.figure_urls import figure_patterns
from commonward.doors.desk.forecast_urls import forecast_patterns
from commonward.doors.desk.hot_urls import hot_patterns
from commonward.doors.desk.hotspot_urls import hotspot_patterns
from commonward.doors.desk.intake_urls import intake_patterns
from commonward.doors.desk.live_map_urls import live_map_patterns
from commonward.doors.desk.neighbour_urls import neighbour_patterns
from commonward.doors.desk.outbox_urls import outbox_patterns
from commonward.doors.desk.plan_urls import plan_patterns
from commonward.doors.desk.programme_urls import programme_patterns
from commonward.doors.desk.response_urls import response_patterns
from commonward.doors.desk.sending_urls import sending_patterns
from commonward.doors.desk.views import (
    bulk,
    emergency,
    home,
    news,
    palette,
    queue,
    rounds,
    signing,
    views_saved,
)

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("seen/", home.seen, name="seen"),
    path("queue/", queue.queue, name="queue"),
    path("queue/row/<str:number>/", queue.row, name="row"),
    path("queue/beside/<str:number>/", queue.beside, name="beside"),
    path("several/", bulk.bulk, name="bulk"),
    path("views/", views_saved.saved, name="saved"),
    path("views/<int:view>/delete/", views_saved.delete_saved, name="delete_saved"),
    path("go/", palette.go, name="go"),
    path("keys/", queue.keys, name="keys"),
    path("news/", news.news, name="news"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("signed-in/", signing.signed_in, name="signed_in"),
    *admin_patterns,
    *asking_patterns,
    *case_patterns,
    *dashboard_patterns,
    *dispute_patterns,
    *exchange_patterns,
    *forecast_patterns,
    *hot_patterns,
    *hotspot_patterns,
    *figure_patterns,
    *intake_patterns,
    *live_map_patterns,
    *outbox_patterns,
    *neighbour_patterns,
    *plan_patterns,
    *programme_patterns,
    *response_patterns,
    *sending_patterns,
]
