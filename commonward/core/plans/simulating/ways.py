"""Units on their ways and at their posts: where each is, and whom it covers while it is idle."""

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating.bare import bare
from commonward.core.plans.simulating.calls import Floats, Whole
from commonward.core.plans.simulating.world import (
    State,
    World,
)

_HOUR = 3600.0
_FOREVER = 1e300


@bare
def table_of(world: World, now: float) -> int:
    return int(world.slot[int(now / _HOUR) % 168])


@bare
def way_to(world: World, state: State, unit: int, goal: int, now: float) -> float:
    """Seconds for an idle unit from where it is to a place; on the way, between its two ends."""
    table = world.travel[table_of(world, now)]
    there = world.post[state.goal[unit]]
    if now >= state.reach[unit]:
        return float(table[there, goal])
    part = (now - state.leave[unit]) / (state.reach[unit] - state.leave[unit])
    return float((1.0 - part) * table[state.place[unit], goal] + part * table[there, goal])


@bare
def recount(
    covered: Whole,
    nearest: Whole,
    count: Whole,
    demand: Floats,
    power: Floats,
    by_start: Whole,
    by_post: NDArray[np.uint32],
    by_ring: NDArray[np.uint16],
    share: Floats,
    gain: Floats,
    more: int,
) -> None:
    """One idle unit more (1) or fewer (-1) that covers these places, each from its nearest ring
    outwards: counts and gains follow. A post gains by the rings that both cover."""
    least = 1.0 - power[1]
    rings = len(share)
    for index in range(len(covered)):
        place, first = covered[index], nearest[index]
        total = 0.0
        for ring in range(rings - 1, first - 1, -1):
            old = count[place, ring]
            count[place, ring] = old + more
            total += demand[place, ring] * least * (power[old + more] - power[old])
            share[ring] = total
        for ring in range(first):
            share[ring] = total
        for entry in range(by_start[place], by_start[place + 1]):
            gain[by_post[entry]] += share[by_ring[entry]]


@bare
def count_idle(world: World, state: State, kind: int, post: int, more: int) -> None:
    """One idle unit more (1) or fewer (-1) at a post, where the policy looks at cover."""
    if world.minds_cover:
        covered = slice(world.cover_start[post], world.cover_start[post + 1])
        recount(
            world.cover_place[covered],
            world.cover_ring[covered],
            state.reached[kind],
            world.demand[kind],
            world.power,
            world.by_start,
            world.by_post,
            world.by_ring,
            state.share,
            state.gain[kind],
            more,
        )


@bare
def stop_at(state: State, unit: int, now: float) -> None:
    """What is left of a way is not gone."""
    if now < state.reach[unit] < _FOREVER:
        state.moved[unit] -= state.reach[unit] - now


@bare
def take(world: World, state: State, unit: int, now: float) -> None:
    """An idle unit is idle no longer."""
    stop_at(state, unit, now)
    state.idle[world.kind[unit]] -= 1
    count_idle(world, state, world.kind[unit], state.goal[unit], -1)


@bare
def set_out(world: World, state: State, unit: int, post: int, now: float) -> None:
    """Send an idle unit that is counted nowhere to a post, and count it there."""
    way = way_to(world, state, unit, world.post[post], now)
    stop_at(state, unit, now)
    if now < state.reach[unit]:
        half = 2.0 * (now - state.leave[unit]) >= state.reach[unit] - state.leave[unit]
        if half:
            state.place[unit] = world.post[state.goal[unit]]
    else:
        state.place[unit] = world.post[state.goal[unit]]
    state.goal[unit] = post
    state.leave[unit] = now
    state.reach[unit] = now + way
    if way > 0.0:
        state.moved[unit] += way
        state.moves[unit] += 1
    count_idle(world, state, world.kind[unit], post, 1)
