"""The units of a fleet as arrays in the order of their keys, and which of them suit a need."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching import reasons
from commonward.core.plans.dispatching.units import Agreement, Need, Rules, Scene, Unit
from commonward.core.refusals import N_, Invalid, Missing

Known = TypeVar("Known", bound=Hashable)

_MOST_KEPT = 1_024
_ANYWHERE = Scene()
_Told = tuple[bool, frozenset[str], tuple[Agreement, ...]]
"""Whether an area is known, which of the units' codes lie above it, and the agreements that hold."""


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
        self.yields = np.array([self.rules.yields.get(post, 0) for post in self.posts], np.int64)
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
            self.post[place] = self._post_of(unit)
        self._least = np.array([self._crew_of(*force) for force in self.forces], np.int32)
        self._codes = frozenset(code for codes in self._area_sets for code in codes)
        self._wanted: dict[tuple[Need, _Told], Wanted] = {}
        self._told: dict[Scene, _Told] = {}

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

    def wanted(self, need: Need, scene: Scene = _ANYWHERE) -> Wanted:
        """The need of this call as tables; kept, as a site asks for few different ones."""
        told = self._told_of(scene)
        found = self._wanted.get((need, told))
        if found is None:
            if len(self._wanted) >= _MOST_KEPT:
                self._wanted.clear()
            found = self._wanted[need, told] = self._compared(need, told)
        return found

    def _told_of(self, scene: Scene) -> _Told:
        """What of a call decides who suits: so calls of a hundred grids share their tables."""
        found = self._told.get(scene)
        if found is None:
            if len(self._told) >= 4 * _MOST_KEPT:
                self._told.clear()
            holding = tuple(one for one in self.rules.agreements if one.holds(scene))
            found = (bool(scene.area), scene.codes & self._codes, holding)
            self._told[scene] = found
        return found

    def _compared(self, need: Need, told: _Told) -> Wanted:
        bound, codes, holding = told
        of_force = np.array([_of(need.agency, need.kind, force) for force in self.forces], np.bool_)
        lacks = [0 if need.skills <= known else reasons.SKILLS for known in self._skill_sets]
        barred = [
            reasons.AREA if bound and known and known.isdisjoint(codes) else 0
            for known in self._area_sets
        ]
        areas = np.array(barred, np.int16)[self.areas]
        for agreement in holding:
            areas[self._come(agreement)] = 0
        unmet = np.array(lacks, np.int16)[self.skills] | areas
        unmet[self.crew < np.maximum(need.crew, self._least)[self.force]] |= reasons.CREW
        fits = of_force[self.force] & (unmet == 0)
        return Wanted(
            np.flatnonzero(of_force).astype(np.int32),
            unmet,
            fits,
            np.flatnonzero(fits).astype(np.int32),
        )

    def _come(self, agreement: Agreement) -> npt.NDArray[np.bool_]:
        """The units that an agreement lets come, (units)."""
        forces = [_of(agreement.agency, agreement.kind, force) for force in self.forces]
        homes = [not agreement.home or agreement.home in known for known in self._area_sets]
        come: npt.NDArray[np.bool_] = (
            np.array(forces, np.bool_)[self.force] & np.array(homes, np.bool_)[self.areas]
        )
        return come

    def least_crew(self, need: Need, unit: Unit) -> int:
        """The crew that a unit must have for this need: what it asks for, or what a rule says."""
        return max(need.crew, self._crew_of(unit.agency, unit.kind))

    def least_crew_of(self, need: Need) -> int:
        """The same for all forces that a need may be served by: the most that is asked of any."""
        forces = [force for force in self.forces if _of(need.agency, need.kind, force)]
        return max([need.crew, *(self._crew_of(*force) for force in forces)])

    def spare(self) -> npt.NDArray[np.int64]:
        """How many free units each post of the rules can give away, at least 0."""
        return np.maximum(0, self.there() - self.keeps)

    def there(self) -> npt.NDArray[np.int64]:
        """How many free units stand under each post of the rules, (posts)."""
        if not len(self.keeps):
            return self.keeps
        free = (self.state & ~reasons.RESTS_SOON) == 0
        return np.bincount(self.post[free & (self.post >= 0)], minlength=len(self.keeps))

    def waived(self, priority: int) -> npt.NDArray[np.bool_]:
        """The posts whose rule yields to a call of this priority, (posts)."""
        given: npt.NDArray[np.bool_] = self.yields >= priority
        return given

    def _post_of(self, unit: Unit) -> int:
        whole = self.posts.get((unit.station, unit.agency, ""), -1)
        return self.posts.get((unit.station, unit.agency, unit.kind), whole)

    def _crew_of(self, agency: str, kind: str) -> int:
        crews = self.rules.crews
        return max(crews.get((agency, kind), 0), crews.get((agency, ""), 0))


def state_of(unit: Unit) -> int:
    """The bits of `reasons` that its status and rest set; 0 when it may be sent."""
    return reasons.BY_STATUS[unit.status] | (reasons.RESTS_SOON if unit.rest_due else 0)


def _number(known: dict[Known, int], one: Known) -> int:
    return known.setdefault(one, len(known))


def _of(agency: str, kind: str, force: tuple[str, str]) -> bool:
    return agency in ("", force[0]) and kind in ("", force[1])
