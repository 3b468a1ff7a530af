"""Rounds to points: windows, breaks, priorities, shifts of several agencies from several depots.

The prize-collecting vehicle routing problem with time windows, solved by PyVRP (Wouda, Lan & Kool
2024) as it is.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Result, VehicleType, solve
from pyvrp.exceptions import PenaltyBoundWarning

from commonward.core.plans.rounds.ways import FAR
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True)
class Point:
    """A place to visit: `service` seconds there, begun within one of the `windows` (seconds).

    `worth` is what a visit is worth in seconds of driving (see `fairness.worth`); None means that
    it must be made. `agencies` that may make it; none named means any.
    """

    place: int
    service: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    worth: int | None = None
    agencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Break:
    """A rest at a place (a station, a canteen) of so many seconds, begun between two moments."""

    place: int
    lasts: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Shift:
    """One patrol's shift from a depot and back, `longest` seconds of work and driving at most.

    `table` is which of the tables of travel times it goes by (on foot, by bike, by car).
    """

    depot: int
    begins: int
    ends: int
    agency: str = ""
    longest: int | None = None
    rest: Break | None = None
    table: int = 0


@dataclass(frozen=True)
class Stop:
    """A visit (`point` is its index) or a rest (`point` None), from `begins` to `ends`."""

    point: int | None
    place: int
    begins: int
    ends: int


@dataclass(frozen=True)
class PointRound:
    """The stops of one shift in order, and when it leaves and returns."""

    shift: int
    stops: tuple[Stop, ...]
    leaves: int
    returns: int


@dataclass(frozen=True)
class PointPlan:
    """Rounds, the points not visited, the seconds of driving; `stopped` when the watch cut it."""

    rounds: tuple[PointRound, ...]
    left_out: tuple[int, ...]
    driving: int
    stopped: bool = False


@dataclass(eq=False)
class _Watched:
    """Stops after so many steps, or when the watch says so."""

    steps: int
    watch: Watch
    done: int = 0
    cut: bool = field(default=False)

    def __call__(self, best_cost: float) -> bool:
        self.done += 1
        if self.done % 100 == 0:
            self.watch.tell(Progress("points", min(self.done, self.steps), self.steps, best_cost))
        self.cut = self.watch.over
        return self.cut or self.done > self.steps


def plan_points(
    points: Sequence[Point],
    shifts: Sequence[Shift],
    seconds: NDArray[np.int64],
    *,
    steps: int = 2_000,
    seed: int = 0,
    watch: Watch | None = None,
) -> PointPlan:
    """Plan the shifts' rounds; `seconds` P × P is the driving time between places, or T × P × P
    where shifts go at different speeds (`Shift.table`).

    Least driving minus the worth of the visits made. Raises Invalid with the reason where a visit
    that must be made cannot be, alone or together with the others as far as was found.
    """
    watch = watch or Watch()
    seconds = seconds[None] if seconds.ndim == 2 else seconds
    _check(points, shifts, seconds)
    data, members = _model(points, shifts, seconds)
    stopping = _Watched(steps, watch)
    with warnings.catch_warnings():
        # That it finds no plan within the rules is told below, in words.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = solve(data, stopping, seed=seed, display=False, collect_stats=False)
    if not result.is_feasible():
        raise Invalid(
            N_("No plan was found that makes all the visits that must be made in these shifts."),
            field="shifts",
        )
    return _read(result, points, shifts, members, stopping.cut)


def _check(points: Sequence[Point], shifts: Sequence[Shift], seconds: NDArray[np.int64]) -> None:
    if seconds.ndim != 3 or seconds.shape[1] != seconds.shape[2] or (seconds < 0).any():
        raise Invalid(N_("Driving times are a square table of 0 or more."), field="seconds")
    places = [one.place for one in points] + [one.depot for one in shifts]
    places += [one.rest.place for one in shifts if one.rest]
    tables = [one.table for one in shifts]
    if (
        not shifts
        or min(places + tables) < 0
        or max(places) >= seconds.shape[1]
        or max(tables) >= len(seconds)
    ):
        raise Invalid(N_("There is a shift, and each place is in the table."), field="places")
    for index, point in enumerate(points):
        if point.worth is None and not any(fits(point, shift, seconds) for shift in shifts):
            raise Invalid(
                N_("No shift can visit point {point} in time, even alone."),
                field="points",
                point=index,
            )


def fits(point: Point, shift: Shift, seconds: NDArray[np.int64]) -> bool:
    """Whether a shift could make this visit alone, its rest left aside; `seconds` T × P × P."""
    if point.agencies and shift.agency not in point.agencies:
        return False
    table = seconds[shift.table]
    there, back = int(table[shift.depot, point.place]), int(table[point.place, shift.depot])
    if there + point.service + back > (shift.longest or FAR):
        return False
    for early, late in point.windows or ((0, shift.ends),):
        begin = max(early, shift.begins + there)
        if begin <= late and begin + point.service + back <= shift.ends:
            return True
    return False


@dataclass(eq=False)
class _Visits:
    """PyVRP's clients: one for each window of each point, one for each rest."""

    clients: list[Client] = field(default_factory=list)
    groups: list[ClientGroup] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    points: list[int | None] = field(default_factory=list)
    """The point of each client, None for a rest."""
    open_to: list[int | frozenset[str]] = field(default_factory=list)
    """The one shift of a rest, the agencies of a visit (none: any)."""

    def add(
        self, place: int, point: int | None, open_to: int | frozenset[str], **more: Any
    ) -> None:
        """One more client, at a location of its own: a profile may close it alone."""
        self.clients.append(Client(len(self.clients), **more))
        self.places.append(place)
        self.points.append(point)
        self.open_to.append(open_to)

    def add_point(self, index: int, point: Point) -> None:
        """A client for each window; of several, one at most is visited."""
        windows = point.windows or ((0, FAR),)
        begun, alone = len(self.clients), len(windows) == 1
        for early, late in windows:
            self.add(
                point.place,
                index,
                point.agencies,
                service_duration=point.service,
                tw_early=early,
                tw_late=late,
                prize=point.worth or 0,
                required=alone and point.worth is None,
                group=None if alone else len(self.groups),
            )
        if not alone:
            members = list(range(begun, len(self.clients)))
            self.groups.append(ClientGroup(members, required=point.worth is None))

    def add_rest(self, shift: int, rest: Break) -> None:
        """A rest that only its own shift can take, and must."""
        self.add(
            rest.place,
            None,
            shift,
            service_duration=rest.lasts,
            tw_early=rest.earliest,
            tw_late=rest.latest,
        )


def _model(
    points: Sequence[Point], shifts: Sequence[Shift], seconds: NDArray[np.int64]
) -> tuple[ProblemData, list[int | None]]:
    """The model, and for each of its clients the point (None: a rest); `seconds` T × P × P."""
    visits = _Visits()
    for index, point in enumerate(points):
        visits.add_point(index, point)
    for number, shift in enumerate(shifts):
        if shift.rest:
            visits.add_rest(number, shift.rest)
    count = len(visits.clients)
    depots = sorted({shift.depot for shift in shifts})
    where = np.array(visits.places + depots, np.int64)
    # A profile for each agency and speed, and for each shift that has a rest of its own.
    kinds = [
        (shift.agency, shift.table, number if shift.rest else None)
        for number, shift in enumerate(shifts)
    ]
    profiles = list(dict.fromkeys(kinds))
    tables = [
        _ways(seconds[table][np.ix_(where, where)], visits.open_to, agency, number)
        for agency, table, number in profiles
    ]
    vehicles = [
        VehicleType(
            start_depot=depots.index(shift.depot),
            end_depot=depots.index(shift.depot),
            tw_early=shift.begins,
            tw_late=shift.ends,
            shift_duration=FAR if shift.longest is None else shift.longest,
            profile=profiles.index(kind),
        )
        for shift, kind in zip(shifts, kinds, strict=True)
    ]
    data = ProblemData(
        locations=[Location(0, 0) for _ in where],
        clients=visits.clients,
        depots=[Depot(count + place) for place in range(len(depots))],
        vehicle_types=vehicles,
        distance_matrices=tables,
        duration_matrices=tables,
        groups=visits.groups,
    )
    return data, visits.points


def _ways(
    table: NDArray[np.int64], open_to: list[int | frozenset[str]], agency: str, shift: int | None
) -> NDArray[np.int64]:
    """The driving times of one profile; ways to what is closed to it are too far for any shift."""
    closed = np.zeros(len(table), bool)
    for client, whom in enumerate(open_to):
        if isinstance(whom, int):
            closed[client] = whom != shift
        else:
            closed[client] = bool(whom) and agency not in whom
    ways = np.ascontiguousarray(table, np.int64)
    ways[closed, :] = FAR
    ways[:, closed] = FAR
    np.fill_diagonal(ways, 0)
    return ways


def _read(
    result: Result,
    points: Sequence[Point],
    shifts: Sequence[Shift],
    members: list[int | None],
    cut: bool,
) -> PointPlan:
    rounds: list[PointRound] = []
    visited: set[int] = set()
    driving = 0
    for route in result.best.routes():
        number = route.vehicle_type()
        stops: list[Stop] = []
        for step in route.schedule():
            if not step.is_client():
                continue
            point = members[step.idx]
            rest = shifts[number].rest
            place = points[point].place if point is not None else rest.place if rest else 0
            stops.append(Stop(point, place, int(step.start_time), int(step.end_time)))
        if all(stop.point is None for stop in stops):
            continue
        visited |= {stop.point for stop in stops if stop.point is not None}
        driving += int(route.travel_duration())
        rounds.append(
            PointRound(number, tuple(stops), int(route.start_time()), int(route.end_time()))
        )
    left_out = tuple(index for index in range(len(points)) if index not in visited)
    return PointPlan(tuple(rounds), left_out, driving, cut)
