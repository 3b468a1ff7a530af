"""Where the service is, in which formats, and whom to ask (Open311 Service Discovery)."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.areas.queries import revisions
from commonward.doors.open311.asking import Ask, answer, resource
from commonward.doors.open311.writing import Many

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")


def discovery(ask: Ask) -> HttpResponse:
    """The endpoints; `changeset` is when the services last changed.

    The standard wants no charset in the Content-Type of this one document.
    """
    changed = datetime.fromtimestamp(revisions().get("cases", 0) // 10**9, UTC)
    changeset = changed.isoformat(timespec="seconds")
    root = reverse("open311:root")
    body = {
        "changeset": changeset,
        "contact": settings.CONTACT
        or _("The office that runs this site: {site}").format(site=settings.SITE_URL),
        "key_service": _("Ask the office for an api_key: {contact}").format(
            contact=settings.CONTACT or settings.SITE_URL
        ),
        "endpoints": Many(
            "endpoint",
            [
                {
                    "specification": SPECIFICATION,
                    "url": ask.address(f"{root}{path}"),
                    "changeset": changeset,
                    "type": kind,
                    "formats": Many("format", FORMATS),
                }
                for kind, path in (("production", "v2"), ("test", "test/v2"))
            ],
        ),
    }
    return answer("discovery", body, ask.format, charset=False)


view = resource(GET=discovery)
