"""The units of a fleet as arrays in the order of their keys, and which of them suit a need."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.units import Need, Rules, Unit
from commonward.core.refusals import N_, Invalid, Missing

Known = TypeVar("Known", bound=Hashable)

_MOST_KEPT = 1_024


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A need in an area as tables.

    `forces` that count; `unmet` (units) what each does not meet, in bits of `reasons`; `fits`
    (units) and `suiting` the columns that meet all of it, whatever their state.
    """

    forces: npt.NDArray[np.int32]
    unmet: npt.NDArray[np.int16]
    fits: npt.NDArray[np.bool_]
    suiting: npt.NDArray[np.int32]


@dataclass(eq=False)
class Roster:
    """Columns over units in the order of their keys.

    `force` numbers (agency, kind), `skills` and `areas` the sets of them that occur: a need is
    compared with each set once, not with each unit. `state` holds the bits of `reasons` that a
    unit's status sets; `post` numbers the (station, agency, kind) of the rules, −1 for none.
    """

    units: list[Unit]
    rules: Rules
    nodes: npt.NDArray[np.int32] = field(init=False)
    state: npt.NDArray[np.int32] = field(init=False)
    force: npt.NDArray[np.int32] = field(init=False)
    skills: npt.NDArray[np.int32] = field(init=False)
    areas: npt.NDArray[np.int32] = field(init=False)
    crew: npt.NDArray[np.int32] = field(init=False)
    post: npt.NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self.units.sort(key=lambda unit: unit.key)
        self._at = {unit.key: place for place, unit in enumerate(self.units)}
        if len(self._at) < len(self.units):
            raise Invalid(N_("Two units have the same key."), field="units")
        self.forces: dict[tuple[str, str], int] = {}
        self._skill_sets: dict[frozenset[str], int] = {}
        self._area_sets: dict[frozenset[str], int] = {}
        self.posts = {post: number for number, post in enumerate(self.rules.keeps)}
        self.keeps = np.array(list(self.rules.keeps.values()), np.int64)
        count = len(self.units)
        self.nodes, self.state = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.force, self.crew = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.skills, self.areas = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.post = np.full(count, -1, np.int32)
        for place, unit in enumerate(self.units):
            self.nodes[place] = unit.node
            self.state[place] = state_of(unit)
            self.crew[place] = unit.crew
            self.force[place] = _number(self.forces, (unit.agency, unit.kind))
            self.skills[place] = _number(self._skill_sets, unit.skills)
            self.areas[place] = _number(self._area_sets, unit.areas)
            self.post[place] = self.posts.get((unit.station, unit.agency, unit.kind), -1)
        self._wanted: dict[tuple[Need, str], Wanted] = {}

    def place_of(self, key: int) -> int:
        """Where the unit with this key stands in the columns; Missing where none has it."""
        try:
            return self._at[key]
        except KeyError:
            raise Missing(N_("No unit on duty has the key {key}."), key=key) from None

    def moved(self, place: int, node: int) -> None:
        """The unit stands at another node now."""
        self.units[place] = replace(self.units[place], node=node)
        self.nodes[place] = node

    def changed(self, place: int, status: str, rest_due: bool) -> None:
        """The unit has another status now."""
        unit = replace(self.units[place], status=status, rest_due=rest_due)
        self.units[place] = unit
        self.state[place] = state_of(unit)

    def wanted(self, need: Need, area: str) -> Wanted:
        """The need in this area as tables; kept, as a site asks for few different ones."""
        found = self._wanted.get((need, area))
        if found is None:
            if len(self._wanted) >= _MOST_KEPT:
                self._wanted.clear()
            found = self._wanted[need, area] = self._compared(need, area)
        return found

    def _compared(self, need: Need, area: str) -> Wanted:
        forces = [
            number
            for (agency, kind), number in self.forces.items()
            if need.agency in ("", agency) and need.kind in ("", kind)
        ]
        of_force = np.zeros(len(self.forces), np.bool_)
        of_force[forces] = True
        lacks = [0 if need.skills <= known else reasons.SKILLS for known in self._skill_sets]
        barred = [
            0 if not area or not codes or area in codes else reasons.AREA
            for codes in self._area_sets
        ]
        unmet = np.array(lacks, np.int16)[self.skills] | np.array(barred, np.int16)[self.areas]
        unmet[self.crew < need.crew] |= reasons.CREW
        fits = of_force[self.force] & (unmet == 0)
        return Wanted(
            np.array(forces, np.int32), unmet, fits, np.flatnonzero(fits).astype(np.int32)
        )

    def spare(self) -> npt.NDArray[np.int64]:
        """How many free units each post of the rules can give away, at least 0."""
        if not len(self.keeps):
            return self.keeps
        free = (self.state & ~reasons.RESTS_SOON) == 0
        there = np.bincount(self.post[free & (self.post >= 0)], minlength=len(self.keeps))
        return np.maximum(0, there - self.keeps)


def state_of(unit: Unit) -> int:
    """The bits of `reasons` that its status and rest set; 0 when it may be sent."""
    return reasons.BY_STATUS[unit.status] | (reasons.RESTS_SOON if unit.rest_due else 0)


def _number(known: dict[Known, int], one: Known) -> int:
    return known.setdefault(one, len(known))
