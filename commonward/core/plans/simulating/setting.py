"""What stays the same while calls come: roads, posts, units, and the rule by which they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.simulating.calls import HOURS_OF_WEEK, WEEK, Floats, Whole
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True)
class Roads:
    """Travel times (行程时间) between places in seconds: `travel` (H, P, P), H tables for the hours.

    `slot` (168): the table of each hour of the week.
    """

    travel: NDArray[np.float32]
    slot: Whole

    @property
    def places(self) -> int:
        """How many places (P)."""
        return self.travel.shape[1]

    @property
    def usual(self) -> Floats:
        """(P, P) the mean over the hours of the week."""
        weight = np.bincount(self.slot, minlength=len(self.travel)) / len(self.slot)
        return np.asarray(np.tensordot(weight, self.travel, axes=1))


def roads(travel: NDArray[Any], slot: Sequence[int] | None = None) -> Roads:
    """One table (P, P) for all hours, 24 for the hours of a day, or any number with `slot` (168)."""
    tables = np.asarray(travel, dtype=np.float32)
    if tables.ndim == 2:
        tables = tables[None]
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2] or not tables.size:
        raise Invalid(N_("Travel times are a square table, or one for each hour."), field="travel")
    if not np.isfinite(tables).all() or (tables < 0).any():
        raise Invalid(
            N_("A travel time is missing or below 0: every place must be reached."), field="travel"
        )
    which = np.asarray(
        np.arange(HOURS_OF_WEEK) % len(tables) if slot is None else slot, dtype=np.int64
    )
    if len(which) != HOURS_OF_WEEK or which.min() < 0 or which.max() >= len(tables):
        raise Invalid(N_("Each of the 168 hours of the week needs a table."), field="slot")
    return Roads(np.ascontiguousarray(tables), which)


@dataclass(frozen=True)
class Fleet:
    """Units (出动单位), never people: `home` (U) the place of each one's post, `kind` (U).

    `shifts` (U, S, 2): seconds of the week from when to when each is on duty; an end may lie behind
    the week's. `turnout` (U): seconds from the order to leaving the post.
    """

    home: Whole
    kind: Whole
    shifts: Floats
    turnout: Floats

    def __len__(self) -> int:
        return len(self.home)

    @property
    def duty(self) -> Floats:
        """(U) the share of the week each is on duty."""
        return np.asarray((self.shifts[:, :, 1] - self.shifts[:, :, 0]).sum(axis=1) / WEEK)


def fleet(
    home: Sequence[int] | NDArray[Any],
    kind: Sequence[int] | NDArray[Any] | None = None,
    shifts: NDArray[Any] | None = None,
    turnout: float | NDArray[Any] = 0.0,
) -> Fleet:
    """Units with their usual values: one kind, always on duty, off at once."""
    posts = np.asarray(home, dtype=np.int64)
    if len(posts) == 0:
        raise Invalid(N_("There must be at least one unit."), field="home")
    kinds = np.zeros(len(posts), dtype=np.int64) if kind is None else np.asarray(kind, np.int64)
    duty = np.tile([0.0, WEEK], (len(posts), 1, 1)) if shifts is None else np.asarray(shifts)
    if duty.shape[:1] != posts.shape or duty.ndim != 3 or duty.shape[2] != 2:
        raise Invalid(N_("Each unit's shifts are pairs of seconds of the week."), field="shifts")
    length = duty[:, :, 1] - duty[:, :, 0]
    if (length < 0).any() or (duty[:, :, 0] < 0).any() or (duty[:, :, 0] >= WEEK).any():
        raise Invalid(
            N_("A shift begins within the week and does not end before it begins."), field="shifts"
        )
    _check_overlap(duty)
    gone = np.broadcast_to(np.asarray(turnout, dtype=np.float64), posts.shape).copy()
    return Fleet(posts, kinds, duty.astype(np.float64), gone)


def _check_overlap(shifts: Floats) -> None:
    for unit, rows in enumerate(shifts):
        real = rows[rows[:, 1] > rows[:, 0]]
        real = real[np.argsort(real[:, 0])]
        if not len(real):
            continue
        after = np.append(real[1:, 0], real[0, 0] + WEEK)
        if (real[:, 1] > after).any():
            raise Invalid(N_("Two shifts of unit {unit} overlap."), field="shifts", unit=unit)


Relocation = Literal["home", "cover", "table"]


@dataclass(frozen=True)
class Policy:
    """By what rule units are sent and where they wait.

    Sent is who has the least of: seconds to arrive, `weight` times the cover that its leaving
    costs, and `lateness` if it would arrive behind `target` while another would not. Cover is
    expected covered demand (MEXCLP, Daskin 1983): of each place's share of `demand` (K, P), what n
    idle units within `target` seconds reach, each busy with chance `busy`: 1 - busy^n. `rings`
    are pairs of seconds and weights that replace `target` in it: several distances at once, so that
    near and nearer differ.

    `relocation`: "home" – back to the own post; "cover" – on becoming free, to the post of `posts`
    where it adds most cover (dynamic MEXCLP, Jagtenberg et al. 2015), less `effort` per second of
    the way; "table" – the idle units take the posts of row n of `table` (U + 1, U) for n idle ones
    (a compliance table). `rise`: with "cover", the least cover to gain for which an idle unit is
    moved after another was sent; infinite for never.
    """

    relocation: Relocation = "home"
    weight: float = 0.0
    lateness: float = 0.0
    target: float = 480.0
    busy: float = 0.5
    rings: tuple[tuple[float, float], ...] = ()
    effort: float = 0.0
    rise: float = float("inf")
    demand: Floats | None = None
    posts: Whole | None = None
    table: Whole | None = None

    def with_(self, **changes: Any) -> "Policy":
        """The same with some values changed."""
        return replace(self, **changes)


CLOSEST = Policy()
"""The nearest idle unit, and everybody home again."""


@dataclass(frozen=True)
class Plan:
    """One way of doing it: units and rule; `name` is how the tables call it."""

    fleet: Fleet
    policy: Policy = field(default_factory=Policy)
    name: str = ""
