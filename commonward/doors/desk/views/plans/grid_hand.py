"""Grids of one village moved block by block: on the map, by keyboard, or by a form."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.desk.views.plans.grid_map import around, closer
from commonward.doors.desk.views.plans.kinds.grids import grid_rows, named_village
from commonward.doors.look.standing import Standing, for_staff
from commonward.response.actions.gridding import MOST_MOVES, move_blocks, redo, undo
from commonward.response.queries.grids import Design, design_for, moves_of
from commonward.response.queries.plans import PLANS


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PLANS)
def village(request: HttpRequest, standing: Standing, code: str, village: str) -> HttpResponse:
    """The blocks of a village with their grids, and moving them."""
    shown_from = request.GET.get("grid", "")
    grid = int(shown_from) if shown_from.isdecimal() and len(shown_from) < 7 else None

    def shown() -> Mapping[str, Any]:
        design = design_for(code, standing.actor)
        number = design.village_number(village)
        grids, whole = around(design, number, grid)
        rows = grid_rows(design, number)
        drawn = closer(design, grids)
        history = design.row.done if design.row is not None else 0
        return {
            "plan": design.plan,
            "village": village,
            "name": named_village(design, number),
            "map": drawn,
            "rows": [row for row in rows if row["grid"] in grids],
            "others": () if whole else rows,
            "whole": whole,
            "chosen": {"block": text(request, "block"), "grid": text(request, "grid")},
            "kept": text(request, "moves")[:10_000],
            "version": design.version,
            "undoable": history > 0,
            "redoable": design.row is not None and history < len(moves_of(design.row)),
            "state": design.row.state if design.row is not None else "draft",
            "design": design.row,
            "editable": design.plan.state in ("ended", "stopped")
            and (design.row is None or design.row.state == "draft"),
            "mean": design.mean,
            "own_mean": design.village_means[number],
            "tolerance": float(design.given["tolerance"]),
            "cut": _cut(design, number) / 1000,
        }

    def saved(_row: object, told: str) -> str:
        done(request, told)
        there = reverse("desk:plan_grids", args=[code, village])
        return there if grid is None else f"{there}?grid={grid}"

    def move(request: HttpRequest, who: Standing) -> str:
        pair = (_number(request, "block"), _number(request, "grid"))
        row = move_blocks(code, [pair], _version(request), who.actor, who.at)
        return saved(row, _("The block was moved."))

    def save(request: HttpRequest, who: Standing) -> str:
        moves = _moves(text(request, "moves"))
        row = move_blocks(code, moves, _version(request), who.actor, who.at)
        return saved(row, _("The moves are saved."))

    def back(request: HttpRequest, who: Standing) -> str:
        row = undo(code, _version(request), who.actor, who.at)
        return saved(row, _("The last move was taken back."))

    def again(request: HttpRequest, who: Standing) -> str:
        row = redo(code, _version(request), who.actor, who.at)
        return saved(row, _("The move was made again."))

    deeds: dict[str, Deed] = {"move": move, "save": save, "undo": back, "redo": again}
    return administer(request, standing, "desk/plans/grids_village.html", shown, deeds)


def _cut(design: Design, village: int) -> float:
    """Metres of border between the grids of a village."""
    here = design.village[design.ends[:, 0]] == village
    apart = design.grids[design.ends[:, 0]] != design.grids[design.ends[:, 1]]
    return float(np.sum(design.lengths[here & apart]))


def _moves(given: str) -> list[tuple[int, int]]:
    """“12:3,14:5”: block and grid of each move. Raises Invalid."""
    found = []
    for part in filter(None, given.split(",")):
        block, _colon, grid = part.partition(":")
        if not (block.isdecimal() and grid.isdecimal() and len(part) < 16):
            raise Invalid(N_("There is no such block or grid."), field="block")
        found.append((int(block), int(grid)))
    if not 1 <= len(found) <= MOST_MOVES:
        raise Invalid(N_("Move 1 to {most} blocks at once."), field="block", most=MOST_MOVES)
    return found


def _number(request: HttpRequest, name: str) -> int:
    given = text(request, name)
    if not given.isdecimal() or len(given) > 7:
        raise Invalid(N_("Choose one of the list."), field=name)
    return int(given)


def _version(request: HttpRequest) -> int:
    return _number(request, "version")
