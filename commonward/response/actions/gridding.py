"""Grids moved by hand, proposed by planners, published by administrators (网格方案).

The plan's blocks never change; a design says which grid each belongs to. Every change names the
version that it was made from: two people at once do not overwrite each other.
"""

import importlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from commonward.areas.actions.regridding import regrid, take_back_grids
from commonward.areas.queries.gridded import Gridded, gridded
from commonward.areas.queries.regridding import Regridding, Wanted, regridding
from commonward.core.refusals import N_, Invalid, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.response.models import GridDesign, Plan
from commonward.response.queries.grids import (
    Design,
    Ints,
    Move,
    design_for,
    design_of,
    moves_of,
    proposal_for,
)
from commonward.response.queries.plans import packed

MOST_MOVES = 500
"""Moves sent at once."""
AHEAD = timedelta(days=366)


def move_blocks(
    code: str, moves: Sequence[tuple[int, int]], version: int, actor: Actor, at: datetime
) -> GridDesign:
    """Put blocks into neighbouring grids, (block, grid) one after the other; all or none.

    Raises Missing, Stale, Invalid where a grid would not be in one piece (which, and why).
    """
    with transaction.atomic():
        design, row = _to_change(code, version, actor, at)
        if not 1 <= len(moves) <= MOST_MOVES:
            raise Invalid(N_("Move 1 to {most} blocks at once."), field="block", most=MOST_MOVES)
        made, grids = _moved(design, moves)
        history = [*moves_of(row)[: row.done], *made]
        _write(row, grids, history, len(history), actor, at)
    return row


def undo(code: str, version: int, actor: Actor, at: datetime) -> GridDesign:
    """Take the last move back. Raises Missing, Stale, Invalid where there is none."""
    return _step(code, version, actor, at, back=True)


def redo(code: str, version: int, actor: Actor, at: datetime) -> GridDesign:
    """Make the move again that was taken back last. Raises as `undo`."""
    return _step(code, version, actor, at, back=False)


def propose(code: str, since: datetime, version: int, actor: Actor, at: datetime) -> GridDesign:
    """Hand a design to the administrators, to hold from `since` on (提请发布).

    Raises Missing, Stale (also where today's grids are no longer those planned from), Invalid.
    """
    with transaction.atomic():
        design, row = _to_change(code, version, actor, at)
        _coming(since, at)
        _fresh(design)
        row.state, row.since = "proposed", since
        _touch(row, actor, at)
        record_change(actor, "propose_grids", code, at, {"since": since.isoformat()})
    return row


def withdraw(code: str, version: int, actor: Actor, at: datetime) -> GridDesign:
    """Take a proposal back, to go on with it (撤回提请). Raises Missing, Stale, Invalid."""
    refuse_onlooker(actor)
    with transaction.atomic():
        design_for(code, actor)
        return _resting(code, version, actor, at, "withdraw_grids")


def hand_back(code: str, version: int, actor: Actor, at: datetime) -> GridDesign:
    """An administrator hands a proposal back to the planners (退回). Raises as `publish`."""
    refuse_onlooker(actor)
    with transaction.atomic():
        proposal_for(code, actor)
        return _resting(code, version, actor, at, "hand_back_grids")


def publish(code: str, version: int, actor: Actor, at: datetime) -> Regridding:
    """Bring a proposed design into the areas, from its day on (发布); one transaction.

    Raises Missing, Forbidden, Stale, Invalid (its day has passed).
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        design = proposal_for(code, actor)
        row = _locked(design.plan, version)
        if row.state != "proposed" or row.since is None:
            raise Invalid(N_("This design is published already."))
        _coming(row.since, at)
        made, told = regrid(
            actor, design.plan.area, wanted(design), str(design.given["mark"]),
            since=row.since, at=at,
        )  # fmt: skip
        row.state, row.told = "published", told
        _touch(row, actor, at)
    return made


def take_back(code: str, version: int, actor: Actor, at: datetime) -> GridDesign:
    """Before its day: the design is a draft again and today's grids go on (撤销发布)."""
    refuse_onlooker(actor)
    with transaction.atomic():
        design = proposal_for(code, actor)
        row = _locked(design.plan, version)
        if row.state != "published" or row.since is None:
            raise Invalid(N_("This design is not published."))
        take_back_grids(actor, design.plan.area, row.told, since=row.since, at=at)
        row.state, row.since, row.told = "draft", None, {}
        _touch(row, actor, at)
    return row


def foreseen(design: Design, since: datetime, at: datetime) -> Regridding:
    """What publishing a design would change; nothing is written. Raises Stale, Invalid."""
    _coming(since, at)
    known = _fresh(design)
    return regridding(known, wanted(design), since)


def wanted(design: Design) -> list[Wanted]:
    """The grids of a design as the areas take them, by number."""
    order = np.argsort(design.grids, kind="stable")
    numbers, begins = np.unique(design.grids[order], return_index=True)
    groups = np.split(order, begins[1:])
    return [
        Wanted(
            str(design.given["villages"][design.village_of[grid]][0]),
            str(design.given["old"][design.continues[grid]][0]) if grid in design.continues else "",
            design.mosaic.joined(blocks.tolist()),
        )
        for grid, blocks in zip(numbers.tolist(), groups, strict=True)
    ]


def _moved(design: Design, moves: Sequence[tuple[int, int]]) -> tuple[list[Move], Ints]:
    """The moves made one after the other, each looked at by the model of hand moves."""
    # numba belongs to the planners' extra, which a site may do without.
    hand = importlib.import_module("commonward.core.plans.districting.hand")
    blocks = importlib.import_module("commonward.core.plans.districting.blocks")
    area = blocks.district(
        design.loads, design.ends, lengths=np.maximum(design.lengths, 0.01), crossed=design.crossed
    )
    table = hand.lay(area, design.grids)
    made: list[Move] = []
    for block, grid in moves:
        if not 0 <= block < len(design.grids) or grid not in design.labels:
            raise Invalid(N_("There is no such block or grid."), field="block")
        named = {"block": design.given["names"][block], "grid": design.labels[grid]}
        if design.village_of[grid] != design.village[block]:
            raise Invalid(
                N_("Block {block} stays in its village: grid {grid} lies in another."),
                field="grid", **named,
            )  # fmt: skip
        own = int(table.grids[block])
        if own == grid:
            raise Invalid(N_("Block {block} is in grid {grid} already."), field="grid", **named)
        found = hand.moved(table, block, grid)
        if not found.joined:
            raise Invalid(
                N_("Block {block} does not touch grid {grid} over a border that may be crossed."),
                field="grid", **named,
            )  # fmt: skip
        if not found.whole:
            alone = int((table.grids == own).sum()) == 1
            raise Invalid(
                N_("Moving block {block} would leave grid {own} without land.")
                if alone
                else N_("Moving block {block} would cut grid {own} in two."),
                field="block", own=design.labels[own], block=named["block"],
            )  # fmt: skip
        table = hand.with_move(table, block, grid)
        made.append((block, own, grid))
    return made, np.asarray(table.grids, np.int64)


def _step(code: str, version: int, actor: Actor, at: datetime, *, back: bool) -> GridDesign:
    with transaction.atomic():
        design, row = _to_change(code, version, actor, at)
        history = moves_of(row)
        place = row.done - 1 if back else row.done
        if not 0 <= place < len(history):
            raise Invalid(
                N_("There is no move to take back.") if back
                else N_("There is no move to make again."),
            )  # fmt: skip
        block, before, after = history[place]
        grids = design.grids.copy()
        grids[block] = before if back else after
        _write(row, grids, history, place if back else place + 1, actor, at)
    return row


def _to_change(code: str, version: int, actor: Actor, at: datetime) -> tuple[Design, GridDesign]:
    """The design of a planner, locked; begun where nobody changed it yet."""
    refuse_onlooker(actor)
    design = design_for(code, actor)
    if design.plan.state in ("waiting", "running"):
        raise Invalid(N_("The plan is still being computed: wait for its end, or stop it."))
    if design.row is None:
        GridDesign.objects.get_or_create(
            plan=design.plan,
            defaults={
                "grids": packed({"grids": design.grids.tolist()}), "moves": packed({"moves": []}),
                "changed_by_id": actor.account, "changed_at": at,
            },
        )  # fmt: skip
    row = _locked(design.plan, version)
    if row.state != "draft":
        raise Invalid(N_("This design is proposed or published: take it back to change it."))
    return design_of(design.plan), row


def _locked(plan: Plan, version: int) -> GridDesign:
    row = GridDesign.objects.select_for_update().get(plan=plan)
    if row.version != version:
        raise Stale(N_("Somebody else changed these grids in the meantime: look at them again."))
    return row


def _resting(code: str, version: int, actor: Actor, at: datetime, verb: str) -> GridDesign:
    row = _locked(Plan.objects.get(code=code), version)
    if row.state != "proposed":
        raise Invalid(N_("This design is not waiting for a decision."))
    row.state, row.since = "draft", None
    _touch(row, actor, at)
    record_change(actor, verb, code, at, {})
    return row


def _write(
    row: GridDesign, grids: Ints, history: Sequence[Move], done: int, actor: Actor, at: datetime
) -> None:
    row.grids, row.moves = packed({"grids": grids.tolist()}), packed({"moves": list(history)})
    row.done = done
    _touch(row, actor, at)


def _touch(row: GridDesign, actor: Actor, at: datetime) -> None:
    row.version, row.changed_by_id, row.changed_at = row.version + 1, actor.account, at
    row.save()


def _coming(since: datetime, at: datetime) -> None:
    if not at < since <= at + AHEAD:
        raise Invalid(N_("New grids hold from a coming day on, within a year."), field="since")


def _fresh(design: Design) -> Gridded:
    known = gridded(design.plan.area)
    if known.mark != design.given["mark"]:
        raise Stale(
            N_("The grids of {given} were changed since they were planned: plan them anew."),
            given=design.plan.area,
        )
    return known
