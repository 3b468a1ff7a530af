"""Who opens the desk's addresses of councils, proposals and votes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM
from commonward.people.models import Account
from commonward.people.queries import actor_for, now
from commonward.programmes.actions import voting
from commonward.programmes.actions.council_rules import day_of, set_up_councils
from commonward.programmes.actions.councilling import (
    Question,
    Seats,
    open_consultation,
    set_council,
)
from commonward.programmes.actions.proposing import Wish, proposal_step, propose
from tests.district import COMMUNITIES, SINCE
from tests.doors.desk.programme_rows.row import Row

OFFICE = ("programme_officer", "leader")
SEES = (*OFFICE, "handler", "second_handler", "street_handler")

ROWS: Mapping[str, Row] = {
    "programme_councils": Row((*OFFICE, "administrator")),
    "programme_council": Row(OFFICE, {"code": "{council}"}),
    "programme_proposals": Row(SEES),
    # The proposal is asked of the roads' team, whose handler sees it and no other's.
    "programme_proposal": Row(
        (*OFFICE, "handler"), {"number": "{proposal}"}, unseen=("second_handler", "street_handler")
    ),
    "programme_votes": Row(OFFICE),
    "programme_vote": Row(OFFICE, {"number": "{vote}"}),
    "programme_letters": Row(("programme_officer",), {"number": "{vote}"}, method="post"),
    "programme_consultations": Row(OFFICE),
    "programme_consultation": Row(OFFICE, {"code": "{consultation}"}),
}


def prepare(office: Any) -> Mapping[str, str]:
    """One of each."""
    set_up_councils(SINCE)
    at = now()
    today = day_of(at)
    area = Area.objects.get(code=COMMUNITIES[0]).pk
    council = set_council(
        "", Seats("estate", "议事会", area, today, today + timedelta(days=700)), SYSTEM, at
    )
    asked = open_consultation(
        Question("公园", area, today, today, today + timedelta(days=9)), SYSTEM, at
    )
    made = propose(Wish("长椅", "公交站旁", area), at)
    proposal_step(made.case.number, "admit", office_officer(), at)
    proposal_step(
        made.case.number, "ask_answer", office_officer(), at, team=office.district.teams["roads"]
    )
    vote = voting.prepare_vote(
        voting.Terms("表决", "yes_no", area, today, today + timedelta(days=7)), SYSTEM, at
    )
    return {
        "council": council.code,
        "consultation": asked.code,
        "proposal": made.case.number,
        "vote": vote.case.number,
    }


def office_officer() -> Any:
    """The programme officer, whom the test added."""
    return actor_for(Account.objects.get(login="programme_officer").pk, now())
