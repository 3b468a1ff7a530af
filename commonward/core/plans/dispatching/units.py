"""Units, what an incident needs, and what is recommended: plain values.

A unit (单元) is a car and its crew on duty, never a person. From the field: seven forces meet at a
square within a minute of one order; patrols merged across agencies cut the mean response from 15
to about 5 minutes; a village post is there in 5 minutes where the town's unit took 20. So a need
may leave the agency open, a unit may serve areas beyond its own (cross-border agreements), and
nearest always means by road.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from commonward.core.plans.dispatching.said import Said
from commonward.core.refusals import N_, Invalid

STATUSES = ("free", "reserved", "busy", "resting", "out")
"""Free to send (空闲); reserved for a planned call (预留); busy; resting; out of service."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit on duty at a node of the roads.

    `areas` are the codes it may serve, its own and those of agreements; none means everywhere.
    `station` is its home ("" is none). `rest_due`: its crew's rest has begun to be owed, so that it
    is not sent while another can be.
    """

    key: int
    node: int
    agency: str
    kind: str
    skills: frozenset[str] = frozenset()
    crew: int = 2
    status: str = "free"
    station: str = ""
    areas: frozenset[str] = frozenset()
    rest_due: bool = False

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise Invalid(
                N_("“{status}” is no state of a unit: free, reserved, busy, resting or out."),
                field="status",
                status=self.status,
            )


@dataclass(frozen=True, slots=True)
class Need:
    """So many units of a force; "" leaves the agency or the kind open (any may come)."""

    agency: str
    kind: str
    number: int = 1
    skills: frozenset[str] = frozenset()
    crew: int = 0

    def __post_init__(self) -> None:
        if self.number < 1 or self.crew < 0:
            raise Invalid(
                N_("A need asks for at least one unit, and for a crew of nobody or more."),
                field="number",
            )


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules ask of a call: where, what kind, and how pressing (1 is the most pressing).

    `area` is the code of the place's area, or the path of codes above it ("/43/4301/430102/").
    """

    area: str = ""
    kind: str = ""
    priority: int = 3

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the place and of all areas above it; none where no area is known."""
        return frozenset(self.area.strip("/").split("/")) if self.area else frozenset()

    @property
    def name(self) -> str:
        """The code of the place's own area."""
        return self.area.strip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Units of a neighbour that may come across the border (跨区支援协议).

    Units of `agency` and `kind` ("" is any) that may serve the area `home` ("" is any) may serve
    `into` too, for calls of these kinds (none named: all) that are at least as pressing as
    `priority`.
    """

    agency: str
    home: str
    into: str
    kind: str = ""
    calls: frozenset[str] = frozenset()
    priority: int = 3

    def holds(self, scene: Scene) -> bool:
        """Whether it lets units come to this call."""
        return (
            self.into in scene.codes
            and scene.priority <= self.priority
            and (not self.calls or scene.kind in self.calls)
        )


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit to send for the need of this number, and its seconds by road."""

    unit: int
    need: int
    seconds: float
    why: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A unit of the force asked for that is nearer than one picked, and why it is not sent."""

    unit: int
    need: int
    seconds: float
    why: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How many units a need still lacks, and the smallest reason: which requirement to ease."""

    need: int
    missing: int
    why: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ForceCover:
    """The weighted share of places that a free unit of a force reaches in time, before and after."""

    agency: str
    kind: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A free unit that would restore cover by waiting at another station (前移).

    `gained` is the share of weighted places that it adds to its force's cover.
    """

    unit: int
    station: str
    node: int
    seconds: float
    gained: float
    why: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What could be sent; a person decides. Nothing here sends.

    `cover_before` and `cover_after` are the means over the forces that are picked (1.0 where no
    force is); `covers` tells of each.
    """

    picks: tuple[Pick, ...]
    passed_over: tuple[PassedOver, ...]
    shortfalls: tuple[Shortfall, ...]
    cover_before: float
    cover_after: float
    move_ups: tuple[MoveUp, ...] = ()
    covers: tuple[ForceCover, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every need is met."""
        return not self.shortfalls


@dataclass(frozen=True, eq=False)
class Rules:
    """What a site decides: which stations keep how many, where cover counts, how soon it must be.

    `keeps` is by (station, agency, kind) the least number of free units that stay there, where kind
    "" counts all kinds together; for calls as pressing as `yields` of the same key says, or more,
    it does not hold. `crews` is by (agency, kind) the least crew that is sent at all. `places`
    are nodes (p) with `weights` (p), say calls a year; without them the nodes of the graph stand in,
    at most 1,000 of them, spread evenly over their numbers. `within` is in seconds. `stations` are
    names and nodes where a unit may wait. `tell` is how many units passed over are told per need.
    """

    keeps: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    places: npt.NDArray[np.int64] | None = None
    weights: npt.NDArray[np.float64] | None = None
    within: float = 300.0
    stations: Mapping[str, int] = field(default_factory=dict)
    tell: int = 3
    move_ups: int = 1
    yields: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    crews: Mapping[tuple[str, str], int] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()

    def __post_init__(self) -> None:
        if set(self.yields) - set(self.keeps):
            raise Invalid(N_("Only a number that a station keeps can yield."), field="yields")
        if self.weights is not None and (
            self.places is None
            or len(self.weights) != len(self.places)
            or not (self.weights >= 0).all()
            or not self.weights.sum() > 0
        ):
            raise Invalid(
                N_("Each place of the cover has a weight of nothing or more, not all nothing."),
                field="weights",
            )
        if not self.within > 0 or self.tell < 0 or self.move_ups < 0:
            raise Invalid(N_("The time within which places are covered is more than nothing."))
