"""POST /report: validate, insert three rows in one transaction, answer."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.bare.settings")
application = get_wsgi_application()

from django.db import transaction  # noqa: E402 (needs the settings first)
from django.http import HttpRequest  # noqa: E402 (needs the settings first)
from django.urls import path  # noqa: E402 (needs the settings first)
from ninja import NinjaAPI, Schema  # noqa: E402 (needs the settings first)

from bench.bare.models import Limit, Report, Step  # noqa: E402 (needs the settings first)

api = NinjaAPI(docs_url=None, openapi_url=None)


class ReportIn(Schema):
    """What is told."""

    words: str
    lat: float
    lon: float


@api.post("/report")
def report(request: HttpRequest, given: ReportIn) -> dict[str, int]:
    """Three inserts."""
    told = given.dict()
    with transaction.atomic():
        made = Report(**told)
        made.save(force_insert=True)
        Step(report_id=made.pk, **told).save(force_insert=True)
        Limit(report_id=made.pk, **told).save(force_insert=True)
    return {"id": made.pk}


urlpatterns = [path("", api.urls)]
