"""A small town with its units, and what is counted there by hand."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from commonward.core.plans.dispatching import (
    STATUSES,
    Need,
    Recommendation,
    Unit,
)
from commonward.core.plans.roads import generated

TOWN = generated(11, rows=16, columns=16)
TOWN.prepare(12)
PLAIN = generated(11, rows=16, columns=16)
TABLE = TOWN.times(12).table(range(len(TOWN)), range(len(TOWN)))
AGENCIES, KINDS, SKILLS = ("fire", "police"), ("car", "van"), ("gas", "ropes", "water")

skills = st.frozensets(st.sampled_from(SKILLS), max_size=2)
nodes = st.integers(0, len(TOWN) - 1)


def units(
    most: int, statuses: tuple[str, ...] = ("free", "free", *STATUSES)
) -> st.SearchStrategy[list[Unit]]:
    one = st.builds(
        Unit,
        key=st.integers(0, 10**6),
        node=nodes,
        agency=st.sampled_from(AGENCIES),
        kind=st.sampled_from(KINDS),
        skills=skills,
        crew=st.integers(1, 4),
        status=st.sampled_from(statuses),
        station=st.sampled_from(("north", "south", "")),
        areas=st.frozensets(st.sampled_from(("a", "b")), max_size=1),
        rest_due=st.booleans(),
    )
    return st.lists(one, max_size=most, unique_by=lambda unit: unit.key)


needs = st.builds(
    Need,
    agency=st.sampled_from(("", *AGENCIES)),
    kind=st.sampled_from(("", *KINDS)),
    number=st.integers(1, 3),
    skills=skills,
    crew=st.integers(0, 3),
)


def suits(unit: Unit, need: Need, area: str) -> bool:
    return (
        need.agency in ("", unit.agency)
        and need.kind in ("", unit.kind)
        and need.skills <= unit.skills
        and need.crew <= unit.crew
        and (not area or not unit.areas or area in unit.areas)
        and unit.status == "free"
    )


def car(key: int, node: int, **told: object) -> Unit:
    return replace(Unit(key, node, "police", "car"), **told)  # type: ignore[arg-type]


def said(found: Recommendation) -> list[str]:
    return [str(why) for one in found.passed_over for why in one.why]


def nearest_first(place: int, count: int) -> list[int]:
    """Nodes in the order of their time to a place, the place first."""
    return [int(node) for node in np.argsort(TABLE[:, place], kind="stable")[:count]]
