"""Everything the event loop reads and writes, in arrays that numba takes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating.calls import WEEK, Calls, Floats, Whole
from commonward.core.plans.simulating.setting import Fleet, Policy, Roads
from commonward.core.refusals import N_, Invalid

OFF, IDLE, DRIVING, ON_SCENE = 0, 1, 2, 3
HOME, COVER, TABLE = 0, 1, 2
_RELOCATIONS = {"home": HOME, "cover": COVER, "table": TABLE}


class World(NamedTuple):
    """What stays: U units, K kinds, P places, W posts, J jobs (one unit wanted by one call).

    A post covers the places `cover_place` from `cover_start` on, each in the rings from
    `cover_ring` outwards (R rings, the nearest first); `by_post` are the posts that cover a
    place from `by_start` on, `by_ring` the nearest ring of each. `demand` is (K, P, R).
    """

    travel: NDArray[np.float32]
    travel_to: NDArray[np.float32]
    slot: Whole
    kind: Whole
    home: Whole
    turnout: Floats
    post: Whole
    first_of_kind: Whole
    of_kind: Whole
    cover_start: Whole
    cover_place: Whole
    cover_ring: Whole
    by_start: Whole
    by_post: NDArray[np.uint32]
    by_ring: NDArray[np.uint16]
    demand: Floats
    power: Floats
    table: Whole
    duty_at: Floats
    duty_unit: Whole
    duty_on: Whole
    duty_first: Whole
    call_at: Floats
    call_place: Whole
    call_priority: Whole
    call_service: Floats
    first_job: Whole
    job_call: Whole
    job_kind: Whole
    options: Floats
    relocation: int
    minds_cover: bool


class State(NamedTuple):
    """What changes. A unit that is idle goes from `place` to its `goal` (a post) between `leave`
    and `reach`; `job` is what it works on. `reached` (K, P, R): idle units that cover a place in a ring; `gain`
    (K, W): the cover that one more unit at a post would add. `share` (R) and `lacks` (W) are for
    intermediate values: the loop allocates nothing."""

    status: Whole
    place: Whole
    goal: Whole
    leave: Floats
    reach: Floats
    job: Whole
    wanted: Whole
    idle: Whole
    reached: Whole
    gain: Floats
    share: Floats
    lacks: Whole
    head: Whole
    tail: Whole
    behind: Whole
    job_unit: Whole
    job_sent: Floats
    job_arrived: Floats
    job_done: Floats
    work: Floats
    moved: Floats
    moves: Whole
    event_at: Floats
    event_unit: Whole
    events: Whole


WEIGHT, LATENESS, TARGET, EFFORT, RISE = range(5)


def world(calls: Calls, roads: Roads, fleet: Fleet, policy: Policy) -> World:
    """The arrays of a run; refuses (Invalid) what does not fit together, with the first reason."""
    places = roads.places
    kinds = max(calls.needs.shape[1], int(fleet.kind.max()) + 1)
    post = fleet.home if policy.posts is None else policy.posts
    post = np.unique(np.concatenate((np.asarray(post, dtype=np.int64), fleet.home)))
    _check(calls, places, fleet, post, kinds)
    rings = sorted(policy.rings or ((policy.target, 1.0),))
    demand = _demand(calls, policy, kinds, places)[:, :, None] * [weight for _, weight in rings]
    way = roads.usual[post] + fleet.turnout.mean()
    # How many rings are too near for the way: the first ring in which the post covers the place.
    ring = np.searchsorted([seconds for seconds, _ in rings], way, side="left")
    by_place, by_post = np.nonzero((ring < len(rings)).T)
    starts = np.searchsorted(by_place, np.arange(places + 1)).astype(np.int64)
    needs = np.zeros((len(calls), kinds), dtype=np.int64)
    needs[:, : calls.needs.shape[1]] = calls.needs
    job_call = np.repeat(np.arange(len(calls)), needs.sum(axis=1))
    job_kind = np.repeat(np.tile(np.arange(kinds), len(calls)), needs.ravel())
    first_job = np.concatenate(([0], np.cumsum(needs.sum(axis=1))))
    duty = _duty(fleet)
    return World(
        roads.travel,
        np.ascontiguousarray(roads.travel.transpose(0, 2, 1)),
        roads.slot,
        fleet.kind,
        np.searchsorted(post, fleet.home).astype(np.int64),
        fleet.turnout,
        post,
        *_lists(fleet.kind, kinds),
        *_covered(ring, len(rings)),
        starts,
        by_post.astype(np.uint32),
        ring.T[by_place, by_post].astype(np.uint16),
        demand,
        policy.busy ** np.arange(len(fleet) + 2, dtype=np.float64),
        _table(policy, post, len(fleet)),
        duty[0],
        duty[1],
        duty[2],
        _on_duty_at_first(fleet),
        calls.at,
        calls.place,
        calls.priority,
        calls.service,
        first_job.astype(np.int64),
        job_call.astype(np.int64),
        job_kind.astype(np.int64),
        np.array([policy.weight, policy.lateness, policy.target, policy.effort, policy.rise]),
        _RELOCATIONS[policy.relocation],
        policy.relocation == "cover" or policy.weight > 0,
    )


def state(of: World) -> State:
    """Before the first call: nobody on duty yet, nothing waiting."""
    units, jobs = len(of.kind), len(of.job_call)
    kinds, places, rings = of.demand.shape
    priorities = int(of.call_priority.max()) + 1 if len(of.call_priority) else 1

    def whole(*shape: int, fill: int = 0) -> Whole:
        return np.full(shape, fill, dtype=np.int64)

    beyond = np.cumsum(of.demand[:, :, ::-1], axis=2)[:, :, ::-1]
    gain = np.zeros((kinds, len(of.post)))
    for post in range(len(of.post)):
        covered = slice(of.cover_start[post], of.cover_start[post + 1])
        parts = beyond[:, of.cover_place[covered], of.cover_ring[covered]]
        gain[:, post] = parts.sum(axis=1) * (1.0 - of.power[1])
    return State(
        whole(units, fill=OFF),
        of.post[of.home].copy(),
        of.home.copy(),
        np.zeros(units),
        np.zeros(units),
        whole(units, fill=-1),
        whole(units),
        whole(kinds),
        whole(kinds, places, rings),
        gain,
        np.zeros(rings),
        whole(len(of.post)),
        whole(kinds, priorities, fill=-1),
        whole(kinds, priorities, fill=-1),
        whole(jobs, fill=-1),
        whole(jobs, fill=-1),
        np.full(jobs, np.nan),
        np.full(jobs, np.nan),
        np.full(jobs, np.nan),
        np.zeros(units),
        np.zeros(units),
        whole(units),
        np.zeros(units + 1),
        whole(units + 1),
        whole(1),
    )


def _check(calls: Calls, places: int, fleet: Fleet, post: Whole, kinds: int) -> None:
    if len(calls) and int(calls.place.max()) >= places or int(post.max()) >= places:
        raise Invalid(
            N_("A call or a post lies at a place the roads do not know ({places} places)."),
            field="place",
            places=places,
        )
    for kind in range(calls.needs.shape[1]):
        wanted = bool(calls.needs[:, kind].any())
        if wanted and not (fleet.duty[fleet.kind == kind] > 0).any():
            raise Invalid(
                N_("Calls want units of kind {kind}, and none is ever on duty."),
                field="kind",
                kind=kind,
            )


def _demand(calls: Calls, policy: Policy, kinds: int, places: int) -> Floats:
    """(K, P) shares that add up to 1 for each kind that has any."""
    demand = np.zeros((kinds, places))
    if policy.demand is not None:
        given = np.atleast_2d(policy.demand)
        demand[: len(given)] = given
    else:
        for kind in range(calls.needs.shape[1]):
            np.add.at(demand[kind], calls.place, calls.needs[:, kind])
    total = demand.sum(axis=1, keepdims=True)
    return np.asarray(demand / np.where(total > 0, total, 1.0))


def _table(policy: Policy, post: Whole, units: int) -> Whole:
    if policy.table is None:
        if policy.relocation == "table":
            raise Invalid(N_("Relocation by a table needs the table."), field="table")
        return np.zeros((1, 1), dtype=np.int64)
    table = np.asarray(policy.table, dtype=np.int64)
    if table.shape != (units + 1, units):
        raise Invalid(
            N_("The table needs {rows} rows of {units} posts."),
            field="table",
            rows=units + 1,
            units=units,
        )
    where = np.searchsorted(post, np.maximum(table, 0))
    known = (where < len(post)) & (post[np.minimum(where, len(post) - 1)] == table)
    if not known[np.tri(units + 1, units, -1, dtype=bool)].all():
        raise Invalid(N_("The table names a place that is no post."), field="table")
    return np.where(known, where, -1).astype(np.int64)


def _covered(ring: Whole, rings: int) -> tuple[Whole, Whole, Whole]:
    """For each post the places that it covers in any ring, and the nearest ring of each."""
    post, place = np.nonzero(ring < rings)
    starts = np.searchsorted(post, np.arange(len(ring) + 1))
    return starts.astype(np.int64), place.astype(np.int64), ring[post, place].astype(np.int64)


def _lists(kind: Whole, kinds: int) -> tuple[Whole, Whole]:
    order = np.argsort(kind, kind="stable")
    starts = np.searchsorted(kind[order], np.arange(kinds + 1))
    return starts.astype(np.int64), order.astype(np.int64)


def _duty(fleet: Fleet) -> tuple[Floats, Whole, Whole]:
    """The week's beginnings and ends of duty in order: when, who, 1 for a beginning or -1.

    Who is always on duty has one beginning. At one moment beginnings come first, so that a shift
    that follows another goes on.
    """
    rows: list[tuple[float, int, int]] = []
    for unit, shifts in enumerate(fleet.shifts):
        for start, end in shifts:
            if end <= start:
                continue
            rows.append((float(start), -1, unit))
            if end - start < WEEK:
                rows.append((float(end % WEEK), 1, unit))
    rows.sort()
    return (
        np.array([row[0] for row in rows]),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([-row[1] for row in rows], dtype=np.int64),
    )


def _on_duty_at_first(fleet: Fleet) -> Whole:
    """(U) 1 for who is on duty when the first Monday begins, from a shift of the Sunday before."""
    length = fleet.shifts[:, :, 1] - fleet.shifts[:, :, 0]
    wraps = (fleet.shifts[:, :, 1] >= WEEK) & (length > 0) & (length < WEEK)
    return np.asarray(wraps.any(axis=1), dtype=np.int64)
