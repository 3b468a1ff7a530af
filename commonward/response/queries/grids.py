"""Designs of grids: the blocks with their grids as planned or as people left them."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.areas.queries.paths import paths_of
from commonward.core.plans.gridding.mosaic import Mosaic
from commonward.core.plans.gridding.naming import continued
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.response.models import GridDesign, Plan
from commonward.response.queries.plans import answer_of, given_of, plan_of, unpacked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Move = tuple[int, int, int]
"""A block, the grid it was in, the grid it went to."""


@dataclass(frozen=True, eq=False)
class Design:
    """A plan's blocks and grids. `row` is None until somebody moved a block; `grids` n numbers
    from 0, `loads` n thousandths of all the work."""

    plan: Plan
    given: Mapping[str, Any]
    answer: Mapping[str, Any]
    row: GridDesign | None
    grids: Ints

    @cached_property
    def mosaic(self) -> Mosaic:
        """The blocks."""
        return Mosaic.read(self.given)

    @cached_property
    def loads(self) -> Floats:
        """The work of each block."""
        return np.asarray(self.given["loads"], np.float64)

    @cached_property
    def ends(self) -> Ints:
        """The two blocks of each border."""
        return np.asarray(self.answer["ends"], np.int64).reshape(-1, 2)

    @cached_property
    def lengths(self) -> Floats:
        """Metres of each border."""
        return np.asarray(self.answer["lengths"], np.float64)

    @cached_property
    def crossed(self) -> npt.NDArray[np.bool_]:
        """Whether a grid may lie over each border."""
        return np.asarray(self.answer["crossed"], bool)

    @cached_property
    def village(self) -> Ints:
        """The number of each block's village."""
        return np.asarray(self.given["village"], np.int64)

    @cached_property
    def village_of(self) -> dict[int, int]:
        """Grid → village."""
        return dict(zip(self.grids.tolist(), self.village.tolist(), strict=True))

    @cached_property
    def totals(self) -> Floats:
        """The work of each grid."""
        return np.bincount(self.grids, self.loads).astype(np.float64)

    @property
    def mean(self) -> float:
        """The mean work of a grid, of all villages together."""
        return float(self.totals.mean())

    @cached_property
    def village_means(self) -> dict[int, float]:
        """The mean work of a village's grids, by its number."""
        found: dict[int, list[float]] = {}
        for grid, village in self.village_of.items():
            found.setdefault(village, []).append(float(self.totals[grid]))
        return {village: sum(loads) / len(loads) for village, loads in found.items()}

    @cached_property
    def labels(self) -> dict[int, str]:
        """What each grid is called within its village: the end of the code that it continues as
        planned, or a free number. Moves by hand do not change it."""
        planned = np.asarray(self.answer["grids"], np.int64)
        kept = continued(planned, self.today, self.loads)
        taken: dict[int, int] = {}
        for code, _name, _english, *_ in self.given["old"]:
            village = self._villages.get(code[:12], -1)
            taken[village] = max(taken.get(village, 0), int(code[12:15] or 0))
        found: dict[int, str] = {}
        of = dict(zip(planned.tolist(), self.village.tolist(), strict=True))
        for grid in sorted(of):
            if grid in kept:
                found[grid] = str(int(self.given["old"][kept[grid]][0][12:15]))
            else:
                taken[of[grid]] = taken.get(of[grid], 0) + 1
                found[grid] = str(taken[of[grid]])
        return found

    @cached_property
    def today(self) -> Ints:
        """Today's grid of each block, by its place in `given["old"]`; -1: none."""
        return np.asarray(self.given["today"], np.int64)

    @cached_property
    def continues(self) -> dict[int, int]:
        """Grid → today's grid whose code it keeps, as things stand."""
        return continued(self.grids, self.today, self.loads)

    @cached_property
    def _villages(self) -> dict[str, int]:
        return {one[0]: number for number, one in enumerate(self.given["villages"])}

    def village_number(self, code: str) -> int:
        """The number of the village of this code. Raises Missing."""
        if code not in self._villages:
            raise Missing(N_("This plan has no village {given}."), given=code)
        return self._villages[code]

    @property
    def moves(self) -> list[Move]:
        """What was moved by hand and not taken back."""
        return moves_of(self.row)[: self.row.done] if self.row is not None else []

    @property
    def version(self) -> int:
        """Raised with each change: a change made from an older one is refused."""
        return self.row.version if self.row is not None else 0


def scored(design: Design) -> dict[str, Any]:
    """The score sheet of a design as it stands, with the keys of `answer["score"]` and "even"."""
    # scipy belongs to the planners' extra, which a site may do without.
    blocks = importlib.import_module("commonward.core.plans.districting.blocks")
    sheet = importlib.import_module("commonward.core.plans.districting.sheet")
    borders = design.mosaic.borders
    area = blocks.district(
        design.loads, borders.ends, lengths=borders.lengths,
        crossed=np.asarray(design.answer["unbarred"], bool), areas=design.mosaic.areas,
        outlines=borders.around,
    )  # fmt: skip
    tolerance = float(design.given["tolerance"])
    today = design.today if (design.today >= 0).any() else None
    found = dict(vars(sheet.score(area, design.grids, tolerance=tolerance, today=today)))
    means = design.village_means
    off = [abs(design.totals[g] / means[v] - 1) for g, v in design.village_of.items()]
    return {**found, "even": float(np.mean(np.array(off) <= tolerance * (1 + 1e-9)))}


def design_for(code: str, actor: Actor) -> Design:
    """The design of a plan that this person may see. Raises Missing."""
    return design_of(plan_of(code, actor))


def design_of(plan: Plan) -> Design:
    """The design of a plan at hand (3 queries). Raises Missing without an answer."""
    answer, given = answer_of(plan), given_of(plan)
    if plan.kind != "grids" or answer is None or given is None:
        raise Missing(N_("This plan has no answer yet."))
    row = GridDesign.objects.select_related("changed_by").filter(plan=plan).first()
    grids = answer["grids"] if row is None else unpacked(row.grids)["grids"]
    return Design(plan, given, answer, row, np.asarray(grids, np.int64))


def designed(plan: Plan, given: Mapping[str, Any], answer: Mapping[str, Any]) -> Design:
    """The same from data that was read already (1 query)."""
    row = GridDesign.objects.select_related("changed_by").filter(plan=plan).first()
    grids = answer["grids"] if row is None else unpacked(row.grids)["grids"]
    return Design(plan, given, answer, row, np.asarray(grids, np.int64))


def moves_of(row: GridDesign) -> list[Move]:
    """All moves by hand, those taken back at the end."""
    return [(int(a), int(b), int(c)) for a, b, c in unpacked(row.moves)["moves"]]


def proposals(actor: Actor) -> Sequence[GridDesign]:
    """Designs proposed or published, the newest first, that this administrator decides on."""
    rows = (
        GridDesign.objects.select_related("plan", "plan__asked_by", "changed_by")
        .filter(state__in=("proposed", "published"))
        .order_by("-changed_at")[:100]
    )
    return [one for one in rows if decides_on(actor, one.plan.area)]


def proposal_for(code: str, actor: Actor) -> Design:
    """A proposed or published design for who administers its area. Raises Missing."""
    plan = Plan.objects.select_related("asked_by").filter(code=code, kind="grids").first()
    if plan is not None and decides_on(actor, plan.area):
        design = design_of(plan)
        if design.row is not None and design.row.state in ("proposed", "published"):
            return design
    raise Missing(N_("There is no proposal of grids {code} that you decide on."), code=code)


def decides_on(actor: Actor, area: str) -> bool:
    """Whether this person administers the area of this code."""
    paths = paths_of(area)
    return any(
        right.role == "administrator"
        and (not right.area or any(f"/{right.area}/" in path for path in paths))
        for right in actor.rights
    )
