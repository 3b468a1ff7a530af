"""A task taken apart into tasks that have no slot of cover in common, and put together again."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from commonward.core.plans.rostering.model import OFF, Ints, Rules


@dataclass(frozen=True)
class Part:
    """A task of its own: which teams and which slots of the whole it holds."""

    rules: Rules
    teams: Ints
    slots: Ints


def apart(rules: Rules) -> list[Part]:
    """The parts of a task, by their smallest team; slots that nobody serves go with the first."""
    able = np.array([team.most for team in rules.teams]) > 0
    can: npt.NDArray[np.bool_] = (rules.gives > 0) & able[..., None]
    serves = can.max(axis=1)
    group = np.arange(len(rules.teams))
    for slot in range(serves.shape[1]):
        linked = np.unique(group[serves[:, slot]])
        group[np.isin(group, linked)] = linked.min() if len(linked) else 0
    parts = []
    served = serves.any(axis=0)
    for number, first in enumerate(np.unique(group)):
        teams = np.flatnonzero(group == first)
        slots = np.flatnonzero(serves[teams].any(axis=0) | (~served & (number == 0)))
        parts.append(Part(_only(rules, teams, slots), teams, slots))
    return parts


def _only(rules: Rules, teams: Ints, slots: Ints) -> Rules:
    return replace(
        rules,
        teams=tuple(rules.teams[team] for team in teams),
        wish_on=rules.wish_on[teams],
        wish_off=rules.wish_off[teams],
        need=rules.need[:, slots],
        under=rules.under[:, slots],
        over=rules.over[:, slots],
        gives=rules.gives[teams][:, :, slots],
        hard=rules.hard[:, slots],
    )


def together(rules: Rules, parts: list[tuple[Part, Ints]]) -> Ints:
    """The whole roster from the rosters of all parts."""
    roster = np.full((len(rules.teams), rules.days), OFF, dtype=np.int64)
    for part, rows in parts:
        roster[part.teams] = rows
    return roster
