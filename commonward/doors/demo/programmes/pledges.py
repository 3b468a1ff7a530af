"""Sixty alliances of the demonstration with their pledges, in both languages."""

from datetime import datetime, time, timedelta

from commonward.areas.models import Area
from commonward.core.pledging import due_days
from commonward.core.rights import SYSTEM
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.pledges.alliancing import (
    Agreed,
    Unit,
    keep_unit,
    make_alliance,
)
from commonward.programmes.actions.pledges.duties import Pledge
from commonward.programmes.actions.pledges.gathering import call_meeting
from commonward.programmes.actions.pledges.setting_up import set_up_pledges
from commonward.programmes.actions.pledges.taking_over import Earlier, take_over
from commonward.programmes.models import Alliance, Gathering, Membership, Organisation

COUNT = 60
_SIDES = (
    ("东", "East"), ("西", "West"), ("南", "South"), ("北", "North"), ("河滨", "Riverside"),
    ("老城", "Old Town"),
)  # fmt: skip
_SORTS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("street", "商业街共建联盟", "shopping street", "shop", "超市", "supermarket", "店铺"),
    ("street", "夜市共建联盟", "night market", "shop", "夜市管理处", "market office", "摊位"),
    ("estate", "小区共建联盟", "estate", "manager", "物业公司", "property manager", "物业"),
    ("estate", "老旧小区互助联盟", "old estate", "manager", "物业服务站", "house services", "物业"),
    ("school", "护学联盟", "way to school", "school", "小学", "primary school", "学校"),
    ("school", "校园餐联盟", "school meals", "school", "中学", "secondary school", "学校"),
    ("work", "园区用工联盟", "business park", "firm", "机械厂", "machine works", "企业"),
    ("work", "工地共建联盟", "building site", "firm", "建筑公司", "builders", "企业"),
    ("justice", "法治共建联盟", "law and advice", "court", "人民法庭", "court", "法庭"),
    ("border", "毗邻共建联盟", "neighbours", "neighbour", "邻区城管局", "next district", "邻区"),
)
"""Kind, title, the same in English, kind of the outside member, its name, in English, in short."""
_DUTIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("清理门前道路和排水口", "Clear pavement and drains", "照片", "A photo", "month"),
    ("检查灭火器和疏散通道", "Check extinguishers and exits", "检查表", "The checklist", "quarter"),
    ("开放一间会议室供共同使用", "Open a room for common use", "开放时间表", "The hours", "half_year"),
    ("联合巡查路面和路灯", "Walk roads and lamps together", "巡查记录", "The record", "month"),
)  # fmt: skip


def live(begins: datetime, ends: datetime) -> int:
    """Make them; how many."""
    set_up_pledges(begins)
    areas = list(Area.objects.filter(level="community", valid_until=None).order_by("code")[:COUNT])
    teams = list(
        Team.objects.filter(kind__in=["department", "street"], active=True).order_by("code")[:8]
    )
    own = [
        keep_unit(Unit(one.name, "office", one.name_en, team=one.pk), SYSTEM, begins).pk
        for one in teams
    ]
    for number in range(COUNT):
        _one(number, areas[number % len(areas)], own, ends)
    return COUNT


def _one(number: int, area: Area, own: list[int], ends: datetime) -> None:
    today = day_of(ends)
    side, side_en = _SIDES[number // len(_SORTS)]
    kind, title, title_en, sort, unit, unit_en, short = _SORTS[number % len(_SORTS)]
    first = today - timedelta(days=120 + number)
    found = make_alliance(
        Agreed(
            f"{side}片{title}", kind, "成员单位按协议履行承诺，共享场地、队伍和设备。", area.pk, first,
            first + timedelta(days=190 if number % 7 == 0 else 365),
            f"{side_en}: {title_en} alliance",
            "The members keep what they promised and share rooms, teams and equipment.",
            number % 10 != 9,
        ),
        SYSTEM, ends, code=f"demo{number + 1:02}",
    )  # fmt: skip
    outside = keep_unit(
        Unit(
            f"{side}片{unit}（{short}{number + 1}）", sort, f"{side_en} {unit_en} {number + 1}",
            office_line="55550100", office_box=f"office{number + 1}@unit.example",
            consent_on=first, contact_until=today + timedelta(days=400),
        ),
        SYSTEM, ends,
    )  # fmt: skip
    units = [outside.pk, *dict.fromkeys(own[(number + n) % len(own)] for n in range(2) if own)]
    duties = []
    for place, (what, what_en, wanted, wanted_en, repeats) in enumerate(_DUTIES):
        begins = first + timedelta(days=10 + 3 * place)
        # A few of the last month are left open: they are late, and two are known not to be kept.
        kept = {
            day: (number + place + turn) % 9 != 4
            for turn, day in enumerate(due_days(begins, repeats, found.ends_on))
            if day < today - timedelta(days=12 if (number + place) % 6 == 0 else 0)
        }
        member = units[place % len(units)]
        duties.append(Earlier(member, Pledge(what, begins, wanted, repeats, what_en, wanted_en), kept))  # fmt: skip
    lent = [
        (outside.pk, "room", "共享会议室", "Shared meeting room"),
        (units[-1], "equipment", "移动照明车", "Light trailer"),
    ]
    take_over(found, units, duties, lent, ends)
    if number % 10 == 0:
        starts = datetime.combine(today + timedelta(days=3), time(14), ends.tzinfo)
        call_meeting(
            found.code,
            starts,
            starts + timedelta(hours=1),
            "共享会议室",
            "下季度安排",
            SYSTEM,
            ends,
        )


def shown() -> Alliance:
    """The alliance that the camera shows: with a meeting."""
    return Alliance.objects.get(pk=meeting().alliance_id)


def meeting() -> Gathering:
    """One of its meetings."""
    return Gathering.objects.order_by("pk")[0]


def unit() -> Organisation:
    """A unit outside."""
    return Membership.objects.filter(unit__team=None).select_related("unit").order_by("pk")[0].unit
