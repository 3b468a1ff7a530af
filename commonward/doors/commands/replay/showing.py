"""The demonstration: real data through the whole loop where it is here, an invented district else."""

import time
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from rich.console import Console

from commonward.areas import actions as areas
from commonward.cases import actions as cases
from commonward.cases.actions.standards import import_standards
from commonward.cases.queries.figures import Figures
from commonward.cases.queries.verifying import told, verify
from commonward.core.sheets import Sheet
from commonward.doors.commands.replay import boston, direct
from commonward.doors.commands.replay.drive import duplicates
from commonward.doors.commands.replay.printing import show
from commonward.doors.commands.replay.running import data_set, replay

TIANYUAN = "430211"
GRIDS = 800
STANDARDS = Path("data/standards/case_standards_normalised.csv")
PLANTING = ((3, 1), (4, 30))
"""The demonstration's own season; a site sets the one that its office has announced."""


def headless(console: Console, shared: Path | None, limit: int | None) -> bool:
    """Replay everything that is here and print the tables; whether all of it was right."""
    began = time.monotonic()
    done: list[tuple[str, Figures]] = []
    without: frozenset[str] = frozenset()
    if shared is None:
        console.print(_("The real data is not here: an invented district is shown instead."))
        data = data_set("synthetic", None, limit)
        done.append((data.title_en, replay(console, data)[0]))
    else:
        tianyuan(console, shared)
        for name in ("boston", "zurich"):
            data = data_set(name, shared)
            found, drove = replay(console, data, limit=limit)
            if name == "boston":
                without = frozenset(duplicates(data.first(limit)))
            done.append((data.title_en, found))
            console.print(
                _("{name}: {cases} cases, {steps} steps, {refused} refused.").format(
                    name=data.title_en,
                    cases=f"{drove.opened:,}",
                    steps=f"{sum(drove.steps.values()):,}",
                    refused=len(drove.refused),
                )
            )
    right = _verified(console)
    for title, figures in done:
        show(console, title, figures)
    if shared is not None:
        right &= _compared(
            console, done[0][1], direct.count(shared / boston.CASES, limit, without=without)
        )
    console.print(_("Total time: {seconds} s.").format(seconds=round(time.monotonic() - began)))
    return right


def tianyuan(console: Console, shared: Path) -> None:
    """Zhuzhou's Tianyuan district: outline and codes, 800 synthetic grids, holidays, standards."""
    data = shared / "data"
    at = datetime(2025, 1, 1, tzinfo=UTC)
    cases.adopt_shipped(at)
    names = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv",
             "villages_430200_zhuzhou.csv")  # fmt: skip
    files = [data / "divisions" / name for name in names]
    files.append(data / "geo" / f"county_{TIANYUAN}.json")
    plan = areas.import_areas(
        [(path.name, path.read_bytes()) for path in files], at=at, gcj02=True, within=TIANYUAN
    )
    grown = areas.grow_grids(TIANYUAN, at=at, count=GRIDS)
    areas.import_calendar(
        [(p.name, p.read_bytes()) for p in sorted((data / "holidays").glob("*.json"))], at=at
    )
    areas.set_office_hours(seasons={"planting": PLANTING})
    standards = import_standards(Sheet.at(shared / STANDARDS))
    console.print(
        _(
            "Tianyuan: {areas} areas imported; {streets} streets, {communities} communities and "
            "{grids} synthetic grids; {conditions} filing conditions of {categories} categories."
        ).format(
            areas=len(plan.added),
            streets=grown.streets,
            communities=grown.communities,
            grids=grown.grids,
            conditions=len(standards.added) + standards.unchanged,
            categories=len(standards.new_categories),
        )
    )


def _verified(console: Console) -> bool:
    first, count = told(verify(), 20)
    for finding in first:
        console.print(str(finding))
    if count:
        console.print(_("verify: {count} findings").format(count=count))
    else:
        console.print(_("verify: everything fits together"))
    return not count


def _compared(console: Console, found: Figures, counted: direct.Counted) -> bool:
    closing = found.total.closing
    same = (closing.in_time, closing.due) == (counted.in_time, counted.due)
    console.print(
        _(
            "Boston on time: {rate} ({in_time} of {due}) by events and clocks; {direct_rate} "
            "({direct_in_time} of {direct_due}) straight from the file: {verdict}"
        ).format(
            rate=closing.closed_in_time,
            in_time=f"{closing.in_time:,}",
            due=f"{closing.due:,}",
            direct_rate=counted,
            direct_in_time=f"{counted.in_time:,}",
            direct_due=f"{counted.due:,}",
            verdict=_("equal ✓") if same else _("DIFFERENT ✗"),
        )
    )
    return same
