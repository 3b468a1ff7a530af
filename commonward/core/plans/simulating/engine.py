"""The event loop: calls come, units are sent, arrive, end, go on or back (离散事件仿真)."""

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating.bare import bare
from commonward.core.plans.simulating.calls import Floats, Whole
from commonward.core.plans.simulating.heap import pop, push
from commonward.core.plans.simulating.ways import (
    count_idle,
    set_out,
    table_of,
    take,
    way_to,
)
from commonward.core.plans.simulating.world import (
    COVER,
    DRIVING,
    EFFORT,
    HOME,
    IDLE,
    LATENESS,
    OFF,
    ON_SCENE,
    RISE,
    TARGET,
    WEIGHT,
    State,
    World,
)

_WEEK = 604800.0
_FOREVER = 1e300


@bare
def _best_post(gain: Floats, way: NDArray[np.float32], post: Whole, effort: float) -> int:
    """The post where a unit adds most cover, less the effort of getting there by `way` (P)."""
    best, most = 0, -_FOREVER
    for one in range(len(post)):
        value = gain[one] - effort * way[post[one]]
        if value > most + 1e-12:
            best, most = one, value
    return best


@bare
def _move_one(world: World, state: State, kind: int, now: float) -> None:
    """After a unit was sent: move that idle one whose move gains most cover, if it gains enough."""
    busy = world.power[1]
    goal = 0
    for post in range(len(world.post)):
        if state.gain[kind, post] > state.gain[kind, goal]:
            goal = post
    chosen, most = -1, world.options[RISE]
    for index in range(world.first_of_kind[kind], world.first_of_kind[kind + 1]):
        unit = world.of_kind[index]
        if state.status[unit] != IDLE or state.goal[unit] == goal:
            continue
        value = state.gain[kind, goal] - state.gain[kind, state.goal[unit]] / busy
        if value <= most:
            continue
        value -= world.options[EFFORT] * way_to(world, state, unit, world.post[goal], now)
        if value > most:
            chosen, most = unit, value
    if chosen >= 0:
        count_idle(world, state, kind, state.goal[chosen], -1)
        set_out(world, state, chosen, goal, now)


@bare
def _count_lacks(world: World, state: State, kind: int, but: int) -> None:
    """Into `lacks`: how many units the table wants at each post, less those that are there or on
    the way, `but` one not counted."""
    lacks = state.lacks
    lacks[:] = 0
    for index in range(state.idle[kind]):
        lacks[world.table[state.idle[kind], index]] += 1
    for index in range(world.first_of_kind[kind], world.first_of_kind[kind + 1]):
        unit = world.of_kind[index]
        if state.status[unit] == IDLE and unit != but:
            lacks[state.goal[unit]] -= 1


@bare
def _open_post(world: World, state: State, unit: int, now: float) -> int:
    """The nearest post that the table wants and nobody has; home where there is none."""
    _count_lacks(world, state, world.kind[unit], unit)
    lacks = state.lacks
    best, least = world.home[unit], _FOREVER
    for post in range(len(lacks)):
        if lacks[post] > 0:
            way = way_to(world, state, unit, world.post[post], now)
            if way < least:
                best, least = post, way
    return best


@bare
def _comply(world: World, state: State, kind: int, now: float) -> None:
    """Bring the idle units of a kind to the posts of the table: nearest pair first."""
    _count_lacks(world, state, kind, -1)
    lacks = state.lacks
    while True:
        unit_found, post_found, least = -1, -1, _FOREVER
        for index in range(world.first_of_kind[kind], world.first_of_kind[kind + 1]):
            unit = world.of_kind[index]
            if state.status[unit] != IDLE or lacks[state.goal[unit]] >= 0:
                continue
            for post in range(len(lacks)):
                if lacks[post] > 0:
                    way = way_to(world, state, unit, world.post[post], now)
                    if way < least:
                        unit_found, post_found, least = unit, post, way
        if unit_found < 0:
            return
        lacks[state.goal[unit_found]] += 1
        lacks[post_found] -= 1
        count_idle(world, state, kind, state.goal[unit_found], -1)
        set_out(world, state, unit_found, post_found, now)


@bare
def _assign(world: World, state: State, unit: int, job: int, way: float, now: float) -> None:
    state.status[unit] = DRIVING
    state.job[unit] = job
    state.job_unit[job] = unit
    state.job_sent[job] = now
    push(state.event_at, state.event_unit, state.events, now + way, unit)


@bare
def _cheapest(
    units: Whole,
    status: Whole,
    place: Whole,
    goal: Whole,
    leave: Floats,
    reach: Floats,
    turnout: Floats,
    post: Whole,
    gain: Floats,
    way: NDArray[np.float32],
    options: Floats,
    loss: float,
    now: float,
) -> tuple[int, float]:
    """The idle unit of least cost and its seconds; `way` (P) leads from each place to the call.

    `loss` is the cost of a unit's cover per gain that one more at its post would bring.
    """
    chosen, least, seconds = -1, _FOREVER, 0.0
    for unit in units:
        if status[unit] != IDLE:
            continue
        need = float(way[post[goal[unit]]])
        if now >= reach[unit]:
            need += turnout[unit]
        else:
            part = (now - leave[unit]) / (reach[unit] - leave[unit])
            need = (1.0 - part) * way[place[unit]] + part * need
        cost = need + loss * gain[goal[unit]]
        if need > options[TARGET]:
            cost += options[LATENESS]
        if cost < least:
            chosen, least, seconds = unit, cost, need
    return chosen, seconds


@bare
def _send(world: World, state: State, job: int, now: float) -> bool:
    """Send an idle unit to a job by the policy's cost; False where none is idle."""
    kind = world.job_kind[job]
    if state.idle[kind] == 0:
        return False
    place = world.call_place[world.job_call[job]]
    chosen, way = _cheapest(
        world.of_kind[world.first_of_kind[kind] : world.first_of_kind[kind + 1]],
        state.status,
        state.place,
        state.goal,
        state.leave,
        state.reach,
        world.turnout,
        world.post,
        state.gain[kind],
        world.travel_to[table_of(world, now), place],
        world.options,
        world.options[WEIGHT] / world.power[1] if world.minds_cover else 0.0,
        now,
    )
    take(world, state, chosen, now)
    _assign(world, state, chosen, job, way, now)
    return True


@bare
def _queue(world: World, state: State, job: int) -> None:
    kind = world.job_kind[job]
    priority = world.call_priority[world.job_call[job]]
    last = state.tail[kind, priority]
    if last < 0:
        state.head[kind, priority] = job
    else:
        state.behind[last] = job
    state.tail[kind, priority] = job


@bare
def _next_job(state: State, kind: int) -> int:
    """Take the longest waiting of the most urgent jobs of a kind out of the line; -1 for none."""
    for priority in range(state.head.shape[1]):
        job = state.head[kind, priority]
        if job >= 0:
            state.head[kind, priority] = state.behind[job]
            if state.behind[job] < 0:
                state.tail[kind, priority] = -1
            return int(job)
    return -1


@bare
def _settle(world: World, state: State, kind: int, now: float) -> None:
    """After units of a kind were sent: move others up, if the policy does."""
    if world.relocation == COVER:
        if world.options[RISE] < _FOREVER:
            _move_one(world, state, kind, now)
    elif world.relocation != HOME:
        _comply(world, state, kind, now)


@bare
def _come(world: World, state: State, call: int) -> None:
    """A call comes: each of its needs is sent a unit or waits."""
    now = world.call_at[call]
    sent = -1
    for job in range(world.first_job[call], world.first_job[call + 1]):
        kind = world.job_kind[job]
        if sent >= 0 and sent != kind:
            _settle(world, state, sent, now)
            sent = -1
        if _send(world, state, job, now):
            sent = kind
        else:
            _queue(world, state, job)
    if sent >= 0:
        _settle(world, state, sent, now)


@bare
def _works_on(world: World, state: State, unit: int, place: int, now: float) -> bool:
    """Whether a unit at a place has the next job in line; it is idle there otherwise."""
    kind = world.kind[unit]
    state.job[unit] = -1
    state.place[unit] = place
    job = _next_job(state, kind)
    if job >= 0:
        goal = world.call_place[world.job_call[job]]
        way = float(world.travel_to[table_of(world, now), goal, place])
        _assign(world, state, unit, job, way, now)
        return True
    state.status[unit] = IDLE
    state.idle[kind] += 1
    # Somewhere on no way: `_way` then reckons from the place alone.
    state.leave[unit], state.reach[unit] = now, _FOREVER
    return False


@bare
def _free(world: World, state: State, unit: int, place: int, now: float) -> None:
    """A unit has ended a job at a place: off duty, to the next job in line, or to a post."""
    kind = world.kind[unit]
    if state.wanted[unit] == 0:
        state.status[unit] = OFF
        return
    if _works_on(world, state, unit, place, now):
        return
    if world.relocation == HOME:
        set_out(world, state, unit, world.home[unit], now)
    elif world.relocation == COVER:
        way = world.travel[table_of(world, now), place]
        best = _best_post(state.gain[kind], way, world.post, world.options[EFFORT])
        set_out(world, state, unit, best, now)
    else:
        set_out(world, state, unit, _open_post(world, state, unit, now), now)
        _comply(world, state, kind, now)


@bare
def _begin(world: World, state: State, unit: int, now: float) -> None:
    """A unit comes on duty at its own post."""
    home = world.home[unit]
    if _works_on(world, state, unit, world.post[home], now):
        return
    state.goal[unit] = home
    state.reach[unit] = now
    count_idle(world, state, world.kind[unit], home, 1)
    _settle(world, state, world.kind[unit], now)


@bare
def _duty(world: World, state: State, entry: int, now: float) -> None:
    """A shift begins or ends; who is at work ends the job first."""
    unit = world.duty_unit[entry]
    state.wanted[unit] += world.duty_on[entry]
    if state.wanted[unit] > 0 and state.status[unit] == OFF:
        _begin(world, state, unit, now)
    elif state.wanted[unit] == 0 and state.status[unit] == IDLE:
        kind = world.kind[unit]
        take(world, state, unit, now)
        state.status[unit] = OFF
        _settle(world, state, kind, now)


@bare
def _happen(world: World, state: State) -> None:
    """The next arrival or end of a job."""
    now = state.event_at[0]
    unit = pop(state.event_at, state.event_unit, state.events)
    job = state.job[unit]
    call = world.job_call[job]
    if state.status[unit] == DRIVING:
        state.job_arrived[job] = now
        state.status[unit] = ON_SCENE
        push(state.event_at, state.event_unit, state.events, now + world.call_service[call], unit)
        return
    state.job_done[job] = now
    state.work[unit] += now - state.job_sent[job]
    _free(world, state, unit, world.call_place[call], now)


@bare
def run(world: World, state: State) -> None:
    """Play all calls to the end of the last job; `state` holds what happened."""
    for unit in range(len(world.kind)):
        if world.duty_first[unit] == 1:
            state.wanted[unit] = 1
            _begin(world, state, unit, 0.0)
    call, entry, week = 0, 0, 0
    waiting = len(world.job_call)
    while waiting > 0:
        coming = world.call_at[call] if call < len(world.call_at) else _FOREVER
        shift = week * _WEEK + world.duty_at[entry]
        event = state.event_at[0] if state.events[0] > 0 else _FOREVER
        if shift <= coming and shift <= event:
            _duty(world, state, entry, shift)
            entry += 1
            if entry == len(world.duty_at):
                entry, week = 0, week + 1
        elif event <= coming:
            if state.status[state.event_unit[0]] == ON_SCENE:
                waiting -= 1
            _happen(world, state)
        else:
            _come(world, state, call)
            call += 1
