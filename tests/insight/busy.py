"""A week in the small district in which nearly everything happens once; and the old figures."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from commonward.cases import actions as cases
from commonward.cases.models import Report
from commonward.cases.queries.figures import Hours, Line, figures
from commonward.core.calendars import Limit
from commonward.core.figures import NO_CASE, Closing, Standing, quantile
from commonward.core.indicators.reference import Row
from tests.district import LAMP, POTHOLE, QUESTION, RUBBISH, District

HOUR = timedelta(hours=1)


def limited(here: District, hours: int, category: str = RUBBISH, **more: Any) -> Report:
    """A report with a total limit."""
    return here.report(category, limit=Limit.parse(f"{hours} urgent_hour"), **more)


def week(here: District) -> dict[str, Report]:
    """Reports by what becomes of them."""
    at = here.at
    made: dict[str, Report] = {}
    for name, hours in (("in_time", 6), ("late", 4)):
        made[name] = limited(here, hours)
        here.closed(made[name])
    made["overdue"] = limited(here, 8)
    here.handled(made["overdue"])
    made["not_due"] = limited(here, 900)
    here.handled(made["not_due"])
    made["unlimited"] = here.report()
    here.closed(made["unlimited"])
    made["suspended"] = limited(here, 2)
    here.handled(made["suspended"])
    asked = cases.ask_suspension(
        made["suspended"].number, at + timedelta(days=30), "winter", here.street_handler,
        at + timedelta(minutes=20),
    )  # fmt: skip
    for who in (here.duty_chief, here.leader):
        cases.decide(asked.pk, True, "yes", who, at + timedelta(minutes=30))
    made["void"] = limited(here, 2)
    here.handled(made["void"])
    here.act(made["void"], "void", here.duty_chief, 30, reason="entered twice")
    made["appealed"] = limited(here, 4)
    here.closed(made["appealed"])
    here.act(made["appealed"], "content", here.intake_officer, 400, satisfied=5, solved=True)
    asked = cases.appeal_mark(made["appealed"].number, "storm", here.dispatcher, at + 8 * HOUR)
    cases.decide(asked.pk, True, "it stormed", here.leader, at + 8 * HOUR)
    back = made["handed_back"] = limited(here, 90, LAMP)
    here.act(back, "accept", here.intake_officer, 1)
    here.act(back, "file", here.duty_chief, 2)
    here.act(back, "dispatch", here.dispatcher, 3, team=here.teams["roads"])
    here.act(back, "mis_dispatched", here.handler, 33, reason="not ours")
    here.act(back, "dispatch", here.dispatcher, 43, team=here.teams["lamps"])
    here.act(back, "finish", here.second_handler, 103, result="done")
    here.act(back, "pass_on", here.dispatcher, 104)
    here.act(back, "fail_check", here.grid_worker, 105, reason="dark")
    made["joined"] = here.report()
    cases.join(
        made["joined"].case.number, back.case.number, "the same", here.dispatcher, at + 2 * HOUR
    )
    cases.add_report(
        made["overdue"].case.number,
        cases.Said(channel="phone", words="Still there."),
        at + HOUR,
    )
    made["spot"] = here.report()
    here.act(made["spot"], "fix_on_spot", here.grid_worker, 15, result="swept")
    made["asked"] = here.report(QUESTION, words="When is the office open?")
    here.act(made["asked"], "answer", here.intake_officer, 3, words="From nine.")
    made["forced"] = limited(here, 50)
    here.handled(made["forced"])
    here.act(made["forced"], "force_close", here.leader, 90, reason="the house is gone")
    made["reopened"] = limited(here, 9, LAMP)
    here.closed(made["reopened"])
    here.act(
        made["reopened"], "reopen", here.intake_officer, 500, reason="dark again", solved=False
    )
    lat, lon = here.inside(2, 0)
    made["north"] = limited(here, 3, lat=lat, lon=lon, category=RUBBISH)
    made["hole"] = here.report(POTHOLE, words="A hole", answers={"HOWDEEP": "9"}, lat=lat, lon=lon)
    cases.tick(at + timedelta(days=2))
    return made


def from_facts(rows: dict[str, list[Row]], at: datetime, area: str = "") -> dict[str, Line]:
    """The lines of `cases.queries.figures` by department's code, made of rows of facts alone."""
    lines: dict[str, Line] = defaultdict(lambda: Line("", ""))

    def inside(row: Row) -> bool:
        return f"/{area}/" in row["path"] if area else True

    standings: dict[str, Counter[Standing]] = defaultdict(Counter)
    for row in filter(inside, rows["cases"]):
        line = lines[row["department"]]
        if row["outcome"] not in NO_CASE:
            line.filed += 1
            line.closed += row["closed_at"] is not None
        if row["limited"]:
            standings[row["department"]][_standing(row, at)] += 1
    for department, counted in standings.items():
        lines[department].closing = Closing.of(counted.items())
    spent: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in filter(inside, (act for act in rows["acts"] if not act["task"])):
        lines[row["team"]].handed_back += row["verb"] in ("hand_back", "mis_dispatched")
        lines[row["department"]].reworked += row["verb"] in ("fail_check", "ask_rework")
        if row["spent"] is not None:
            spent[row["department"], row["from_stage"]].append(row["spent"])
    for (department, stage), seconds in spent.items():
        ordered = sorted(seconds)
        median, ninety = quantile(ordered, 0.5) or 0, quantile(ordered, 0.9) or 0
        lines[department].stages[stage] = Hours(len(ordered), median / 3600, ninety / 3600)
    return dict(lines)


def _standing(row: Row, at: datetime) -> Standing:
    return Standing(
        limited=True,
        closed=row["closed_at"] is not None and row["closed_at"] <= at,
        met=row["met"],
        passed=row["due_at"] is not None and row["due_at"] <= at,
        suspended=row["suspended"],
        outcome=row["outcome"],
        counted=row["counted"],
    )


def assert_the_same(rows: dict[str, list[Row]], at: datetime, area: str = "") -> int:
    """Facts give exactly the figures of `cases.queries.figures`; returns how many lines."""
    old = {line.code: line for line in figures(at, area=area).lines}
    new = from_facts(rows, at, area)
    empty = Line("", "")
    for code in old.keys() | new.keys():
        one, other = old.get(code, empty), new.get(code, empty)
        for name in ("filed", "closed", "closing", "handed_back", "reworked"):
            assert getattr(one, name) == getattr(other, name), (code, name)
        assert one.stages == other.stages, code
    return len(old)
