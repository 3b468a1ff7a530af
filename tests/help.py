"""Urgent help, added to the small district: seven forces on duty, and who coordinates them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonward.areas import actions as areas
from commonward.cases.queries.reference import book
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.ordering import give_order
from commonward.response.actions.recommending import recommend
from commonward.response.actions.setting_up import set_up
from commonward.response.actions.units import UnitFacts, go_on_duty, set_unit
from commonward.response.models import Assignment, Incident, Order, Unit
from tests.district import SINCE, District

FORCES: Mapping[str, tuple[str, tuple[str, ...], int]] = {
    "police-1": ("police", (), 2),
    "traffic-1": ("traffic", (), 2),
    "fire-1": ("fire", ("height_rescue",), 5),
    "ambulance-1": ("ambulance", ("first_aid",), 3),
    "street-1": ("street", (), 2),
    "utility-1": ("utility", (), 2),
    "volunteer-1": ("volunteer", ("first_aid",), 4),
}
"""Unit → force, skills, crew; one of each force that the card "assembly" sends."""


@dataclass(frozen=True)
class Help:
    """Who helps, by role, and the district they do it in."""

    here: District
    coordinator: Actor
    crews: Mapping[str, Actor]
    units: Mapping[str, Unit]
    other_centre: Actor
    centre_team: int
    teller: Actor
    bank_team: int
    accounts: Mapping[str, int]

    @property
    def at(self) -> datetime:
        """The moment of the district."""
        return self.here.at

    def later(self, seconds: float) -> datetime:
        """So many seconds after it."""
        return self.at + timedelta(seconds=seconds)

    def call(self, kind: str = "assembly", **more: Any) -> Incident:
        """A call from the middle of the first grid, its card answered."""
        lat, lon = self.here.inside()
        told: dict[str, Any] = {
            "kind": kind, "words": "赵小梅 says: come quickly.", "callback": "13912345678",
            "place": "South lane 4", "lat": lat, "lon": lon,
        }  # fmt: skip
        at = more.pop("at", self.at)
        who = more.pop("who", self.here.intake_officer)
        return take_call(Called(**(told | more)), at, who)

    def ordered(self, kind: str = "assembly", after: float = 20, **more: Any) -> Order:
        """The same, with all recommended units sent."""
        made = self.call(kind, **more)
        found = recommend(made.case.number, self.coordinator, self.later(after - 5))
        return give_order(
            made.case.number, [p["unit"] for p in found.data["picks"]], self.coordinator,
            self.later(after), key=f"order of {made.case.number}", upon=found.pk,
        )  # fmt: skip

    def sent(self, order: Order, code: str) -> Assignment:
        """The assignment of a unit in an order, read again."""
        return Assignment.objects.get(order=order, unit__code=code)

    def incident(self, number: str) -> Incident:
        """The incident of that number, read again."""
        return Incident.objects.select_related("case").get(case__number=number)


def urgent_help(here: District, *, on_duty: bool = True) -> Help:
    """Add urgent help to the district: procedures, cards, units, people, and who answers."""
    set_up(SINCE)
    centre = people.add_team(SYSTEM, "response", "应急调度席", at=SINCE, kind="centre", name_en="Response desk").pk  # fmt: skip
    other = people.add_team(SYSTEM, "next-centre", "邻区指挥中心", at=SINCE, kind="partner", name_en="Next district").pk  # fmt: skip
    bank = people.add_team(
        SYSTEM, "town-bank", "城市银行", at=SINCE, kind="bank", name_en="Town Bank"
    ).pk
    accounts = {
        "teller": _account("teller", "partner", bank),
        "response_coordinator": _account("response_coordinator", "response_coordinator", centre),
        "other_centre": _account("other_centre", "partner", other),
    }
    units = {}
    for number, (code, (agency, skills, crew)) in enumerate(FORCES.items()):
        team = people.add_team(SYSTEM, code, code, at=SINCE, kind="unit", name_en=code).pk
        accounts[code] = _account(code, "unit", team)
        lat, lon = here.inside(number % 3, number // 3)
        units[code] = set_unit(
            UnitFacts(
                code=code, radio_name=f"{code} 号", radio_name_en=code.title(), agency=agency,
                team=team, base_lat=lat, base_lon=lon, skills=skills, crew=crew,
            ),
            at=SINCE,
        )  # fmt: skip
    areas.set_rule(
        SYSTEM, "urgent help", duty="respond", team=centre, at=SINCE,
        duties=tuple(sorted(book().duties())), categories=tuple(book().codes), category="E-",
    )  # fmt: skip
    actors = {login: actor_for(account, here.at) for login, account in accounts.items()}
    if on_duty:
        for code in FORCES:
            go_on_duty(
                code, here.at + timedelta(hours=8), actors[code], here.at - timedelta(hours=1)
            )
    return Help(
        here=here, coordinator=actors["response_coordinator"],
        crews={code: actors[code] for code in FORCES}, units=units,
        other_centre=actors["other_centre"], centre_team=other, accounts=accounts,
        teller=actors["teller"], bank_team=bank,
    )  # fmt: skip


def _account(login: str, role: str, team: int) -> int:
    account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
    people.grant(SYSTEM, account, role, at=SINCE)
    people.join_team(SYSTEM, account, team, at=SINCE)
    return account


def staff_of(login: str, role: str, team: int, at: datetime) -> Actor:
    """One more member of staff, in a team, as an actor at this moment."""
    return actor_for(_account(login, role, team), at)
