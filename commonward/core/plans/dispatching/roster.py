"""The units of a fleet as arrays in the order of their keys, and which of them suit a need."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.units import Need, Rules, Unit
from commonward.core.refusals import N_, Invalid, Missing

_MOST_KEPT = 1_024


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A need in an area as tables.

    `forces` that count; `unmet` (profiles) what each does not meet, in bits of `reasons`; `fits`
    (units) and `suiting` the columns that meet all of it, whatever their state.
    """

    forces: npt.NDArray[np.int32]
    unmet: npt.NDArray[np.int16]
    fits: npt.NDArray[np.bool_]
    suiting: npt.NDArray[np.int32]


@dataclass(eq=False)
class Roster:
    """Columns over units in the order of their keys.

    `forces` number (agency, kind), `profiles` number what a need can ask of (force, skills, crew,
    areas): a need is compared with each profile once, not with each unit. `state` holds the bits of
    `reasons` that a unit's status sets; `posts` number the (station, agency, kind) of the rules.
    """

    units: list[Unit]
    rules: Rules
    nodes: npt.NDArray[np.int32] = field(init=False)
    state: npt.NDArray[np.int32] = field(init=False)
    force: npt.NDArray[np.int32] = field(init=False)
    profile: npt.NDArray[np.int32] = field(init=False)
    post: npt.NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self.units.sort(key=lambda unit: unit.key)
        self._at = {unit.key: place for place, unit in enumerate(self.units)}
        if len(self._at) < len(self.units):
            raise Invalid(N_("Two units have the same key."), field="units")
        self.forces: dict[tuple[str, str], int] = {}
        self._profiles: dict[tuple[int, frozenset[str], int, frozenset[str]], int] = {}
        self.posts = {post: number for number, post in enumerate(self.rules.keeps)}
        self.keeps = np.array(list(self.rules.keeps.values()), np.int64)
        count = len(self.units)
        self.nodes, self.state = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.force, self.profile = np.zeros(count, np.int32), np.zeros(count, np.int32)
        self.post = np.full(count, -1, np.int32)
        for place, unit in enumerate(self.units):
            force = self.forces.setdefault((unit.agency, unit.kind), len(self.forces))
            known = (force, unit.skills, unit.crew, unit.areas)
            self.nodes[place] = unit.node
            self.state[place] = state_of(unit)
            self.force[place] = force
            self.profile[place] = self._profiles.setdefault(known, len(self._profiles))
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
        unmet = np.zeros(len(self._profiles), np.int16)
        of_force = np.zeros(len(self._profiles), np.bool_)
        for (force, skills, crew, areas), number in self._profiles.items():
            of_force[number] = force in forces
            unmet[number] = (
                (0 if need.skills <= skills else reasons.SKILLS)
                | (0 if need.crew <= crew else reasons.CREW)
                | (0 if not area or not areas or area in areas else reasons.AREA)
            )
        fits = (of_force & (unmet == 0))[self.profile]
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


def checked_nodes(units: Sequence[Unit], count: int) -> None:
    """Raises Invalid for a unit that stands at no node of the graph."""
    for unit in units:
        if not 0 <= unit.node < count:
            raise Invalid(N_("The road graph has no node {node}."), field="node", node=unit.node)
