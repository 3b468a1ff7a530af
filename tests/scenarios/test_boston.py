"""Boston's own cases through the whole loop: the figures are those of the file itself."""

import csv
import gzip
import os
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from commonward.cases.models import Case, Event
from commonward.cases.queries.figures import Figures, figures
from commonward.cases.queries.verifying import verify
from commonward.core.indicators.book import book as make_book
from commonward.core.indicators.compiling import counter
from commonward.core.indicators.figures import Asked
from commonward.core.indicators.figures import figures as worked_out
from commonward.core.indicators.windows import run_up
from commonward.core.indicators.windows import window as month
from commonward.doors.commands.replay import boston
from commonward.doors.commands.replay.drive import Done, Replay, duplicates
from commonward.doors.commands.replay.matters import DataSet
from commonward.doors.commands.replay.printing import as_csv, rows
from commonward.doors.commands.replay.staff import settle
from commonward.insight.queries.rows import all_rows
from tests.core.indicators.engines import duckdb

FULL = os.environ.get("COMMONWARD_FULL") == "1"
FIRST = None if FULL else 1500
END = "2016-01-12 22:22:40" if FULL else "2015-03-01 00:00:00"
"""The moment of reckoning on Boston's clock; for the whole file its last closing."""
Row = dict[str, str]


@pytest.fixture(scope="module")
def data(shared: Path) -> DataSet:
    return boston.read(shared)


@pytest.fixture(scope="module")
def lines(shared: Path) -> list[Row]:
    """The rows replayed, read here by other means than the replay's."""
    with gzip.open(shared / "data/cases/boston311_2015.csv.gz", "rt", encoding="utf-8") as file:
        found = sorted(csv.DictReader(file), key=lambda r: (r["OPEN_DT"], r["CASE_ENQUIRY_ID"]))
    return found[:FIRST]


@pytest.fixture
def replayed(db: None, data: DataSet) -> tuple[Done, Figures]:
    driven = Replay(data, settle(data), limit=FIRST, until=boston._moment(END))
    done = driven.run()
    return done, figures(datetime.fromtimestamp(driven.until, UTC), area=data.district)


def test_the_on_time_rate_is_exactly_that_of_the_file(
    replayed: tuple[Done, Figures], data: DataSet, lines: list[Row]
) -> None:
    """One replay, every claim about it: it is the expensive part."""
    done, found = replayed
    assert done.refused == []
    assert not FULL or max(r["CLOSED_DT"] for r in lines) == END
    joined = _joined(data)
    own = [r for r in lines if r["CASE_ENQUIRY_ID"] not in joined]
    assert 0 < len(joined) < len(lines) / 20
    targets = [r for r in own if r["TARGET_DT"]]
    closed = [r for r in targets if shut(r)]
    in_time = sum(r["CLOSED_DT"] <= r["TARGET_DT"] for r in closed)
    overdue = sum(not shut(r) and r["TARGET_DT"] <= END for r in targets)
    closing = found.total.closing
    assert (closing.in_time, closing.late, closing.overdue) == (
        in_time,
        len(closed) - in_time,
        overdue,
    )
    # The city's own verdict, where it gives one, is the same.
    assert in_time == sum(r["OnTime_Status"] == "ONTIME" for r in closed)
    assert found.total.filed == len(own)
    assert found.total.closed == sum(shut(r) for r in own)
    _every_case_closed_at_its_own_time(lines)
    _duplicates_follow_their_earlier_case(data)
    _departments_add_up(found, lines)
    _indicators_are_those_of_the_file(data, lines)
    assert [str(f) for f in verify()] == []


INDICATORS = {
    "counts": {
        "opened": {"of": "cases", "moment": "opened_at"},
        "middle": {"of": "cases", "moment": "opened_at", "measure": "median(took)"},
        "nearly_all": {"of": "cases", "moment": "opened_at", "measure": "p95(took)"},
        "due": {"of": "cases", "moment": "reckoned_at", "where": "limited"},
        "kept": {
            "of": "cases",
            "moment": "reckoned_at",
            "where": "limited and closed_at <= due_at",
        },
    },
    "indicators": {
        "kept_rate": {"formula": "kept / due"},
        "part": {"formula": "opened / total(opened)"},
        "change": {"formula": "opened / previous(opened) - 1"},
        "middle_time": {"formula": "middle"},
        "long_time": {"formula": "nearly_all"},
    },
}


def _indicators_are_those_of_the_file(data: DataSet, lines: list[Row]) -> None:
    """Rates, shares, changes and quantiles by month and category, from the file by other means."""
    codes = {m.ref: m.category for m in data.first(FIRST)}
    windows = run_up(month("month", date(2015, 2, 1), str(boston.ZONE)), 2)
    book = make_book(INDICATORS)
    asked = Asked(list(book.indicators), windows, ("category",), {"district": (data.district,)})
    with duckdb(all_rows()) as run:
        found = worked_out(book, asked, counter(run))
    opened = Counter((r["OPEN_DT"][:7], codes[r["CASE_ENQUIRY_ID"]]) for r in lines)
    due: Counter[tuple[str, str]] = Counter()
    kept: Counter[tuple[str, str]] = Counter()
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    for r in lines:
        code = codes[r["CASE_ENQUIRY_ID"]]
        target, closed = r["TARGET_DT"], max(r["CLOSED_DT"], r["OPEN_DT"]) if shut(r) else ""
        if closed:
            began, ended = datetime.fromisoformat(r["OPEN_DT"]), datetime.fromisoformat(closed)
            offset = ended.astimezone(boston.ZONE) - began.astimezone(boston.ZONE)
            took[r["OPEN_DT"][:7], code].append(offset.total_seconds())
        if target and (closed or target <= END):
            key = (min(closed, target)[:7] if closed else target[:7], code)
            due[key] += 1
            kept[key] += bool(closed) and closed <= target
    for before, window, name in zip(("", "2015-01"), windows, ("2015-01", "2015-02"), strict=True):
        months = {code for told, code in (*opened, *due) if told == name}
        assert {code for (code,) in found[window]} >= months
        whole = sum(many for (told, _), many in opened.items() if told == name)
        for code in months:
            figure = found[window][code,]
            key = (name, code)
            assert figure["kept_rate"].under == due[key]
            assert figure["kept_rate"].value == (kept[key] / due[key] if due[key] else None)
            assert figure["part"].value == (opened[key] / whole if whole else None)
            if before and opened[before, code]:
                assert figure["change"].value == opened[key] / opened[before, code] - 1
            if took[key]:
                assert figure["middle_time"].value == pytest.approx(np.quantile(took[key], 0.5))
                assert figure["long_time"].value == pytest.approx(np.quantile(took[key], 0.95))


def shut(line: Row) -> bool:
    """Closed by the moment of reckoning."""
    return bool(line["CLOSED_DT"]) and line["CLOSED_DT"] <= END


def _every_case_closed_at_its_own_time(lines: list[Row]) -> None:
    stored = dict(Case.objects.filter(source="boston").values_list("source_ref", "closed_at"))
    for r in lines:
        closed = stored[r["CASE_ENQUIRY_ID"]]
        told = max(r["CLOSED_DT"], r["OPEN_DT"]) if shut(r) else None
        here = (
            closed.astimezone(boston.ZONE).replace(tzinfo=None).isoformat(" ") if closed else None
        )
        assert here == told, r["CASE_ENQUIRY_ID"]


def _joined(data: DataSet) -> dict[str, str]:
    """Which line was joined to which by the moment of reckoning: no case of its own."""
    by_ref = {m.ref: m for m in data.first(FIRST)}
    end = boston._moment(END)
    return {
        ref: main
        for ref, main in duplicates(data.first(FIRST)).items()
        if (by_ref[ref].closed or end) <= end
    }


def _duplicates_follow_their_earlier_case(data: DataSet) -> None:
    into = _joined(data)
    stored = Case.objects.filter(stage="joined").values_list("source_ref", "joined_to__source_ref")
    for ref, main in stored:
        while into.get(into[ref], main) != main:
            ref = into[ref]
        assert into[ref] == main or into[into[ref]] == main
    assert len(stored) == len(into)


def _departments_add_up(found: Figures, lines: list[Row]) -> None:
    told = rows(found)
    whole = told[-1]
    for name in ("filed", "closed", "on_time", "late", "open_overdue", "handed_back", "reworks"):
        assert sum(row[name] for row in told[:-1]) == whole[name]
    handled = {row["department"]: row["filed"] for row in told[:-1]}
    given = Counter(boston.code(r["Department"]) for r in lines)
    assert all(handled[d] <= given[d] for d in handled if d)
    assert as_csv(told).count("\n") == len(told) + 1
    verbs = Counter(Event.objects.filter(task=None).values_list("verb", flat=True))
    assert whole["handed_back"] == verbs["hand_back"] + verbs["mis_dispatched"] > 0
    assert whole["reworks"] == verbs["fail_check"] + verbs["ask_rework"] > 0
