"""Closed months are published once, protected; later changes only where nobody can subtract them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from commonward.core.indicators import book as books
from commonward.core.indicators import reference
from commonward.core.indicators.facts import CASES, TABLES, Kind
from commonward.core.indicators.windows import window
from commonward.insight.actions import publishing
from commonward.insight.models import Release
from commonward.insight.queries import rows, tabulating
from commonward.insight.queries.measuring import book_in_force
from commonward.insight.queries.released import figures_told, indicators, ledger, rows_of_counts
from commonward.insight.store import engine, writing
from tests.district import District, small_district

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)
FEBRUARY = window("month", date(2026, 2, 1), "Asia/Shanghai")


def case(number: int, chance: Random, **given: Any) -> dict[str, Any]:
    """One row of the table of cases, closed in time unless told otherwise."""
    empty = {
        Kind.TEXT: "", Kind.YES_NO: False, Kind.WHOLE: 0,
        Kind.SECONDS: None, Kind.REAL: None, Kind.MOMENT: None,
    }  # fmt: skip
    opened = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 20))
    closed = opened + timedelta(hours=chance.choice([5, 10, 60, 90]))
    row = {column.name: empty[column.kind] for column in CASES.columns.values()}
    return row | {
        "case": number,
        "procedure": "service_matter",
        "category": "0301",
        "part": chance.choice(["01", "02", "03"]),
        "street": chance.choice(["s1", "s2", "s3", "s4"]),
        "origin": "public",
        "opened_at": opened,
        "filed_at": opened,
        "closed_at": closed,
        "due_at": opened + timedelta(hours=72),
        "reckoned_at": min(closed, opened + timedelta(hours=72)),
        "took": (closed - opened).total_seconds(),
        "limited": True,
        "counted": True,
        "public": True,
        "outcome": "solved",
        **given,
    }


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A month of invented cases, which are all that there is to count."""
    chance = Random(4)
    made = [case(i, chance) for i in range(400)]
    made += [case(1000 + i, chance, street="s5", part="09") for i in range(3)]
    tables: dict[str, Any] = {name: [] for name in TABLES} | {"cases": made}
    monkeypatch.setattr(rows, "counter", lambda: reference.counter(tables))
    monkeypatch.setattr(tabulating, "only", lambda facts: {})
    return made


def told(release: Release, key: list[str], count: str) -> int | None:
    """A number as it was published; None where it is held back."""
    return next(
        (counts.get(count) for k, counts in release.content["cases"]["cells"] if k == key), None
    )


@pytest.mark.django_db
def test_a_small_street_is_held_back_and_with_it_another(cases: list[dict[str, Any]]) -> None:
    release = publishing.publish(FEBRUARY, AT)
    assert told(release, ["site"], "opened") == 403
    assert told(release, ["street", "s5"], "opened") is None
    shown = [told(release, ["street", f"s{i}"], "opened") for i in range(1, 5)]
    assert shown.count(None) == 1
    assert all(n is None or n >= 5 for n in shown)


@pytest.mark.django_db
def test_no_published_number_is_one_to_four(cases: list[dict[str, Any]]) -> None:
    publishing.publish(FEBRUARY, AT)
    every = [n for _, name, _, n in rows_of_counts(ledger()) if name in names()]
    assert every
    assert not [n for n in every if n is not None and 0 < n < 5]


def names() -> set[str]:
    """The names of plain counts."""
    return {name for name, one in book_in_force().counts.items() if one.measure == "count"}


@pytest.mark.django_db
def test_a_published_rate_is_the_desks_own(cases: list[dict[str, Any]]) -> None:
    publishing.publish(FEBRUARY, AT)
    (figure,) = figures_told(ledger(), ["closed_in_time_rate"])
    inside = [c for c in cases if FEBRUARY.start <= c["reckoned_at"] < FEBRUARY.end]
    in_time = [c for c in inside if c["closed_at"] <= c["due_at"]]
    assert (figure.over, figure.under) == (len(in_time), len(inside))
    assert figure.value == pytest.approx(len(in_time) / len(inside))


@pytest.mark.django_db
def test_a_figure_over_a_number_held_back_is_held_back(cases: list[dict[str, Any]]) -> None:
    publishing.publish(FEBRUARY, AT)
    found = {f.key: f for f in figures_told(ledger(), ["closed_in_time_rate"], ("street",))}
    assert found["street", "s5"].held_back
    assert found["street", "s5"].value is None
    assert [f.held_back for f in found.values()].count(False) >= 3


@pytest.mark.django_db
def test_one_case_more_is_held_back_and_six_more_are_a_new_version(
    cases: list[dict[str, Any]],
) -> None:
    first = publishing.publish(FEBRUARY, AT)
    shown = next(f"s{i}" for i in range(1, 5) if told(first, ["street", f"s{i}"], "opened"))
    template = next(
        c for c in cases if c["street"] == shown and c["part"] == "01" and c["closed_at"] <= c["due_at"]
    )  # fmt: skip
    cases.append({**template, "case": 5000})
    assert publishing.publish(FEBRUARY, AT + timedelta(days=1)) == first
    assert told(first, ["site"], "opened") == 403
    cases.extend({**template, "case": 5001 + i} for i in range(9))
    second = publishing.publish(FEBRUARY, AT + timedelta(days=2))
    assert (second.version, told(second, ["site"], "opened")) == (2, 413)
    assert [one.version for one in ledger().releases] == [2]
    assert Release.objects.count() == 2


@pytest.mark.django_db
def test_other_definitions_begin_with_the_next_month(
    cases: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publishing.publish(FEBRUARY, AT)
    data = json.loads(json.dumps(dict(books.shipped())))
    data["counts"]["opened"]["where"] = "real and limited"
    monkeypatch.setattr(publishing, "book_in_force", lambda: books.book(data))
    cases.extend(case(7000 + i, Random(i)) for i in range(60))
    assert publishing.publish(FEBRUARY, AT + timedelta(days=1)) == first


@pytest.mark.django_db
def test_a_month_that_still_runs_is_not_published(cases: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="no closed month"):
        publishing.publish(window("month", date(2026, 3, 1), "Asia/Shanghai"), AT)
    early = datetime(2026, 3, 2, tzinfo=UTC)
    assert publishing.closed_months(early)[-1].first == date(2026, 1, 1)
    assert publishing.closed_months(AT)[-1].first == date(2026, 2, 1)


@pytest.mark.django_db
def test_each_closed_month_is_published_once(
    cases: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "first_case", lambda: datetime(2025, 12, 24, tzinfo=UTC))
    made = publishing.publish_months(AT, months=5)
    assert [one.first for one in made] == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert publishing.publish_months(AT, months=3) == []


def test_nothing_is_published_by_person_or_as_it_stands() -> None:
    book = books.book(books.shipped())
    for one in tabulating.published(book):
        assert one.public and not one.own
        for count in book.counts_of(one.name):
            assert count.moment, f"{count.name} changes by the hour"
            assert "account" not in count.text and "role" not in count.text, count.name
            assert count.column is None or count.column.name != "account"
    for by in (*tabulating.COARSE, *tabulating.FINE):
        assert not {"account", "role", "team", "department"} & set(by)


@pytest.mark.django_db
def test_disputes_and_urgent_help_are_not_among_the_cases() -> None:
    small_district(datetime(2026, 1, 5, 1, tzinfo=UTC))
    codes = tabulating.only(CASES)["category"]
    assert codes
    assert not [code for code in codes if str(code).startswith(("D-", "E-"))]


@pytest.mark.django_db
def test_real_reports_of_a_closed_month_are_counted() -> None:
    began = datetime(2026, 2, 2, 1, tzinfo=UTC)
    district: District = small_district(began)
    for hour in range(7):
        district.report(at=began + timedelta(hours=hour))
    publishing.publish_months(AT, months=1)
    volume = next(i.name for i in indicators() if i.name == "cases_opened")
    (figure,) = figures_told(ledger(), [volume])
    assert figure.value == 7


@pytest.mark.django_db
def test_the_engine_publishes_what_the_slow_reference_does(settings: Any, tmp_path: Path) -> None:
    began = datetime(2026, 2, 2, 1, tzinfo=UTC)
    district: District = small_district(began)
    for hour in range(9):
        report = district.report(at=began + timedelta(hours=hour))
        if hour < 6:
            district.closed(report)
    settings.FIGURES = tmp_path / "figures"
    book = book_in_force()
    slow = tabulating.tabulated(book, FEBRUARY, rows.counter())
    writing.rebuild(AT, book)
    with engine.reading() as found:
        assert found is not None
        quick = tabulating.tabulated(book, FEBRUARY, found.counter())
    held = engine._open.pop(settings.FIGURES, None)
    if held is not None:
        held[1].close()
    for one, other in zip(slow, quick, strict=True):
        assert one.facts == other.facts
        assert dict(one.fine.cells) == dict(other.fine.cells)
        assert dict(one.sheet.cells) == dict(other.sheet.cells)
        assert one.not_public == other.not_public
        assert dict(one.measures) == dict(other.measures)
