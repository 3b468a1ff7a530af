"""Zurich's own reports of ten years: clusters planted in real background are found where they are,
and days dealt anew bring none up more often than the level says."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import h3
import numpy as np
import pytest
from scipy.stats import binom

from commonward.core.hotspots.finding import Points, Question, find

KIND = "Abfall/Sammelstelle"
WEEKS = 12
WINDOWS = (date(2018, 3, 5), date(2020, 9, 7), date(2022, 6, 6), date(2024, 10, 7))
"""Of four seasons and years, before and after the city's page was made anew."""
QUESTION = Question(
    first=0, weeks=WEEKS, resolution=8, model="permutation", exposure="history", replicates=199
)


@pytest.fixture(scope="module")
def zurich(shared: Path) -> Points:
    """Every report of 2016 to 2025."""
    rows: list[tuple[float, float, int, bool]] = []
    with gzip.open(shared / "data/cases/zueriwieneu_62245.csv.gz", "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            day = date.fromisoformat(row["date"]).toordinal()
            rows.append((float(row["lat"]), float(row["lon"]), day, row["service_code"] == KIND))
    table = np.array([one[:3] for one in rows])
    return Points(
        table[:, 0], table[:, 1], table[:, 2].astype(np.int64), np.array([o[3] for o in rows])
    )


def around(points: Points, question: Question) -> Points:
    """The window and the year before it."""
    keep = (points.days >= question.first - 364) & (points.days < question.end)
    return Points(points.lats[keep], points.lons[keep], points.days[keep], points.wanted[keep])


def planted(points: Points, lat: float, lon: float, days: Sequence[int]) -> Points:
    """The same with rubbish at one place on these days."""
    count = len(days)
    return Points(
        np.append(points.lats, np.full(count, lat)),
        np.append(points.lons, np.full(count, lon)),
        np.append(points.days, np.array(days)),
        np.append(points.wanted, np.ones(count, np.bool_)),
    )


@pytest.mark.parametrize("first", WINDOWS)
def test_a_planted_cluster_is_found_among_the_reports_of_a_real_city(
    zurich: Points, first: date
) -> None:
    question = replace(QUESTION, first=first.toordinal())
    known = around(zurich, question)
    assert known.wanted.sum() > 300
    chance = np.random.default_rng(first.toordinal())
    at = int(chance.choice(np.flatnonzero(known.wanted)))
    lat, lon = float(known.lats[at]), float(known.lons[at])
    days = [question.end - 1 - n % 7 for n in range(25)]
    found = find(planted(known, lat, lon, days), question)
    clusters = [one for one in found.places if one.kind == "cluster"]
    first_one = clusters[0]
    assert h3.latlng_to_cell(lat, lon, 8) in first_one.cells
    assert first_one.rare <= 0.005 + 1e-9
    assert first_one.observed >= 25
    assert len(first_one.cells) <= 8, "it tells the place, not half of the city"


def test_days_dealt_anew_leave_no_cluster_in_the_same_city(zurich: Points) -> None:
    """The busy places and the mix of problems stay; only when things happened is taken away."""
    chance = np.random.default_rng(3)
    found = tried = 0
    for first in WINDOWS:
        question = replace(QUESTION, first=first.toordinal())
        known = around(zurich, question)
        inside = np.flatnonzero(known.days >= question.first)
        for seed in range(5):
            days = known.days.copy()
            days[inside] = chance.permutation(days[inside])
            dealt = replace(known, days=days)
            places = find(dealt, replace(question, seed=seed)).places
            found += any(one.kind == "cluster" for one in places)
            tried += 1
    assert found <= int(binom.ppf(0.999, tried, 0.05))
