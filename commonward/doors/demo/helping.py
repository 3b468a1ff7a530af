"""Urgent help in the demonstration: seven forces on duty, an incident under way, and a drill."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from commonward.areas import actions as areas
from commonward.cases.queries.reference import book
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.queries import account_by_login, actor_for, teams_on
from commonward.response.actions.calling import Called, take_call
from commonward.response.actions.ordering import answer, give_order
from commonward.response.actions.recommending import recommend
from commonward.response.actions.setting_up import set_up
from commonward.response.actions.units import UnitFacts, go_on_duty, set_unit
from commonward.response.models import Assignment, Duty, Unit

DESK = "response"
BANK = "bank"
UNITS: Mapping[str, tuple[str, str, tuple[str, ...], int, str, str]] = {
    "police": ("巡逻一号", "Patrol 1", (), 2, "巡逻车", "急救包、喊话器"),
    "traffic": ("交警二号", "Traffic 2", (), 2, "警用摩托车", "锥桶、反光背心"),
    "fire": ("消防三号", "Engine 3", ("height_rescue",), 6, "水罐消防车", "六米拉梯、破拆工具"),
    "ambulance": ("急救四号", "Ambulance 4", ("first_aid",), 3, "救护车", "除颤仪、担架"),
    "street": ("城管五号", "Wardens 5", (), 2, "电动巡逻车", "警戒带"),
    "utility": ("抢修六号", "Repair 6", ("gas",), 3, "抢修工程车", "燃气检测仪、发电机"),
    "volunteer": ("义警七号", "Volunteers 7", ("first_aid",), 5, "自行车", "手电、急救包"),
}
"""Force → radio name, the same in English, skills, crew, vehicles, gear."""
SECOND: Mapping[str, str] = {"police": "巡逻八号 Patrol 8", "ambulance": "急救九号 Ambulance 9"}
"""A second unit of a force, like the first, at the other end of the town: so that one can wait where
the other left a gap."""
STATIONS = ("城西站 West post", "城中站 Centre post", "城东站 East post")
_FIRST, _APART, _FAR = (0.004, -0.006), 0.0035, 0.03


def unit_team(force: str) -> str:
    """The code of the team that is a unit's crew."""
    return f"unit-{force}"


def teams(since: datetime) -> None:
    """The desk that coordinates, and a crew for each unit."""
    people.add_team(SYSTEM, DESK, "应急调度席", at=since, kind="centre", name_en="Response desk")
    people.add_team(
        SYSTEM, BANK, "示范银行止付组", at=since, kind="bank", name_en="Sample Bank, stop desk"
    )
    for force, (name, english, *_rest) in UNITS.items():
        people.add_team(
            SYSTEM, unit_team(force), f"{name}组", at=since, kind="unit", name_en=f"{english} crew"
        )
    for force, words in SECOND.items():
        name, english = words.split(" ", 1)
        people.add_team(
            SYSTEM, unit_team(f"{force}-2"), f"{name}组", at=since, kind="unit",
            name_en=f"{english} crew",
        )  # fmt: skip


def rules(since: datetime, centre: tuple[float, float]) -> None:
    """Procedures, kinds of call, who answers, and the units around the middle of the town."""
    set_up(since)
    known = book()
    ids = {team.code: team.id for team in teams_on(since)}
    areas.set_rule(
        SYSTEM, "应急调度 response desk", duty="respond", team=ids[DESK], at=since,
        duties=tuple(sorted(known.duties())), categories=tuple(known.codes), category="E-",
        area_code="",
    )  # fmt: skip
    for number, (force, (name, english, skills, crew, vehicles, gear)) in enumerate(UNITS.items()):
        set_unit(
            UnitFacts(
                code=unit_team(force), radio_name=name, radio_name_en=english, agency=force,
                team=ids[unit_team(force)], skills=skills, crew=crew, vehicles=vehicles, gear=gear,
                station=STATIONS[number // 3],
                base_lat=centre[0] + _FIRST[0] + _APART * (number % 3),
                base_lon=centre[1] + _FIRST[1] + _APART * number,
            ),
            at=since,
        )  # fmt: skip

    for number, (force, words) in enumerate(SECOND.items()):
        name, english = words.split(" ", 1)
        _name, _english, skills, crew, vehicles, gear = UNITS[force]
        set_unit(
            UnitFacts(
                code=unit_team(f"{force}-2"), radio_name=name, radio_name_en=english, agency=force,
                team=ids[unit_team(f"{force}-2")], skills=skills, crew=crew, vehicles=vehicles,
                gear=gear, station=STATIONS[2],
                base_lat=centre[0] - _FAR + _APART * number, base_lon=centre[1] + _FAR,
            ),
            at=since,
        )  # fmt: skip


def stay_on_duty(at: datetime) -> int:
    """Begin the shift of each unit that has none: here somebody is always on duty; how many."""
    on = Duty.objects.filter(off_at=None).values("unit_id")
    codes = list(Unit.objects.filter(active=True).exclude(pk__in=on).values_list("code", flat=True))
    for code in codes:
        go_on_duty(code, at + timedelta(hours=24), SYSTEM, at)
    return len(codes)


def begin(lat: float, lon: float, at: datetime) -> int:
    """A fire that four have answered, and a drill in which one is silent; units of both.

    `lat` and `lon` are where it is; everything was done by the desk's own people.
    """
    stay_on_duty(at - timedelta(minutes=40))
    desk = actor_for(account_by_login("response1"), at)
    for kind, minutes, drill in (("utility", 30, False), ("assembly", 6, True)):
        then = at - timedelta(minutes=minutes)
        made = take_call(
            Called(
                kind=kind, source="phone", lat=lat, lon=lon, drill=drill,
                words="楼道里有燃气味。There is a smell of gas in the stairwell."
                if not drill
                else "演练：广场集结。A drill: all to the square.",
                place="幸福广场东侧 East side of Happiness Square",
                answers={} if drill else {"smell": True, "live_wire": False},
            ),
            then,
        )  # fmt: skip
        number = made.case.number
        found = recommend(number, desk, then + timedelta(seconds=12))
        chosen = [p["unit"] for p in found.data["picks"]]
        if not chosen:
            continue
        order = give_order(
            number, chosen, desk, then + timedelta(seconds=25), upon=found.pk,
            key=f"demonstration {number}",
        )  # fmt: skip
        sent = list(Assignment.objects.filter(order=order).order_by("pk"))
        for place, one in enumerate(sent[:-1] if drill else sent):
            for step, seconds in (("acknowledged", 8), ("en_route", 30), ("on_scene", 190)):
                if step == "on_scene" and place % 2:
                    continue
                answer(one.pk, step, SYSTEM, then + timedelta(seconds=25 + seconds + 3 * place))
    return Assignment.objects.count()
