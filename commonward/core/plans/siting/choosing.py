"""Which sites: one of the models of cover, asked for a period's demand."""

from dataclasses import replace
from typing import Any

import numpy as np

from commonward.core.plans import cover
from commonward.core.plans.running import Progress, Watch
from commonward.core.plans.siting.asking import Floats, Question
from commonward.core.refusals import N_, Invalid

_AS_MANY = {"set_cover": "maximal_cover"}
"""What a number of units is planned with where the model itself decides the number."""
_BACKUP = 0.4


class Chooser:
    """Asks the model of a question for a period: `sites(count)` are the sites of so many units.

    `seconds` (A, S) from each site to each cell, the turn-out within; `demand` (A).
    """

    def __init__(self, asked: Question, seconds: Floats, demand: Floats, busy: float) -> None:
        self.asked, self.busy = asked, busy
        self.ground = cover.Ground.of(cover.Reach.of_table(seconds), demand)
        kept = set(asked.today) if asked.keep else set()
        self.choice = cover.Choice(
            existing=sorted(kept - set(asked.forbidden)),
            fixed=sorted(set(asked.must) - kept),
            forbidden=asked.forbidden,
        )
        self.least = max(1, len({*self.choice.existing, *self.choice.fixed}))
        allowed = len(seconds[0]) - len(set(asked.forbidden))
        shared = asked.model in ("expected_cover", "backup_cover")
        self.greatest = allowed * (asked.most if shared else 1)
        self._found: dict[int, cover.Plan] = {}

    def plan(self, count: int | None, watch: Watch, *, told: bool = False) -> cover.Plan:
        """The plan for so many units; None lets the model decide (set covering).

        `told`: the watch hears of the best and the bound.
        """
        if count is not None and count in self._found:
            return self._found[count]
        model = self.asked.model
        if count is not None:
            model = _AS_MANY.get(model, model)
        quiet = watch if told else Watch(stop=watch.stop, seconds=watch.left)
        try:
            found = self._planned(model, replace(self.choice, count=count), quiet)
        except Invalid as refusal:
            raise self._told(refusal) from refusal
        if count is not None and not watch.over:
            self._found[count] = found
        return found

    def _planned(self, model: str, choice: cover.Choice, watch: Watch) -> cover.Plan:
        ground, limit = self.ground, self.asked.limit
        if model == "p_median":
            return cover.p_median(ground, choice, watch=watch, limit=limit)
        if model == "maximal_cover":
            return cover.maximal_cover(ground, limit, choice, watch=watch)
        if model == "expected_cover":
            return cover.expected_cover(
                ground, limit, choice, busy=self.busy, most=self.asked.most, watch=watch
            )
        if model == "backup_cover":
            return cover.backup_cover(
                ground, limit, choice, second=_BACKUP, most=self.asked.most, watch=watch
            )
        if model == "set_cover":
            return cover.set_cover(ground, limit, choice, watch=watch)
        return cover.p_centre(ground, choice, watch=watch)

    def _told(self, refusal: Invalid) -> Invalid:
        """The refusal of a model with places that can be found on a map."""
        if "place" not in refusal.values or "site" not in refusal.values:
            return refusal
        lat, lon = self.asked.cells[refusal.values["place"]]
        return Invalid(
            N_(
                "Around {lat}, {lon} no post that may open is within {limit} minutes: the nearest"
                " takes {nearest}. {places} places are too far. Allow more minutes or other posts."
            ),
            field="limit",
            code="unreachable",
            lat=round(float(lat), 4),
            lon=round(float(lon), 4),
            limit=round(self.asked.limit / 60.0, 1),
            nearest=round(float(refusal.values["nearest"]) / 60.0, 1),
            places=int(refusal.values["places"]),
        )


def homes(plan: cover.Plan) -> list[int]:
    """The site of each unit of a plan."""
    return [site for site, units in zip(plan.sites, plan.units, strict=True) for _ in range(units)]


def standing(seconds: Floats, demand: Floats, sites: list[int]) -> dict[str, Any]:
    """What the nearest of these posts would bring were its unit always free; `cells` in seconds."""
    nearest = seconds[:, sorted(set(sites))].min(axis=1)
    share = demand / demand.sum()
    return {
        "mean": float(nearest @ share),
        "within": [float(share[nearest <= 60.0 * one].sum()) for one in (5, 10, 15)],
        "longest": float(nearest[demand > 0].max()),
        "cells": [round(float(one)) for one in nearest],
    }


def forward(watch: Watch, done: int, total: int, *, sign: float = 1.0) -> Watch:
    """A watch for one step of a longer run: what it tells stands at `done` of `total`."""

    def tell(progress: Progress) -> None:
        best = None if progress.best is None else sign * progress.best
        bound = None if progress.bound is None else sign * progress.bound
        if best is not None and not np.isfinite(best):
            best = None
        if bound is not None and not np.isfinite(bound):
            bound = None
        watch.tell(Progress("Choosing posts", done, total, best, bound))

    return Watch(tell=tell, stop=watch.stop, seconds=0.5 * watch.left)
