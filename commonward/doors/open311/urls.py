"""The addresses of GeoReport v2; the same ones below test/ check everything and keep nothing."""

from django.urls import path, re_path

from commonward.doors.open311.asking import nowhere
from commonward.doors.open311.views import bulk, discovery, photos, requests, services, updates

app_name = "open311"

_SUFFIX = r"\.(?P<suffix>[A-Za-z0-9]{1,10})$"

urlpatterns = [
    path("", nowhere, name="root"),
    re_path(rf"^(?:(?P<trial>test)/)?(?:v2/)?discovery{_SUFFIX}", discovery.view),
    re_path(rf"^(?:(?P<trial>test)/)?v2/services{_SUFFIX}", services.list_view),
    re_path(
        rf"^(?:(?P<trial>test)/)?v2/services/(?P<code>[^/]+){_SUFFIX}", services.definition_view
    ),
    re_path(r"^(?:(?P<trial>test)/)?v2/requests\.(?P<suffix>csv)$", bulk.view),
    re_path(rf"^(?:(?P<trial>test)/)?v2/requests{_SUFFIX}", requests.list_view),
    re_path(rf"^(?:(?P<trial>test)/)?v2/requests/(?P<number>[^/]+){_SUFFIX}", requests.one_view),
    re_path(rf"^(?:(?P<trial>test)/)?v2/tokens/(?P<token>[^/]+){_SUFFIX}", requests.token_view),
    re_path(rf"^(?:(?P<trial>test)/)?v2/servicerequestupdates{_SUFFIX}", updates.view),
    re_path(
        rf"^v2/photos/(?P<name>[0-9a-f]{{2}}/[0-9a-f]{{30}}){_SUFFIX}", photos.view, name="photo"
    ),
    # Also what a path converter would not match, such as a line break.
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere),
]
