"""How alike two reports are (相似度): ten numbers weighed, the weights learned from known issues."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from commonward.core.triage.hot.reading import Read

PARTS = ("place", "title_place", "other_place", "matter", "title", "body", "both", "days")
FAR_METRES = 2_000.0
"""Two points farther apart than this are never one place, whatever the words."""
NEAR_METRES = 150.0


@dataclass(frozen=True, slots=True)
class Links:
    """Weights per part, the intercept, and what decides that a report belongs to a cluster."""

    version: str
    weights: Mapping[str, float]
    intercept: float
    threshold: float = 0.0
    closest: float = 0.5
    """The weight of the closest links of a cluster, against all of them."""


@cache
def shipped() -> Links:
    """The weights that come with the programme (docs/models/same-and-hot.md)."""
    kept = json.loads((files(__package__) / "links.json").read_text("utf-8"))
    return Links(
        kept["version"],
        {part: float(kept["weights"][part]) for part in PARTS},
        float(kept["intercept"]),
        float(kept["threshold"]),
        float(kept["closest"]),
    )


def _row(table: Any, one: int, others: Any) -> Any:
    return np.asarray((table[others] @ table[one].T).todense(), np.float64).ravel()


def parts(read: Read, one: int, others: Any) -> Any:
    """Others × PARTS for one text against some: 0..1 but for `days` (a logarithm)."""
    place = np.sqrt(np.clip(_row(read.placed, one, others), 0, 1))
    titled = _row(read.titled, one, others)
    least = np.maximum(np.minimum(read.weight[one], read.weight[others]), 1e-6)
    away = metres(read, one, others)
    near = away <= NEAR_METRES
    # A point is surer than a name: two reports from one spot are of one place.
    place = np.where(near, np.maximum(place, 0.7), place)
    title_place = np.sqrt(np.clip(titled / least, 0, 1))
    other = read.named[one] & read.named[others] & (titled == 0) & ~near
    matter = np.sqrt(np.clip(_row(read.matter, one, others), 0, 1))
    return np.stack(
        [
            place,
            title_place,
            other.astype(float),
            matter,
            np.sqrt(np.clip(_row(read.title, one, others), 0, 1)),
            np.sqrt(np.clip(_row(read.body, one, others), 0, 1)),
            place * matter,
            np.log1p(np.abs(read.days[one] - read.days[others])),
        ],
        axis=1,
    )


def metres(read: Read, one: int, others: Any) -> Any:
    """Metres between points; NaN where either is unknown."""
    lat = read.lats[one]
    per_lon = 111_320.0 * np.cos(np.radians(lat))
    return np.hypot(
        (read.lats[others] - lat) * 111_320.0, (read.lons[others] - read.lons[one]) * per_lon
    )


def apart(read: Read, one: int, others: Any) -> Any:
    """Whether two reports are surely of different places: far points, or headings that each name
    a place of which the other says nothing, neither in its heading nor in its text."""
    away = metres(read, one, others)
    there = np.asarray((read.own[others] @ read.headed[one].T).todense()).ravel()
    here = np.asarray((read.headed[others] @ read.own[one].T).todense()).ravel()
    each = (read.headed[one].nnz > 0) & (np.diff(read.headed.indptr)[others] > 0)
    return (away > FAR_METRES) | (each & (there == 0) & (here == 0) & ~(away <= NEAR_METRES))


def logits(told: Any, links: Links) -> Any:
    """The weighed sums; 0 is as likely one problem as not."""
    return told @ np.array([links.weights[part] for part in PARTS]) + links.intercept
