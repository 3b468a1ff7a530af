"""The same problem: from which probability on it is proposed, and how right that was here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.same_training import (
    JOINS_FOR_STEPS,
    LEAST,
    LEAST_EACH,
    put_away,
    set_same,
)
from commonward.cases.models import SameModel
from commonward.cases.queries.same_weights import models_kept, precision, precision_at, weighing
from commonward.core.refusals import N_, Invalid
from commonward.core.triage.same_judging import Proposed
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.admin.words import READS, base
from commonward.doors.look.standing import Standing, for_staff

_STATES = {
    "champion": N_("answers now"),
    "refused": N_("refused: it did worse"),
    "retired": N_("put away"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READS)
def words_same(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The threshold with what was measured of it, the levels, and the trainings."""
    here = reverse("desk:admin_words_same")

    def shown() -> dict[str, Any]:
        now = weighing()
        measured = precision_at(standing.at, now.same_from) if now.same_from is not None else None
        return {
            **base(standing),
            "sets": standing.holds(("administrator",)),
            "version": now.weights.version,
            "own": now.own,
            "same_from": round(100 * now.same_from) if now.same_from is not None else None,
            "measured": _level(measured) if measured is not None and measured.count else None,
            "levels": [_level(one) for one in precision(standing.at)],
            "models": [_line(row) for row in models_kept()],
            "least": LEAST,
            "least_each": LEAST_EACH,
            "joins_for_steps": JOINS_FOR_STEPS,
        }

    def keep(request: HttpRequest, standing: Standing) -> str:
        said = text(request, "same_from")
        set_same(standing.actor, _share(said) if said else None, standing.at)
        done(request, _("Kept.") if said else _("Nothing is proposed; what lies near is a list."))
        return here

    def away(request: HttpRequest, standing: Standing) -> str:
        put_away(standing.actor, standing.at)
        done(request, _("The shipped weights answer again."))
        return here

    deeds = {"keep": keep, "away": away}
    return administer(request, standing, "desk/admin/words_same.html", shown, deeds)


def _share(said: str) -> float:
    if not (said.isascii() and said.isdecimal() and len(said) < 3):
        raise Invalid(
            N_("Give a confidence from {least} to {most} per cent."),
            least=1, most=99, field="same_from",
        )  # fmt: skip
    return int(said) / 100


def _level(one: Proposed) -> dict[str, Any]:
    return {
        "percent": round(100 * one.threshold),
        "count": one.count,
        "right": f"{100 * one.precision:.1f}" if one.count else "–",
        "surely": f"{100 * one.surely:.1f}" if one.count else "–",
        "share": f"{100 * one.share:.0f}",
    }


def _line(row: SameModel) -> dict[str, Any]:
    figures = row.judged.get("figures", {})
    mine, other = figures.get("challenger", {}), figures.get("champion", {})
    return {
        "version": row.version,
        "made_at": row.made_at,
        "learnt": row.learnt,
        "loss": f"{mine.get('loss', 0):.3f}",
        "other_loss": f"{other.get('loss', 0):.3f}",
        "top1": f"{100 * mine.get('top1', 0):.0f} %",
        "other_top1": f"{100 * other.get('top1', 0):.0f} %",
        "against": row.judged.get("against", ""),
        "said": _(_STATES[row.state]),
        "because": [_(one) for one in row.judged.get("because", ())],
    }
