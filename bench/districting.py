"""Blocks into grids: the lattice of lumpy blocks, and the census tracts of a state."""

import json
import os
import time
from pathlib import Path

import numpy as np

from bench.rows import Context, Row
from commonward.core.plans.districting.blocks import District, district
from commonward.core.plans.districting.dividing import divide
from commonward.core.plans.districting.hand import lay, moved
from commonward.core.plans.districting.proof import impossible
from commonward.core.plans.districting.sheet import score

DATABASES = ("",)
SIDE, GRIDS = 71, 800
PEER = "METIS contiguous, measured before: 40 % off, 82 % within, cut .460"


def bench(ctx: Context) -> list[Row]:
    """The lattice at sigma 0.5 on three draws, other sigmas, a proof, a state, a move by hand."""
    side = ctx.count(SIDE, 12)
    grids = max(8, round(GRIDS * (side / SIDE) ** 2))
    divide(lattice(6, 0.5, 1), 5, effort=10)
    rows = [_lumpy(side, grids, 0.5, seed) for seed in (1, 2, 3)]
    rows += [_lumpy(side, grids, 0.25, 1, bound=False), _feasible(side, grids)]
    rows += [_by_hand(side, grids), *_state()]
    return rows


def lattice(side: int, sigma: float, seed: int) -> District:
    """side × side blocks, lognormal load exp(sigma × normal), four neighbours each."""
    places = np.arange(side * side).reshape(side, side)
    across = np.column_stack([places[:, :-1].ravel(), places[:, 1:].ravel()])
    down = np.column_stack([places[:-1].ravel(), places[1:].ravel()])
    loads = np.random.default_rng(seed).lognormal(0, sigma, side * side)
    return district(loads, np.concatenate([across, down]))


def _lumpy(side: int, grids: int, sigma: float, seed: int, *, bound: bool = True) -> Row:
    area = lattice(side, sigma, seed)
    begun = time.process_time()
    found = divide(area, grids, seed=seed)
    spent = time.process_time() - begun
    sheet = score(area, found.grids)
    ok = sheet.off <= 0.05 + 1e-9 and sheet.broken == 0 and sheet.cut <= 0.460 and spent <= 10
    return Row(
        f"{side * side:,} blocks (sigma {sigma}, draw {seed}) → {grids} grids",
        f"{spent:.1f} CPU s; {sheet.off:.1%} off, {sheet.within:.1%} within 5 %, "
        f"cut {sheet.cut:.3f}, {sheet.broken} broken",
        "all within 5 %, cut ≤ .460, ≤ 10 s" if bound else "–",
        ok if bound else None,
        PEER if bound else "",
    )


def _feasible(side: int, grids: int) -> Row:
    told = []
    begun = time.process_time()
    for sigma in (0.25, 0.5, 0.6, 0.75, 1.0):
        proofs = sum(
            impossible(lattice(side, sigma, seed), grids) is not None for seed in range(1, 11)
        )
        told.append(f"{sigma}: {proofs}")
    spent = (time.process_time() - begun) / 50
    return Row(
        "proof that blocks are too lumpy, of 10 draws each",
        "; ".join(told) + f"; {spent * 1000:.0f} CPU ms each",
    )


def _by_hand(side: int, grids: int) -> Row:
    area = lattice(side, 0.5, 1)
    table = lay(area, divide(area, grids, effort=50, anyway=True).grids)
    moved(table, 0, 1)
    count = 5_000
    begun = time.process_time()
    for turn in range(count):
        moved(table, turn * 7 % area.loads.size, turn * 13 % grids)
    spent = (time.process_time() - begun) / count
    return Row("one move by hand judged", f"{spent * 1e6:.0f} CPU µs")


def _state() -> list[Row]:
    named = os.environ.get("COMMONWARD_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    file = folder / "data" / "plans" / "districts" / "massachusetts_tracts.json"
    if not file.exists():
        return []
    area = tracts(file)
    rows = []
    for grids, tolerance in ((9, 0.01), (200, 0.05)):
        begun = time.process_time()
        found = divide(area, grids, tolerance=tolerance, effort=2_000, anyway=True)
        spent = time.process_time() - begun
        sheet = score(area, found.grids, tolerance=tolerance)
        rows.append(
            Row(
                f"{area.loads.size:,} census tracts → {grids} districts within {tolerance:.0%}",
                f"{spent:.1f} CPU s; {sheet.off:.2%} off, {sheet.within:.1%} within, cut "
                f"{sheet.cut:.3f}, {sheet.broken} broken, Polsby–Popper {sheet.round or 0:.2f}",
                note=str(found.proof.reason) if found.proof else "",
            )
        )
    return rows


def tracts(file: Path) -> District:
    """The tracts of the file: population as load, the length of shared borders.

    The mainland only: what lies on islands could only be districts of its own.
    """
    data = json.loads(file.read_text())
    places = {node["id"]: place for place, node in enumerate(data["nodes"])}
    ends, lengths = [], []
    for node, beside in zip(data["nodes"], data["adjacency"], strict=True):
        for other in beside:
            here, there = places[node["id"]], places[other["id"]]
            if here < there:
                ends.append((here, there))
                lengths.append(max(other["shared_perim"], 1.0))
    whole = district(
        [node["TOTPOP"] for node in data["nodes"]],
        ends,
        lengths=lengths,
        areas=np.array([node["area"] for node in data["nodes"]]),
        outlines=np.array([node["Shape_len"] for node in data["nodes"]]),
    )
    kept = whole.pieces == np.bincount(whole.pieces).argmax()
    number = np.cumsum(kept) - 1
    inside = kept[whole.ends[:, 0]]
    assert whole.areas is not None and whole.outlines is not None
    return district(
        whole.loads[kept],
        number[whole.ends[inside]],
        lengths=whole.lengths[inside],
        areas=whole.areas[kept],
        outlines=whole.outlines[kept],
    )
