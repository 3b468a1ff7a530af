"""What people of the demonstration report: kinds of problem, who answers, and in which words.

Everything is invented; the classes are those of GB/T 30428 (parts 部件 and events 事件).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A small class: its code, names, department, limit, middle hours of work, share of reports.

    `says` are descriptions in Chinese and English; `{place}` is filled in.
    """

    code: str
    name: str
    name_en: str
    team: str
    limit: str
    hours: float
    share: int
    keywords: str
    says: tuple[Words, ...]
    procedure: str = "service_matter"
    kind: str = "event"
    questions: tuple[Mapping[str, Any], ...] = ()


CLASSES: tuple[tuple[str, str, str, str], ...] = (
    ("D1", "公用设施", "Utilities", "component"),
    ("D2", "道路交通", "Roads and traffic", "component"),
    ("D3", "市容环境", "Street scene", "event"),
    ("D4", "园林绿化", "Parks and trees", "component"),
    ("D5", "街面秩序", "Order in the streets", "event"),
    ("D6", "住房物业", "Housing", "event"),
    ("D9", "咨询", "Enquiries", "enquiry"),
)

_HOW_LONG: tuple[Mapping[str, Any], ...] = (
    {"code": "SINCE", "datatype": "singlevaluelist", "required": False, "order": 1,
     "prompt": "多久了？", "prompt_en": "For how long?",
     "values": [{"key": "today", "name": "今天"}, {"key": "days", "name": "几天"},
                {"key": "weeks", "name": "一周以上"}]},
)  # fmt: skip
_HOW_DEEP: tuple[Mapping[str, Any], ...] = (
    {"code": "DEEP", "datatype": "number", "required": False, "order": 1,
     "prompt": "大约深多少厘米？", "prompt_en": "About how deep, in centimetres?"},
)  # fmt: skip

KINDS: tuple[Kind, ...] = (
    Kind("D101", "井盖缺失破损", "Manhole cover missing or broken", "drains", "2 urgent_hour", 1.4,
         4, "井盖, 窨井, manhole", (
             ("{place}窨井盖不见了，骑车的差点掉进去", "The manhole cover at {place} is gone; a cyclist nearly fell in"),
             ("{place}井盖松动，车一压就响", "The manhole cover at {place} is loose and bangs under every car"),
         ), kind="component"),
    Kind("D102", "路灯不亮", "Street lamp out", "lamps", "2 work_day", 16, 10, "路灯, 照明, lamp, light",
         (("{place}一排路灯晚上都不亮", "A whole row of street lamps at {place} stays dark at night"),
          ("{place}路灯一闪一闪的", "The street lamp at {place} keeps flickering"),
          ("{place}路灯白天也亮着", "The street lamp at {place} burns all day")),
         kind="component", questions=_HOW_LONG),
    Kind("D103", "供水管漏水", "Leaking water main", "water", "4 urgent_hour", 3, 4, "漏水, 水管, leak",
         (("{place}路面往外冒清水", "Clean water is coming up through the road at {place}"),
          ("{place}消防栓一直滴水", "The hydrant at {place} has been dripping for days")),
         kind="component"),
    Kind("D201", "路面破损", "Damaged road", "roads", "5 work_day", 34, 11, "坑, 路面, pothole, road",
         (("{place}路面有个大坑，下雨积水看不见", "A deep pothole at {place}; in the rain you cannot see it"),
          ("{place}人行道砖松了，踩上去溅水", "Loose paving at {place} splashes whoever steps on it"),
          ("{place}挖完管子没有把路补好", "After the pipe works at {place} the road was not made good")),
         kind="component", questions=_HOW_DEEP),
    Kind("D202", "交通标志损坏", "Damaged traffic sign", "roads", "3 work_day", 14, 3, "标志, 标线, sign",
         (("{place}的停车让行标志倒了", "The give-way sign at {place} has fallen over"),
          ("{place}斑马线磨得看不清", "The zebra crossing at {place} is worn away")), kind="component"),
    Kind("D203", "信号灯故障", "Traffic light out of order", "roads", "4 urgent_hour", 2.4, 2,
         "红绿灯, 信号灯, traffic light",
         (("{place}红绿灯四面都是黄灯闪", "The traffic lights at {place} only flash yellow"),), kind="component"),
    Kind("D301", "暴露垃圾", "Exposed rubbish", "clean", "4 work_hour", 2.6, 17, "垃圾, rubbish, garbage",
         (("{place}垃圾堆了两天没人收", "Rubbish at {place} has not been collected for two days"),
          ("{place}垃圾桶满了，袋子都放在地上", "The bins at {place} are full and bags lie on the ground"),
          ("有人把装修垃圾倒在{place}", "Somebody dumped building rubble at {place}")), questions=_HOW_LONG),
    Kind("D302", "道路不洁", "Dirty street", "clean", "4 work_hour", 2.2, 5, "不洁, 泥, dirty",
         (("{place}渣土车撒了一路泥", "A tipper lorry left mud all along {place}"),)),
    Kind("D303", "小广告", "Fly-posting", "clean", "1 work_day", 5, 4, "小广告, poster",
         (("{place}墙上又贴满小广告", "The wall at {place} is covered with adverts again"),)),
    Kind("D304", "河道漂浮物", "Rubbish in the river", "water", "2 work_day", 12, 2, "河, 漂浮, river",
         (("{place}河面漂着一片水葫芦和塑料瓶", "Water hyacinth and bottles float on the river at {place}"),)),
    Kind("D401", "树木倾斜倒伏", "Leaning or fallen tree", "parks", "1 work_day", 5, 4, "树, tree",
         (("{place}一棵大树歪了，靠在电线上", "A big tree at {place} leans on the wires"),
          ("{place}断枝挡住人行道", "A broken branch blocks the pavement at {place}")), kind="component"),
    Kind("D402", "绿地破坏", "Damaged green", "parks", "5 work_day", 30, 3, "绿化, 草坪, green",
         (("{place}草坪被车压坏了", "Cars have ruined the lawn at {place}"),), kind="component"),
    Kind("D501", "占道经营", "Trading on the pavement", "order", "4 work_hour", 2, 7, "占道, 摆摊, stall",
         (("{place}早点摊占了盲道", "Breakfast stalls at {place} block the tactile paving"),)),
    Kind("D502", "机动车乱停", "Badly parked cars", "order", "4 work_hour", 1.6, 9, "停车, 乱停, parking",
         (("{place}消防通道停满了车", "Cars fill the fire lane at {place}"),
          ("{place}小车停在公交站里", "Cars stand in the bus stop at {place}"))),
    Kind("D503", "共享单车乱放", "Bicycles in the way", "order", "2 work_hour", 1.2, 5, "单车, 自行车, bicycle",
         (("{place}地铁口单车堆成山", "Shared bicycles are piled up at {place}"),)),
    Kind("D504", "施工噪声扰民", "Noise of building works", "order", "1 work_day", 4, 6, "噪声, 施工, noise",
         (("{place}工地夜里十一点还在打桩", "The site at {place} still drives piles at eleven at night"),)),
    Kind("D601", "电梯故障", "Lift out of order", "housing", "1 work_day", 6, 4, "电梯, lift, elevator",
         (("{place}电梯停了三天，老人下不了楼", "The lift at {place} has stood for three days; the old cannot get out"),)),
    Kind("D602", "楼道堆物", "Things stored in the stairwell", "housing", "2 work_day", 10, 4, "楼道, 堆物, stairwell",
         (("{place}楼道里堆满纸箱，过不去", "Boxes fill the stairwell at {place}; nobody can pass"),)),
    Kind("D603", "物业服务", "Property management", "housing", "5 work_day", 30, 4, "物业, property",
         (("{place}物业收了停车费却没人管", "At {place} parking is paid for and nobody looks after it"),)),
    Kind("D901", "办事咨询", "How to get something done", "hall", "1 work_day", 3, 8, "怎么办, 办理, 证, how do i",
         (("居住证到期了怎么续？", "My residence permit runs out. How do I renew it?"),
          ("老人的高龄补贴在哪里办？", "Where do I apply for the allowance for the very old?"),
          ("新生儿上户口要带什么？", "What do I bring to register a newborn child?")),
         procedure="enquiry", kind="enquiry"),
    Kind("D902", "政策咨询", "Question about a rule", "hall", "2 work_day", 6, 3, "政策, 规定, policy",
         (("老小区加装电梯有什么补贴？", "Is there a grant for adding a lift to an old building?"),
          ("家里装充电桩要谁同意？", "Whose consent do I need for a charging point?")),
         procedure="enquiry", kind="enquiry"),
    Kind("D999", "其他", "Something else", "", "3 work_day", 12, 2, "",
         (("{place}有只流浪狗总跟着小孩", "A stray dog at {place} keeps following children"),
          ("{place}半夜有人放风筝带响哨", "Somebody flies a whistling kite at {place} at midnight"))),
)  # fmt: skip
"""No rule names a team for the last one: such cases wait in the unrouted queue for a person."""

BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}

DEPARTMENTS: Mapping[str, tuple[str, str, str]] = {
    "clean": ("环卫中心", "Street Cleaning", "12345转1"),
    "roads": ("市政道路养护队", "Road Maintenance", "12345转2"),
    "lamps": ("路灯管理所", "Street Lighting", "12345转3"),
    "drains": ("排水管理处", "Drains and Sewers", "12345转4"),
    "water": ("水务局", "Water Office", "12345转5"),
    "parks": ("园林绿化局", "Parks and Trees", "12345转6"),
    "order": ("城管执法大队", "Street Order", "12345转7"),
    "housing": ("住房和物业管理局", "Housing", "12345转8"),
    "hall": ("政务服务大厅", "Service Hall", "12345转9"),
    "police": ("公安分局社区警务", "Community Police", "12345转10"),
    "fire": ("消防救援大队", "Fire Brigade", "12345转11"),
    "market": ("市场监管局", "Market Supervision", "12345转12"),
}
"""Code: name, English name, published number."""
CENTRE: Mapping[str, tuple[str, str, str, int]] = {
    "intake_officer": ("intake", "受理席", "Intake desk", 12),
    "dispatcher": ("dispatch", "派遣席", "Dispatch desk", 8),
    "duty_chief": ("chiefs", "值班长席", "Duty chiefs", 4),
    "leader": ("leaders", "中心领导", "Centre leadership", 3),
}
"""Role: code, name, English name of its team, and how many people it has."""
HANDLERS = 6
WORKERS = 6_415

CORNERS: tuple[Words, ...] = (
    ("{road}路口", "the crossing of {road}"), ("{road}公交站", "the bus stop in {road}"),
    ("{road}小学门口", "the school gate in {road}"), ("{road}菜市场旁", "the market in {road}"),
    ("{road}小区北门", "the north gate of the estate in {road}"),
    ("{road}口袋公园", "the little park in {road}"), ("{road}桥头", "the bridge of {road}"),
    ("{road}卫生站前", "the clinic in {road}"), ("{road}地下通道口", "the underpass in {road}"),
)  # fmt: skip

ANSWERS: tuple[Words, ...] = (
    ("带身份证到街道便民服务中心一楼，当场办结。", "Bring your identity card to the ground floor of the street's service hall; it is done while you wait."),
    ("可以在网上办，材料清单已经列在页面上。", "You can do it on line; the page lists what is needed."),
    ("业主大会三分之二同意即可申请，补贴按楼层计算。", "Two thirds of the owners must agree; the grant depends on the number of floors."),
)  # fmt: skip
RESULTS: tuple[Words, ...] = (
    ("已到现场处理完毕，附照片。", "Done on the spot; see the photo."),
    ("已修复，并检查了相邻设施。", "Repaired, and what stands beside it was checked."),
    ("已清理，并提醒责任单位。", "Cleared, and those responsible were reminded."),
)  # fmt: skip


def both(words: Words) -> str:
    """The words in both languages, as one text."""
    return " ".join(
        text if text.endswith(end) else text.rstrip("。.") + stop
        for text, stop, end in zip(words, "。.", (("？", "！"), ("?", "!")), strict=True)
        if text
    )
