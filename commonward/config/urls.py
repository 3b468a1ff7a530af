"""Which door answers under which path."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/", include("commonward.doors.health.urls")),
    path("api/v1/", include("commonward.doors.api.urls")),
    path("open311/", include("commonward.doors.open311.urls")),
    path("account/", include("commonward.doors.sign_in.urls")),
    path("field/", include("commonward.doors.field.urls")),
    path("desk/", include("commonward.doors.desk.urls")),
    path("federation/", include("commonward.doors.federation.urls")),
    path("ledger/", include("commonward.doors.ledger.urls")),
    path("sms/", include("commonward.doors.sms.urls")),
    path("chat/", include("commonward.doors.chat.urls")),
    path("telephony/", include("commonward.doors.telephony.urls")),
    path("scim/", include("commonward.doors.scim.urls")),
    path("tiles/", include("commonward.doors.tiles.urls")),
    path("live/", include("commonward.doors.live.urls")),
    path("", include("commonward.doors.portal.urls")),
]
if settings.DEMO:
    # First, so that nothing of a real site could stand before it; there it does not exist.
    urlpatterns.insert(0, path("demo/", include("commonward.doors.demo.urls")))

handler400 = "commonward.doors.portal.views.home.too_much"
handler429 = "commonward.doors.portal.views.home.too_often"
handler500 = "commonward.doors.portal.views.home.our_fault"
handler404 = "commonward.doors.portal.views.home.nothing_here"
