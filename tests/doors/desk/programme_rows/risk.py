"""Who is let in to the pages of the reviews of risk; the review is of the street office."""

from collections.abc import Mapping

from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.programmes.actions.risk.drafting import draft_review
from commonward.programmes.actions.risk.setting_up import set_up_risk
from tests.district import SINCE
from tests.doors.desk.conftest import Office
from tests.doors.desk.programme_rows.row import Row
from tests.programmes.risk_office import FACTS

KEEP = ("programme_officer", "leader")
HANDLERS = ("handler", "second_handler", "street_handler")
GRIDS = ("grid_worker", "second_grid_worker")
SEE = (*KEEP, "street_handler")
UNSEEN = ("handler", "second_handler", *GRIDS)
"""Handlers of other offices and grid workers without a task in it: to them it does not exist."""
_ONE = Row(SEE, {"review": "{risk}"}, unseen=UNSEEN)

ROWS: Mapping[str, Row] = {
    "programme_risks": Row((*KEEP, *HANDLERS, *GRIDS)),
    "programme_risk_new": Row((*KEEP, *HANDLERS)),
    "programme_risk_days": Row(("administrator",)),
    "programme_risk": _ONE,
    "programme_risk_facts": _ONE,
    "programme_risk_questions": _ONE,
    "programme_risk_hearing": _ONE,
    "programme_risk_experts": _ONE,
    "programme_risk_items": _ONE,
    "programme_risk_decide": Row(KEEP, {"review": "{risk}"}),
    "programme_risk_conditions": _ONE,
    "programme_risk_hidden": _ONE,
    "programme_risk_report": _ONE,
}


def prepare(office: Office) -> dict[str, str]:
    """A draft of the street office."""
    set_up_risk(SINCE)
    made = draft_review(FACTS, office.district.teams["street"], SYSTEM, timezone.now())
    return {"risk": made.case.number}
