"""Figures from counts, as a person would work them out by hand."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.reference import counter
from commonward.core.indicators.windows import Window, run_up, window
from commonward.core.refusals import Invalid

ZONE = "Asia/Shanghai"
MARCH = window("month", date(2026, 3, 15), ZONE)


def moment(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo(ZONE))


def closed(day: int, due: int, **other: Any) -> dict[str, Any]:
    """A case closed on a day of March and due on another."""
    row = {
        "outcome": "solved",
        "limited": True,
        "counted": True,
        "suspended": False,
        "closed_at": moment(day),
        "due_at": moment(due),
        "reckoned_at": moment(min(day, due)),
        "street": "s1",
        "category": "lamp",
        "took": day * 3600,
    }
    return row | other


def of(rows: list[dict[str, Any]], text: str, **counts: Any) -> Any:
    """One figure of March, by a formula over these counts of cases."""
    data = {
        "counts": {name: {"of": "cases", **entry} for name, entry in counts.items()},
        "indicators": {"it": {"formula": text}},
    }
    return figures(book(data), Asked(["it"], [MARCH]), counter({"cases": rows}))[MARCH][()]["it"]


def test_a_late_case_is_due_and_not_in_time_and_a_suspended_or_void_one_is_neither() -> None:
    rows = [
        closed(4, 10),
        closed(20, 10),
        closed(5, 10, suspended=True),
        closed(5, 10, outcome="void"),
        closed(5, 10, counted=False),
    ]
    found = figures(
        book(shipped()), Asked(["closed_in_time_rate"], [MARCH]), counter({"cases": rows})
    )
    figure = found[MARCH][()]["closed_in_time_rate"]
    assert (figure.value, figure.under) == (0.5, 2)


def test_what_has_nothing_to_divide_by_is_unknown_and_not_zero() -> None:
    ask = {"moment": "closed_at"}
    assert of([], "a / b", a=ask, b=ask).value is None


def test_an_unknown_part_leaves_a_weighted_score_and_the_others_weigh_for_it() -> None:
    late = {"moment": "closed_at", "where": "closed_at > due_at"}
    some = {"moment": "closed_at"}
    none = {"moment": "closed_at", "where": "category == 'none'"}
    rows = [closed(4, 10), closed(20, 10)]
    assert of(rows, "weighted(60, 1 - a / b, 40, a / c)", a=late, b=some, c=none).value == 50.0


def test_a_window_at_noon_begins_the_noon_before() -> None:
    day = window("day", date(2026, 3, 9), ZONE, "noon")
    assert (day.start, day.end) == (moment(8, 12), moment(9, 12))


def test_month_on_month_reads_the_month_before() -> None:
    rows = [closed(4, 10), closed(5, 10), {**closed(5, 10), "closed_at": moment(5, month=2)}]
    figure = of(rows, "a / previous(a) - 1", a={"moment": "closed_at"})
    assert figure.value == 1.0


def test_the_share_of_a_group_is_over_all_groups() -> None:
    rows = [closed(4, 10), closed(5, 10), closed(6, 10, category="rubbish")]
    data = {
        "counts": {"a": {"of": "cases", "moment": "closed_at"}},
        "indicators": {"it": {"formula": "a / total(a)"}},
    }
    found = figures(book(data), Asked(["it"], [MARCH], ["category"]), counter({"cases": rows}))
    shares = {group: by["it"].value for group, by in found[MARCH].items()}
    assert shares == {("lamp",): 2 / 3, ("rubbish",): 1 / 3}


def test_a_comparison_with_what_is_unknown_is_false_and_so_is_its_opposite_sign() -> None:
    rows = [closed(4, 10, due_at=None)]
    for sign, found in (("<=", 0), (">", 0)):
        ask = {"moment": "closed_at", "where": f"closed_at {sign} due_at"}
        assert of(rows, "a", a=ask).value == found
    assert of(rows, "a", a={"moment": "closed_at", "where": "not closed_at <= due_at"}).value == 1


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("a + b", {"a": {}, "b": {"measure": "median(took)"}}),
        ("a / nothing", {"a": {}}),
        ("a ** 2", {"a": {}}),
        ("it", {"a": {}}),
        ("__import__('os')", {"a": {}}),
        ("a", {"a": {"where": "closed_at > 5"}}),
        ("a", {"a": {"where": "category"}}),
        ("a", {"a": {"where": "category in category"}}),
        ("a", {"a": {"measure": "median(category)"}}),
        ("a", {"a": {"moment": "category"}}),
        ("a", {"a": {"where": "(" * 60 + "open" + ")" * 60 + " and"}}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(text: str, counts: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        of([], text, **counts)


def test_a_run_of_months_ends_with_the_last_and_misses_none() -> None:
    found = run_up(window("month", date(2024, 3, 1), ZONE), 3)
    assert [str(one) for one in found] == [
        "2024-01-01 – 2024-01-31",
        "2024-02-01 – 2024-02-29",
        "2024-03-01 – 2024-03-31",
    ]


def test_the_year_before_the_29th_of_february_is_a_day() -> None:
    leap = Window(date(2024, 2, 29), date(2024, 3, 1), ZONE, grain="day").year_before()
    assert (leap.first, leap.until) == (date(2023, 2, 28), date(2023, 3, 1))
