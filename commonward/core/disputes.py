"""What disputes are sorted by: kinds, sources, levels, tracks, and what is never mediated here.

The kinds are those of the statistics of people's mediation (人民调解统计), the sources those of its
registration form; neither says anything about a person.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.refusals import N_
from commonward.core.rights import SEALED

KINDS: Mapping[str, tuple[str, str]] = {
    "family": ("婚姻家庭", N_("Marriage and family")),
    "neighbours": ("邻里", N_("Neighbours")),
    "housing": ("房屋宅基地", N_("Houses and homesteads")),
    "contract": ("合同", N_("Contracts")),
    "business": ("生产经营", N_("Production and business")),
    "damages": ("损害赔偿", N_("Compensation for damage")),
    "land": ("山林土地", N_("Forest and land")),
    "expropriation": ("征地拆迁", N_("Expropriation and demolition")),
    "pollution": ("环境污染", N_("Pollution")),
    "migrant_wages": ("拖欠农民工工资", N_("Unpaid wages of rural workers")),
    "labour": ("其他劳动争议", N_("Other labour disputes")),
    "travel": ("旅游", N_("Travel")),
    "online_trade": ("电子商务", N_("Online trade")),
    "consumer": ("其他消费", N_("Other consumer disputes")),
    "medical": ("医疗", N_("Medical")),
    "traffic": ("道路交通事故", N_("Road accidents")),
    "property_service": ("物业", N_("Property management")),
    "other": ("其他", N_("Other disputes")),
}
"""The eighteen statistical types (纠纷类型), each with its Chinese and its English name."""

SOURCES: Mapping[str, tuple[str, str]] = {
    "own": ("主动", N_("Found by the mediators")),
    "applied": ("依申请", N_("Asked for by a side")),
    "court": ("法院移送", N_("Handed over by a court")),
    "procuratorate": ("检察院移送", N_("Handed over by the procuratorate")),
    "police": ("公安移送", N_("Handed over by the police")),
    "petitions": ("信访移送", N_("Handed over by the petitions office")),
    "hotline": ("热线转来", N_("From the hotline")),
    "grid": ("网格上报", N_("Found by a grid worker")),
    "other": ("其他", N_("From elsewhere")),
}
"""Where a dispute came from (案件来源): 主动 依申请 移送(法院 检察院 公安 信访 其他)."""

LEVELS: Mapping[str, tuple[str, str]] = {
    "building": ("楼栋", N_("Building")),
    "grid": ("网格", N_("Grid")),
    "community": ("社区（村）", N_("Community")),
    "street": ("街道（乡镇）", N_("Street")),
    "district": ("区（县）", N_("District")),
    "enterprise": ("企业专道", N_("Enterprise lane")),
    "panel": ("专家", N_("Panel of experts")),
}
"""Who talks with the sides (调解层级), from the lowest up; the lane is for disputes between
enterprises, which may begin there."""

ENTERPRISE = "enterprise"
"""The lane of enterprises (涉企纠纷专道), a level of its own."""

TRACKS: Mapping[str, tuple[str, str]] = {
    "general": ("一般", N_("General")),
    "court": ("法院委派", N_("Linked to a court")),
    "medical": ("医疗", N_("Medical")),
    "labour": ("劳动", N_("Labour")),
    "police": ("公安委托", N_("Handed over by the police")),
    "traffic": ("交通", N_("Traffic")),
}
"""Which time limits of law hold for it (程序轨道)."""


PARTNERS: Mapping[str, tuple[str, str]] = {
    "confirmation": ("司法确认", N_("Judicial confirmation")),
    "arbitration": ("仲裁", N_("Arbitration")),
    "review": ("行政复议", N_("Administrative review")),
    "court": ("诉讼", N_("Court")),
    "legal_aid": ("法律援助", N_("Legal aid")),
    "counselling": ("心理疏导", N_("Counselling")),
    "police": ("公安", N_("Police")),
}
"""What a dispute is handed over for; the police hand over to us, too (公调对接)."""

_CELL = 0.0005


def category_of(kind: str) -> str:
    """The code of the category that a kind of dispute is filed under: "D-01" to "D-18"."""
    return f"{SEALED}{list(KINDS).index(kind) + 1:02d}"


def place_cell(lat: float, lon: float) -> str:
    """The cell of about 50 m × 50 m (half a thousandth of a degree of latitude) that a point, in
    degrees of WGS-84, lies in: for counting places, too coarse to name a door."""
    row = math.floor(lat / _CELL)
    width = _CELL / max(math.cos(math.radians(row * _CELL)), 0.01)
    return f"{row}:{math.floor(lon / width)}"


def stage_of(level: str) -> str:
    """The stage of the procedure in which that level talks with the sides."""
    return f"at_{level}"


def levels_above(level: str) -> tuple[str, ...]:
    """The levels to which a dispute can still go up."""
    names = tuple(LEVELS)
    return names[names.index(level) + 1 :] if level else names


@dataclass(frozen=True, slots=True)
class Gate:
    """Why a dispute is never mediated here, whom to call at once, and the rule (硬性排除)."""

    fact: str
    why: str
    call: str
    source: str


GATES: tuple[Gate, ...] = (
    Gate(
        "violence",
        N_("Somebody is in danger or is being hurt. This is for the police, now."),
        "110",
        "People's Mediation Law art. 25",
    ),
    Gate(
        "barred_by_law",
        N_("The law does not let this be mediated: status, or title to property. A court decides."),
        "12368",
        "Civil Procedure Law art. 205–206",
    ),
    Gate(
        "medical_elsewhere",
        N_("A court or the health authority already has this medical case; it goes on there."),
        "12368",
        "Regulation on medical disputes",
    ),
    Gate(
        "land_ownership",
        N_("Who owns land is decided by the people's government; ask there."),
        "12345",
        "Land Administration Law art. 14",
    ),
    Gate(
        "expropriation",
        N_("The taking of collective land is decided by the government; ask for its review."),
        "12345",
        "Land Administration Law",
    ),
)
"""The hard gates: a person and the right way are shown at once, and nothing is mediated."""


def gate_of(facts: Mapping[str, object]) -> Gate | None:
    """The first gate that the stated facts meet, or None."""
    return next((g for g in GATES if facts.get(g.fact) is True), None)
