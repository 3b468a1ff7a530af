"""Figures as doors ask for them, and the cases behind each."""

from datetime import date, timedelta

import pytest

from commonward.core.indicators.windows import Window, run_up, window
from commonward.core.refusals import Invalid
from commonward.insight.queries.measuring import Behind, cases_behind, figures_of
from tests.district import STREETS, District
from tests.insight.busy import limited, week

ZONE = "Asia/Shanghai"
MARCH = window("month", date(2026, 3, 2), ZONE)
RATE = "closed_in_time_rate"
HOUR = timedelta(hours=1)


def test_figures_are_counted_by_window_and_group(here: District) -> None:
    week(here)
    at = here.at + 10 * HOUR
    (whole,) = figures_of([RATE], [MARCH], at=at)[MARCH].values()
    found = figures_of([RATE], run_up(MARCH, 2), by=("street",), at=at)
    assert set(found[MARCH]) == {(STREETS[0],), (STREETS[1],)}
    assert not found[MARCH.before()]
    parts = [figure[RATE].under for figure in found[MARCH].values()]
    assert sum(part or 0 for part in parts) == whole[RATE].under
    only = figures_of([RATE], [MARCH], only={"street": (STREETS[1],)}, at=at)
    assert only[MARCH][()][RATE].under == found[MARCH][STREETS[1],][RATE].under == 1


def test_what_falls_due_later_is_not_due_yet(here: District) -> None:
    here.handled(limited(here, 6))
    for hours, due in ((5, 0), (7, 1)):
        figure = figures_of([RATE], [MARCH], at=here.at + hours * HOUR)[MARCH][()][RATE]
        assert figure.under == due
    before = figures_of([RATE], [MARCH], at=here.at - timedelta(days=60))
    assert before[MARCH][()][RATE].under == 0


def test_the_cases_behind_a_figure_are_shown_to_who_may_see_them(here: District) -> None:
    week(here)
    at = here.at + 10 * HOUR
    figure = figures_of([RATE], [MARCH], at=at)[MARCH][()][RATE]
    for name, count in figure.counts.items():
        behind = cases_behind(RATE, name, MARCH, actor=here.leader, at=at)
        assert (behind.total, behind.hidden) == (count, 0)
        hidden = cases_behind(RATE, name, MARCH, actor=here.outsider, at=at)
        assert hidden == Behind(behind.total, behind.total, (), None)
        roads = cases_behind(RATE, name, MARCH, actor=here.second_handler, at=at)
        assert len(roads.numbers) + roads.hidden == roads.total


def test_the_cases_behind_a_figure_are_paged_by_key(here: District) -> None:
    for _ in range(5):
        here.closed(limited(here, 9))
    at = here.at + 10 * HOUR
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = cases_behind(
            RATE, "closed_in_time", MARCH, by={"street": STREETS[0]}, actor=here.leader,
            at=at, after=after, size=2,
        )  # fmt: skip
        seen += page.numbers
        after = page.next
    assert after is None
    assert len(set(seen)) == len(seen) == 5
    assert not cases_behind(
        RATE, "closed_in_time", MARCH, by={"street": STREETS[1]}, actor=here.leader, at=at
    ).total


def test_what_there_is_not_is_said(here: District) -> None:
    with pytest.raises(Invalid, match="nonsense"):
        figures_of(["nonsense"], [MARCH], at=here.at)
    with pytest.raises(Invalid, match="nothing"):
        cases_behind(RATE, "nothing", MARCH, actor=here.leader, at=here.at)
    with pytest.raises(Invalid, match="words"):
        cases_behind(
            RATE, "closed_in_time", MARCH, only={"words": ("x",)}, actor=here.leader, at=here.at
        )
    longer: Window = MARCH.cut_at("noon")
    assert figures_of([RATE], [longer], at=here.at)
