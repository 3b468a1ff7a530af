"""Every address of the planners at the desk × every standing person, against the table below.

An address without a row fails, and so does a row without an address. A plan is seen by who plans
for its area: for a planner of another area it does not exist, for all others the page is refused.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from commonward.doors.desk.plan_urls import plan_patterns
from commonward.people.models import Account
from commonward.people.queries import actor_for
from commonward.response.actions.gridding import propose
from commonward.response.actions.planning import ask_plan
from commonward.response.models import Plan, StationPlan
from tests.district import ACCOUNTS, COMMUNITIES, STREETS
from tests.doors.desk.conftest import Office
from tests.help import urgent_help
from tests.planning import answered, asked, grid_plan, planners

PLANNERS = ("planner", "street_planner")
PEOPLE = (*ACCOUNTS, *PLANNERS, "nobody")


@dataclass(frozen=True)
class Row:
    """Who is let in; to `unseen` people the thing asked for does not exist."""

    let_in: tuple[str, ...]
    given: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    grids: bool = False
    """Whether it is about a grid design that waits for an administrator."""

    def expected(self, login: str) -> str:
        """What this person meets: "in", "refused", "missing" or "sign in"."""
        if login == "nobody":
            return "sign in"
        if login in self.unseen:
            return "missing"
        return "in" if login in self.let_in else "refused"


ROWS: dict[str, Row] = {
    "plans": Row(PLANNERS),
    "plan_new": Row(PLANNERS, {"kind": "cover"}),
    "plan": Row(("planner",), {"code": "{code}"}, unseen=("street_planner",)),
    "admin_stations": Row(("administrator",)),
    "plan_seats": Row(PLANNERS),
    # A cover plan has no seats and no roster; those of rosters: tests/doors/desk/test_rosters.py.
    "plan_table": Row((), {"code": "{code}"}, unseen=PLANNERS),
    "rosters": Row(PLANNERS),
    "roster": Row((), {"code": "{code}"}, unseen=PLANNERS),
    "roster_file": Row((), {"code": "{code}", "name": "roster.csv"}, unseen=PLANNERS),
    "plan_file": Row(
        ("planner",), {"code": "{code}", "name": "posts.csv"}, unseen=("street_planner",)
    ),
    "plan_grids": Row(
        ("planner",), {"code": "{code}", "village": COMMUNITIES[0]}, ("street_planner",), True
    ),
    "plan_grids_publish": Row(("planner",), {"code": "{code}"}, ("street_planner",), True),
    "admin_grids": Row(("administrator",)),
    "admin_grid": Row(("administrator",), {"code": "{code}"}, grids=True),
}


@pytest.fixture
def plan(office: Office) -> Plan:
    """A cover plan of the second street with its answer, and who plans."""
    who = planners(office.district.at)
    made = ask_plan("cover", "Posts", STREETS[1], asked(), who["planner"], office.district.at)
    return answered(made)


@pytest.fixture
def grids(office: Office, plan: Plan) -> Plan:
    """A design of the district's grids that waits for an administrator."""
    who = actor_for(Account.objects.get(login="planner").pk, office.district.at)
    made = grid_plan(who, office.district.at)
    propose(made.code, office.district.at + timedelta(days=9), 0, who, office.district.at)
    return made


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert all(isinstance(entry, URLPattern) for entry in plan_patterns)
    assert sorted(ROWS) == sorted(str(entry.name) for entry in plan_patterns)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_those_in_the_table_are_let_in(
    office: Office, plan: Plan, grids: Plan, name: str
) -> None:
    row = ROWS[name]
    code = grids.code if row.grids else plan.code
    path = reverse(f"desk:{name}", kwargs={k: v.format(code=code) for k, v in row.given.items()})
    met = {}
    for login in PEOPLE:
        client = Client()
        if login != "nobody":
            client.force_login(*office.key_of(login))
        met[login] = _met(client.get(path))
    assert met == {login: row.expected(login) for login in PEOPLE}


def test_a_planner_of_one_street_neither_asks_for_nor_stops_a_plan_of_the_other(
    office: Office, plan: Plan
) -> None:
    street = office.browser("street_planner")
    path = reverse("desk:plan_new", args=["cover"])
    page = street.open(path)
    sent = street.post(path, _token(page) | {"area": STREETS[1], "do": "ask"})
    assert sent.status == 422
    assert "Only who plans for this area does this." in sent.text
    Plan.objects.filter(pk=plan.pk).update(state="waiting")
    assert street.post(reverse("desk:plan", args=[plan.code]), _token(page)).status == 404
    assert Plan.objects.get(pk=plan.pk).state == "waiting"


def test_the_list_of_one_street_does_not_show_the_plan_of_the_other(
    office: Office, plan: Plan
) -> None:
    listed = reverse("desk:plans")
    assert plan.code in office.browser("planner").open(listed).html
    assert plan.code not in office.browser("street_planner").open(listed).html


def test_stations_are_proposed_on_the_plans_page_and_accepted_by_an_administrator(
    office: Office,
) -> None:
    here = office.district
    urgent_help(here)
    made = ask_plan("cover", "Posts", "", asked(), planners(here.at)["planner"], here.at)
    answered(made)
    path = reverse("desk:plan", args=[made.code])
    planner, chief = office.browser("planner"), office.administrator
    page = planner.open(path)
    refused = planner.post(path, _token(page) | {"do": "propose", "since": "2020-01-01"})
    assert refused.status == 422 and "within a year" in refused.text
    day = (timezone.localtime() + timedelta(days=2)).date().isoformat()
    sent = planner.post(path, _token(page) | {"do": "propose", "since": day})
    assert "Waits for a decision" in sent.text
    page = chief.open(reverse("desk:admin_stations"))
    assert "Posts" in page.text and "→" in page.text
    code = StationPlan.objects.get().code
    accepted = chief.post(page.path, _token(page) | {"do": "accept", "code": code})
    assert "Accepted" in accepted.text
    assert StationPlan.objects.get().state == "accepted"
    assert "Accepted" in planner.open(path).text


def _token(page: Any) -> dict[str, str]:
    fields = next(f.fields for f in page.forms if "csrfmiddlewaretoken" in f.fields)
    return {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"][0], "do": "stop"}


def _met(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        to = answer.headers["Location"]
        return "sign in" if to.startswith(reverse("account_login")) else "in"
    return {403: "refused", 404: "missing"}.get(answer.status_code, "in")
