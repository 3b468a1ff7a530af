"""A few places, an officer and a running campaign of the small district, for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commonward.core.inspecting.checklist import read_checklist
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.programmes.actions.inspections.campaigning import (
    Wanted,
    make_campaign,
    start_campaign,
)
from commonward.programmes.actions.inspections.placing import Given, take_over
from commonward.programmes.actions.inspections.setting_up import set_up
from commonward.programmes.models import Campaign, Visit
from commonward.programmes.queries.inspections.checklists import text_of
from tests.district import CELL, DISTRICT, SINCE, SOUTH, STREETS, WEST, District

KIND = "shop"


@dataclass(frozen=True)
class Office:
    """The officers of the district and of the second street, and a campaign with its visits."""

    officer: Actor
    street_officer: Actor
    campaign: Campaign

    def visit(self, team: int, turn: int = 0) -> Visit:
        """A first visit of a team, by day and turn."""
        rows = Visit.objects.filter(campaign=self.campaign, kind="first", team=team)
        return rows.order_by("on", "turn", "id")[turn]


def places(count: int = 24, kind: str = KIND) -> list[Given]:
    """Places in all nine grids."""
    return [
        Given(
            f"{kind}-{n:04}", kind, f"{n} 号店",
            round(SOUTH + (n % 3 + 0.25 + 0.05 * (n // 9 % 9)) * CELL, 6),
            round(WEST + (n // 3 % 3 + 0.3 + 0.04 * (n // 9 % 9)) * CELL, 6),
            f"第 {n} 号",
        )
        for n in range(count)
    ]  # fmt: skip


def officer(login: str = "programme_officer", area: str = "", at: datetime | None = None) -> Actor:
    """Somebody who keeps the programmes, everywhere or below one area."""
    account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
    people.grant(SYSTEM, account, "programme_officer", at=SINCE, area_path=area)
    return actor_for(account, at or timezone.now())


def office(
    district: District, *, count: int = 24, days: int = 7, percent: int = 50, started: bool = True,
    keeper: Actor | None = None,
) -> Office:  # fmt: skip
    """The places and a campaign over them by the two grid teams."""
    set_up(district.at)
    take_over(places(count), SYSTEM, district.at)
    keeper = keeper or officer(at=district.at)
    today = timezone.localdate(district.at)
    made = make_campaign(
        Wanted(
            "节前沿街商铺安全检查", [KIND], today, today + timedelta(days=days),
            [district.teams["grids-south"], district.teams["grids-north"]],
            title_en="Shops before the festival", per_day=6, recheck_percent=percent,
        ),
        keeper, district.at,
    )  # fmt: skip
    if started:
        made = start_campaign(made.code, keeper, district.at)
    return Office(
        keeper, officer("street_officer", f"/{DISTRICT}/{STREETS[1]}/", district.at), made
    )


def answers(kind: str = KIND, **faults: Any) -> Mapping[str, Any]:
    """A whole checklist in order, but for the faults named."""
    items = read_checklist(text_of(kind)[1]).items
    fine: dict[str, Any] = {
        one.code: (one.least or one.most or 0) if one.answer == "number" else one.good
        for one in items
    }
    return fine | faults


def photos_needed(kind: str = KIND) -> Sequence[str]:
    """The items that are shown by a photo."""
    return [one.code for one in read_checklist(text_of(kind)[1]).items if one.answer == "photo"]
