"""Rules of disputes: grading, time limits of law, keeping; edited, tried, then brought into force."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.grading import COLOURS
from commonward.core.keeping import read_keeping
from commonward.core.outcomes import Table
from commonward.core.refusals import N_, Missing
from commonward.core.terms import read_rules
from commonward.disputes.actions.ruling import adopt_rules
from commonward.disputes.queries.grading import PREVIEWED, preview
from commonward.disputes.queries.ruling import rule_versions, rules_text
from commonward.doors.desk.views.admin.doing import administer, done, number
from commonward.doors.desk.views.disputes.wording import GRADES
from commonward.doors.look.standing import Standing, for_staff

TITLES: Mapping[str, str] = {
    "grading": N_("Grading of disputes"),
    "terms": N_("Time limits of law"),
    "keeping": N_("How long papers are kept"),
}
ABOUT: Mapping[str, str] = {
    "grading": N_(
        "Questions about the dispute and the rules that grade it by the answers (TOML). A question "
        "about who somebody is, or what they did before, is refused."
    ),
    "terms": N_(
        "Each time limit with its law and article, the track and the area in which it holds "
        "(TOML). Clocks that run already keep the version under which they began."
    ),
    "keeping": N_(
        "Years that each kind of paper is kept after the end of a dispute (TOML); never longer "
        "than the case itself."
    ),
}
_MOST_LINES = 400


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def dispute_rules(request: HttpRequest, standing: Standing, kind: str) -> HttpResponse:
    """What is in force, and what a change would do; nothing is adopted unseen."""
    tried: dict[str, Any] = {}

    def shown() -> Mapping[str, Any]:
        if kind not in TITLES:
            raise Missing(N_("There is no table of rules {kind}."), kind=kind)
        version, text = rules_text(kind, standing.at)
        return {
            "kind": kind,
            "kinds": [(name, _(title)) for name, title in TITLES.items()],
            "title": _(TITLES[kind]),
            "about": _(ABOUT[kind]),
            "version": version,
            "whole": text,
            "versions": rule_versions(kind, standing.at),
            **tried,
        }

    def look(request: HttpRequest, standing: Standing) -> str:
        """Show what the table would change; a fault is told in words, and the text stays."""
        wanted = request.POST.get("whole", "").replace("\r\n", "\n")
        tried["whole"] = wanted
        version, text = rules_text(kind, standing.at)
        moved: Table | None = None
        if kind == "grading":
            told = preview(wanted, standing.at)
            if told.fault is not None:
                raise told.fault
            moved = told.moved
        elif kind == "terms":
            read_rules(wanted)
        else:
            read_keeping(wanted)
        tried.update(
            tried=True,
            proposed=wanted,
            upon=version,
            diff=_diff(text, wanted),
            moved=_moved(moved) if moved is not None else None,
            grades=[_(GRADES[colour]) for colour in COLOURS],
            days=PREVIEWED.days,
        )
        return ""

    def adopt(request: HttpRequest, standing: Standing) -> str:
        made = adopt_rules(
            kind,
            request.POST.get("proposed", ""),
            at=standing.at,
            actor=standing.actor,
            upon=number(request, "upon"),
        )
        if made is None:
            done(request, _("Nothing changed: this text is in force already."))
        else:
            done(request, _("Version {number} is in force.").format(number=made.number))
        return reverse("desk:admin_dispute_rules", args=[kind])

    deeds = {"look": look, "adopt": adopt}
    return administer(request, standing, "desk/admin/dispute_rules.html", shown, deeds)


def _moved(table: Table) -> dict[str, Any]:
    return {
        "total": table.total,
        "rows": [
            (_(GRADES[colour]), cells, end)
            for colour, cells, end in zip(table.rows, table.cells, table.row_sums, strict=True)
        ],
        "sums": table.column_sums,
    }


def _diff(old: str, new: str) -> Sequence[tuple[str, str]]:
    """The lines that differ, each with "+" or "-" or " " before it."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]
    return [(line[:1], line) for line in lines[:_MOST_LINES]]
