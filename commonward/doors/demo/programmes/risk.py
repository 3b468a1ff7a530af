"""Reviews of risk in the demonstration: thirty projects in every stage, in both languages."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from commonward.core.rights import SYSTEM, Actor
from commonward.doors.demo import land
from commonward.people.queries import account_by_login, actor_for, team_by_code
from commonward.programmes.actions.risk import (
    asking,
    deciding,
    hearing,
    masking,
    opining,
    stepping,
    weighing,
)
from commonward.programmes.actions.risk.drafting import Affected, Facts, add_group, draft_review
from commonward.programmes.actions.risk.placing import place_by_outline, place_by_point
from commonward.programmes.actions.risk.setting_up import set_up_risk
from commonward.programmes.models import RiskCondition, RiskHearing

COUNT = 30
_DAYS_BACK = 30
PROJECTS: tuple[tuple[str, str, str, str, int], ...] = (
    ("河滨路拓宽", "Riverside Road widened", "道路拓宽四米，施工六个月，夜间不施工。",
     "The road gets four metres wider; six months of works, none at night.", 12_000_000),
    ("中学新操场", "New sports ground of the school", "旧操场改为塑胶跑道，暑期施工。",
     "The old ground becomes a running track, built in the summer.", 3_600_000),
    ("垃圾转运站迁建", "Waste transfer station moved", "转运站迁至工业路，全封闭作业。",
     "The station moves to Industry Road and works behind closed doors.", 21_000_000),
    ("老旧小区加装电梯", "Lifts for old houses", "首批十二个单元加装电梯。",
     "Lifts are built at the first twelve entrances.", 7_200_000),
    ("农贸市场改造", "Market hall rebuilt", "市场分两期改造，另设临时摊位。",
     "The hall is rebuilt in two halves, with stalls elsewhere meanwhile.", 9_800_000),
    ("公交线路调整", "Bus lines changed", "三条线路改道，两站合并。",
     "Three lines go another way, and two stops become one.", 400_000),
    ("污水泵站新建", "New sewage pumping station", "泵站设在公园地下，除臭处理。",
     "The station lies below the park, its air is cleaned.", 16_500_000),
    ("停车收费调整", "Parking fees changed", "路边停车改为分时收费。",
     "Parking at the kerb is paid by the time of day.", 150_000),
    ("社区医院扩建", "Health centre enlarged", "新增一层门诊，施工期间照常接诊。",
     "One more floor; patients are seen during the works.", 28_000_000),
    ("养老服务中心", "Day centre for the old", "闲置厂房改为日间照料中心。",
     "An empty workshop becomes a day centre.", 5_100_000),
)  # fmt: skip
_PLACES = (("东片", "East"), ("西片", "West"), ("南片", "South"))
_GROUPS = (
    Affected("沿线商户", "5_49", "施工期间顾客可能减少。", "Shops along the works",
             "Fewer customers during the works."),
    Affected("附近居民家庭", "200_999", "噪声和绕行。", "Homes near by", "Noise and detours."),
)  # fmt: skip
_SAID = (
    ("objection", "施工太早会影响孩子睡觉。Works before eight wake the children."),
    ("question", "绕行路线什么时候公布？When is the detour told?"),
    ("proposal", "建议保留两棵老槐树。Please keep the two old trees."),
)
_ANSWERED = (
    ("改为八点以后开工。", "Works begin at eight.", True),
    ("开工前一周公布。", "A week before the works.", False),
    ("方案已避让两棵树。", "The plan goes round the trees.", True),
)
_RISKS = (
    ("likely", "felt", "商户门前难以通行", "Shops are hard to reach", "每户门前保留两米通道",
     "Two metres stay open before each door"),
    ("possible", "grave", "旧管线可能损坏，造成停水", "Old pipes may break and water fail",
     "开工前探明管线并备用供水", "Pipes are searched first, water stands by"),
)  # fmt: skip
COURSE = (
    "drafted", "announced", "announced", "hearing", "hearing", "experts", "weighed", "conditions",
    "late", "ended", "go", "later", "no", "withdrawn", "ended",
)  # fmt: skip
"""How far each comes, in turn."""


class _Lived:
    """Who acts, and the days of one review after another."""

    def __init__(self, ends: datetime, spot: tuple[float, float], team: str, doer: str) -> None:
        self.ends, self.spot = ends, spot
        self.officer = _actor("demo-programmes", ends)
        self.leader = _actor("demo-leader", ends)
        self.doer = _actor(doer, ends)
        self.team = team_by_code(team).pk

    def make(self, number: int) -> None:
        """One review, as far as its course says."""
        zh, en, facts, facts_en, cost = PROJECTS[number % len(PROJECTS)]
        part, part_en = _PLACES[number // len(PROJECTS) % len(_PLACES)]
        course = COURSE[number % len(COURSE)]
        back = {"drafted": 3, "announced": 6, "hearing": 9}.get(course, _DAYS_BACK)
        start = self.ends - timedelta(days=back, minutes=number * 7)
        lat, lon = self.spot
        made = draft_review(
            Facts(f"{part}{zh}", facts, f"{part_en}: {en}", facts_en, cost), self.team,
            self.officer, start, lat=lat, lon=lon, key=f"demo risk {number}",
        )  # fmt: skip
        code = made.case.number
        for one in _GROUPS:
            add_group(code, one, self.officer, start)
        self._placed(code, number, start)
        if course == "drafted":
            return
        stepping.announce(code, self.officer, start + timedelta(days=1))
        self._asked(code, number, start, open_one=course in ("announced", "hearing"))
        if course == "announced":
            return
        if course == "withdrawn":
            stepping.withdraw(
                code, "资金另有安排。", self.leader, start + timedelta(days=9),
                reason_en="The money is needed elsewhere.",
            )  # fmt: skip
            return
        if course == "hearing":
            self._heard(code, start + timedelta(days=2), self.ends + timedelta(days=5), held=False)
            return
        self._weighed(code, number, start, course)

    def _placed(self, code: str, number: int, start: datetime) -> None:
        """Every other project has an outline along the road, most others a place, a few none."""
        lat, lon = (degrees + (number % 7 - 3) / 1_000 for degrees in self.spot)
        if number % 2 == 0:
            long, wide = 0.004, 0.0008
            corners = [(0, 0), (long, wide), (long, 2 * wide), (0, wide), (0, 0)]
            ring = [[round(lon + east, 6), round(lat + north, 6)] for east, north in corners]
            outline = json.dumps({"type": "Polygon", "coordinates": [ring]})
            place_by_outline(code, outline, self.officer, start)
        elif number % 5:
            place_by_point(code, f"{lat:.5f}", f"{lon:.5f}", self.officer, start)

    def _asked(self, code: str, number: int, start: datetime, *, open_one: bool) -> None:
        for place in range(1 + number % len(_SAID)):
            kind, words = _SAID[place]
            at = start + timedelta(days=2, hours=place)
            row, _secret = asking.ask(code, kind, words, at)
            if open_one and place == number % len(_SAID):
                continue
            said, said_en, heeded = _ANSWERED[place]
            asking.answer(
                code, row.pk, said, self.officer, at + timedelta(days=1), said_en=said_en,
                heeded=heeded,
            )  # fmt: skip
            if number == 1 and place == 0:
                masking.hide_line(
                    code, "question", row.pk, "private", "其中提到邻居的姓名", self.officer,
                    at + timedelta(days=1),
                )  # fmt: skip

    def _heard(self, code: str, at: datetime, when: datetime, *, held: bool) -> None:
        one = hearing.announce_hearing(
            code,
            when,
            "街道办事处一楼大厅",
            40,
            self.officer,
            at,
            place_en="Hall of the street office",
        )
        stepping.go_on(code, "hear", self.officer, at)
        if held:
            hearing.hold_hearing(
                code, one.pk, "到会者要求保留门前通道，并提前公布绕行路线。", 23, self.officer,
                when + timedelta(hours=3),
                minutes_en="Those present asked for open doors and an early word on detours.",
            )  # fmt: skip

    def _weighed(self, code: str, number: int, start: datetime, course: str) -> None:
        def on(days: float) -> datetime:
            return start + timedelta(days=days)

        if number % 2:
            self._heard(code, on(2), on(14), held=True)
        stepping.go_on(code, "consult", self.officer, on(18))
        expert = opining.ask_expert(
            code, "林工（示例）", "城市大学", self.officer, on(18), consent=True
        )
        opining.declare(code, expert.pk, "与项目各方无利害关系。None.", self.officer, on(18.1))
        opining.give_opinion(
            code, expert.pk, "conditions", "技术可行，建议先探管线。", self.officer, on(19),
            said_en="It can be done; the pipes should be searched first.",
        )  # fmt: skip
        for likely, grave, what, what_en, measure, measure_en in _RISKS:
            weighing.set_item(
                code,
                weighing.Risk(
                    what, likely, grave, measure, self.team, on(60), None, what_en, measure_en
                ),
                self.officer,
                on(19),
            )
        if course == "experts":
            return
        stepping.go_on(code, "weigh", self.officer, on(20))
        if course != "weighed":
            self._decided(code, on, course)

    def _decided(self, code: str, on: Callable[[float], datetime], course: str) -> None:
        outcome = course if course in ("go", "later", "no") else "conditions"
        wanted: tuple[deciding.Condition, ...] = ()
        if outcome == "conditions":
            due = on(24) if course == "late" else on(50)
            wanted = (
                deciding.Condition(
                    "开工前修好便道", self.team, due, "The footway is made before the works begin"
                ),
            )
        deciding.decide(
            code,
            deciding.Decided(
                outcome, "权衡公众意见、专家意见和风险清单后决定。", "施工改为八点以后，保留门前通道。",
                wanted, "Decided on what the public, the experts and the list of risks say.",
                "Works begin at eight, and doors stay open.",
            ),
            self.leader,
            on(21),
        )  # fmt: skip
        if course == "ended":
            found = _first_condition(code)
            deciding.meet(
                code, found, "便道已修好，照片在公示栏。The footway is made.", self.doer, on(25)
            )
            deciding.check_condition(code, found, self.officer, on(26), good=True)
            stepping.end(code, self.leader, on(27))


def _first_condition(code: str) -> int:
    return int(RiskCondition.objects.filter(review__case__number=code).values_list("pk")[0][0])


def _actor(login: str, at: datetime) -> Actor:
    return actor_for(account_by_login(login), at)


def shown(name: str) -> RiskHearing:
    """A hearing whose review the camera shows at this address: one to come where a place is taken,
    else one that is over, whose review has something in every part."""
    to_come = name in ("portal:risk_hearing", "portal:risk_ask")
    rows = RiskHearing.objects.filter(held_at__isnull=to_come).select_related("review__case")
    return rows.order_by("-review__case__is_open", "pk")[0]


def live(begins: datetime, ends: datetime) -> int:
    """Make the reviews; how many."""
    return make(ends, land.CENTRE, "roads", "demo-roads")


def make(ends: datetime, spot: tuple[float, float], team: str, doer: str) -> int:
    """The same at one spot, its works done by this team and this member of it."""
    set_up_risk(ends - timedelta(days=_DAYS_BACK + 1), SYSTEM)
    lived = _Lived(ends, spot, team, doer)
    for number in range(COUNT):
        lived.make(number)
    return COUNT
