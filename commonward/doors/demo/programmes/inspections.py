"""A campaign on 4,700 places, half done: shops, buildings and banks before the festival."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils import timezone

from commonward.cases.models import Case
from commonward.core.inspecting.checklist import Checklist
from commonward.core.rights import SYSTEM
from commonward.doors.demo.settling import seeded
from commonward.people.queries import accounts_of, teams_on
from commonward.programmes.actions.inspections.campaigning import (
    Wanted,
    make_campaign,
    start_campaign,
)
from commonward.programmes.actions.inspections.notices import code_of
from commonward.programmes.actions.inspections.placing import Given, take_over
from commonward.programmes.actions.inspections.setting_up import set_up
from commonward.programmes.actions.inspections.taking_over import Made, take_over_visits
from commonward.programmes.models import Visit
from commonward.programmes.queries.inspections.checklists import parsed

PLACES, TEAMS = 4_700, 131
KINDS = (
    ("shop", 2_300, "便民店 {n} 号"), ("rental_building", 1_100, "和谐苑 {n} 栋"),
    ("workshop", 420, "小作坊 {n} 号"), ("market", 90, "农贸市场 {n}"),
    ("school_gate", 160, "第 {n} 小学门口"), ("river_bank", 430, "内河 {n} 号岸段"),
    ("building_site", 200, "{n} 号工地"),
)  # fmt: skip
_FAULTY = 0.06
_JITTER = 0.0008


PAGES = (
    "desk:programme_place", "desk:programme_campaign", "desk:programme_day",
    "desk:programme_notices", "portal:places_visit",
)  # fmt: skip
"""Pages about one place or campaign, which the camera needs an example of."""


def shown(name: str) -> dict[str, str]:
    """What stands in the addresses of PAGES: a visit that is planned still."""
    one = Visit.objects.select_related("campaign", "place", "team").filter(state="planned").first()
    if one is None:
        return {"code": "none", "team": "none", "on": "2026-01-01"}
    codes = {
        "desk:programme_place": one.place.code,
        "portal:places_visit": code_of(one.campaign_id, one.place_id),
    }
    return {
        "code": codes.get(name, one.campaign.code), "team": one.team.code, "on": one.on.isoformat()
    }  # fmt: skip


def live(begins: datetime, ends: datetime) -> int:
    """Write the places down, start the campaign in the middle of the month, make half of it."""
    set_up(begins)
    new, _outside = take_over(_places(), SYSTEM, begins, check=False)
    teams = [team.id for team in islice(teams_on(begins, "grid"), TEAMS)]
    if len(teams) < 2:
        return new
    starts = timezone.localdate(ends) - timedelta(days=14)
    at = max(begins, ends - timedelta(days=14))
    campaign = make_campaign(
        Wanted(
            "节前安全大检查", [kind for kind, _, _ in KINDS], max(starts, timezone.localdate(at)),
            timezone.localdate(ends) + timedelta(days=14), teams,
            title_en="Safe places before the festival", per_day=6,
        ),
        SYSTEM, at,
    )  # fmt: skip
    start_campaign(campaign.code, SYSTEM, at)
    return new + take_over_visits(campaign, _made(campaign.pk, teams, ends), ends)


def _places() -> list[Given]:
    """Near where something was reported, so that they lie where people are."""
    chance = seeded("inspected places")
    points = list(
        Case.objects.filter(lat__isnull=False).order_by("id").values_list("lat", "lon")[:4_000]
    )
    found = []
    for kind, count, name in KINDS if points else ():
        for n in range(1, count + 1):
            lat, lon = points[chance.randrange(len(points))]
            if lat is None or lon is None:
                continue
            found.append(
                Given(
                    f"{kind}-{n:04}", kind, name.format(n=n),
                    round(lat + chance.uniform(-_JITTER, _JITTER), 6),
                    round(lon + chance.uniform(-_JITTER, _JITTER), 6),
                )
            )  # fmt: skip
    return found


def _made(campaign: int, teams: Sequence[int], ends: datetime) -> dict[int, Made]:
    """What the teams saw until yesterday: a few faults, and a few places passed over."""
    chance = seeded("inspected")
    people = accounts_of(teams, ends)
    yesterday: date = timezone.localdate(ends) - timedelta(days=1)
    rows = Visit.objects.filter(campaign=campaign, on__lte=yesterday).select_related("checklist")
    found = {}
    for one in rows.order_by("id"):
        if chance.random() < 0.03:
            continue
        by = people.get(one.team_id) or [None]  # type: ignore[list-item]  # nobody is in the team
        days = (timezone.localdate(ends) - one.on).days
        found[one.pk] = Made(
            _answers(parsed(one.checklist.text), chance.random), ends - timedelta(days=days), by[0]
        )
    return found


def _answers(checklist: Checklist, chance: Callable[[], float]) -> dict[str, str | float]:
    answers: dict[str, str | float] = {}
    for item in checklist.items:
        bad = chance() < _FAULTY / 2
        if item.answer == "number":
            answers[item.code] = (
                item.least - 0.1 if bad and item.least else item.least or item.most or 0.0
            )
        else:
            answers[item.code] = ("no" if item.good == "yes" else "yes") if bad else item.good
    return answers
