"""All exchanges, and one of them: its runs, files to take in or compare, statuses to fetch."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions import exchanging
from commonward.cases.actions.exchanging.rights import exchange_named, may_run
from commonward.cases.actions.exchanging.running import AT_ONCE
from commonward.cases.queries import exchanges as asked
from commonward.core.exchanging.files import MOST_BYTES
from commonward.core.exchanging.mapping import DIRECTIONS, FILE_FORMS
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.exchanges import wording
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import now as site_now

POSTS = ("administrator", "dispatcher", "duty_chief")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def exchanges(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every exchange; administrators name one more."""

    def shown() -> dict[str, Any]:
        return {
            "rows": [(one, _(wording.DIRECTIONS[one.direction])) for one in asked.exchanges()],
            "directions": [(one, _(wording.DIRECTIONS[one])) for one in DIRECTIONS],
            "forms": FILE_FORMS,
            "defines": standing.holds(("administrator",)),
        }

    return administer(request, standing, "desk/exchanges/exchanges.html", shown, {"add": _add})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def exchange(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """One exchange with its runs and versions, and what can be done with it."""

    def shown() -> dict[str, Any]:
        card = asked.exchange_card(exchange_named(name, live=False))
        return {
            "exchange": card.exchange,
            "direction": _(wording.DIRECTIONS[card.exchange.direction]),
            "takes": card.exchange.direction != "out",
            "tells": card.exchange.direction != "in",
            "mappings": card.mappings,
            "runs": [(one, _(wording.KINDS[one.kind])) for one in card.runs],
            "defines": standing.holds(("administrator",)),
            "may_run": may_run(standing.actor),
            "live": card.exchange.ended_at is None,
        }

    deeds = {"in": _take, "reconcile": _compare, "out": _statuses, "end": _end}
    bound = {deed: partial(do, name) for deed, do in deeds.items()}
    return administer(request, standing, "desk/exchanges/exchange.html", shown, bound)


def sent_file(request: HttpRequest) -> tuple[bytes, str]:
    """The file that was chosen, and its name. Raises Invalid."""
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Invalid(N_("Choose a file."), field="file")
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), most=MOST_BYTES // 1000, field="file"
        )
    return file.read(), file.name or ""


def _add(request: HttpRequest, standing: Standing) -> str:
    made = exchanging.add_exchange(
        standing.actor,
        text(request, "name"),
        direction=text(request, "direction"),
        form=text(request, "form"),
        keep_days=number(request, "keep_days"),
        at=standing.at,
    )
    return reverse("desk:exchange_mapping", args=[made.name])


def _begun(name: str, kind: str, request: HttpRequest, standing: Standing) -> str:
    data, file = sent_file(request)
    begun = exchanging.begin(standing.actor, name, kind, data, file=file, at=standing.at)
    run = exchanging.carry_on(begun.pk, site_now, most=AT_ONCE)
    return reverse("desk:exchange_run", args=[name, run.number])


def _take(name: str, request: HttpRequest, standing: Standing) -> str:
    return _begun(name, "in", request, standing)


def _compare(name: str, request: HttpRequest, standing: Standing) -> str:
    return _begun(name, "reconcile", request, standing)


def _statuses(name: str, request: HttpRequest, standing: Standing) -> str:
    run = exchanging.make_statuses(standing.actor, name, standing.at)
    if run is None:
        done(request, _("Nothing changed since the last acknowledged file."))
        return reverse("desk:exchange", args=[name])
    return reverse("desk:exchange_run", args=[name, run.number])


def _end(name: str, request: HttpRequest, standing: Standing) -> str:
    exchanging.end_exchange(standing.actor, name, at=standing.at)
    done(request, _("Ended."))
    return reverse("desk:exchanges")
