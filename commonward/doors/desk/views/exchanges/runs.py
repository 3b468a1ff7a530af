"""One run: how far it is, each row of which somebody has to know, and what is decided of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions import exchanging
from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.reporting import report_bytes, told_of_row
from commonward.cases.actions.exchanging.rights import (
    RUN_BY,
    exchange_named,
    require_runner,
    run_numbered,
)
from commonward.cases.actions.exchanging.running import AT_ONCE
from commonward.cases.actions.exchanging.telling import statuses_file
from commonward.cases.models import ExchangeRow, ExchangeRun
from commonward.cases.queries import exchanges as asked
from commonward.core.exchanging.mapping import CHOICES
from commonward.core.exchanging.writing import KINDS
from commonward.core.refusals import Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.exchanges import wording
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import now as site_now


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*RUN_BY)
def run(request: HttpRequest, standing: Standing, name: str, number: int) -> HttpResponse:
    """The sums, the rows, and what can be done."""

    def shown() -> dict[str, Any]:
        require_runner(standing.actor, changes=False)
        found = run_numbered(exchange_named(name, live=False), number)
        state = request.GET.get("state", "")
        given = request.GET.get("after", "")
        after = int(given) if given.isdecimal() and len(given) < 19 else 0
        rows = asked.rows_of_run(found, state, after)
        return {
            "run": found,
            "exchange": found.exchange,
            "kind": _(wording.KINDS[found.kind]),
            "sums": _sums(found),
            "state": state,
            "rows": _rows(found, rows),
            "after": rows[-1].pk if len(rows) == asked.ON_A_PAGE else None,
            "decisions": [(one, _(told)) for one, told in wording.DECISIONS.items()],
            "kept": found.key is not None,
        }

    deeds = {"go_on": _go_on, "decide": _decide, "ack": _acknowledge}
    bound = {deed: partial(do, name, number) for deed, do in deeds.items()}
    return administer(request, standing, "desk/exchanges/run.html", shown, bound)


@require_safe
@for_staff(*RUN_BY)
def run_file(request: HttpRequest, standing: Standing, name: str, number: int) -> HttpResponse:
    """The file of statuses, the very same each time; or the report of another run."""
    try:
        require_runner(standing.actor, changes=False)
        found = run_numbered(exchange_named(name, live=False), number)
        if found.kind == "out":
            form = found.exchange.form
            made = statuses_file(found)[1]
        else:
            form = request.GET.get("as", "csv")
            heads = tuple(_(one) for one in wording.HEADS)
            made = report_bytes(
                found, form, heads=heads, say=wording.fault_words, name_of=wording.word
            )
    except Refusal as refusal:
        context = {"error": error_of(refusal)}
        return desk_page(request, standing, "desk/admin/missing.html", context, status=404)
    answer = HttpResponse(made, content_type=KINDS[form])
    answer["Content-Disposition"] = f'attachment; filename="exchange-{number}.{form}"'
    return answer


def _sums(run: ExchangeRun) -> list[tuple[str, int, str]]:
    """What the run counted: title, number, and the state whose rows it shows."""
    taken = _("statuses") if run.kind == "out" else _("taken in")
    every = (
        (taken, run.taken, "", ("in", "out")),
        (_("updated"), run.updated, "updated", ("in",)),
        (_("equal"), run.same, "", ("in", "reconcile")),
        (_("differing"), run.differing, "differs", ("in", "reconcile")),
        (_("rows refused"), run.refused, "refused", ("in", "reconcile")),
        (_("only there"), run.only_there, "only_there", ("reconcile",)),
        (_("only here"), run.only_here, "only_here", ("reconcile",)),
    )
    return [(title, count, state) for title, count, state, kinds in every if run.kind in kinds]


def _rows(run: ExchangeRun, rows: Sequence[ExchangeRow]) -> list[dict[str, Any]]:
    key = keeping.unwrapped(run.key) if run.key is not None else None
    return [
        {
            "id": one.pk,
            "line": one.line,
            "ref": one.ref,
            "state": one.state,
            "told": wording.word(one.state),
            "case": one.case.number if one.case else "",
            "parts": [
                {
                    "field": wording.word(field),
                    "here": wording.word(here) if field in CHOICES else here,
                    "there": wording.word(there) if field in CHOICES else there,
                    "what": what,
                }
                for field, here, there, what in told_of_row(one, key, wording.fault_words)
                if field or what
            ],
            "decision": wording.word(one.decision) if one.decision else "",
            "decided_at": one.decided_at,
            "open": one.state == "differs" and one.decision in ("", "ask") and key is not None,
        }
        for one in rows
    ]


def _here(name: str, run: int) -> str:
    return reverse("desk:exchange_run", args=[name, run])


def _found(name: str, number: int, standing: Standing) -> ExchangeRun:
    require_runner(standing.actor)
    return run_numbered(exchange_named(name), number)


def _go_on(name: str, run: int, request: HttpRequest, standing: Standing) -> str:
    exchanging.carry_on(_found(name, run, standing).pk, site_now, most=AT_ONCE)
    return _here(name, run)


def _decide(name: str, run: int, request: HttpRequest, standing: Standing) -> str:
    decided = exchanging.decide(
        standing.actor, number(request, "row"), text(request, "decision"), text(request, "reason"),
        standing.at,
    )  # fmt: skip
    done(request, _("Decided: {what}.").format(what=wording.word(decided.decision)))
    return _here(name, run) + "?state=differs"


def _acknowledge(name: str, run: int, request: HttpRequest, standing: Standing) -> str:
    exchanging.acknowledge(standing.actor, name, run, standing.at)
    done(request, _("File {number} is acknowledged.").format(number=run))
    return _here(name, run)
