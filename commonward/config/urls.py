"""Which door answers under which path."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("commonward.doors.api.urls")),
    path("open311/", include("commonward.doors.open311.urls")),
    path("account/", include("commonward.doors.sign_in.urls")),
    path("desk/", include("commonward.doors.desk.urls")),
    path("tiles/", include("commonward.doors.tiles.urls")),
    path("live/", include("commonward.doors.live.urls")),
    path("", include("commonward.doors.portal.urls")),
]

handler400 = "commonward.doors.portal.views.home.too_much"
handler500 = "commonward.doors.portal.views.home.our_fault"
handler404 = "commonward.doors.portal.views.home.nothing_here"
