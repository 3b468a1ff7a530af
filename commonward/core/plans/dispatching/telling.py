"""A choice in words: why each unit, why not a nearer one, and what lacks."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.finding import ANY, Finder
from commonward.core.plans.dispatching.joint import Chosen
from commonward.core.plans.dispatching.roster import Roster
from commonward.core.plans.dispatching.said import Said
from commonward.core.plans.dispatching.units import Need, PassedOver, Pick, Scene, Shortfall


class Telling:
    """The words for one call's choice, on the fleet as it is.

    `elsewhere` are the columns of units that other calls get in the same plan.
    """

    def __init__(
        self,
        roster: Roster,
        finder: Finder,
        place: int,
        needs: Sequence[Need],
        scene: Scene,
        chosen: Sequence[Chosen],
        elsewhere: Collection[int] = (),
    ) -> None:
        self._roster, self._finder = roster, finder
        self._place, self._needs, self._scene = place, needs, scene
        self._of_need: list[list[Chosen]] = [[] for _ in needs]
        for one in chosen:
            self._of_need[one.need].append(one)
        self._taken = {one.unit: one.need for one in chosen}
        self._left = roster.there()
        self._elsewhere = frozenset(elsewhere)
        for unit in (*(one.unit for one in chosen), *elsewhere):
            if roster.post[unit] >= 0:
                self._left[roster.post[unit]] -= 1

    def need(self, number: int, tell: int) -> tuple[list[Pick], list[PassedOver], Shortfall | None]:
        """The picks of one need, the nearer units that are passed over, and what lacks."""
        mine = self._of_need[number]
        over = self._passed_over(number, mine, tell) if mine and tell else []
        better = {one.unit for one in over if one.why[0].text == reasons.NEARER[reasons.TAKEN]}
        picks = [
            Pick(
                self._roster.units[one.unit].key,
                number,
                one.milliseconds / 1000.0,
                self._why(one, rank, bool(better)),
            )
            for rank, one in enumerate(mine, 1)
        ]
        missing = self._needs[number].number - len(mine)
        lacks = self._shortfall(number, missing) if missing else None
        return picks, over, lacks

    def _why(self, one: Chosen, rank: int, gave_way: bool) -> tuple[Said, ...]:
        said = []
        if gave_way:
            said.append(Said(reasons.TOGETHER))
        elif one.tired:
            said.append(Said(reasons.TIRED))
        elif rank == 1:
            said.append(Said(reasons.NEAREST))
        else:
            said.append(Said(reasons.RANKED, {"rank": rank}))
        post = int(self._roster.post[one.unit])
        if post >= 0:
            least = int(self._roster.keeps[post])
            left = int(self._left[post])
            station = self._roster.units[one.unit].station
            text = reasons.LEAVES if left >= least else reasons.YIELDS
            said.append(Said(text, {"station": station, "left": left, "least": least}))
        return tuple(said)

    def _passed_over(self, number: int, mine: Sequence[Chosen], tell: int) -> list[PassedOver]:
        roster = self._roster
        wanted = roster.wanted(self._needs[number], self._scene)
        last = max(one.milliseconds for one in mine)
        near = self._finder.nearest(self._place, wanted, ANY, tell + len(mine), last)
        own = {one.unit for one in mine}
        told = []
        for unit, took in zip(near.units.tolist(), near.milliseconds.tolist(), strict=True):
            if unit in own:
                continue
            bits = int(roster.state[unit]) | int(wanted.unmet[unit])
            if not bits:
                gone = unit in self._taken or unit in self._elsewhere
                bits = reasons.TAKEN if gone else reasons.STATION
            values = {**self._values(number, unit), "seconds": round((last - took) / 1000)}
            why = reasons.nearer(bits, values)
            told.append(PassedOver(roster.units[unit].key, number, took / 1000.0, why))
        return told[:tell]

    def _shortfall(self, number: int, missing: int) -> Shortfall:
        roster, need = self._roster, self._needs[number]
        wanted = roster.wanted(need, self._scene)
        force = np.isin(roster.force, wanted.forces)
        unmet = roster.state.astype(np.int64)
        unmet |= wanted.unmet
        unmet[~np.isfinite(self._finder.milliseconds(self._place))] |= reasons.NO_WAY
        own = np.zeros(len(unmet), np.bool_)
        for unit, for_need in self._taken.items():
            own[unit] |= for_need == number
            unmet[unit] |= 0 if for_need == number else reasons.TAKEN
        unmet[list(self._elsewhere)] |= reasons.TAKEN
        unmet[(unmet == 0) & (roster.post >= 0)] = reasons.STATION
        masks: npt.NDArray[np.int64] = unmet[force & ~own]
        values = {**self._values(number, None), "missing": missing}
        return Shortfall(number, missing, reasons.shortfall(masks, missing, need.number, values))

    def _values(self, number: int, unit: int | None) -> dict[str, Any]:
        need = self._needs[number]
        if unit is None:
            lacked = sorted(need.skills)
            least = self._roster.least_crew_of(need)
            return {"skills": ", ".join(lacked), "least": least, "area": self._scene.name}
        one, post = self._roster.units[unit], int(self._roster.post[unit])
        crew = self._roster.least_crew(need, one)
        short = one.crew < crew
        kept = int(self._roster.keeps[post]) if post >= 0 else 0
        return {
            "skills": ", ".join(sorted(need.skills - one.skills)),
            "crew": one.crew,
            "least": crew if short else kept,
            "area": self._scene.name,
            "station": one.station,
        }
