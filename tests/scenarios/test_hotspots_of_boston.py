"""Boston's own street lamps of 2015: the scan on real points, and a cluster hidden among them."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import h3
import numpy as np
import pytest

from commonward.core.hotspots.finding import Points, Question, find

KIND = "Street Light Outages"
QUESTION = Question(
    first=date(2015, 9, 1).toordinal(),
    weeks=12,
    resolution=8,
    model="permutation",
    exposure="history",
    replicates=199,
)


@pytest.fixture(scope="module")
def boston(shared: Path) -> Points:
    """The public works and traffic matters of January to November 2015."""
    file = shared / "data/cases/boston311_2015.csv.gz"
    rows: list[tuple[float, float, int, bool]] = []
    with gzip.open(file, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            if row["SUBJECT"] not in (
                "Public Works Department",
                "Transportation - Traffic Division",
            ):
                continue
            if not row["LATITUDE"] or not row["LONGITUDE"]:
                continue
            day = date.fromisoformat(row["OPEN_DT"][:10]).toordinal()
            rows.append((float(row["LATITUDE"]), float(row["LONGITUDE"]), day, row["TYPE"] == KIND))
    table = np.array([one[:3] for one in rows])
    wanted = np.array([one[3] for one in rows])
    return Points(table[:, 0], table[:, 1], table[:, 2].astype(np.int64), wanted)


def dark(points: Points, lat: float, lon: float, days: Sequence[int]) -> Points:
    """The same with lamps that go out at one place on these days."""
    count = len(days)
    return Points(
        np.append(points.lats, np.full(count, lat)),
        np.append(points.lons, np.full(count, lon)),
        np.append(points.days, np.array(days)),
        np.append(points.wanted, np.ones(count, np.bool_)),
    )


def test_lamps_that_go_out_together_are_found_among_the_lamps_of_a_real_city(
    boston: Points,
) -> None:
    inside = boston.wanted & (boston.days >= QUESTION.first) & (boston.days < QUESTION.end)
    assert inside.sum() > 300
    lat, lon = float(np.median(boston.lats)), float(np.median(boston.lons))
    days = [QUESTION.end - 1 - n % 7 for n in range(30)]
    found = find(dark(boston, lat, lon, days), QUESTION)
    first = next(one for one in found.places if one.kind == "cluster")
    assert h3.latlng_to_cell(lat, lon, 8) in first.cells
    assert first.rare <= 0.005 + 1e-9
    assert first.observed >= 30
    assert first.course == "emerging"


def test_days_dealt_anew_leave_no_cluster_in_the_same_city(boston: Points) -> None:
    """The busy streets stay busy; only when things happened is taken from them."""
    chance = np.random.default_rng(1)
    inside = np.flatnonzero((boston.days >= QUESTION.first) & (boston.days < QUESTION.end))
    found = 0
    for seed in range(10):
        days = boston.days.copy()
        days[inside] = chance.permutation(days[inside])
        dealt = replace(boston, days=days)
        places = find(dealt, replace(QUESTION, seed=seed)).places
        found += any(one.kind == "cluster" for one in places)
    assert found <= 3  # of ten at 0.05: more happens once in a thousand times
