"""Alive, ready, and the numbers of the machine (健康检查与监控): no cookie, no cache, no person."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commonward.core.gauges import CONTENT_TYPE, written
from commonward.doors.look.watching import database_answers, gauges, steps


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked: a database that is away is no reason to end it."""
    return _told("alive")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served; 503 with the reason where they cannot (2 statements)."""
    if not database_answers():
        return _told(_("The database does not answer."), 503)
    owed, newer = steps()
    if newer:
        return _told(
            _("A newer version has set the database up: {steps}.").format(
                steps=", ".join(newer[:5])
            ),
            503,
        )
    if owed:
        return _told(
            _("The database lacks {count} steps: run `migrate`.").format(count=len(owed)), 503
        )
    return _told("ready")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in the text form of Prometheus, for who sends the token; 404 where none is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(
        secret.strip(), settings.METRICS_TOKEN
    ):
        refused = _told(_("Send the token: Authorization: Bearer …"), 401)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    return HttpResponse(written(gauges()), content_type=CONTENT_TYPE)


def _told(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
