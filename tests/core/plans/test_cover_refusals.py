"""What the models of cover refuse, with the smallest reason."""

import numpy as np
import pytest

from commonward.core.plans.cover import (
    Choice,
    Ground,
    Reach,
    backup_cover,
    expected_cover,
    maximal_cover,
    p_centre,
    p_median,
    set_cover,
)
from commonward.core.refusals import Invalid

INF = float("inf")
THREE = [[5.0, 50.0, 500.0], [60.0, 7.0, 500.0], [70.0, 80.0, 90.0]]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(0), "at least one"),
        (Choice(), "at least one"),
        (Choice(4), "only 3 may"),
        (Choice(3, forbidden=[1]), "only 2 may"),
        (Choice(1, existing=[0], fixed=[2]), "2 must stay open"),
        (Choice(1, fixed=[3]), "no site 3"),
        (Choice(1, fixed=[1], forbidden=[1]), "Site 1 is to be open and is forbidden"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused_with_its_reason(
    choice: Choice, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        p_median(Ground.of(Reach.of_table(THREE)), choice)


def test_a_place_out_of_reach_is_named_with_its_nearest_site() -> None:
    ground = Ground.of(Reach.of_table(THREE))
    with pytest.raises(Invalid, match=r"place 2 within 60 s: the nearest, site 0, takes 70 s"):
        set_cover(ground, 60)
    with pytest.raises(Invalid, match=r"place 0 within 60 s: the nearest, site 2, takes 500 s"):
        backup_cover(ground, 60, Choice(1, forbidden=[0, 1]))
    with pytest.raises(Invalid, match="No road leads from any site that may open to place 1"):
        p_centre(Ground.of(Reach.of_table([[1.0, 2.0], [INF, 3.0]])), Choice(1, forbidden=[1]))


def test_too_few_sites_are_refused_with_the_number_that_is_needed() -> None:
    apart = np.full((4, 4), INF)
    np.fill_diagonal(apart, 1.0)
    ground = Ground.of(Reach.of_table(apart))
    words = "2 sites cannot reach every place: at least 4"
    with pytest.raises(Invalid, match=words):
        p_median(ground, Choice(2))
    with pytest.raises(Invalid, match=words):
        p_centre(ground, Choice(2))
    with pytest.raises(Invalid, match=words):
        set_cover(ground, 10, Choice(2))
    with pytest.raises(Invalid, match=words):
        backup_cover(ground, 10, Choice(2))


@pytest.mark.parametrize(
    ("table", "demand", "words"),
    [
        ([1.0, 2.0], None, "table of places"),
        ([[1.0], [-2.0]], None, "not negative"),
        ([[1.0]], [1.0, 2.0], "1 places and demand for 2"),
        ([[1.0]], [0.0], "above 0"),
        ([[1.0]], [np.nan], "not negative"),
    ],
)
def test_numbers_that_are_no_ground_are_refused(
    table: list[float], demand: list[float] | None, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        Ground.of(Reach.of_table(np.array(table)), None if demand is None else np.array(demand))


def test_settings_out_of_their_range_are_refused() -> None:
    ground = Ground.of(Reach.of_table(THREE))
    with pytest.raises(Invalid, match="from 0 to 0.5"):
        backup_cover(ground, 60, Choice(1), second=0.6)
    with pytest.raises(Invalid, match="below 1"):
        expected_cover(ground, 60, Choice(1), busy=1.0)
    with pytest.raises(Invalid, match="at most 1 each"):
        expected_cover(ground, 60, Choice(5), busy=0.5)
    with pytest.raises(Invalid, match="at least 0"):
        maximal_cover(ground, -1, Choice(1))
    with pytest.raises(Invalid, match="same sites"):
        Ground.together({})
