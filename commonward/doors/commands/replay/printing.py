"""A replay's figures on a terminal, and as CSV or JSON."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from commonward.cases.queries.figures import Figures, Hours, Line

STAGES = ("collect", "file", "dispatch", "handle", "feed_back", "check", "close")
"""The stages whose hours are shown, in the loop's order."""


def show(console: Console, title: str, found: Figures) -> None:
    """The table by department; hours are median/90th percentile of the passages."""
    table = Table(title=title, caption=_("hours per stage: median/90th percentile"))
    table.add_column(_("department"), no_wrap=True)
    for name in _heads():
        table.add_column(name, justify="right", no_wrap=True)
    for line in found.lines:
        table.add_row(line.name or _("centre, not dispatched"), *_cells(line))
    table.add_section()
    table.add_row(_("all"), *_cells(found.total), style="bold")
    console.print(table)


def _heads() -> tuple[str, ...]:
    counts = (
        _("filed"), _("closed"), _("on time"), _("overdue"), _("rate"), _("handed back"),
        _("reworks"),
    )  # fmt: skip
    return (*counts, *STAGES)


def _cells(line: Line) -> Iterator[str]:
    c = line.closing
    for number in (line.filed, line.closed, c.in_time, c.late + c.overdue):
        yield f"{number:,}"
    yield str(c.closed_in_time)
    yield f"{line.handed_back:,}"
    yield f"{line.reworked:,}"
    for stage in STAGES:
        yield _hours(line.stages.get(stage))


def _hours(hours: Hours | None) -> str:
    if hours is None:
        return "–"
    return f"{_short(hours.median)}/{_short(hours.ninety)}"


def _short(hours: float) -> str:
    return f"{hours:.0f}" if hours >= 10 else f"{hours:.1f}" if hours >= 1 else f"{hours:.2f}"


def rows(found: Figures) -> list[dict[str, Any]]:
    """One row per department and one for all ("*"), as plain values."""
    return [_row(line) for line in found.lines] + [_row(found.total) | {"department": "*"}]


def _row(line: Line) -> dict[str, Any]:
    c = line.closing
    row: dict[str, Any] = {
        "department": line.code,
        "name": line.name,
        "filed": line.filed,
        "closed": line.closed,
        "due": c.due,
        "on_time": c.in_time,
        "late": c.late,
        "open_overdue": c.overdue,
        "not_due": c.not_due,
        "out": c.out,
        "on_time_rate": c.closed_in_time.share,
        "handed_back": line.handed_back,
        "reworks": line.reworked,
    }
    for stage in STAGES:
        hours = line.stages.get(stage)
        row[f"{stage}_passages"] = hours.passages if hours else 0
        row[f"{stage}_median_hours"] = round(hours.median, 4) if hours else None
        row[f"{stage}_p90_hours"] = round(hours.ninety, 4) if hours else None
    return row


def as_json(given: Sequence[dict[str, Any]]) -> str:
    """The rows as JSON."""
    return json.dumps(given, ensure_ascii=False, indent=1)


def as_csv(given: Sequence[dict[str, Any]]) -> str:
    """The rows as CSV with a line of titles."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(given[0]))
    writer.writeheader()
    writer.writerows(given)
    return out.getvalue()
