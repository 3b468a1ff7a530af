"""Who may mediate what, and who should (调解员匹配): hard filters, then one assignment for all.

A filter is a rule that nothing outweighs: recorded training that is current, the courses that the
site asks for, no conflict of interest (a yes or no of the mediator, who is shown no other case), no veto of a party, the
languages asked for, the subject, common hours, the wish for a woman or a man, room for one more.
Among those who remain one assignment is sought for all disputes together, so that the sum of
kilometres and of load is least: the k-th dispute of one mediator costs more than the one before.
Urgent disputes are served first when there are too few mediators; within one urgency as many
are served as can be.

The assignment is a minimum-weight full matching of a sparse bipartite graph whose columns are the
free places of each mediator (Jonker and Volgenant 1987, as scipy has it); every dispute has a
column of its own for "nobody", dearer than any mediator. Each dispute first looks at its
`LOOKED_AT` cheapest mediators; when somebody is left out that way, all are looked at.

>>> here = Neutral(7, languages=frozenset({"zh-Hans"}), trained_until=date(2027, 1, 1))
>>> match([Wanted(1, languages=frozenset({"zh-Hans"}))], [here], date(2026, 3, 2))[0].assigned
7
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import (
    min_weight_full_bipartite_matching,
)

from commonward.core.refusals import N_, Invalid

RULES = (
    "resting",
    "training",
    "course",
    "conflict",
    "veto",
    "language",
    "subject",
    "hours",
    "gender",
    "full",
)
"""The filters in the order in which they are asked; each mediator is counted at the first."""

PROPOSED = 3
LOOKED_AT = 32
_EARTH_KM = 6371.0088
Mask = npt.NDArray[np.bool_]
Costs = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neutral:
    """A mediator (调解员) as the rules see one; no name.

    `subjects` are codes of disputes (empty = all), `hours` free parts of the week by any names
    (empty = any time), `load` the disputes in hand, `most` how many there may be, `lon` and `lat`
    degrees (WGS 84) or None, `trained_until` the last day of current training or None, `courses`
    the codes of the courses that are current.
    """

    mediator: int
    languages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    gender: str = ""
    trained_until: date | None = None
    load: int = 0
    most: int = 8
    lon: float | None = None
    lat: float | None = None
    active: bool = True
    courses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dispute (纠纷) asks of its mediator.

    `languages` must all be spoken, one of `hours` must be free (empty = any), `vetoed` and
    `conflicts` hold mediators' numbers, the higher `urgency` (0, 1, 2 …) is served first.
    """

    dispute: int
    languages: frozenset[str] = frozenset()
    subject: str = ""
    hours: frozenset[str] = frozenset()
    gender: str = ""
    vetoed: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()
    lon: float | None = None
    lat: float | None = None
    urgency: int = 0
    courses: frozenset[str] = frozenset()
    """Codes of courses that its mediator must have, all of them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What balances what, in kilometres: a site's own figures.

    The k-th dispute of a mediator with `most` places costs `load_km` · (k − 1) / `most`.
    """

    load_km: float = 10.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One of the three on the list, with the reasons a party may read."""

    mediator: int
    km: float | None
    load: int
    most: int
    cost: float


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one dispute.

    `assigned` is a mediator's number or None; `proposed` holds up to three, the assigned first.
    `filtered` counts mediators by the first rule that excluded them. `reason` is "" or why nobody
    is assigned: a rule of `RULES`, "nobody" (no mediator is registered), "together" (the rules
    exclude everybody only jointly) or "taken" (all who could have been given to others).
    `would_open` counts, per rule, whom lifting that rule alone would admit.
    """

    dispute: int
    assigned: int | None
    proposed: tuple[Proposal, ...]
    filtered: Mapping[str, int]
    reason: str = ""
    would_open: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def match(
    wanted: Sequence[Wanted],
    neutrals: Sequence[Neutral],
    on: date,
    weights: Weights = Weights(),
) -> list[Match]:
    """A match for each dispute, in the order given; the same input gives the same answer.

    Raises Invalid when a number stands twice, a load or a number of places is negative, or
    `load_km` is.
    """
    _refuse(wanted, neutrals, weights)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i].dispute)
    asked = [wanted[i] for i in order]
    known = sorted(neutrals, key=lambda n: n.mediator)
    if not known or not asked:
        return [Match(w.dispute, None, (), {}, "nobody") for w in wanted]
    excluded = _excluded(asked, known, on)
    km = _kilometres(asked, known)
    admitted = ~np.logical_or.reduce(list(excluded.values()))
    chosen = _assigned(admitted, np.nan_to_num(km), asked, known, weights)
    told = _told(asked, known, excluded, admitted, km, chosen, weights)
    found: list[Match | None] = [None] * len(wanted)
    for place, one in zip(order, told, strict=True):
        found[place] = one
    return [one for one in found if one is not None]


def _refuse(wanted: Sequence[Wanted], neutrals: Sequence[Neutral], weights: Weights) -> None:
    if len({w.dispute for w in wanted}) != len(wanted):
        raise Invalid(N_("A dispute stands twice in what is to be matched."), field="disputes")
    if len({n.mediator for n in neutrals}) != len(neutrals):
        raise Invalid(N_("A mediator stands twice in the list."), field="mediators")
    if any(n.load < 0 or n.most < 0 for n in neutrals) or not weights.load_km >= 0:
        raise Invalid(N_("A load, a number of places and a weight are zero or more."), field="load")


def _excluded(
    asked: Sequence[Wanted], known: Sequence[Neutral], on: date
) -> dict[str, npt.NDArray[np.bool_]]:
    """For each rule a disputes × mediators table: true where the rule excludes."""
    shape = (len(asked), len(known))
    numbers = {n.mediator: j for j, n in enumerate(known)}

    def column(values: Iterable[bool]) -> Mask:
        return np.broadcast_to(np.fromiter(values, bool, shape[1]), shape)

    def named(sets: Iterable[frozenset[int]]) -> Mask:
        table = np.zeros(shape, bool)
        for i, members in enumerate(sets):
            for member in members:
                if member in numbers:
                    table[i, numbers[member]] = True
        return table

    spoken = _table([w.languages for w in asked], [n.languages for n in known])
    taught = _table([frozenset({w.subject}) for w in asked], [n.subjects for n in known])
    learnt = _table([w.courses for w in asked], [n.courses for n in known])
    free = _table([w.hours for w in asked], [n.hours for n in known])
    needs = np.array([len(w.courses) for w in asked])[:, None]
    asks = np.array([len(w.languages) for w in asked])[:, None]
    any_hour = np.array([not w.hours for w in asked])[:, None]
    always = np.array([not n.hours for n in known])[None, :]
    wish = np.array([w.gender for w in asked])[:, None]
    is_of = np.array([n.gender for n in known])[None, :]
    return {
        "resting": column(not n.active for n in known),
        "training": column(n.trained_until is None or n.trained_until < on for n in known),
        "course": learnt < needs,
        "conflict": named(w.conflicts for w in asked),
        "veto": named(w.vetoed for w in asked),
        "language": spoken < asks,
        "subject": (taught == 0) & np.array([bool(n.subjects) for n in known])[None, :],
        "hours": (free == 0) & ~any_hour & ~always,
        "gender": (wish != "") & (wish != is_of),
        "full": column(n.load >= n.most for n in known),
    }


def _table(rows: Sequence[frozenset[str]], columns: Sequence[frozenset[str]]) -> Costs:
    """How many members each row's set shares with each column's."""
    words = {word: k for k, word in enumerate(sorted(set[str]().union(*rows, *columns)))}
    left, right = (np.zeros((len(sets), len(words)), np.float32) for sets in (rows, columns))
    for table, sets in ((left, rows), (right, columns)):
        for i, members in enumerate(sets):
            table[i, [words[word] for word in members]] = 1
    return (left @ right.T).astype(np.float64)


def _kilometres(asked: Sequence[Wanted], known: Sequence[Neutral]) -> Costs:
    """Great-circle distances (to some decimetres); NaN where a place is not known."""
    unknown = float("nan")

    def unit(things: Sequence[Wanted] | Sequence[Neutral]) -> Costs:
        pairs = [
            (unknown, unknown) if t.lon is None or t.lat is None else (t.lon, t.lat) for t in things
        ]
        lon, lat = np.radians(np.array(pairs, np.float64).reshape(-1, 2)).T
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)

    half = (1 - unit(asked) @ unit(known).T) / 2
    distance: Costs = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def _assigned(
    admitted: Mask, km: Costs, asked: Sequence[Wanted], known: Sequence[Neutral], weights: Weights
) -> npt.NDArray[np.intp]:
    """The column of the mediator of each dispute, −1 for nobody."""
    chosen = np.full(len(asked), -1, np.intp)
    served = np.flatnonzero(admitted.any(axis=1))
    if not served.size:
        return chosen
    open_to = np.where(admitted[served], km[served], np.inf)
    wishes = [asked[int(i)] for i in served]
    places = [_place_costs(n, weights, len(wishes)) for n in known]
    slots = max(len(p) for p in places)
    for looked_at in (min(LOOKED_AT, len(known)), len(known)):
        found = _solved(open_to, wishes, places, slots, looked_at)
        left_out = (found < 0) & (admitted[served].sum(axis=1) > looked_at)
        if not left_out.any():
            break
    chosen[served] = found
    return chosen


def _place_costs(neutral: Neutral, weights: Weights, wanted: int) -> list[float]:
    """What each free place of a mediator costs, rising; no more than there are disputes."""
    last = min(neutral.most, neutral.load + wanted)
    return [weights.load_km * k / neutral.most for k in range(neutral.load, last)]


def _solved(
    open_to: Costs,
    wishes: Sequence[Wanted],
    places: Sequence[Sequence[float]],
    slots: int,
    looked_at: int,
) -> npt.NDArray[np.intp]:
    """The matching itself; `open_to` holds km, infinite where a rule excludes."""
    count, mediators = open_to.shape
    extra = np.full((mediators, slots), np.inf)
    for j, costs in enumerate(places):
        extra[j, : len(costs)] = costs
    cheap = np.argpartition(open_to + extra[:, 0], looked_at - 1, axis=1)[:, :looked_at]
    row = np.repeat(np.arange(count), looked_at)
    column = cheap.ravel()
    km = open_to[row, column]
    there = np.isfinite(km)
    row, column, km = row[there], column[there], km[there]
    cost = (km[:, None] + extra[column] + 1.0).ravel()  # a stored zero would be no edge
    rows = np.repeat(row, slots)
    columns = (column[:, None] * slots + np.arange(slots)).ravel()
    real = np.isfinite(cost)
    rows, columns, cost = rows[real], columns[real], cost[real]
    # "Nobody" costs more than all who are given could cost together, and more for the urgent:
    # those who can be served form a matroid, so that the dearest of them are served first.
    nobody = 2.0 * count * (float(cost.max()) + 1.0)
    levels = {u: k + 1 for k, u in enumerate(sorted({w.urgency for w in wishes}))}
    own = np.array([nobody * levels[w.urgency] for w in wishes])
    graph = coo_array(
        (
            np.concatenate([cost, own]),
            (
                np.concatenate([rows, np.arange(count)]),
                np.concatenate([columns, mediators * slots + np.arange(count)]),
            ),
        ),
        shape=(count, mediators * slots + count),
    ).tocsr()
    matched_rows, matched = min_weight_full_bipartite_matching(graph)
    found = np.full(count, -1, np.intp)
    found[matched_rows] = np.where(matched < mediators * slots, matched // slots, -1)
    return found


def _told(
    asked: Sequence[Wanted],
    known: Sequence[Neutral],
    excluded: Mapping[str, Mask],
    admitted: Mask,
    km: Costs,
    chosen: npt.NDArray[np.intp],
    weights: Weights,
) -> list[Match]:
    """The answers in words and counts, in the order of `asked`."""
    given = np.bincount(chosen[chosen >= 0], minlength=len(known))
    loads = np.array([n.load for n in known]) + given
    most = np.array([max(n.most, 1) for n in known])
    cost = np.where(admitted, np.nan_to_num(km) + weights.load_km * loads / most, np.inf)
    few = min(PROPOSED + 1, len(known))
    near = np.sort(np.argpartition(cost, few - 1, axis=1)[:, :few], axis=1)
    by_cost = np.argsort(np.take_along_axis(cost, near, axis=1), axis=1, kind="stable")
    listed = np.take_along_axis(near, by_cost, axis=1)
    stacked = np.stack([excluded[rule] for rule in RULES])
    first = np.where(stacked.any(axis=0), stacked.argmax(axis=0), -1)
    alone = stacked.sum(axis=0) == 1
    told = []
    for i, wish in enumerate(asked):
        best = [int(j) for j in listed[i] if admitted[i, j] and j != chosen[i]]
        names = ([int(chosen[i])] if chosen[i] >= 0 else []) + best
        told.append(
            Match(
                wish.dispute,
                known[chosen[i]].mediator if chosen[i] >= 0 else None,
                tuple(
                    Proposal(
                        known[j].mediator,
                        None if np.isnan(km[i, j]) else round(float(km[i, j]), 3),
                        known[j].load,
                        known[j].most,
                        round(float(cost[i, j]), 6),
                    )
                    for j in names[:PROPOSED]
                ),
                _counts(first[i]),
                *_why_nobody(first[i], alone[i], admitted[i], int(chosen[i])),
            )
        )
    return told


def _why_nobody(first: Any, alone: Any, admitted: Any, chosen: int) -> tuple[str, dict[str, int]]:
    """The named reason when nobody is assigned, and which rule alone stands in the way of whom."""
    if chosen >= 0:
        return "", {}
    opens = _counts(np.where(alone, first, -1))
    if admitted.any():
        return "taken", opens
    rules = _counts(first)
    if len(rules) == 1:
        return next(iter(rules)), opens
    return (max(opens, key=lambda rule: opens[rule]) if opens else "together"), opens


def _counts(rules: Any) -> dict[str, int]:
    counted = np.bincount(rules[rules >= 0], minlength=len(RULES))
    return {rule: int(n) for rule, n in zip(RULES, counted, strict=True) if n}
