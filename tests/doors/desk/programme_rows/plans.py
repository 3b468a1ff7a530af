"""Who is let in to the plans: officers and leaders to all, teams to those in which they have a part."""

from collections.abc import Mapping

from commonward.core.rights import SYSTEM
from commonward.programmes.actions.planning import NewPlan, import_lines, make_plan, set_state
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.plan_office import ESTATES, LAMPS

OFFICER = "programme_officer"
TEAMS = ("handler", "second_handler", "street_handler")
OPENS = (OFFICER, "leader", *TEAMS)
ELSEWHERE = ("grid_worker", "second_grid_worker")
_PLAN = {"code": "{plan}"}

ROWS: Mapping[str, Row] = {
    "programme_plans": Row((*OPENS, *ELSEWHERE)),
    "programme_plan": Row(OPENS, _PLAN, unseen=ELSEWHERE),
    "programme_plan_bars": Row(OPENS, _PLAN, unseen=ELSEWHERE),
    "programme_plan_file": Row(OPENS, _PLAN, unseen=ELSEWHERE),
    "programme_plan_group": Row(OPENS, {**_PLAN, "group": "1"}, unseen=ELSEWHERE),
    "programme_plan_import": Row((OFFICER,), _PLAN),
    "programme_plan_month": Row(OPENS, {**_PLAN, "month": "2026-02"}, unseen=ELSEWHERE),
    "programme_plan_target": Row(OPENS, {**_PLAN, "key": "1.1.1"}, unseen=ELSEWHERE),
}


def prepare(office: Office) -> Mapping[str, str]:
    """A plan in force of which roads, lamps and the street have a part."""
    made = make_plan(
        NewPlan("of-rights", "计划", ESTATES.begins, ESTATES.due, office.district.teams["chiefs"]),
        SYSTEM, office.district.at,
    )  # fmt: skip
    import_lines("of-rights", (ESTATES, LAMPS), SYSTEM, office.district.at, revision=made.revision)
    set_state("of-rights", "in_force", SYSTEM, office.district.at)
    return {"plan": made.code}
