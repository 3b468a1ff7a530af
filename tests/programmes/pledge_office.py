"""An alliance in the small district: two teams of the site and a shop outside."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.pledges.alliancing import (
    Agreed,
    Unit,
    join,
    keep_unit,
    make_alliance,
)
from commonward.programmes.actions.pledges.duties import Pledge, pledge
from commonward.programmes.actions.pledges.setting_up import set_up_pledges
from commonward.programmes.models import Alliance, Duty, Membership
from tests.district import SINCE, STREETS, District


@dataclass
class Pledges:
    """Two officers, and the alliance of the southern street with its three members."""

    here: District
    officer: Actor
    second: Actor
    area: Area
    at: datetime
    alliance: Alliance
    roads: Membership
    lamps: Membership
    shop: Membership

    @property
    def today(self) -> date:
        return day_of(self.at)

    def duty(self, member: Membership, days: int = 3, repeats: str = "once") -> Duty:
        given = Pledge(
            "清扫门前道路", self.today + timedelta(days=days), "照片", repeats, "Sweep the pavement",
            "A photo",
        )  # fmt: skip
        return pledge(self.alliance.code, member.pk, given, self.officer, self.at)


def agreed(area: int, today: date, **more: object) -> Agreed:
    """An agreement of a year."""
    fields: dict[str, object] = {
        "title": "河滨街共建联盟", "kind": "street", "about": "商户与单位共同维护街面整洁。",
        "area": area, "begins_on": today, "ends_on": today + timedelta(days=365),
        "title_en": "Riverside Street alliance", "about_en": "Shops and offices keep it clean.",
        "public": True,
    }  # fmt: skip
    return Agreed(**(fields | more))  # type: ignore[arg-type]


def pledges(here: District, at: datetime | None = None) -> Pledges:
    """Set alliances up in the district, with one of three members."""
    at = at or here.at
    set_up_pledges(SINCE)
    actors = []
    for login in ("programme_officer", "second_officer"):
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
        actors.append(actor_for(account, at))
    area, today = Area.objects.get(code=STREETS[0]), day_of(at)
    made = make_alliance(agreed(area.pk, today), actors[0], at)
    units = [
        keep_unit(given, actors[0], at)
        for given in (
            Unit("道路养护队", "office", "Roads", team=here.teams["roads"]),
            Unit("路灯所", "office", "Lamps", team=here.teams["lamps"]),
            Unit(
                "河滨超市", "shop", "Riverside Shop", office_line="55550100",
                office_box="office@shop.example", consent_on=today,
                contact_until=today + timedelta(days=300), language="en",
            ),
        )
    ]  # fmt: skip
    members = [join(made.code, one.pk, actors[0], at) for one in units]
    return Pledges(here, actors[0], actors[1], area, at, made, *members)
